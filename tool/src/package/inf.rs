//! The INF of a package.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use driver_inf::problems;

/// Checks an INF and that the files that it lists lie beside it; the error has everything that is wrong.
pub fn check(path: &Path) -> Result<()> {
    let problems = found(path)?;
    ensure!(problems.is_empty(), "{}:\n  {}", path.display(), problems.join("\n  "));
    Ok(())
}

/// What is wrong with an INF: what `InfVerif` asks, and that the files that it lists lie beside it.
///
/// # Errors
///
/// It cannot be read.
pub fn found(path: &Path) -> Result<Vec<String>> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let folder = path.parent().context("a file lies in a folder")?;
    Ok(problems(&bytes, |file| folder.join(file).is_file()))
}
