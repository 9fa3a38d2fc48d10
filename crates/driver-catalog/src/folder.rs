//! Looks for files the way Windows does: names do not mind case.

use std::io::Result;
use std::path::{Component, Path, PathBuf};
use std::{fs, io};

/// The file `path` below `root`, under its true name.
pub(crate) fn find(root: &Path, path: &Path) -> Result<Option<PathBuf>> {
    let mut current = root.to_path_buf();
    for component in path.components() {
        let Component::Normal(name) = component else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{}: leads out", path.display())));
        };
        let exact = current.join(name);
        let found = if exact.exists() { Some(exact) } else { entries(&current)?.find(|entry| has_name(entry, name)) };
        match found {
            Some(found) => current = found,
            None => return Ok(None),
        }
    }
    Ok(current.is_file().then_some(current))
}

fn has_name(path: &Path, name: &std::ffi::OsStr) -> bool {
    let (Some(own), Some(name)) = (path.file_name().and_then(|own| own.to_str()), name.to_str()) else { return false };
    own.to_lowercase() == name.to_lowercase()
}

fn entries(dir: &Path) -> Result<impl Iterator<Item = PathBuf>> {
    if !dir.is_dir() {
        return Ok(Vec::new().into_iter());
    }
    let mut paths = fs::read_dir(dir)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths.into_iter())
}

/// The files of a folder with an extension, in the order of their names.
pub(crate) fn with_extension(dir: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    if !dir.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotADirectory, "not a folder"));
    }
    Ok(entries(dir)?.filter(|path| path.is_file() && has_extension(path, extension)).collect())
}

/// Whether a file has an extension.
pub(crate) fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|own| own.eq_ignore_ascii_case(extension))
}
