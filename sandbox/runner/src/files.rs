//! Copying files into a prefix.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::protocol::{Places, Setup};

/// Copies a folder with all that is in it. `cp` knows reflinks and symbolic links.
pub(crate) fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    let status = Command::new("cp")
        .args(["--archive", "--reflink=auto", "--no-target-directory"])
        .args([from, to])
        .status()
        .context("cannot run cp")?;
    ensure!(status.success(), "cannot copy {} to {}", from.display(), to.display());
    Ok(())
}

/// Copies all files of `setup` to where they belong.
pub(crate) fn install(places: &Places, setup: &Setup) -> Result<()> {
    let drive_c = places.prefix.join("drive_c");
    for (below, source) in &setup.files {
        copy(source, &drive_c.join(below))?;
    }
    for (below, source) in &setup.files_if_absent {
        let target = drive_c.join(below);
        if !target.exists() {
            copy(source, &target)?;
        }
    }
    let bin = places.home.join("bin");
    for (name, source) in &setup.programs {
        copy(source, &bin.join(name))?;
    }
    for (name, script) in &setup.scripts {
        write_script(&bin.join(name), script)?;
    }
    Ok(())
}

fn copy(source: &Path, target: &Path) -> Result<()> {
    make_parent(target)?;
    // Some versions of Wine make the files of a prefix read-only; replace a file instead of writing to it.
    if target.exists() {
        fs::remove_file(target).with_context(|| format!("cannot replace {}", target.display()))?;
    }
    fs::copy(source, target).with_context(|| format!("cannot copy {} to {}", source.display(), target.display()))?;
    Ok(())
}

fn write_script(path: &Path, script: &str) -> Result<()> {
    make_parent(path)?;
    fs::write(path, format!("#!/bin/sh\n{script}\n")).with_context(|| format!("cannot write {}", path.display()))?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

fn make_parent(path: &Path) -> Result<()> {
    let parent = path.parent().context("a file needs a folder")?;
    fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))
}
