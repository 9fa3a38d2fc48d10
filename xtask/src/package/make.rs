//! Puts a driver package together.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use driver_catalog::{Catalog, create, sums};

use super::contents::{CATALOG, CERTIFICATE, FILES, IMAGE, INF, SCRIPTS, SYMBOLS};
use super::sign::Signer;
use super::verify;
use crate::kernel::{self, DriverPackage, image};
use crate::workspace::Workspace;

/// What goes into a package.
pub struct Parts<'a> {
    /// Image, debug information and INF, not signed yet.
    pub driver: &'a DriverPackage,
    /// The programs.
    pub programs: &'a [PathBuf],
}

/// Makes the package that the sandbox runs, with a key that is forgotten afterwards.
pub fn for_sandbox(workspace: &Workspace, parts: &Parts<'_>) -> Result<PathBuf> {
    let folder = workspace.target.join("sandbox/package");
    make(workspace, parts, &Signer::fleeting()?, &folder)?;
    verify::check(&folder, None)?;
    Ok(folder)
}

/// Makes what Windows needs of a package, with a change of its INF.
pub fn variant(
    workspace: &Workspace,
    driver: &DriverPackage,
    signer: &Signer,
    folder: &Path,
    change: impl FnOnce(&str) -> String,
) -> Result<()> {
    clear(folder)?;
    fs::write(folder.join(INF), change(&fs::read_to_string(&driver.inf)?))?;
    signer.sign(&driver.image.sys, &folder.join(IMAGE))?;
    catalog(workspace, signer, folder).map(drop)
}

/// Puts a package together.
pub fn make(workspace: &Workspace, parts: &Parts<'_>, signer: &Signer, folder: &Path) -> Result<()> {
    image::check(&parts.driver.image)?;
    clear(folder)?;
    let copy = |from: &Path, name: &str| {
        fs::copy(from, folder.join(name)).with_context(|| format!("cannot copy {}", from.display())).map(drop)
    };
    copy(&parts.driver.inf, INF)?;
    copy(&parts.driver.image.pdb, SYMBOLS)?;
    for program in parts.programs {
        copy(program, program.file_name().and_then(|name| name.to_str()).context("a program has a name")?)?;
    }
    for script in SCRIPTS {
        copy(&workspace.root.join("packaging").join(script), script)?;
    }
    signer.sign(&parts.driver.image.sys, &folder.join(IMAGE))?;
    let catalog = catalog(workspace, signer, folder)?;
    fs::write(folder.join(CERTIFICATE), verify::signer(&catalog)?)?;
    Ok(sums::write(folder)?)
}

/// Makes an empty folder. Only one that holds a package is emptied: the user may have named any.
fn clear(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        let ours = |name: &str| FILES.contains(&name) || name == sums::NAME;
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
fn catalog(workspace: &Workspace, signer: &Signer, folder: &Path) -> Result<Catalog> {
    let options = create::Options::new(kernel::time(workspace)?.into());
    let made = create::catalogs(folder, &options)?;
    let [made] = &made[..] else { anyhow::bail!("the INF names {} catalogs", made.len()) };
    ensure!(made.name == CATALOG, "the INF names {} as its catalog", made.name);
    let unsigned = tempfile::NamedTempFile::with_suffix(".cat")?;
    fs::write(&unsigned, made.catalog.to_der()?)?;
    let path = folder.join(CATALOG);
    signer.sign(unsigned.path(), &path)?;
    Ok(Catalog::from_der(&fs::read(path)?)?)
}
