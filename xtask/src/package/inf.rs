//! The INF of a package.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use netioctl_driver_inf::problems;

/// Checks an INF and that the files that it lists lie beside it; the error has everything that is wrong.
pub fn check(path: &Path) -> Result<()> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let folder = path.parent().context("a file lies in a folder")?;
    let problems = problems(&bytes, |file| folder.join(file).is_file());
    ensure!(problems.is_empty(), "{}:\n  {}", path.display(), problems.join("\n  "));
    Ok(())
}
