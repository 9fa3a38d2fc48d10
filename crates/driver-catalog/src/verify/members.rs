//! The files of a folder, and what the members of a catalog say about them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use walkdir::WalkDir;

use super::report::Problem;
use crate::digest::{DigestError, FileDigest};
use crate::folder::has_extension;
use crate::member::Member;
use crate::version::Version;
use crate::{oid, text};

/// A file of the folder.
pub(super) struct File {
    pub path: PathBuf,
    /// In lower case.
    pub name: String,
    pub digest: Result<FileDigest, DigestError>,
    /// The hashes of it that the catalog has.
    pub listed: BTreeSet<&'static str>,
}

impl File {
    pub fn read(path: PathBuf) -> io::Result<Self> {
        let digest = FileDigest::of(&fs::read(&path)?);
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        Ok(Self { path, name, digest, listed: BTreeSet::new() })
    }

    fn hash(&self, hash: &str) -> Option<&[u8]> {
        let digest = self.digest.as_ref().ok()?;
        Some(if hash == SHA1 { &digest.sha1 } else { &digest.sha256 })
    }
}

pub(super) const SHA1: &str = "SHA-1";
pub(super) const SHA256: &str = "SHA-256";

/// All files but catalogs: those are not in catalogs.
pub(super) fn read_files(dir: &Path) -> io::Result<Vec<File>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(dir).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_dir() || has_extension(entry.path(), "cat") {
            continue;
        }
        files.push(File::read(entry.into_path())?);
    }
    Ok(files)
}

/// Where files are, by what members know about them.
pub(super) struct Index {
    by_hash: HashMap<Vec<u8>, Vec<usize>>,
    names: HashSet<String>,
}

impl Index {
    pub fn new(files: &[File]) -> Self {
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
pub(super) struct Members {
    /// A file of this name is there, but not with this content.
    pub changed: HashSet<String>,
    /// No file is there.
    pub lost: HashSet<String>,
}

impl Members {
    pub fn check(
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
