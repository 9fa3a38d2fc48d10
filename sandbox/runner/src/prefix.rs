//! The template of the Wine prefix: made once for each version of Wine, then shared by all sandboxes.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rustix::process::geteuid;

use crate::host::Sandbox;
use crate::options::Options;
use crate::protocol::PrefixSource;

/// Raised when the way in which a template is made changes.
const FORMAT: u32 = 1;

/// `wineboot` takes seconds; a machine that needs longer than this has a fault.
const TIMEOUT: Duration = Duration::from_mins(5);

/// The folder below `work` in which the template for the installed Wine is, or will be.
///
/// # Errors
///
/// Wine is not installed, or does not say its version.
pub fn template(work: &Path) -> Result<PathBuf> {
    let output = Command::new("wine").arg("--version").output().context("cannot run wine")?;
    ensure!(output.status.success(), "wine does not say its version");
    let version = String::from_utf8_lossy(&output.stdout);
    let version = version.split_whitespace().next().context("wine does not say its version")?;
    // Files of another user cannot be changed in a user namespace, not even in a copy-on-write instance.
    Ok(work.join(format!("prefix-{version}-{FORMAT}-{}", geteuid().as_raw())))
}

/// Makes the template unless it is there. `runner` is the program `kmdf-sandbox`.
///
/// # Errors
///
/// Wine is not installed or cannot make a prefix, or the folder `work` cannot be written.
pub fn ensure_template(work: &Path, runner: &Path) -> Result<PathBuf> {
    let folder = template(work)?;
    fs::create_dir_all(work).with_context(|| format!("cannot create {}", work.display()))?;
    let lock = File::create(work.join("prefix.lock"))?;
    lock.lock().context("cannot wait for another process that makes the prefix")?;
    if !folder.exists() {
        let unfinished = folder.with_extension("unfinished");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished)?;
        }
        fs::create_dir_all(&unfinished)?;
        make(work, runner, &unfinished)?;
        fs::rename(&unfinished, &folder).context("cannot put the new prefix in place")?;
    }
    Ok(folder)
}

fn make(work: &Path, runner: &Path, folder: &Path) -> Result<()> {
    let sandbox = Sandbox::boot(&Options::new(work, runner), PrefixSource::Folder(folder.to_owned()))?;
    sandbox.run_each([&["wine", "wineboot", "--init"], &["wineserver", "--wait"]], TIMEOUT)?;
    sandbox.stop()?;
    ensure!(folder.join("system.reg").is_file(), "wineboot has made no registry");
    Ok(())
}
