//! The entry points of a build script, and finding the workspace from within one.

use std::{env, path::PathBuf};

use crate::{Config, ConfigError, metadata::TryFromCargoMetadataError};

/// Names the folder of the top-level manifest, for builds whose target folder lies elsewhere.
pub(crate) const WORKSPACE_VARIABLE: &str = "WDK_BUILD_WORKSPACE";

/// The manifest beside the `Cargo.lock` of the build that runs.
///
/// Upstream looks for the lock file above `OUT_DIR` only, and so fails with a target folder outside
/// of the workspace; here `WDK_BUILD_WORKSPACE`, when set, comes first.
///
/// # Panics
///
/// When neither way finds a `Cargo.lock`.
#[must_use]
pub fn find_top_level_cargo_manifest() -> PathBuf {
    println!("cargo::rerun-if-env-changed={WORKSPACE_VARIABLE}");
    if let Some(workspace) = env::var_os(WORKSPACE_VARIABLE) {
        return PathBuf::from(workspace).join("Cargo.toml");
    }
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").expect("called from a build script"));
    out_dir
        .ancestors()
        .find(|folder| folder.join("Cargo.lock").exists())
        .expect("a Cargo.lock lies above the target folder, or WDK_BUILD_WORKSPACE names its folder")
        .join("Cargo.toml")
}

/// Configures a library: only its `cfg` values.
///
/// # Errors
///
/// When the manifests or the content root are not as they should be.
pub fn configure_wdk_library_build() -> Result<(), ConfigError> {
    configure_wdk_library_build_and_then(|_| Ok(()))
}

/// Configures a library and hands its configuration on, unless no manifest chooses a driver model.
///
/// # Errors
///
/// Those of the configuration and of `then`.
pub fn configure_wdk_library_build_and_then<F, E>(mut then: F) -> Result<(), E>
where
    F: FnMut(Config) -> Result<(), E>,
    E: From<ConfigError>,
{
    match Config::from_env_auto() {
        Ok(config) => {
            config.configure_library_build()?;
            then(config)
        }
        Err(ConfigError::TryFromCargoMetadataError(TryFromCargoMetadataError::NoWdkConfigurationsDetected)) => {
            tracing::warn!("no manifest has a metadata.wdk table");
            Config::emit_check_cfg_settings();
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// Configures a driver image: its `cfg` values and everything that the linker is told.
///
/// # Errors
///
/// When the manifests or the content root are not as they should be.
pub fn configure_wdk_binary_build() -> Result<(), ConfigError> {
    Config::from_env_auto()?.configure_binary_build()
}
