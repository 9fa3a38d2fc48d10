//! Puts together what builds of kernel code need.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::content::Content;
use super::tools::Tools;
use super::{cache, config, content};
use crate::workspace::{Workspace, kit};

/// Everything that building a kernel image needs.
pub struct Kernel<'a> {
    pub(super) workspace: &'a Workspace,
    pub(crate) tools: Tools,
    pub(crate) content: Content,
    config: PathBuf,
}

impl<'a> Kernel<'a> {
    /// Assembles what is missing or out of date: a second or two.
    ///
    /// # Errors
    ///
    /// A tool is missing, or a file cannot be written.
    pub fn prepare(workspace: &'a Workspace) -> Result<Self> {
        let tools = Tools::find()?;
        let folder = workspace.target.join("wdk");
        let content = content::assemble(kit()?, &folder, &tools)?;
        let config = config::write(workspace, &folder, &content, &tools)?;
        cache::forget_outdated(workspace, &content.root)?;
        Ok(Self { workspace, tools, content, config })
    }

    /// The cargo configuration that makes kernel code build: pass it with `--config`.
    #[must_use]
    pub fn cargo_config(&self) -> &Path {
        &self.config
    }
}
