//! Damaged driver packages: `netioctl driver install` says what is wrong, and changes nothing.

use crate::{command, lab::Lab};
use anyhow::{Context, Result, ensure};
use driver_catalog::{Catalog, create, create::Options, sums};
use netioctl_client::driver;
use std::{
    env, fs,
    path::{Path, PathBuf},
    time::SystemTime,
};
use tempfile::TempDir;

super::cases! { "packages":
    Package a_damaged_package_is_refused_by_name,
}

/// The exit code for what does not exist, or not as it should.
const REFUSED: i32 = 3;

const IMAGE: &str = "netioctl.sys";
const INF: &str = "netioctl.inf";
const CATALOG: &str = "netioctl.cat";

/// What is done to a package, and what must be said of it.
struct Damage {
    name: &'static str,
    file: &'static str,
    said: &'static str,
    done: fn(&Copy) -> Result<()>,
}

/// Of these, the checksums know nothing: there are none.
const DAMAGES: [Damage; 10] = [
    Damage {
        name: "an image that is cut off",
        file: IMAGE,
        said: "it is cut off: section",
        done: |copy| copy.change(IMAGE, |bytes| bytes.truncate(bytes.len() / 2)),
    },
    Damage {
        name: "an image with one bit flipped",
        file: IMAGE,
        said: "the image's own signature is not for this image",
        done: |copy| copy.change(IMAGE, |bytes| flip_in_the_middle(bytes)),
    },
    Damage {
        name: "an image for another machine",
        file: IMAGE,
        said: "it is built for arm64, and the machine has amd64",
        done: |copy| copy.change(IMAGE, |bytes| for_arm64(bytes)),
    },
    Damage {
        name: "a program as the image",
        file: IMAGE,
        said: "it is a program or a library",
        done: |copy| Ok(fs::copy(env::current_exe()?, copy.file(IMAGE)).map(drop)?),
    },
    Damage {
        name: "a text as the image",
        file: IMAGE,
        said: "it is no driver image",
        done: |copy| Ok(fs::write(copy.file(IMAGE), "not an image")?),
    },
    Damage {
        name: "a catalog that nobody signed",
        file: CATALOG,
        said: "it is not signed",
        done: |copy| copy.unsign(),
    },
    Damage {
        name: "a catalog with one bit flipped",
        file: CATALOG,
        said: CATALOG,
        done: |copy| copy.change(CATALOG, |bytes| flip_in_the_middle(bytes)),
    },
    Damage {
        name: "a catalog that is cut off",
        file: CATALOG,
        said: CATALOG,
        done: |copy| copy.change(CATALOG, |bytes| bytes.truncate(bytes.len() / 2)),
    },
    Damage {
        name: "an INF with one word changed",
        file: INF,
        said: "changed, the catalog has another hash for it",
        done: |copy| copy.replace_in_inf("netioctl installation disk", "some other installation disk"),
    },
    Damage {
        name: "an INF without a section",
        file: INF,
        said: "no section [Netioctl_Files]",
        done: |copy| copy.replace_in_inf("[Netioctl_Files]", "[Netioctl_Gone]"),
    },
];

/// A copy of the driver package, to be damaged.
struct Copy(TempDir);

impl Copy {
    fn of(inf: &Path) -> Result<Self> {
        let copy = Self(tempfile::tempdir()?);
        for name in [IMAGE, INF, CATALOG] {
            fs::copy(inf.with_file_name(name), copy.file(name)).context(name)?;
        }
        Ok(copy)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn change(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        let mut bytes = fs::read(self.file(name))?;
        change(&mut bytes);
        Ok(fs::write(self.file(name), bytes)?)
    }

    fn replace_in_inf(&self, from: &str, to: &str) -> Result<()> {
        let text = fs::read_to_string(self.file(INF))?;
        ensure!(text.contains(from), "the INF has no {from:?}");
        Ok(fs::write(self.file(INF), text.replace(from, to))?)
    }

    /// The same catalog as before it was signed.
    fn unsign(&self) -> Result<()> {
        let catalogs = create::catalogs(self.0.path(), &Options::new(SystemTime::now()))?;
        let catalog: &Catalog = &catalogs.first().context("no catalog")?.catalog;
        Ok(fs::write(self.file(CATALOG), catalog.to_der()?)?)
    }

    /// What `driver install` says of it.
    fn refusal(&self) -> Result<String> {
        let inf = self.file(INF);
        let (code, said) = command::refused(&["driver", "install", "--inf", inf.to_str().context("a path")?])?;
        ensure!(code == REFUSED, "exit code {code}: {said}");
        ensure!(said.trim_end().lines().count() == 1, "not one line: {said}");
        Ok(said)
    }
}

fn flip_in_the_middle(bytes: &mut [u8]) {
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
}

/// `IMAGE_FILE_HEADER.Machine`, behind the signature to which the DOS header leads.
fn for_arm64(bytes: &mut [u8]) {
    let headers = usize::from(bytes[0x3c]) + (usize::from(bytes[0x3d]) << 8);
    bytes[headers + 4..headers + 6].copy_from_slice(&0xaa64_u16.to_le_bytes());
}

fn a_damaged_package_is_refused_by_name(lab: &Lab) -> Result<()> {
    let inf = lab.inf()?;
    let before = driver::status()?.devices;
    for damage in &DAMAGES {
        refused(inf, damage).context(damage.name)?;
    }
    ensure!(driver::status()?.devices == before, "the installed driver is another one");
    lab.device()?.version()?;
    Ok(())
}

/// Once without checksums, and once with them.
fn refused(inf: &Path, damage: &Damage) -> Result<()> {
    let copy = Copy::of(inf)?;
    (damage.done)(&copy)?;
    let said = copy.refusal()?;
    ensure!(said.contains(damage.file) && said.contains(damage.said), "{said}");
    let copy = Copy::of(inf)?;
    sums::write(copy.0.path())?;
    (damage.done)(&copy)?;
    let said = copy.refusal()?;
    let listed = format!("{}: not what SHA256SUMS lists", damage.file);
    ensure!(said.contains(&listed), "with checksums: {said}");
    Ok(())
}
