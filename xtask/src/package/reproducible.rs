//! Whether the same sources make the same image wherever they are built.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use walkdir::{DirEntry, WalkDir};

use crate::kernel::{Kernel, Profile};
use crate::tasks::workspace::Workspace;

/// Builds the driver's image here, and again from a copy of the sources in another folder; both must be the same, byte
/// for byte. The copy stays, so that only the first time takes long.
pub fn check(workspace: &Workspace) -> Result<()> {
    let here = Kernel::prepare(workspace)?.build("netioctl", Profile::Release)?;
    let root = workspace.target.join("another-folder/netioctl");
    copy(workspace, &root)?;
    let other = Workspace { target: root.join("target"), root, wine_debug: None };
    let there = Kernel::prepare(&other)?.build("netioctl", Profile::Release)?;
    let [here, there] = [fs::read(here.sys)?, fs::read(there.sys)?];
    let differs = here.iter().zip(&there).position(|(a, b)| a != b);
    ensure!(
        here == there,
        "the images differ from byte {differs:?} on; they have {} and {} bytes",
        here.len(),
        there.len()
    );
    Ok(())
}

/// Copies the sources. What is the same already is not touched: cargo goes by times.
fn copy(workspace: &Workspace, to: &Path) -> Result<()> {
    let outside = |entry: &DirEntry| entry.path() == workspace.target || entry.file_name() == ".git";
    for entry in WalkDir::new(&workspace.root).into_iter().filter_entry(|entry| !outside(entry)) {
        let entry = entry?;
        let target = to.join(entry.path().strip_prefix(&workspace.root)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target)?;
        } else {
            copy_file(entry.path(), &target).with_context(|| format!("cannot copy {}", entry.path().display()))?;
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> Result<()> {
    let contents = fs::read(from)?;
    if fs::read(to).is_ok_and(|old| old == contents) {
        return Ok(());
    }
    fs::copy(from, to)?;
    Ok(())
}
