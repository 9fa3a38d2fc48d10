//! The content root and the folders in it.

use std::{
    env,
    path::{Path, PathBuf, absolute},
};

use crate::{Config, ConfigError, DriverConfig, IoError};

/// The root that `WDKContentRoot` names, as in an Enterprise WDK prompt.
pub(crate) fn content_root() -> Result<PathBuf, ConfigError> {
    println!("cargo::rerun-if-env-changed=WDKContentRoot");
    println!("cargo::rerun-if-env-changed=Version_Number");
    env::var_os("WDKContentRoot")
        .map(PathBuf::from)
        .filter(|root| root.is_dir())
        .ok_or(ConfigError::WdkContentRootDetectionError)
}

/// The SDK version in use: `Version_Number` when set, else the newest under `Lib`.
fn sdk_version(root: &Path) -> Result<String, ConfigError> {
    if let Ok(version) = env::var("Version_Number") {
        return Ok(version);
    }
    let libraries = root.join("Lib");
    let entries = libraries.read_dir().map_err(|error| IoError::with_path(&libraries, error))?;
    entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.starts_with("10."))
        .max_by_key(|name| name.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u32>>())
        .ok_or_else(|| ConfigError::DirectoryNotFound { directory: format!("{}/10.*", libraries.display()) })
}

/// The build number N of the SDK version 10.0.N.M in use.
///
/// # Errors
///
/// When there is no content root or its version has another form.
pub fn detect_wdk_build_number() -> Result<u32, ConfigError> {
    let version = sdk_version(&content_root()?)?;
    let parts: Option<Vec<u32>> = version.split('.').map(|part| part.parse().ok()).collect();
    match parts.as_deref() {
        Some([10, _, build, _]) => Ok(*build),
        _ => Err(ConfigError::WdkVersionStringFormatError { version }),
    }
}

impl Config {
    /// The folders of the headers, in the order of the search.
    ///
    /// # Errors
    ///
    /// When one of them is missing.
    pub fn include_paths(&self) -> Result<impl Iterator<Item = PathBuf>, ConfigError> {
        let include = self.wdk_content_root.join("Include");
        let sdk = include.join(sdk_version(&self.wdk_content_root)?);
        let mode = sdk.join(self.mode_folder());
        let mut folders = vec![sdk.join("km/crt"), mode.clone(), sdk.join("shared")];
        match &self.driver_config {
            DriverConfig::Wdm => {}
            DriverConfig::Kmdf(_) => {
                folders.push(include.join(format!("wdf/kmdf/{}", self.framework_version())));
                // A header of the WDK includes its neighbours there without a path.
                folders.push(mode.join("ufx/1.1"));
            }
            DriverConfig::Umdf(_) => {
                folders.push(include.join(format!("wdf/umdf/{}", self.framework_version())));
            }
        }
        existing(folders)
    }

    /// The folders of the libraries, in the order of the search: the framework's first.
    ///
    /// # Errors
    ///
    /// When one of them is missing.
    pub fn library_paths(&self) -> Result<impl Iterator<Item = PathBuf>, ConfigError> {
        let lib = self.wdk_content_root.join("Lib");
        let arch = self.cpu_architecture.as_windows_str();
        let mut folders = Vec::new();
        match &self.driver_config {
            DriverConfig::Wdm => {}
            DriverConfig::Kmdf(_) => {
                folders.push(lib.join(format!("wdf/kmdf/{arch}/{}", self.framework_version())));
            }
            DriverConfig::Umdf(_) => {
                folders.push(lib.join(format!("wdf/umdf/{arch}/{}", self.framework_version())));
            }
        }
        let sdk = lib.join(sdk_version(&self.wdk_content_root)?);
        folders.push(sdk.join(self.mode_folder()).join(arch));
        existing(folders)
    }

    const fn mode_folder(&self) -> &'static str {
        if self.driver_config.is_kernel_mode() { "km" } else { "um" }
    }

    fn framework_version(&self) -> String {
        match &self.driver_config {
            DriverConfig::Wdm => String::new(),
            DriverConfig::Kmdf(kmdf) => {
                format!("{}.{}", kmdf.kmdf_version_major, kmdf.target_kmdf_version_minor)
            }
            DriverConfig::Umdf(umdf) => {
                format!("{}.{}", umdf.umdf_version_major, umdf.target_umdf_version_minor)
            }
        }
    }
}

/// The folders as absolute paths, or the first one that does not exist.
fn existing(folders: Vec<PathBuf>) -> Result<std::vec::IntoIter<PathBuf>, ConfigError> {
    let folders = folders
        .into_iter()
        .map(|folder| match folder.is_dir() {
            true => absolute(&folder).map_err(|error| IoError::with_path(folder, error).into()),
            false => Err(ConfigError::DirectoryNotFound { directory: folder.display().to_string() }),
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(folders.into_iter())
}
