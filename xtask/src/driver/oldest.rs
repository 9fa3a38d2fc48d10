//! The oldest Windows that the driver is for, as the workspace's manifest names it.

use anyhow::{Context, Result};
use serde::Deserialize;

/// The manifest as it was when this program was built, which is before it builds anything.
const MANIFEST: &str = include_str!("../../../Cargo.toml");

/// A version of Windows.
#[derive(Debug, Deserialize)]
pub struct Windows {
    /// Its build, such as 17134.
    pub build: u32,
}

impl Windows {
    /// The oldest that the driver is for.
    pub fn oldest() -> Result<Self> {
        let manifest: toml::Table = MANIFEST.parse()?;
        let oldest = &manifest["workspace"]["metadata"]["oldest-windows"];
        oldest.clone().try_into().context("workspace.metadata.oldest-windows")
    }
}
