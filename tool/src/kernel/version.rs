//! The version resource of an image.

use anyhow::{Context, Result, ensure};
use pelite::pe64::{Pe, PeFile};

/// What an image has to say of itself.
#[derive(Clone, Copy, Debug)]
pub struct Identity<'a> {
    /// Whose it is (`CompanyName`).
    pub company: &'a str,
    /// What it is part of (`ProductName`).
    pub product: &'a str,
    /// The name of its file (`OriginalFilename`).
    pub file: &'a str,
    /// Its version, four numbers.
    pub version: &'a str,
}

/// Checks that an image says whose it is, and that it is of this version.
pub fn check(bytes: &[u8], identity: &Identity<'_>) -> Result<()> {
    let resources = PeFile::from_bytes(bytes)?.resources().context("there are no resources")?;
    let information = resources.version_info().context("there is no version resource")?;
    let language = *information.translation().first().context("the version resource names no language")?;
    let Identity { company, product, file, version } = *identity;
    let strings = [("CompanyName", company), ("ProductName", product), ("OriginalFilename", file)];
    let versions = [("FileVersion", version), ("ProductVersion", version)];
    for (key, wanted) in strings.into_iter().chain(versions) {
        let found = information.value(language, key);
        ensure!(found.as_deref() == Some(wanted), "{key} is {found:?}, and should be {wanted:?}");
    }
    let numbers = information.fixed().context("the version resource has no numbers")?.dwFileVersion;
    let found = format!("{}.{}.{}.{}", numbers.Major, numbers.Minor, numbers.Patch, numbers.Build);
    ensure!(found == version, "the file version is {found}, and should be {version}");
    Ok(())
}
