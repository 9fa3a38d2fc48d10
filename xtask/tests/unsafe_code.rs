//! No crate can take back what the workspace asks of unsafe code.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::fs;

use cargo_metadata::{MetadataCommand, Package};

/// What clap derives allows a group of lints that these are in, so a crate with that code could not be compiled.
fn derives_commands(package: &Package) -> bool {
    package.dependencies.iter().any(|needed| needed.name == "clap")
}

/// A crate forbids unsafe code, or at least unsafe code that is not explained operation by operation.
#[test]
fn unsafe_code_is_forbidden_or_explained() {
    let metadata = MetadataCommand::new().current_dir(env!("CARGO_MANIFEST_DIR")).no_deps().exec().unwrap();
    let explained = "forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)";
    let mut with_unsafe_code = Vec::new();
    for package in &metadata.packages {
        for target in package.targets.iter().filter(|target| !target.is_custom_build() && !target.is_test()) {
            let root = fs::read_to_string(&target.src_path).unwrap();
            if root.contains("forbid(unsafe_code)") {
                continue;
            }
            let known = root.contains(explained) || derives_commands(package);
            assert!(known, "{} forbids neither unsafe code nor what is not explained of it", target.src_path);
            with_unsafe_code.push(package.name.to_string());
        }
    }
    assert!(with_unsafe_code.contains(&"kmdf".to_owned()), "{with_unsafe_code:?}");
}
