//! The files that the INF files of a folder need to be in a catalog.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::report::Problem;
use crate::catalog::Catalog;
use crate::create::{CreateError, InfPackage, packages_of};
use crate::folder::Finder;
use crate::inf::CodePage;
use crate::member::Member;

/// The files that the INF files of the folder need to be in this catalog.
pub(super) fn needed_files(
    catalog: &Catalog,
    name: &str,
    dir: &Path,
    code_page: CodePage,
    lost: &HashSet<String>,
    problems: &mut Vec<Problem>,
) -> HashSet<PathBuf> {
    let packages = match packages_of(dir, code_page) {
        Ok(packages) => packages,
        // A catalog of files that are no driver package.
        Err(CreateError::NoInf(_)) => Vec::new(),
        Err(error) => {
            problems.push(Problem::Inf(error.to_string()));
            Vec::new()
        }
    };
    let members: HashSet<_> = catalog.members.iter().filter_map(Member::file).map(str::to_lowercase).collect();
    let (mut needed, mut reported, mut finder) = (HashSet::new(), HashSet::new(), Finder::new(dir));
    for package in packages.iter().filter(|package| belongs(package, &members, name)) {
        let (found, missing) = match package.files(&mut finder) {
            Ok(files) => files,
            Err(error) => {
                problems.push(Problem::Inf(error.to_string()));
                continue;
            }
        };
        needed.extend(found);
        // What the catalog has and the folder has not is known already.
        let unknown = |file: &PathBuf| {
            let name = file.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
            !lost.contains(&name) && reported.insert((package.inf.clone(), file.clone()))
        };
        let inf = || package.inf.clone();
        problems.extend(missing.into_iter().filter(unknown).map(|file| Problem::NotInFolder { inf: inf(), file }));
    }
    needed
}

/// Whether an INF asks for this catalog or is in it.
fn belongs(package: &InfPackage, members: &HashSet<String>, name: &str) -> bool {
    let inf = package.inf.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    package.package.catalog.eq_ignore_ascii_case(name) || members.contains(&inf)
}
