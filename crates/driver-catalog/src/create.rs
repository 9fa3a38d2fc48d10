//! Makes the catalogs of a driver package from its INF files.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use der::asn1::{Any, UtcTime};
use der::{DateTime, Tag, TagNumber};
use sha2::{Digest, Sha256};
use x509_cert::time::Time;

use crate::catalog::{Catalog, Extension, Signature};
use crate::digest::{DigestError, FileDigest, Kind};
use crate::folder::{self, Finder};
use crate::inf::{CodePage, Inf, InfError, Package, packages};
use crate::member::{Attribute, FLAT_FILE, Identifier, Member, NameValue, PE_IMAGE};
use crate::version::Version;

/// Windows 10 and 11, as the attribute `OSAttr` has them: platform 2 is NT.
pub const WINDOWS_10: &str = "2:10.0";

/// What the INF does not say.
#[derive(Debug, Clone)]
pub struct Options {
    /// The layout to write.
    pub version: Version,
    /// When the catalog is made. Seconds count, fractions do not.
    pub time: SystemTime,
    /// The attribute `OS` instead of what the models sections say.
    pub os: Option<String>,
    /// The attribute `OSAttr` instead of [`WINDOWS_10`].
    pub os_attr: Option<String>,
    /// The code page of INF files without a byte order mark.
    pub code_page: CodePage,
}

impl Options {
    /// A catalog of version 2, made at `time`, for Windows 10 and later on the architectures of the INF.
    #[must_use]
    pub fn new(time: SystemTime) -> Self {
        Self { version: Version::V2, time, os: None, os_attr: None, code_page: CodePage::default() }
    }
}

/// Why there is no catalog for a package.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// No INF in the folder.
    #[error("{0}: no INF file here")]
    NoInf(PathBuf),
    /// No INF in the folder asks for a catalog.
    #[error("{0}: no INF here names a catalog that is for some Windows (CatalogFile in [Version], [Manufacturer])")]
    NoCatalog(PathBuf),
    /// A file or folder cannot be read.
    #[error("{0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// An INF is wrong.
    #[error("{0}: {1}")]
    Inf(PathBuf, InfError),
    /// A file that the INF lists is not there.
    #[error("{inf}: lists {file}, which is not in the package")]
    NoFile {
        /// The INF.
        inf: PathBuf,
        /// The file and the folders to it.
        file: PathBuf,
    },
    /// A PE image cannot be hashed.
    #[error("{0}: {1}")]
    Digest(PathBuf, DigestError),
    /// Something has no place in a catalog.
    #[error("{0}: {1}")]
    Encoding(String, der::Error),
}

/// A catalog and the name that the INF gives it.
#[derive(Debug, Clone)]
pub struct NamedCatalog {
    /// File name.
    pub name: String,
    /// The catalog, not signed.
    pub catalog: Catalog,
    /// The files that it lists, with their full names.
    pub files: Vec<PathBuf>,
}

/// The package of an INF.
pub(crate) struct InfPackage {
    pub inf: PathBuf,
    pub package: Package,
}

impl InfPackage {
    /// The INF and all files that it lists. The second are those that are not there.
    pub fn files(&self, finder: &mut Finder) -> Result<(Vec<PathBuf>, Vec<PathBuf>), CreateError> {
        let (mut files, mut missing) = (vec![self.inf.clone()], Vec::new());
        for file in &self.package.files {
            let path: PathBuf = file.folder.iter().chain([&file.name]).collect();
            let found = finder.find(&path).map_err(|error| CreateError::Io(path.clone(), error))?;
            found.map_or_else(|| missing.push(path), |found| files.push(found));
        }
        Ok((files, missing))
    }
}

/// The packages of all INF files of the folder `dir`.
pub(crate) fn packages_of(dir: &Path, code_page: CodePage) -> Result<Vec<InfPackage>, CreateError> {
    let infs = folder::with_extension(dir, "inf").map_err(|error| CreateError::Io(dir.into(), error))?;
    let mut all = Vec::new();
    for path in &infs {
        let bytes = fs::read(path).map_err(|error| CreateError::Io(path.clone(), error))?;
        let found = Inf::from_bytes_in(&bytes, code_page).and_then(|inf| packages(&inf));
        let found = found.map_err(|error| CreateError::Inf(path.clone(), error))?;
        all.extend(found.into_iter().map(|package| InfPackage { inf: path.clone(), package }));
    }
    if infs.is_empty() { Err(CreateError::NoInf(dir.into())) } else { Ok(all) }
}

/// Makes the catalogs that the INF files of the folder `dir` name. Writes nothing.
///
/// INF files that name the same catalog share it. The same files and options give the same catalogs, byte for byte.
///
/// # Errors
///
/// See [`CreateError`]; each names the file.
pub fn catalogs(dir: &Path, options: &Options) -> Result<Vec<NamedCatalog>, CreateError> {
    let mut groups: Vec<(String, Vec<InfPackage>)> = Vec::new();
    let mut known = HashMap::new();
    for package in packages_of(dir, options.code_page)? {
        let name = &package.package.catalog;
        let index = *known.entry(name.to_ascii_lowercase()).or_insert_with(|| {
            groups.push((name.clone(), Vec::new()));
            groups.len() - 1
        });
        if let Some((_, group)) = groups.get_mut(index) {
            group.push(package);
        }
    }
    let mut finder = Finder::new(dir);
    let made = groups.into_iter().map(|(name, group)| catalog(name, &group, &mut finder, options));
    let catalogs = made.collect::<Result<Vec<_>, _>>()?;
    if catalogs.is_empty() {
        return Err(CreateError::NoCatalog(dir.into()));
    }
    Ok(catalogs)
}

fn catalog(
    name: String,
    group: &[InfPackage],
    finder: &mut Finder,
    options: &Options,
) -> Result<NamedCatalog, CreateError> {
    let mut files = BTreeSet::new();
    for package in group {
        let (found, missing) = package.files(finder)?;
        if let Some(file) = missing.into_iter().next() {
            return Err(CreateError::NoFile { inf: package.inf.clone(), file });
        }
        files.extend(found);
    }
    let mut digests = Vec::new();
    for file in &files {
        let bytes = fs::read(file).map_err(|error| CreateError::Io(file.clone(), error))?;
        let digest = FileDigest::of(&bytes).map_err(|error| CreateError::Digest(file.clone(), error))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        digests.push((name, digest));
    }
    let packages = group.iter().map(|package| &package.package);
    let catalog = from_digests(&digests, packages, options);
    let catalog = catalog.map_err(|error| CreateError::Encoding(name.clone(), error))?;
    Ok(NamedCatalog { name, catalog, files: files.into_iter().collect() })
}

/// A catalog of files that are hashed already, given with their names.
///
/// # Errors
///
/// Something has no place in a catalog: a time that is not in 1970 to 2049.
pub fn from_digests<'a>(
    files: &[(String, FileDigest)],
    packages: impl IntoIterator<Item = &'a Package>,
    options: &Options,
) -> der::Result<Catalog> {
    let mut members = Vec::new();
    for (name, digest) in files {
        members.extend(members_of(name, digest, options)?);
    }
    // Files with the same content have one entry, under the name that comes first.
    members.sort_by(|a, b| a.identifier.cmp(&b.identifier));
    members.dedup_by(|b, a| a.identifier == b.identifier);
    let has_image = files.iter().any(|(_, digest)| digest.kind == Kind::PeImage);
    let mut catalog = Catalog {
        version: options.version,
        list_identifier: Vec::new(),
        this_update: Time::UtcTime(UtcTime::from_date_time(whole_seconds(options.time)?)?),
        members,
        extensions: extensions(packages, has_image, options),
        signature: Signature::default(),
    };
    // Windows wants 16 bytes that are this catalog's own. Taken from what is in it, not from chance, so that a build
    // can be repeated.
    let hash = Sha256::digest(catalog.to_der()?);
    catalog.list_identifier = hash.iter().copied().take(16).collect();
    Ok(catalog)
}

fn whole_seconds(time: SystemTime) -> der::Result<DateTime> {
    DateTime::from_system_time(time)
}

fn flags(version: Version) -> u32 {
    match version {
        Version::V1 => NameValue::TEXT,
        Version::V2 => NameValue::AUTHENTICATED_TEXT,
    }
}

fn os_attr(options: &Options) -> &str {
    options.os_attr.as_deref().unwrap_or(WINDOWS_10)
}

/// One member for the SHA-1 hash and, in version 2, one for the SHA-256 hash.
fn members_of(name: &str, digest: &FileDigest, options: &Options) -> der::Result<Vec<Member>> {
    let version = options.version;
    let file = Attribute::NameValue(NameValue::text("File", flags(version), name));
    let identifier = |hash: &[u8]| Identifier::from_hash(version, hash);
    let indirect_data = Attribute::IndirectData(digest.indirect_data(version)?);
    if version == Version::V1 {
        let attributes = vec![file, member_info(digest.kind), indirect_data];
        return Ok(vec![Member { identifier: identifier(&digest.sha1), attributes }]);
    }
    let os = Attribute::NameValue(NameValue::text("OSAttr", flags(version), os_attr(options)));
    let sha1 = vec![os, file, member_info_2()?];
    let sha256 = sha1.iter().cloned().chain([indirect_data]).collect();
    Ok(vec![
        Member { identifier: identifier(&digest.sha1), attributes: sha1 },
        Member { identifier: identifier(&digest.sha256), attributes: sha256 },
    ])
}

fn member_info(kind: Kind) -> Attribute {
    let subject_type = match kind {
        Kind::PeImage => PE_IMAGE,
        Kind::Flat => FLAT_FILE,
    };
    Attribute::MemberInfo { subject_type: subject_type.to_owned(), certificate_version: 0x200 }
}

/// An empty `[2]`, for every kind of file.
fn member_info_2() -> der::Result<Attribute> {
    let tag = Tag::ContextSpecific { constructed: false, number: TagNumber::N2 };
    Ok(Attribute::MemberInfo2(Any::new(tag, [])?))
}

fn extensions<'a>(
    packages: impl IntoIterator<Item = &'a Package>,
    has_image: bool,
    options: &Options,
) -> Vec<Extension> {
    let (mut os, mut ids): (Vec<String>, Vec<String>) = Default::default();
    for package in packages {
        os.extend(package.architectures.iter().map(|architecture| architecture.os().to_owned()));
        ids.extend(package.hardware_ids());
    }
    keep_first(&mut os);
    keep_first(&mut ids);
    let os = options.os.clone().unwrap_or_else(|| os.join(","));
    let flags = flags(options.version);
    let trusted = has_image.then(|| NameValue::text("PE", NameValue::TEXT, "TRUSTED"));
    // Version 1 has the versions of Windows once for all its files.
    let os_attr = (options.version == Version::V1).then(|| NameValue::text("OSAttr", flags, os_attr(options)));
    let os = (!os.is_empty()).then(|| NameValue::text("OS", flags, os));
    let ids = ids.iter().enumerate().rev().map(|(index, id)| NameValue::text(format!("HWID{}", index + 1), flags, id));
    trusted.into_iter().chain(os_attr).chain(os).chain(ids).map(Extension::NameValue).collect()
}

/// Removes what is in the list already.
fn keep_first(all: &mut Vec<String>) {
    let mut known = BTreeSet::new();
    all.retain(|one| known.insert(one.clone()));
}
