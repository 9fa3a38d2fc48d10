//! Looks for files the way Windows does: names do not mind case.

use std::collections::HashMap;
use std::io::Result;
use std::path::{Component, Path, PathBuf};
use std::{fs, io};

/// Finds files below a folder. Each folder is read once, however many files are looked for in it.
pub(crate) struct Finder {
    root: PathBuf,
    /// The entries of a folder by their names in lower case, and those that differ in case only beside each other.
    listings: HashMap<PathBuf, HashMap<String, Vec<PathBuf>>>,
}

impl Finder {
    /// For the files below `root`.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf(), listings: HashMap::new() }
    }

    /// The file `path` below the root, under its true name.
    pub fn find(&mut self, path: &Path) -> Result<Option<PathBuf>> {
        let mut current = self.root.clone();
        for component in path.components() {
            let Component::Normal(name) = component else {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{}: leads out", path.display())));
            };
            let Some(name) = name.to_str() else { return Ok(None) };
            let Some(same) = self.listing(&current)?.get(&name.to_lowercase()) else { return Ok(None) };
            let exact = same.iter().find(|entry| entry.file_name().is_some_and(|own| own == name));
            let Some(found) = exact.or(same.first()) else { return Ok(None) };
            current.clone_from(found);
        }
        Ok(current.is_file().then_some(current))
    }

    fn listing(&mut self, folder: &Path) -> Result<&HashMap<String, Vec<PathBuf>>> {
        if !self.listings.contains_key(folder) {
            let mut listing: HashMap<_, Vec<_>> = HashMap::new();
            for entry in entries(folder)? {
                let name = entry.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
                listing.entry(name).or_default().push(entry);
            }
            self.listings.insert(folder.to_path_buf(), listing);
        }
        Ok(&self.listings[folder])
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_mind_case_but_the_very_name_goes_first() -> Result<()> {
        let dir = tempfile::tempdir()?;
        fs::create_dir(dir.path().join("Sub"))?;
        for name in ["A.sys", "a.sys", "Sub/B.sys"] {
            fs::write(dir.path().join(name), "")?;
        }
        let mut finder = Finder::new(dir.path());
        let mut find = |name: &str| finder.find(Path::new(name));
        assert_eq!(find("a.sys")?, Some(dir.path().join("a.sys")));
        assert_eq!(find("A.SYS")?, Some(dir.path().join("A.sys")));
        assert_eq!(find("sub/b.SYS")?, Some(dir.path().join("Sub/B.sys")));
        assert_eq!((find("sub")?, find("c.sys")?, find("a.sys/b")?), (None, None, None));
        assert!(find("../a.sys").is_err());
        Ok(())
    }

    /// Or a package of many files would be read as often as it has files.
    #[test]
    fn a_folder_is_read_once() -> Result<()> {
        let dir = tempfile::tempdir()?;
        fs::write(dir.path().join("First"), "")?;
        let mut finder = Finder::new(dir.path());
        assert!(finder.find(Path::new("first"))?.is_some());
        fs::write(dir.path().join("Second"), "")?;
        assert!(finder.find(Path::new("second"))?.is_none(), "the folder was read again");
        Ok(())
    }
}
