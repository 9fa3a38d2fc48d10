//! The driver model, as manifests have it under `metadata.wdk.driver-model`.

use anyhow::{Context, Result, ensure};
use cargo_metadata::Package;

use crate::workspace::Workspace;

/// The versions of KMDF that matter to a driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Model {
    /// The major version.
    pub major: u32,
    /// The minor version that the driver is built for.
    pub target: u32,
    /// The oldest minor version that it runs on: the target, unless the manifest says another.
    pub minimum: u32,
}

impl Model {
    /// That of a package: its own, or the workspace's.
    ///
    /// # Errors
    ///
    /// The manifests name no driver model, or another than KMDF.
    pub fn of(workspace: &Workspace, package: &Package) -> Result<Self> {
        let manifests = [&package.metadata, &workspace.metadata.workspace_metadata];
        let models = manifests.map(|manifest| &manifest["wdk"]["driver-model"]);
        let model = models.into_iter().find(|model| model.is_object());
        let model = model.with_context(|| format!("no manifest names a driver model for {}", package.name))?;
        ensure!(model["driver-type"] == "KMDF", "{} is no driver of KMDF: {}", package.name, model["driver-type"]);
        let number = |name: &str| model[name].as_u64().map(u32::try_from).transpose();
        let named = |name: &str| number(name)?.with_context(|| format!("metadata.wdk lacks {name}"));
        let target = named("target-kmdf-version-minor")?;
        let minimum = number("minimum-kmdf-version-minor")?.unwrap_or(target);
        Ok(Self { major: named("kmdf-version-major")?, target, minimum })
    }
}
