//! `SHA256SUMS`: the hashes of the files of a folder, in the format of sha256sum.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use sha2::{Digest, Sha256};

/// The name of the list.
pub const NAME: &str = "SHA256SUMS";

/// Why a folder is not as its list says.
#[derive(Debug, thiserror::Error)]
pub enum SumsError {
    /// A file or the folder cannot be read.
    #[error("{path}: {1}", path = .0.display())]
    Io(PathBuf, io::Error),
    /// A line of the list is none.
    #[error("{NAME}: no line of it is {0:?}")]
    Line(String),
    /// The list does not end with the end of a line.
    #[error("{NAME}: cut off")]
    CutOff,
    /// A file of the list is not there.
    #[error("{0}: listed in {NAME}, but not in the package")]
    Missing(String),
    /// A file is not what the list says.
    #[error("{0}: not what {NAME} lists")]
    Changed(String),
}

/// Writes the hashes of all files of a folder.
///
/// # Errors
///
/// A file cannot be read, or the list not written.
pub fn write(folder: &Path) -> Result<(), SumsError> {
    let line = |name: String| Ok(format!("{}  {name}\n", hash(&folder.join(&name))?));
    let lines = names(folder)?.into_iter().map(line).collect::<Result<String, SumsError>>()?;
    let list = folder.join(NAME);
    fs::write(&list, lines).map_err(|error| SumsError::Io(list, error))
}

/// Checks that a folder has the listed files as they are listed. Gives the names of what it has besides.
///
/// # Errors
///
/// The first thing that is wrong.
pub fn check(folder: &Path) -> Result<Vec<String>, SumsError> {
    let list = folder.join(NAME);
    let text = fs::read_to_string(&list).map_err(|error| SumsError::Io(list, error))?;
    let mut unlisted = names(folder)?;
    for line in text.lines() {
        let (listed, name) = line.split_once("  ").ok_or_else(|| SumsError::Line(line.to_owned()))?;
        // A name that leads out of the folder is not in it.
        if !unlisted.remove(name) {
            return Err(SumsError::Missing(name.to_owned()));
        }
        if hash(&folder.join(name))? != listed {
            return Err(SumsError::Changed(name.to_owned()));
        }
    }
    if text.ends_with('\n') { Ok(unlisted.into_iter().collect()) } else { Err(SumsError::CutOff) }
}

fn hash(file: &Path) -> Result<String, SumsError> {
    let bytes = fs::read(file).map_err(|error| SumsError::Io(file.into(), error))?;
    Ok(hex::encode(Sha256::digest(bytes)))
}

/// What is in a folder, but for the list.
fn names(folder: &Path) -> Result<BTreeSet<String>, SumsError> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let entries = entries.map_err(|error| SumsError::Io(folder.into(), error))?;
    let names = entries.iter().map(|entry| entry.file_name().to_string_lossy().into_owned());
    Ok(names.filter(|name| name != NAME).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    /// The hash of an empty file is known from FIPS 180-4's examples.
    #[test]
    fn the_list_is_that_of_sha256sum() {
        let folder = folder(&[("b", ""), ("a", "abc")]);
        write(folder.path()).unwrap();
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a\n\
                        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b\n";
        assert_eq!(fs::read_to_string(folder.path().join(NAME)).unwrap(), expected);
        assert!(check(folder.path()).unwrap().is_empty());
    }

    #[test]
    fn whatever_is_not_as_listed_is_named() {
        let folder = folder(&[("a", "abc"), ("b", "")]);
        let path = |name: &str| folder.path().join(name);
        write(folder.path()).unwrap();
        let said = || check(folder.path()).unwrap_err().to_string();
        fs::create_dir(path("more")).unwrap();
        assert_eq!(check(folder.path()).unwrap(), ["more"]);
        fs::write(path("a"), "abd").unwrap();
        assert_eq!(said(), "a: not what SHA256SUMS lists");
        fs::remove_file(path("a")).unwrap();
        assert_eq!(said(), "a: listed in SHA256SUMS, but not in the package");
        fs::write(path(NAME), format!("{}  ../{NAME}\n", "0".repeat(64))).unwrap();
        assert!(said().starts_with("../SHA256SUMS: listed"), "{}", said());
        fs::write(path(NAME), "abc").unwrap();
        assert_eq!(said(), "SHA256SUMS: no line of it is \"abc\"");
        fs::write(path(NAME), format!("{}  b", hash(&path("b")).unwrap())).unwrap();
        assert_eq!(said(), "SHA256SUMS: cut off");
    }
}
