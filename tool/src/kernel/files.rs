//! Files that are only touched when they change, because cargo goes by their times.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Makes a folder and those above it.
pub fn folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))
}

/// Makes a folder where an earlier build may have left a link to another one.
pub fn own_folder(path: &Path) -> Result<()> {
    if path.is_symlink() {
        fs::remove_file(path).with_context(|| format!("cannot replace {}", path.display()))?;
    }
    folder(path)
}

/// Writes a file unless it holds this already.
pub fn write(path: &Path, contents: &str) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == contents.as_bytes()) {
        return Ok(());
    }
    folder(path.parent().context("a file lies in a folder")?)?;
    fs::write(path, contents).with_context(|| format!("cannot write {}", path.display()))
}

/// Copies a file.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let copied = fs::copy(from, to);
    copied.map(drop).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))
}

/// Makes `link` lead to `to`.
pub fn link(to: &Path, link: &Path) -> Result<()> {
    if fs::read_link(link).is_ok_and(|old| old == to) {
        return Ok(());
    }
    folder(link.parent().context("a link lies in a folder")?)?;
    if fs::symlink_metadata(link).is_ok() {
        fs::remove_file(link).with_context(|| format!("cannot replace {}", link.display()))?;
    }
    symlink(to, link).with_context(|| format!("cannot link {}", link.display()))
}

/// The files of a folder with an extension, sorted.
pub fn with_extension(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.retain(|file| has_extension(file, extension));
    files.sort();
    Ok(files)
}

/// Whether a file has an extension, in any case.
pub fn has_extension(file: &Path, wanted: &str) -> bool {
    file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
}

/// Makes a file with `make` unless it was made from the same `inputs` before.
pub fn cached(path: &Path, inputs: &str, make: impl FnOnce() -> Result<()>) -> Result<()> {
    let mut key = path.as_os_str().to_owned();
    key.push(".inputs");
    let key = PathBuf::from(key);
    if path.is_file() && fs::read(&key).is_ok_and(|old| old == inputs.as_bytes()) {
        return Ok(());
    }
    folder(path.parent().context("a file lies in a folder")?)?;
    make()?;
    write(&key, inputs)
}

/// An entry of a folder that has a name in some case, or the name itself.
pub fn spelled(folder: &Path, name: &str) -> PathBuf {
    let exact = folder.join(name);
    if exact.exists() {
        return exact;
    }
    let mut entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let found = entries.find(|entry| entry.file_name().to_str().is_some_and(|other| other.eq_ignore_ascii_case(name)));
    found.map_or(exact, |entry| entry.path())
}
