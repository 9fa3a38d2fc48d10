//! What a sandbox is made of.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::wine;

/// What a sandbox is made of.
#[derive(Clone, Debug)]
pub struct Options {
    /// A folder for the template of the prefix and for a mount point. Sandboxes may share it.
    pub work: PathBuf,
    /// The program `kmdf-sandbox`.
    pub runner: PathBuf,
    /// Folders that stay visible, to be read, although they lie below one that is private to the sandbox (`/tmp`, `/run`,
    /// `/home`, `/root`).
    pub visible: Vec<PathBuf>,
    /// Host files to copy into the Wine prefix, by their path below `drive_c`.
    pub files: BTreeMap<PathBuf, PathBuf>,
    /// The same, but a file that Wine has brought along stays.
    pub files_if_absent: BTreeMap<PathBuf, PathBuf>,
    /// Linux programs of the host to put on the path, by their name there.
    pub programs: BTreeMap<String, PathBuf>,
    /// Shell scripts to put on the path, by their name there.
    pub scripts: BTreeMap<String, String>,
    /// The debug channels of Wine, as for its variable `WINEDEBUG`. [`wine::QUIET`] unless told.
    pub wine_debug: String,
}

impl Options {
    /// A sandbox with nothing in it but Wine and the network.
    #[must_use]
    pub fn new(work: &Path, runner: &Path) -> Self {
        Self {
            work: work.to_owned(),
            runner: runner.to_owned(),
            visible: Vec::new(),
            files: BTreeMap::new(),
            files_if_absent: BTreeMap::new(),
            programs: BTreeMap::new(),
            scripts: BTreeMap::new(),
            wine_debug: wine::QUIET.to_owned(),
        }
    }
}
