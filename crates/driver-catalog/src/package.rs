//! Whether a driver package is whole, unchanged, and a driver for a machine: what to know before it is installed.
//!
//! Windows looks at the signature of a catalog too, but says of a package that it does not take only that it does not.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::catalog::Catalog;
use crate::create::{CreateError, InfPackage};
use crate::error::ReadError;
use crate::folder::{Finder, has_extension};
use crate::image::{self, ImageError};
use crate::inf::{Architecture, Inf, InfError, packages};
use crate::signature::{self, SignatureError};
use crate::sums::{self, SumsError};
use crate::verify::{self, Problem};

/// What is wrong with a driver package. The text begins with the file.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// A file cannot be read.
    #[error("{path}: {1}", path = .0.display())]
    Io(PathBuf, io::Error),
    /// A file is not as the list of checksums has it.
    #[error(transparent)]
    Sums(#[from] SumsError),
    /// The INF is wrong.
    #[error("{path}: {1}", path = .0.display())]
    Inf(PathBuf, InfError),
    /// The INF has no driver, or names no catalog, for the architecture.
    #[error("{}: no driver with a catalog for {}", .inf.display(), .architecture.name())]
    NoDriver {
        /// The INF.
        inf: PathBuf,
        /// What was asked for.
        architecture: Architecture,
    },
    /// A file that the INF lists cannot be found.
    #[error(transparent)]
    Files(CreateError),
    /// An image is no driver for the architecture.
    #[error("{path}: {1}", path = .0.display())]
    Image(PathBuf, ImageError),
    /// The catalog cannot be read.
    #[error("{path}: {1}", path = .0.display())]
    Catalog(PathBuf, ReadError),
    /// Nobody has signed the catalog.
    #[error("{path}: it is not signed", path = .0.display())]
    NotSigned(PathBuf),
    /// The signature of the catalog is wrong.
    #[error("{path}: {1}", path = .0.display())]
    Signature(PathBuf, SignatureError),
    /// The catalog is not for these files.
    #[error("{path}: {1}", path = .0.display())]
    Changed(PathBuf, Problem),
}

/// A package that is as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The files of the driver: those that the INF lists, and the INF.
    pub files: Vec<PathBuf>,
    /// The names of what lies in the folder and is not in `SHA256SUMS`; `None` without that list.
    pub unlisted: Option<Vec<String>>,
}

/// Checks the package of the INF `inf` for machines of `architecture`: that each file is as `SHA256SUMS` beside the INF
/// lists it, if there is such a list; that the INF has a driver and all its files; that each `.sys` is a whole driver
/// image for the architecture; and that the catalog is signed, rightly, and for these very files.
///
/// Whether the signer is to be trusted is another question: [`signature::Authorities`], or that of the machine.
///
/// # Errors
///
/// The first thing that is wrong.
pub fn check(inf: &Path, architecture: Architecture) -> Result<Whole, PackageError> {
    let folder = inf.parent().unwrap_or(Path::new(""));
    let unlisted = folder.join(sums::NAME).is_file().then(|| sums::check(folder)).transpose()?;
    let package = package_for(inf, architecture)?;
    let mut finder = Finder::new(folder);
    let (files, missing) = package.files(&mut finder).map_err(PackageError::Files)?;
    if let Some(file) = missing.into_iter().next() {
        return Err(PackageError::Files(CreateError::NoFile { inf: inf.into(), file }));
    }
    for file in files.iter().filter(|file| has_extension(file, "sys")) {
        image::check_driver(&read(file)?, architecture).map_err(|error| PackageError::Image(file.clone(), error))?;
    }
    let name = Path::new(&package.package.catalog);
    let found = finder.find(name).map_err(|error| PackageError::Io(folder.join(name), error))?;
    catalog(&found.unwrap_or_else(|| folder.join(name)), &files)?;
    Ok(Whole { files, unlisted })
}

fn read(file: &Path) -> Result<Vec<u8>, PackageError> {
    fs::read(file).map_err(|error| PackageError::Io(file.into(), error))
}

fn package_for(inf: &Path, architecture: Architecture) -> Result<InfPackage, PackageError> {
    let found = Inf::from_bytes(&read(inf)?).and_then(|inf| packages(&inf));
    let packages = found.map_err(|error| PackageError::Inf(inf.into(), error))?;
    let package = packages.into_iter().find(|package| package.architectures.contains(&architecture));
    let package = package.ok_or_else(|| PackageError::NoDriver { inf: inf.into(), architecture })?;
    Ok(InfPackage { inf: inf.into(), package })
}

/// The catalog is signed, and has these files as they are.
fn catalog(path: &Path, files: &[PathBuf]) -> Result<(), PackageError> {
    let bytes = read(path)?;
    let catalog = Catalog::from_der(&bytes).map_err(|error| PackageError::Catalog(path.into(), error))?;
    let report = verify::files(&catalog, files).map_err(|error| PackageError::Io(path.into(), error))?;
    // It may be the catalog of other packages too, whose files are elsewhere.
    let problem = report.problems.into_iter().find(|problem| !matches!(problem, Problem::NoFile(_)));
    if let Some(problem) = problem {
        return Err(PackageError::Changed(path.into(), problem));
    }
    let signers = signature::check(&bytes).map_err(|error| PackageError::Signature(path.into(), error))?;
    if signers.is_empty() { Err(PackageError::NotSigned(path.into())) } else { Ok(()) }
}
