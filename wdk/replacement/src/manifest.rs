//! The manifest of the package that takes another's place.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cargo_metadata::semver::Version;
use cargo_metadata::{Dependency, DependencyKind, Package};
use serde::Serialize;

/// The first Rust with the edition of our sources.
const EDITION_2024: Version = Version::new(1, 85, 0);

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Manifest {
    package: Own,
    lib: Library,
    features: BTreeMap<String, Vec<String>>,
    #[serde(flatten)]
    dependencies: BTreeMap<&'static str, Dependencies>,
    target: BTreeMap<String, BTreeMap<&'static str, Dependencies>>,
    /// It is part of no workspace, wherever it lies.
    workspace: Alone,
}

#[derive(Serialize)]
struct Alone {}

type Dependencies = BTreeMap<String, Wanted>;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Own {
    name: String,
    version: String,
    edition: &'static str,
    /// bindgen generates code for this version.
    rust_version: String,
    publish: bool,
    build: PathBuf,
}

#[derive(Serialize)]
struct Library {
    path: PathBuf,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Wanted {
    version: String,
    default_features: bool,
    features: Vec<String>,
    optional: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<String>,
}

/// With the name, the version, the features and the dependencies of a published package, and sources of our own.
pub fn of(published: &Package, sources: &Path) -> Result<String, toml::ser::Error> {
    let rust = published.rust_version.clone().unwrap_or(EDITION_2024).max(EDITION_2024);
    let mut manifest = Manifest {
        package: Own {
            name: published.name.to_string(),
            version: published.version.to_string(),
            edition: "2024",
            rust_version: rust.to_string(),
            publish: false,
            build: sources.join("build.rs"),
        },
        lib: Library { path: sources.join("src/lib.rs") },
        features: published.features.clone(),
        dependencies: BTreeMap::new(),
        target: BTreeMap::new(),
        workspace: Alone {},
    };
    for dependency in &published.dependencies {
        let tables = match &dependency.target {
            Some(target) => manifest.target.entry(target.to_string()).or_default(),
            None => &mut manifest.dependencies,
        };
        let (name, wanted) = wanted(dependency);
        tables.entry(table(dependency.kind)).or_default().insert(name, wanted);
    }
    toml::to_string(&manifest)
}

const fn table(kind: DependencyKind) -> &'static str {
    match kind {
        DependencyKind::Development => "dev-dependencies",
        DependencyKind::Build => "build-dependencies",
        _ => "dependencies",
    }
}

/// The name that the sources use, and what is wanted.
fn wanted(dependency: &Dependency) -> (String, Wanted) {
    let name = dependency.rename.clone().unwrap_or_else(|| dependency.name.clone());
    let wanted = Wanted {
        version: dependency.req.to_string(),
        default_features: dependency.uses_default_features,
        features: dependency.features.clone(),
        optional: dependency.optional,
        package: dependency.rename.as_ref().map(|_| dependency.name.clone()),
    };
    (name, wanted)
}
