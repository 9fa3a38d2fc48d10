//! Whether a driver package is whole, before the system gets it.

use super::SetupError;
use std::path::Path;

/// Checks the files of the package that `inf` describes, and its signature.
#[cfg(feature = "package")]
pub fn check(inf: &Path) -> Result<(), SetupError> {
    use driver_catalog::{inf::Architecture, package};

    let architecture = match std::env::consts::ARCH {
        "x86_64" => Architecture::Amd64,
        "aarch64" => Architecture::Arm64,
        _ => Architecture::X86,
    };
    package::check(inf, architecture).map(drop).map_err(|error| SetupError::BadPackage { problem: error.to_string() })
}

/// The system checks the signature by itself.
#[cfg(not(feature = "package"))]
#[expect(clippy::unnecessary_wraps, reason = "nothing is checked without the feature")]
pub fn check(_: &Path) -> Result<(), SetupError> {
    Ok(())
}
