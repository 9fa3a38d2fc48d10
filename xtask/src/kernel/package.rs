//! The driver package: the image, its debug information and the stamped INF.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use cargo_metadata::MetadataCommand;
use jiff::Timestamp;

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
        let version = &package.version;
        let stamp = Stamp {
            date: time(self.workspace)?.strftime("%m/%d/%Y").to_string(),
            version: format!("{}.{}.{}.0", version.major, version.minor, version.patch),
            catalog: "netioctl.cat",
            kmdf: format!("{}.{}", model.major, model.target),
        };
        stamp.apply(inx)
    }
}

/// The values that go into an INF.
struct Stamp {
    /// Month, day and year.
    date: String,
    version: String,
    catalog: &'static str,
    kmdf: String,
}

impl Stamp {
    fn apply(&self, inx: &str) -> Result<String> {
        let mut replaced = [false; 2];
        let mut inf = String::new();
        for line in inx.lines() {
            let stamped = match line.split_once('=').map(|(key, _)| key.trim_end()) {
                Some("DriverVer") => {
                    replaced[0] = true;
                    format!("DriverVer   = {},{}", self.date, self.version)
                }
                Some("CatalogFile") => {
                    replaced[1] = true;
                    format!("CatalogFile = {}", self.catalog)
                }
                _ => line.replace("$ARCH$", "amd64").replace("$KMDFVERSION$", &self.kmdf),
            };
            inf += &stamped;
            inf += "\r\n";
        }
        ensure!(replaced == [true; 2], "the INX lacks DriverVer or CatalogFile");
        Ok(inf)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stamp_fills_in_everything() -> Result<()> {
        let stamp = Stamp {
            date: "02/03/2026".into(),
            version: "1.2.3.0".into(),
            catalog: "netioctl.cat",
            kmdf: "1.33".into(),
        };
        let inf = stamp.apply(include_str!("../../../driver.inx"))?;
        assert!(!inf.contains('$') || inf.matches('$').count() == inf.matches("$WINDOWS NT$").count() * 2);
        for line in [
            "DriverVer   = 02/03/2026,1.2.3.0",
            "CatalogFile = netioctl.cat",
            "%Provider% = Standard,NTamd64.10.0...17134",
            "[Standard.NTamd64.10.0...17134]",
            "[Standard.NTamd64]",
            "KmdfLibraryVersion = 1.33",
        ] {
            assert_eq!(inf.lines().filter(|found| *found == line).count(), 1, "{line}");
        }
        Ok(())
    }

    #[test]
    fn an_inx_without_a_version_is_refused() {
        let stamp = Stamp { date: String::new(), version: String::new(), catalog: "a.cat", kmdf: String::new() };
        assert!(stamp.apply("[Version]\nCatalogFile=x\n").is_err());
    }
}
