//! The driver package: the image, its debug information and the stamped INF.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use cargo_metadata::MetadataCommand;
use jiff::{Timestamp, tz::TimeZone};
use netioctl_driver_inf::Stamp;

use super::artifact::{KernelImage, Profile};
use super::files;
use super::model::Model;
use super::prepare::Kernel;
use crate::report::read;
use crate::workspace::Workspace;

/// What a build makes of the driver package; nothing of it is signed.
#[derive(Clone, Debug)]
pub struct DriverPackage {
    /// `netioctl.sys` and `netioctl.pdb`.
    pub image: KernelImage,
    /// `netioctl.inf`, in the same folder.
    pub inf: PathBuf,
}

impl Kernel<'_> {
    /// Builds the driver and stamps its INF, into `target/driver`.
    pub fn driver_package(&self, profile: Profile) -> Result<DriverPackage> {
        let image = self.build("netioctl", profile)?;
        let inx = self.workspace.root.join("driver.inx");
        let stamped =
            self.stamp(&fs::read_to_string(&inx).with_context(|| format!("cannot read {}", inx.display()))?)?;
        let inf = image.sys.with_extension("inf");
        files::write(&inf, &stamped)?;
        Ok(DriverPackage { image, inf })
    }

    /// What stampinf does with `-a amd64 -c netioctl.cat -k 1.33 -d <date> -v <version>`.
    fn stamp(&self, inx: &str) -> Result<String> {
        let metadata = MetadataCommand::new().current_dir(&self.workspace.root).no_deps().exec()?;
        let package = metadata.root_package().context("the driver is the root package")?;
        let model = Model::read(&metadata)?;
        let part = |number: u64| u16::try_from(number).context("each part of a driver's version has 16 bits");
        let version = &package.version;
        let stamp = Stamp {
            date: time(self.workspace)?.to_zoned(TimeZone::UTC).date(),
            version: [part(version.major)?, part(version.minor)?, part(version.patch)?, 0],
            catalog: "netioctl.cat".to_owned(),
            kmdf: (model.major, model.target),
        };
        Ok(stamp.apply(inx)?)
    }
}

/// When the package was made, as the package itself says: `SOURCE_DATE_EPOCH`, for sources as they were committed the
/// time of the commit, else now.
pub fn time(workspace: &Workspace) -> Result<Timestamp> {
    let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => Some(seconds),
        Err(_) => commit_time(workspace),
    };
    match seconds {
        Some(seconds) => Ok(Timestamp::from_second(seconds.trim().parse().context("SOURCE_DATE_EPOCH")?)?),
        None => Ok(Timestamp::now()),
    }
}

/// `None` where something is not committed, and without git.
fn commit_time(workspace: &Workspace) -> Option<String> {
    let git = |arguments: &[&str]| read(Command::new("git").arg("-C").arg(&workspace.root).args(arguments)).ok();
    git(&["status", "--porcelain"])?.is_empty().then(|| git(&["log", "-1", "--format=%ct"])).flatten()
}
