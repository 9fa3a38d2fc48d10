//! The driver model, as the manifest has it under `workspace.metadata.wdk.driver-model`.

use anyhow::{Context, Result, ensure};
use cargo_metadata::{Metadata, MetadataCommand};

use crate::workspace::Workspace;

/// The versions of KMDF that matter to the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Model {
    /// The major version.
    pub major: u32,
    /// The minor version that the driver is built for.
    pub target: u32,
    /// The oldest minor version that it runs on.
    pub minimum: u32,
}

impl Model {
    /// That of the workspace.
    pub fn of(workspace: &Workspace) -> Result<Self> {
        Self::read(&MetadataCommand::new().current_dir(&workspace.root).no_deps().exec()?)
    }

    /// That of a manifest.
    pub fn read(metadata: &Metadata) -> Result<Self> {
        let model = &metadata.workspace_metadata["wdk"]["driver-model"];
        ensure!(model["driver-type"] == "KMDF", "the driver is one of KMDF");
        let number = |name: &str| -> Result<u32> {
            let number = model[name].as_u64().with_context(|| format!("metadata.wdk lacks {name}"))?;
            Ok(u32::try_from(number)?)
        };
        Ok(Self {
            major: number("kmdf-version-major")?,
            target: number("target-kmdf-version-minor")?,
            minimum: number("minimum-kmdf-version-minor")?,
        })
    }
}
