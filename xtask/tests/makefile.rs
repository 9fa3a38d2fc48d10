//! `Makefile.toml` against the makefile of windows-drivers-rs that it extends. cargo-make and the WDK are on Windows
//! only; what can be noticed here is that upstream has renamed or changed what ours builds on.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::MetadataCommand;
use toml::{Table, Value};

/// Tasks of upstream that ours replace, in whole or in part.
const REPLACED: [&str; 3] = ["copy-inx-to-output", "stampinf", "default"];

/// Tasks of upstream that ours call.
const CALLED: [&str; 1] = ["package-driver-flow"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> Table {
    fs::read_to_string(path).unwrap().parse().unwrap()
}

fn upstream() -> Table {
    let metadata = MetadataCommand::new().current_dir(root()).exec().unwrap();
    let package = metadata.packages.iter().find(|package| package.name.as_str() == "wdk-build").unwrap();
    read(&package.manifest_path.with_file_name("rust-driver-makefile.toml").into_std_path_buf())
}

fn arguments(makefile: &Table, task: &str) -> Vec<String> {
    let arguments = makefile["tasks"][task]["args"].as_array().unwrap();
    arguments.iter().map(|argument| argument.as_str().unwrap().to_owned()).collect()
}

#[test]
fn upstream_has_the_tasks_that_ours_build_on() {
    let (ours, upstream) = (read(&root().join("Makefile.toml")), upstream());
    for task in REPLACED {
        assert!(ours["tasks"].get(task).is_some(), "{task} is not replaced any more");
    }
    for task in REPLACED.iter().chain(&CALLED) {
        assert!(upstream["tasks"].get(task).is_some(), "upstream has no task {task}");
    }
}

/// All of upstream's stampinf arguments, but for the version.
#[test]
fn stampinf_differs_from_upstream_in_the_version_only() {
    let ours = arguments(&read(&root().join("Makefile.toml")), "stampinf");
    let mut upstream = arguments(&upstream(), "stampinf");
    let version = upstream.iter().position(|argument| argument == "-v").unwrap() + 1;
    assert_eq!(upstream[version], "*");
    upstream[version] = "${CARGO_MAKE_CRATE_VERSION}.0".to_owned();
    assert_eq!(ours, upstream);
}

/// The paths that the assembling script reads are those that upstream writes.
#[test]
fn the_package_is_taken_from_where_upstream_leaves_it() {
    let upstream = upstream();
    let inf2cat = arguments(&upstream, "inf2cat").concat();
    assert!(inf2cat.contains("${WDK_BUILD_OUTPUT_DIRECTORY}/${CARGO_MAKE_CRATE_FS_NAME}_package"), "{inf2cat}");
    let certificate = arguments(&upstream, "generate-certificate").concat();
    assert!(certificate.contains("WDRLocalTestCert.cer"), "{certificate}");
    let ours = read(&root().join("Makefile.toml"));
    let script = ours["tasks"]["assemble-package"]["script"].as_str().unwrap().to_owned();
    for part in ["${WDK_BUILD_OUTPUT_DIRECTORY}/${CARGO_MAKE_CRATE_FS_NAME}_package", "WDRLocalTestCert.cer"] {
        assert!(script.contains(part), "{script}");
    }
}

/// The dependency in `load_script` is the version of the lock file: upstream warns of no difference.
#[test]
fn the_loaded_makefile_is_that_of_the_locked_version() {
    let ours = read(&root().join("Makefile.toml"));
    let script = ours["config"]["load_script"].as_str().unwrap();
    let lock = read(&root().join("Cargo.lock"));
    let packages = lock["package"].as_array().unwrap();
    let version = |package: &Value| package["version"].as_str().unwrap().to_owned();
    let locked: Vec<_> = packages.iter().filter(|p| p["name"].as_str() == Some("wdk-build")).map(version).collect();
    assert_eq!(locked.len(), 1, "upstream refuses several versions of wdk-build");
    assert!(script.contains(&format!("wdk-build = \"{}\"", locked[0])), "{script} {locked:?}");
}
