//! The configuration of one build.

use std::path::PathBuf;

use cargo_metadata::MetadataCommand;
use serde::{Deserialize, Serialize};

use crate::{ConfigError, CpuArchitecture, DriverConfig, find_top_level_cargo_manifest, metadata::Wdk, paths};

/// What to build against, for which architecture, in which driver model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    pub(crate) wdk_content_root: PathBuf,
    pub(crate) cpu_architecture: CpuArchitecture,
    /// The driver model.
    pub driver_config: DriverConfig,
}

impl Config {
    /// The configuration that the manifests of the running build ask for.
    ///
    /// # Errors
    ///
    /// When there is no content root, or the manifests do not name one driver model.
    pub fn from_env_auto() -> Result<Self, ConfigError> {
        let manifest = find_top_level_cargo_manifest();
        // Run where the manifest lies, so that the workspace's cargo configuration counts.
        let folder = manifest.parent().expect("a manifest lies in a folder");
        let metadata = MetadataCommand::new().current_dir(folder).manifest_path(&manifest).exec()?;
        rerun_if_driver_model_changes(&metadata);
        let driver_config = Wdk::try_from(&metadata)?.driver_model;
        Ok(Self {
            wdk_content_root: paths::content_root()?,
            cpu_architecture: CpuArchitecture::of_build(),
            driver_config,
        })
    }

    /// Tells rustc which `cfg` values exist.
    pub fn emit_check_cfg_settings() {
        println!(r#"cargo::rustc-check-cfg=cfg(driver_model__driver_type, values("WDM", "KMDF", "UMDF"))"#);
    }

    /// Sets the `cfg` values of a library.
    ///
    /// # Errors
    ///
    /// None; the signature is upstream's.
    pub fn configure_library_build(&self) -> Result<(), ConfigError> {
        Self::emit_check_cfg_settings();
        let value = self.driver_config.cfg_value();
        println!(r#"cargo::rustc-cfg=driver_model__driver_type="{value}""#);
        Ok(())
    }

    /// The symbol of the WDF function table; WDM has none.
    #[must_use]
    pub fn compute_wdffunctions_symbol_name(&self) -> Option<String> {
        let (major, minor) = match &self.driver_config {
            DriverConfig::Wdm => return None,
            DriverConfig::Kmdf(kmdf) => (kmdf.kmdf_version_major, kmdf.target_kmdf_version_minor),
            DriverConfig::Umdf(umdf) => (umdf.umdf_version_major, umdf.target_umdf_version_minor),
        };
        Some(format!("WdfFunctions_{major:02}0{minor:02}"))
    }
}

/// Only a manifest of the workspace can change the driver model; those of dependencies are fixed.
fn rerun_if_driver_model_changes(metadata: &cargo_metadata::Metadata) {
    println!("cargo::rerun-if-changed={}", metadata.workspace_root.join("Cargo.toml"));
    for package in metadata.workspace_packages() {
        if !package.metadata["wdk"].is_null() {
            println!("cargo::rerun-if-changed={}", package.manifest_path);
        }
    }
}
