//! What can be known of a machine before anything is installed or built on it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use rustix::fs::statvfs;

/// Whether this machine lets sandboxes be made.
///
/// # Errors
///
/// It does not; the error says what would change that.
pub fn sandbox() -> Result<()> {
    sandbox_runner::check().context("no sandbox can be made here")
}

/// How much room the first build of something takes.
#[derive(Clone, Copy)]
pub struct Room {
    /// In GiB.
    pub gibibytes: u64,
    /// What is being built.
    pub what: &'static str,
    /// What is there when it has been built, below the target folder; the next builds take little.
    pub sign: &'static str,
}

impl Room {
    /// Whether there is that much in the target folder.
    ///
    /// # Errors
    ///
    /// There is less.
    pub fn check(self, target: &Path) -> Result<()> {
        if target.join(self.sign).exists() {
            return Ok(());
        }
        let free = free(target)? >> 30;
        ensure!(
            free >= self.gibibytes,
            "{} takes {} GiB in {}, where {free} GiB are free; make room, or name a folder on another disk with CARGO_TARGET_DIR",
            self.what,
            self.gibibytes,
            target.display()
        );
        Ok(())
    }
}

/// How many bytes are free where a folder is, or will be.
fn free(folder: &Path) -> Result<u64> {
    let there: Option<PathBuf> = folder.ancestors().find_map(|ancestor| fs::canonicalize(ancestor).ok());
    let there = there.with_context(|| format!("there is no {}", folder.display()))?;
    let disk = statvfs(&there).with_context(|| format!("cannot ask for the free space of {}", there.display()))?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room { gibibytes: 1 << 30, what: "this", sign: "made" };

    #[test]
    fn a_full_disk_is_named_before_the_build() {
        let target = tempfile::tempdir().unwrap();
        let below = target.path().join("not/there");
        let error = ROOM.check(&below).unwrap_err().to_string();
        assert!(error.starts_with("this takes 1073741824 GiB in ") && error.contains("CARGO_TARGET_DIR"), "{error}");
        Room { gibibytes: 0, ..ROOM }.check(&below).unwrap();
    }

    #[test]
    fn what_has_been_built_needs_no_room() {
        let target = tempfile::tempdir().unwrap();
        fs::write(target.path().join("made"), "").unwrap();
        ROOM.check(target.path()).unwrap();
    }
}
