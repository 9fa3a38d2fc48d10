//! Puts a driver package together.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use driver_catalog::{Catalog, create, sums};

use super::contents::Contents;
use super::sign::Signer;
use super::verify;
use crate::kernel::{self, DriverPackage, image};
use crate::workspace::Workspace;

/// Makes what Windows needs of a package, with a change of its INF.
///
/// # Errors
///
/// A file cannot be written or signed.
pub fn variant(
    workspace: &Workspace,
    contents: &Contents<'_>,
    driver: &DriverPackage,
    signer: &Signer,
    folder: &Path,
    change: impl FnOnce(&str) -> String,
) -> Result<()> {
    clear(contents, folder)?;
    fs::write(folder.join(contents.inf()), change(&fs::read_to_string(&driver.inf)?))?;
    signer.sign(&driver.image.sys, &folder.join(contents.image()))?;
    catalog(workspace, contents, signer, folder).map(drop)
}

/// Puts a package together, of the driver and `others`, whose names `contents` has.
///
/// # Errors
///
/// The image is not as it should be, or a file cannot be written or signed.
pub fn make(
    workspace: &Workspace,
    contents: &Contents<'_>,
    driver: &DriverPackage,
    others: &[PathBuf],
    signer: &Signer,
    folder: &Path,
) -> Result<()> {
    if let Some(requirements) = &contents.requirements {
        image::check(&driver.image, contents.model, Some(requirements))?;
    }
    clear(contents, folder)?;
    let copy = |from: &Path, name: &str| {
        fs::copy(from, folder.join(name)).with_context(|| format!("cannot copy {}", from.display())).map(drop)
    };
    copy(&driver.inf, &contents.inf())?;
    copy(&driver.image.pdb, &contents.symbols())?;
    for other in others {
        copy(other, other.file_name().and_then(|name| name.to_str()).context("a file has a name")?)?;
    }
    signer.sign(&driver.image.sys, &folder.join(contents.image()))?;
    let catalog = catalog(workspace, contents, signer, folder)?;
    fs::write(folder.join(contents.certificate()), verify::signer(&catalog)?)?;
    Ok(sums::write(folder)?)
}

/// Makes an empty folder. Only one that holds a package is emptied: the user may have named any.
fn clear(contents: &Contents<'_>, folder: &Path) -> Result<()> {
    if folder.is_dir() {
        let files = contents.files();
        let ours = |name: &str| name == sums::NAME || files.iter().any(|file| file == name);
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            ensure!(name.to_str().is_some_and(ours), "{} is no part of a package", entry.path().display());
            fs::remove_file(entry.path())?;
        }
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

/// The catalog of the image and the INF as they lie there, signed.
fn catalog(workspace: &Workspace, contents: &Contents<'_>, signer: &Signer, folder: &Path) -> Result<Catalog> {
    let options = create::Options::new(kernel::time(workspace)?.into());
    let made = create::catalogs(folder, &options)?;
    let [made] = &made[..] else { anyhow::bail!("the INF names {} catalogs", made.len()) };
    let name = contents.catalog();
    ensure!(made.name == name, "the INF names {} as its catalog, not {name}", made.name);
    let unsigned = tempfile::NamedTempFile::with_suffix(".cat")?;
    fs::write(&unsigned, made.catalog.to_der()?)?;
    let path = folder.join(name);
    signer.sign(unsigned.path(), &path)?;
    Ok(Catalog::from_der(&fs::read(path)?)?)
}
