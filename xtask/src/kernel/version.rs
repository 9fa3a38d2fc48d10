//! The version resource of an image.

use anyhow::{Context, Result, ensure};
use pelite::pe64::{Pe, PeFile};

/// What Windows shows, and what the package relies on.
const STRINGS: [(&str, &str); 3] =
    [("CompanyName", "netioctl"), ("ProductName", "netioctl"), ("OriginalFilename", "netioctl.sys")];

/// Checks that an image says whose it is, and that it is of this version.
pub fn check(bytes: &[u8]) -> Result<()> {
    let resources = PeFile::from_bytes(bytes)?.resources().context("there are no resources")?;
    let information = resources.version_info().context("there is no version resource")?;
    let language = *information.translation().first().context("the version resource names no language")?;
    let version = concat!(env!("CARGO_PKG_VERSION"), ".0");
    let versions = [("FileVersion", version), ("ProductVersion", version)];
    for (key, wanted) in STRINGS.into_iter().chain(versions) {
        let found = information.value(language, key);
        ensure!(found.as_deref() == Some(wanted), "{key} is {found:?}, and should be {wanted:?}");
    }
    let numbers = information.fixed().context("the version resource has no numbers")?.dwFileVersion;
    let found = format!("{}.{}.{}.{}", numbers.Major, numbers.Minor, numbers.Patch, numbers.Build);
    ensure!(found == version, "the file version is {found}, and should be {version}");
    Ok(())
}
