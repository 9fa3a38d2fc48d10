//! Compares a catalog with a folder of files, both ways.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use walkdir::WalkDir;

use crate::catalog::{Catalog, Version};
use crate::create::{CreateError, InfPackage, packages_of};
use crate::digest::{DigestError, FileDigest};
use crate::folder::has_extension;
use crate::member::Member;
use crate::{oid, text};

/// What comparing found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Files that the catalog lists as they are.
    pub good: Vec<PathBuf>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Files that the catalog knows nothing about and no INF asks for. Nothing protects them.
    pub unlisted: Vec<PathBuf>,
}

impl Report {
    /// Whether catalog and folder fit.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.problems.is_empty() && !self.good.is_empty()
    }
}

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A file has another content than the one that the catalog lists.
    Changed(PathBuf),
    /// A file has one of its entries but not the other.
    NoHash {
        /// The file.
        file: PathBuf,
        /// The name of the hash.
        hash: &'static str,
    },
    /// An INF lists a file, or is one, that the catalog does not.
    NotInCatalog(PathBuf),
    /// A member has no file.
    NoFile(String),
    /// A member contradicts itself.
    Member {
        /// The member.
        member: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A file cannot be hashed.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// An INF of the folder is wrong, or lists a file that is not there.
    Inf(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(file) => write!(f, "{}: changed, the catalog has another hash for it", file.display()),
            Self::NoHash { file, hash } => write!(f, "{}: the catalog has no {hash} member for it", file.display()),
            Self::NotInCatalog(file) => write!(f, "{}: not in the catalog, but the INF needs it", file.display()),
            Self::NoFile(member) => write!(f, "{member}: in the catalog, but not in the folder"),
            Self::Member { member, reason } => write!(f, "{member}: {reason}"),
            Self::Unreadable { file, reason } => write!(f, "{}: {reason}", file.display()),
            Self::Inf(reason) => f.write_str(reason),
        }
    }
}

/// A file of the folder.
struct File {
    path: PathBuf,
    digest: Result<FileDigest, DigestError>,
    /// The hashes of it that the catalog has.
    listed: BTreeSet<&'static str>,
    /// A member has its name but not its hash.
    changed: bool,
}

impl File {
    fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().to_lowercase()
    }

    fn hash(&self, hash: &str) -> Option<&[u8]> {
        let digest = self.digest.as_ref().ok()?;
        Some(if hash == SHA1 { &digest.sha1 } else { &digest.sha256 })
    }
}

const SHA1: &str = "SHA-1";
const SHA256: &str = "SHA-256";

/// Compares each file of the folder `dir` and the folders in it with its members, and each member with the folder.
///
/// `name` is the file name of the catalog. An INF in the folder that asks for a catalog of this name, or is a member of
/// it, must have all its files in it; INF files with other catalogs may lie beside.
///
/// The signature of the catalog is not looked at: [`crate::signature`].
///
/// # Errors
///
/// The folder cannot be read. Whatever else is wrong is in the report.
pub fn folder(catalog: &Catalog, name: &str, dir: &Path) -> io::Result<Report> {
    let mut files = read_files(dir)?;
    let mut report = Report::default();
    let index = Index::new(&files);
    for member in &catalog.members {
        check_member(catalog.version, member, &index, &mut files, &mut report.problems);
    }
    let needed = needed_files(catalog, name, dir, &mut report.problems);
    for file in files {
        judge(catalog.version, file, &needed, &mut report);
    }
    Ok(report)
}

/// All files but catalogs: those are not in catalogs.
fn read_files(dir: &Path) -> io::Result<Vec<File>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(dir).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_dir() || has_extension(entry.path(), "cat") {
            continue;
        }
        let path = entry.into_path();
        let digest = FileDigest::of(&fs::read(&path)?);
        files.push(File { path, digest, listed: BTreeSet::new(), changed: false });
    }
    Ok(files)
}

/// Where files are, by what members know about them.
struct Index {
    by_hash: BTreeMap<Vec<u8>, Vec<usize>>,
    by_name: BTreeMap<String, Vec<usize>>,
}

impl Index {
    fn new(files: &[File]) -> Self {
        let mut index = Self { by_hash: BTreeMap::new(), by_name: BTreeMap::new() };
        for (number, file) in files.iter().enumerate() {
            index.by_name.entry(file.name()).or_default().push(number);
            for hash in [SHA1, SHA256].iter().filter_map(|hash| file.hash(hash)) {
                index.by_hash.entry(hash.to_vec()).or_default().push(number);
            }
        }
        index
    }
}

fn check_member(version: Version, member: &Member, index: &Index, files: &mut [File], problems: &mut Vec<Problem>) {
    let hash = member.identifier.hash();
    let name = member.file().map(str::to_owned);
    let shown = || name.clone().unwrap_or_else(|| format!("member {}", describe(member)));
    let mut wrong = |reason| problems.push(Problem::Member { member: shown(), reason });
    let Some(hash) = hash else { return wrong("its identifier is no hash") };
    let Some(kind) = kind_of(&hash) else { return wrong("its identifier is neither SHA-1 nor SHA-256") };
    if let Some(reason) = contradiction(version, member, &hash, kind) {
        wrong(reason);
    }
    let same_hash = index.by_hash.get(&hash).map(Vec::as_slice).unwrap_or_default();
    let same_name = name.as_ref().and_then(|name| index.by_name.get(&name.to_lowercase())).map(Vec::as_slice);
    for number in same_hash {
        files.get_mut(*number).map(|file| file.listed.insert(kind));
    }
    let fits = |number: &usize| same_hash.contains(number);
    match same_name {
        Some(numbers) if numbers.iter().any(fits) => {}
        Some(numbers) => {
            for number in numbers {
                files.get_mut(*number).into_iter().for_each(|file| file.changed = true);
            }
        }
        None if name.is_none() && !same_hash.is_empty() => {}
        None => push_new(problems, Problem::NoFile(shown())),
    }
}

fn push_new(problems: &mut Vec<Problem>, problem: Problem) {
    if !problems.contains(&problem) {
        problems.push(problem);
    }
}

/// A short text for a member without a name.
fn describe(member: &Member) -> String {
    member.identifier.hash().map_or_else(
        || text::from_utf16(&member.identifier.0).unwrap_or_else(|| hex::encode(&member.identifier.0)),
        hex::encode,
    )
}

const fn kind_of(hash: &[u8]) -> Option<&'static str> {
    match hash.len() {
        20 => Some(SHA1),
        32 => Some(SHA256),
        _ => None,
    }
}

/// Whether the hash inside a member is another than the one it is found by.
fn contradiction(version: Version, member: &Member, hash: &[u8], kind: &str) -> Option<&'static str> {
    let Some(data) = member.indirect_data() else {
        let needed = version == Version::V1 || kind == SHA256;
        return needed.then_some("it has no SPC_INDIRECT_DATA");
    };
    let algorithm = if kind == SHA1 { oid::SHA1 } else { oid::SHA256 };
    if data.algorithm.oid != algorithm {
        return Some("the algorithm in its SPC_INDIRECT_DATA is not that of its identifier");
    }
    (data.digest != hash).then_some("the hash in its SPC_INDIRECT_DATA is not its identifier")
}

/// The files that the INF files of the folder need to be in this catalog.
fn needed_files(catalog: &Catalog, name: &str, dir: &Path, problems: &mut Vec<Problem>) -> BTreeSet<PathBuf> {
    let packages = match packages_of(dir) {
        Ok(packages) => packages,
        // A catalog of files that are no driver package.
        Err(CreateError::NoInf(_)) => Vec::new(),
        Err(error) => {
            push_new(problems, Problem::Inf(error.to_string()));
            Vec::new()
        }
    };
    let mut needed = BTreeSet::new();
    for package in packages.iter().filter(|package| belongs(package, catalog, name)) {
        match package.files() {
            Ok(files) => needed.extend(files),
            Err(error) => push_new(problems, Problem::Inf(error.to_string())),
        }
    }
    needed
}

/// Whether an INF asks for this catalog or is in it.
fn belongs(package: &InfPackage, catalog: &Catalog, name: &str) -> bool {
    let inf = package.inf.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let mut files = catalog.members.iter().filter_map(Member::file);
    package.package.catalog.eq_ignore_ascii_case(name) || files.any(|file| file.to_lowercase() == inf)
}

fn judge(version: Version, file: File, needed: &BTreeSet<PathBuf>, report: &mut Report) {
    let File { path, digest, listed, changed } = file;
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
        _ if changed => report.problems.push(Problem::Changed(path)),
        _ if listed.is_empty() && needed.contains(&path) => report.problems.push(Problem::NotInCatalog(path)),
        _ if listed.is_empty() => report.unlisted.push(path),
        Some(hash) => report.problems.push(Problem::NoHash { file: path, hash }),
        None => report.good.push(path),
    }
}
