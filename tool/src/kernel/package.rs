//! What a build makes of a driver package: the image, its debug information and the stamped INF.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use cargo_metadata::Package;
use driver_inf::Stamp;
use jiff::{Timestamp, tz::TimeZone};

use super::architecture::{self, Architecture};
use super::artifact::{KernelImage, Profile};
use super::files;
use super::model::Model;
use super::prepare::Kernel;
use crate::inx;
use crate::report::read;
use crate::workspace::Workspace;

/// What a build makes of the driver package; nothing of it is signed.
#[derive(Clone, Debug)]
pub struct DriverPackage {
    /// `<name>.sys` and `<name>.pdb`.
    pub image: KernelImage,
    /// `<name>.inf`, in the same folder.
    pub inf: PathBuf,
    /// The framework that the image is built for.
    pub model: Model,
}

impl Kernel<'_> {
    /// Builds the driver of a package and stamps its INF, into `target/driver`.
    ///
    /// # Errors
    ///
    /// It does not compile, it has no INX or several, or that one is not as an INX should be.
    pub fn driver_package(&self, name: &str, profile: Profile) -> Result<DriverPackage> {
        self.driver_package_for(&architecture::X64, name, profile)
    }

    /// The same for any processor.
    ///
    /// # Errors
    ///
    /// Those of [`Kernel::driver_package`].
    pub fn driver_package_for(
        &self,
        architecture: &Architecture,
        name: &str,
        profile: Profile,
    ) -> Result<DriverPackage> {
        let package = self.workspace.package(name)?;
        let model = Model::of(self.workspace, package)?;
        let inx = inx_of(package)?;
        let image = self.build_for(architecture, name, profile)?;
        let inf = image.sys.with_extension("inf");
        let bytes = fs::read(&inx).with_context(|| format!("cannot read {}", inx.display()))?;
        let text = inx::read(&bytes).with_context(|| inx.display().to_string())?;
        let stamped = stamp(self.workspace, package, model, architecture)?.apply(&text);
        files::write(&inf, &stamped.with_context(|| inx.display().to_string())?)?;
        Ok(DriverPackage { image, inf, model })
    }
}

/// The one INX beside the manifest of a package.
fn inx_of(package: &Package) -> Result<PathBuf> {
    let folder = package.manifest_path.parent().context("a manifest lies in a folder")?;
    let found = files::with_extension(folder.as_std_path(), "inx")?;
    match &found[..] {
        [inx] => Ok(inx.clone()),
        [] => bail!("{folder} has no INX, from which the INF is made"),
        _ => bail!("{folder} has {} INX files: which one is the driver's?", found.len()),
    }
}

/// What stampinf is told with `-a <architecture> -c <name>.cat -k 1.33 -d <date> -v <version>`.
fn stamp(workspace: &Workspace, package: &Package, model: Model, architecture: &Architecture) -> Result<Stamp> {
    let part = |number: u64| u16::try_from(number).context("each part of a driver's version has 16 bits");
    let version = &package.version;
    Ok(Stamp {
        date: time(workspace)?.to_zoned(TimeZone::UTC).date(),
        version: [part(version.major)?, part(version.minor)?, part(version.patch)?, 0],
        catalog: format!("{}.cat", package.name.replace('-', "_")),
        architecture: architecture.inf,
        kmdf: (model.major, model.target),
    })
}

/// When the package was made, as the package itself says: `SOURCE_DATE_EPOCH`, for sources as they were committed the
/// time of the commit, else now.
///
/// # Errors
///
/// `SOURCE_DATE_EPOCH` is no time.
pub fn time(workspace: &Workspace) -> Result<Timestamp> {
    let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => Some(seconds),
        Err(_) => commit_time(&workspace.root),
    };
    match seconds {
        Some(seconds) => Ok(Timestamp::from_second(seconds.trim().parse().context("SOURCE_DATE_EPOCH")?)?),
        None => Ok(Timestamp::now()),
    }
}

/// `None` where something is not committed, and without git.
fn commit_time(root: &Path) -> Option<String> {
    let git = |arguments: &[&str]| read(Command::new("git").arg("-C").arg(root).args(arguments)).ok();
    git(&["status", "--porcelain"])?.is_empty().then(|| git(&["log", "-1", "--format=%ct"])).flatten()
}
