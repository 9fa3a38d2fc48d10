//! What can go wrong, under the names that build scripts of windows-drivers-rs use.

use std::{io, path::PathBuf};

use thiserror::Error;

use crate::metadata::TryFromCargoMetadataError;

/// The file or folder that an operation failed on.
#[non_exhaustive]
#[derive(Debug, Error)]
pub enum IoErrorMetadata {
    /// One path.
    #[error("cannot access {path}")]
    Path {
        /// The path.
        path: PathBuf,
    },
    /// A copy or a move.
    #[error("cannot go from {from_path} to {to_path}")]
    SrcDestPaths {
        /// Where from.
        from_path: PathBuf,
        /// Where to.
        to_path: PathBuf,
    },
}

/// An I/O error with the path that it concerns.
#[derive(Debug, Error)]
#[error("{metadata}")]
pub struct IoError {
    metadata: IoErrorMetadata,
    #[source]
    source: io::Error,
}

impl IoError {
    /// An error about one path.
    pub fn with_path(path: impl Into<PathBuf>, source: io::Error) -> Self {
        let path = path.into();
        Self { metadata: IoErrorMetadata::Path { path }, source }
    }

    /// An error about a copy or a move.
    pub fn with_src_dest_paths(from_path: impl Into<PathBuf>, to_path: impl Into<PathBuf>, source: io::Error) -> Self {
        let metadata = IoErrorMetadata::SrcDestPaths { from_path: from_path.into(), to_path: to_path.into() };
        Self { metadata, source }
    }
}

/// Why a build against the WDK cannot be configured.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// A file operation failed.
    #[error(transparent)]
    IoError(#[from] IoError),
    /// A folder of the content root is missing.
    #[error("the WDK content root lacks {directory}")]
    DirectoryNotFound {
        /// The folder.
        directory: String,
    },
    /// bindgen cannot generate code for this package's Rust version.
    #[error("bindgen cannot generate for Rust {msrv}: {reason}")]
    MsrvNotSupportedByBindgen {
        /// The Rust version.
        msrv: String,
        /// bindgen's reason.
        reason: String,
    },
    /// This package's Rust version is not a version.
    #[error("rust-version is not a version")]
    RustVersionParseError {
        /// The parser's reason.
        #[source]
        error_source: semver::Error,
    },
    /// The driver model in the manifests is missing or wrong.
    #[error(transparent)]
    TryFromCargoMetadataError(#[from] TryFromCargoMetadataError),
    /// `WDKContentRoot` is not set.
    #[error("WDKContentRoot must name a WDK content root; `cargo xtask build` assembles one and sets it")]
    WdkContentRootDetectionError,
    /// The folder of the SDK version is not named 10.0.N.M.
    #[error("{version} is not a WDK version")]
    WdkVersionStringFormatError {
        /// The name found.
        version: String,
    },
    /// `cargo metadata` failed.
    #[error(transparent)]
    CargoMetadataError(#[from] cargo_metadata::Error),
    /// A driver links the C runtime statically.
    #[error("drivers need rustflags = [\"-C\", \"target-feature=+crt-static\"] for this target")]
    StaticCrtNotEnabled,
}

/// In 0.4 a file operation fails without naming the file.
#[cfg(before_0_5)]
impl From<io::Error> for ConfigError {
    fn from(source: io::Error) -> Self {
        IoError::with_path("a file of the build", source).into()
    }
}
