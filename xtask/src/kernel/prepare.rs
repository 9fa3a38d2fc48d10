//! Puts together what builds of kernel code need.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::tools::Tools;
use super::{cache, config, content};
use crate::workspace::Workspace;

/// Everything that building a kernel image needs.
pub struct Kernel<'a> {
    pub(super) workspace: &'a Workspace,
    config: PathBuf,
}

impl<'a> Kernel<'a> {
    /// Assembles what is missing or out of date: a second or two.
    pub fn prepare(workspace: &'a Workspace) -> Result<Self> {
        let tools = Tools::find()?;
        let folder = workspace.target.join("wdk");
        let content = content::assemble(&workspace.root, &folder, &tools)?;
        let config = config::write(&workspace.root, &workspace.target, &folder, &content, &tools)?;
        cache::forget_outdated(workspace, &content.root)?;
        Ok(Self { workspace, config })
    }

    /// The cargo configuration that makes kernel code build: pass it with `--config`.
    pub fn cargo_config(&self) -> &Path {
        &self.config
    }
}
