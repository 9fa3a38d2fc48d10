//! What a registry asks of the crates that others may use.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::path::Path;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

fn metadata() -> Metadata {
    MetadataCommand::new().current_dir(env!("CARGO_MANIFEST_DIR")).no_deps().exec().unwrap()
}

fn is_published(package: &Package) -> bool {
    package.publish.as_ref().is_none_or(|registries| !registries.is_empty())
}

#[test]
fn whatever_is_published_says_what_it_is_and_brings_its_license() {
    let metadata = metadata();
    let published: Vec<_> = metadata.packages.iter().filter(|package| is_published(package)).collect();
    assert!(published.iter().any(|package| package.name.as_str() == "kmdf"));
    for package in published {
        let name = &package.name;
        assert_eq!(package.license.as_deref(), Some("MIT OR Apache-2.0"), "{name}");
        assert!(package.description.is_some(), "{name}");
        assert!((1..=5).contains(&package.keywords.len()), "{name}: {:?}", package.keywords);
        assert!(!package.categories.is_empty(), "{name}");
        let folder = package.manifest_path.parent().unwrap();
        for file in ["README.md", "LICENSE-MIT", "LICENSE-APACHE"] {
            assert!(Path::new(folder).join(file).exists(), "{name}: {file}");
        }
    }
}

#[test]
fn whatever_is_published_needs_nothing_that_is_not() {
    let metadata = metadata();
    for package in metadata.packages.iter().filter(|package| is_published(package)) {
        // A dependency of tests alone, without a version, is left out of the published manifest.
        let needed = package.dependencies.iter().filter(|needed| needed.kind != DependencyKind::Development);
        for needed in needed.filter(|needed| needed.path.is_some()) {
            let (name, other) = (&package.name, &needed.name);
            let found = metadata.packages.iter().find(|package| package.name.as_str() == other).unwrap();
            assert!(is_published(found), "{name} needs {other}");
            assert!(!needed.req.comparators.is_empty(), "{name} needs a version of {other}");
            assert!(needed.req.matches(&found.version), "{name} needs {other} {}", needed.req);
        }
    }
}
