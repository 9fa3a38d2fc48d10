//! Our `wdk-build` in the place of the published one, in the version that a workspace's lock file has.
//!
//! Cargo's path override leaves the lock file alone. It takes a package for another when the name and the version are the
//! same, and wants the same list of dependencies: the manifest is therefore written from what cargo says of the published
//! package. The sources are those under `wdk/build`, whose build script looks at the version.
#![forbid(unsafe_code)]

mod manifest;

use std::path::{Path, PathBuf};
use std::{fs, io};

use cargo_metadata::semver::VersionReq;
use cargo_metadata::{Metadata, Package};

/// The package whose place is taken.
const NAME: &str = "wdk-build";

/// The versions whose interface the sources have.
const KNOWN: &str = ">=0.4.0, <0.7.0";

/// Why there is no replacement.
#[derive(Debug)]
pub enum Error {
    /// The workspace's lock file has no `wdk-build`.
    NotThere,
    /// It has a version whose interface is not known here.
    Unknown(String),
    /// It has several, which no driver does.
    Several,
    /// The manifest cannot be written.
    Io(io::Error),
    /// The published package's manifest cannot be put into words again.
    Manifest(toml::ser::Error),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotThere => write!(f, "the workspace does not depend on {NAME}: add it to the build dependencies"),
            Self::Unknown(version) => write!(f, "{NAME} {version} is not known here, only {KNOWN}"),
            Self::Several => write!(f, "the lock file has several versions of {NAME}: update it to one"),
            Self::Io(error) => write!(f, "cannot write the manifest: {error}"),
            Self::Manifest(error) => write!(f, "cannot write the manifest: {error}"),
        }
    }
}

impl std::error::Error for Error {}

/// Writes the package that takes the place of the workspace's `wdk-build` into a folder below `folder`, and answers
/// which: name it under `paths` in cargo's configuration. `sources` is this project's `wdk/build`.
///
/// # Errors
/// When the workspace has no `wdk-build`, or one that is not known here, and when the folder cannot be written.
pub fn write(metadata: &Metadata, sources: &Path, folder: &Path) -> Result<PathBuf, Error> {
    let published = published(metadata)?;
    let own = folder.join(format!("{NAME}-{}", published.version));
    let text = manifest::of(published, sources).map_err(Error::Manifest)?;
    let file = own.join("Cargo.toml");
    // Cargo goes by the file's time.
    if !fs::read(&file).is_ok_and(|old| old == text.as_bytes()) {
        fs::create_dir_all(&own).and_then(|()| fs::write(&file, text)).map_err(Error::Io)?;
    }
    Ok(own)
}

fn published(metadata: &Metadata) -> Result<&Package, Error> {
    let mut all = metadata.packages.iter().filter(|package| package.name == NAME);
    let published = all.next().ok_or(Error::NotThere)?;
    if all.next().is_some() {
        return Err(Error::Several);
    }
    let known = VersionReq::parse(KNOWN).is_ok_and(|known| known.matches(&published.version));
    if known { Ok(published) } else { Err(Error::Unknown(published.version.to_string())) }
}
