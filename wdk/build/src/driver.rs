//! The driver model, as written under `metadata.wdk.driver-model` in a manifest.

use serde::{Deserialize, Serialize};

/// The driver model and the framework version.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "driver-type", deny_unknown_fields, rename_all = "UPPERCASE")]
pub enum DriverConfig {
    /// Windows Driver Model.
    Wdm,
    /// Kernel-Mode Driver Framework.
    Kmdf(KmdfConfig),
    /// User-Mode Driver Framework.
    Umdf(UmdfConfig),
}

/// KMDF versions: the one built against, and the oldest the driver runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KmdfConfig {
    /// Major version.
    pub kmdf_version_major: u8,
    /// Minor version built against.
    pub target_kmdf_version_minor: u8,
    /// Oldest minor version that the driver runs on.
    pub minimum_kmdf_version_minor: Option<u8>,
}

/// UMDF versions: the one built against, and the oldest the driver runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UmdfConfig {
    /// Major version.
    pub umdf_version_major: u8,
    /// Minor version built against.
    pub target_umdf_version_minor: u8,
    /// Oldest minor version that the driver runs on.
    pub minimum_umdf_version_minor: Option<u8>,
}

impl DriverConfig {
    /// The value of the cfg key `driver_model__driver_type`.
    pub(crate) const fn cfg_value(&self) -> &'static str {
        match self {
            Self::Wdm => "WDM",
            Self::Kmdf(_) => "KMDF",
            Self::Umdf(_) => "UMDF",
        }
    }

    /// Whether the driver runs in the kernel.
    pub(crate) const fn is_kernel_mode(&self) -> bool {
        matches!(self, Self::Wdm | Self::Kmdf(_))
    }
}

impl Default for KmdfConfig {
    fn default() -> Self {
        Self { kmdf_version_major: 1, target_kmdf_version_minor: 33, minimum_kmdf_version_minor: None }
    }
}

impl KmdfConfig {
    /// KMDF 1.33.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Default for UmdfConfig {
    fn default() -> Self {
        Self { umdf_version_major: 2, target_umdf_version_minor: 33, minimum_umdf_version_minor: None }
    }
}

impl UmdfConfig {
    /// UMDF 2.33.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}
