//! Crates that call the framework through wdk-sys' macro are compiled one after the other.
//!
//! wdk-macros 0.5.2 keeps what it has read of the framework in a file. Whoever finds the file reads it, without the lock
//! under which it is written: of two crates that are compiled at the same time, one may find half of it, and does not
//! compile. `wdk` uses the macro as well; who depends on it comes later.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::fs;

use cargo_metadata::{MetadataCommand, Package};
use walkdir::WalkDir;

const MACRO: &str = "call_unsafe_wdf_function_binding!";

/// Whether a package has kernel code that calls the macro.
fn calls_it(package: &Package) -> bool {
    let folder = package.manifest_path.parent().unwrap().join("src");
    let files = WalkDir::new(folder).into_iter().filter_map(Result::ok);
    let mut sources = files.filter(|file| file.path().extension().is_some_and(|extension| extension == "rs"));
    let depends = package.dependencies.iter().any(|needed| needed.name == "wdk-sys");
    depends && sources.any(|file| fs::read_to_string(file.path()).unwrap().contains(MACRO))
}

#[test]
fn who_calls_the_framework_is_compiled_after_wdk() {
    let metadata = MetadataCommand::new().current_dir(env!("CARGO_MANIFEST_DIR")).no_deps().exec().unwrap();
    let callers: Vec<_> = metadata.packages.iter().filter(|package| calls_it(package)).collect();
    assert!(callers.iter().any(|package| package.name == "kmdf"), "{callers:?}");
    for package in callers {
        let later = package.dependencies.iter().any(|needed| needed.name == "wdk");
        assert!(later, "{} may be compiled at the same time as wdk", package.name);
    }
}
