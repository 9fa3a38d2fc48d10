//! Compares a catalog with a folder of files, both ways.

mod members;
mod needed;
mod report;

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use crate::catalog::Catalog;
use crate::inf::CodePage;
use crate::version::Version;

use members::{File, Index, Members, SHA1, SHA256, read_files};
use needed::needed_files;
pub use report::{Problem, Report};

/// Compares each file of the folder `dir` and the folders in it with its members, and each member with the folder.
///
/// `name` is the file name of the catalog. An INF in the folder that asks for a catalog of this name, or is a member of
/// it, must have all its files in it; INF files with other catalogs may lie beside. They are read as
/// [`Inf::from_bytes`](crate::inf::Inf::from_bytes) does.
///
/// The signature of the catalog is not looked at: [`crate::signature`].
///
/// # Errors
///
/// The folder cannot be read. Whatever else is wrong is in the report, each cause once.
pub fn folder(catalog: &Catalog, name: &str, dir: &Path) -> io::Result<Report> {
    folder_in(catalog, name, dir, CodePage::default())
}

/// The same, with another code page for INF files without a byte order mark.
///
/// # Errors
///
/// The folder cannot be read.
pub fn folder_in(catalog: &Catalog, name: &str, dir: &Path, code_page: CodePage) -> io::Result<Report> {
    let files = read_files(dir)?;
    Ok(compare(catalog, files, |lost, problems| needed_files(catalog, name, dir, code_page, lost, problems)))
}

/// Compares these files with the members of a catalog; each of them must be in it.
pub(crate) fn files(catalog: &Catalog, files: &[PathBuf]) -> io::Result<Report> {
    let read = files.iter().cloned().map(File::read).collect::<io::Result<_>>()?;
    Ok(compare(catalog, read, |_, _| files.iter().cloned().collect()))
}

/// `needed` are the files that must be in the catalog, by what the catalog has and the folder has not.
fn compare(
    catalog: &Catalog,
    mut files: Vec<File>,
    needed: impl FnOnce(&HashSet<String>, &mut Vec<Problem>) -> HashSet<PathBuf>,
) -> Report {
    let mut report = Report::default();
    let index = Index::new(&files);
    let mut members = Members::default();
    for member in &catalog.members {
        members.check(catalog.version, member, &index, &mut files, &mut report.problems);
    }
    let needed = needed(&members.lost, &mut report.problems);
    for file in files {
        judge(catalog.version, file, &needed, &members.changed, &mut report);
    }
    report
}

fn judge(version: Version, file: File, needed: &HashSet<PathBuf>, changed: &HashSet<String>, report: &mut Report) {
    let File { path, name, digest, listed } = file;
    if let Err(error) = digest {
        report.problems.push(Problem::Unreadable { file: path, reason: error.to_string() });
        return;
    }
    let wanted: &[&str] = match version {
        Version::V1 => &[],
        Version::V2 => &[SHA1, SHA256],
    };
    let missing = wanted.iter().copied().find(|hash| !listed.contains(hash));
    match missing {
        // A file of the same name elsewhere in the folder may be the one that was changed.
        _ if listed.is_empty() && changed.contains(&name) => report.problems.push(Problem::Changed(path)),
        _ if listed.is_empty() && needed.contains(&path) => report.problems.push(Problem::NotInCatalog(path)),
        _ if listed.is_empty() => report.unlisted.push(path),
        Some(hash) => report.problems.push(Problem::NoHash { file: path, hash }),
        None => report.good.push(path),
    }
}
