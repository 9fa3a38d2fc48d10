//! Compares a catalog with a folder of files, both ways.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use walkdir::WalkDir;

use crate::catalog::{Catalog, Version};
use crate::create::{CreateError, InfPackage, packages_of};
use crate::digest::{DigestError, FileDigest};
use crate::folder::{Finder, has_extension};
use crate::inf::CodePage;
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
    /// An INF lists a file that is neither in the folder nor in the catalog.
    NotInFolder {
        /// The INF.
        inf: PathBuf,
        /// The file and the folders to it.
        file: PathBuf,
    },
    /// An INF of the folder is wrong.
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
            Self::NotInFolder { inf, file } => {
                write!(f, "{}: lists {}, which is not in the folder", inf.display(), file.display())
            }
            Self::Inf(reason) => f.write_str(reason),
        }
    }
}

/// A file of the folder.
struct File {
    path: PathBuf,
    /// In lower case.
    name: String,
    digest: Result<FileDigest, DigestError>,
    /// The hashes of it that the catalog has.
    listed: BTreeSet<&'static str>,
}

impl File {
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
    let mut files = read_files(dir)?;
    let mut report = Report::default();
    let index = Index::new(&files);
    let mut members = Members::default();
    for member in &catalog.members {
        members.check(catalog.version, member, &index, &mut files, &mut report.problems);
    }
    let needed = needed_files(catalog, name, dir, code_page, &members.lost, &mut report.problems);
    for file in files {
        judge(catalog.version, file, &needed, &members.changed, &mut report);
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
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        files.push(File { path, name, digest, listed: BTreeSet::new() });
    }
    Ok(files)
}

/// Where files are, by what members know about them.
struct Index {
    by_hash: HashMap<Vec<u8>, Vec<usize>>,
    names: HashSet<String>,
}

impl Index {
    fn new(files: &[File]) -> Self {
        let mut by_hash: HashMap<_, Vec<_>> = HashMap::new();
        for (number, file) in files.iter().enumerate() {
            for hash in [SHA1, SHA256].iter().filter_map(|hash| file.hash(hash)) {
                by_hash.entry(hash.to_vec()).or_default().push(number);
            }
        }
        Self { by_hash, names: files.iter().map(|file| file.name.clone()).collect() }
    }
}

/// What is known from the members; all names are in lower case.
#[derive(Default)]
struct Members {
    /// A file of this name is there, but not with this content.
    changed: HashSet<String>,
    /// No file is there.
    lost: HashSet<String>,
}

impl Members {
    fn check(
        &mut self,
        version: Version,
        member: &Member,
        index: &Index,
        files: &mut [File],
        problems: &mut Vec<Problem>,
    ) {
        let shown = || member.file().map_or_else(|| format!("member {}", describe(member)), str::to_owned);
        let mut wrong = |reason| problems.push(Problem::Member { member: shown(), reason });
        let Some(hash) = member.identifier.hash() else { return wrong("its identifier is no hash") };
        let Some(kind) = kind_of(&hash) else { return wrong("its identifier is neither SHA-1 nor SHA-256") };
        if let Some(reason) = contradiction(version, member, &hash, kind) {
            wrong(reason);
        }
        let name = member.file().map(str::to_lowercase);
        let mut found = false;
        for number in index.by_hash.get(&hash).into_iter().flatten() {
            let Some(file) = files.get_mut(*number) else { continue };
            file.listed.insert(kind);
            found |= name.as_ref().is_none_or(|name| *name == file.name);
        }
        let name = name.unwrap_or_else(|| hex::encode(&hash));
        if found {
            return;
        }
        if index.names.contains(&name) {
            self.changed.insert(name);
        } else if self.lost.insert(name) {
            problems.push(Problem::NoFile(shown()));
        }
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
fn needed_files(
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
