//! Pipes in the file system, through which one client calls: see [`Operation::OpenPipes`](netio_wire::Operation::OpenPipes).

use netio_wire::{ANSWERS, CALLS};
use rustix::fs::{CWD, Mode, mkfifoat};
use std::{fs::File, io, path::Path};
use tempfile::TempDir;

/// Two pipes in a folder of their own, which goes with this.
#[derive(Debug)]
pub struct Pipes(TempDir);

impl Pipes {
    /// Makes them.
    ///
    /// # Errors
    /// The folder for temporary files takes none.
    pub fn make() -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("netio-").tempdir()?;
        for name in [CALLS, ANSWERS] {
            mkfifoat(CWD, folder.path().join(name), Mode::RUSR | Mode::WUSR)?;
        }
        Ok(Self(folder))
    }

    /// Where they are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    /// Opens the ends of the server: what it reads calls from, and what it writes answers to. The client has opened its ends,
    /// or this would wait for it; nobody needs the names any more.
    ///
    /// # Errors
    /// They are gone.
    pub fn open(self) -> io::Result<(File, File)> {
        let calls = File::open(self.folder().join(CALLS))?;
        let answers = File::options().write(true).open(self.folder().join(ANSWERS))?;
        Ok((calls, answers))
    }
}
