//! `SHA256SUMS`: the hashes of all files of a package, in the format of sha256sum.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

/// The name of the file.
pub const NAME: &str = "SHA256SUMS";

/// Writes the hashes of all files of a folder.
pub fn write(folder: &Path) -> Result<()> {
    let lines = hashes(folder)?.into_iter().map(|(name, hash)| format!("{hash}  {name}\n"));
    Ok(fs::write(folder.join(NAME), lines.collect::<String>())?)
}

/// Checks that a folder has the listed files as they are listed, and no others.
pub fn check(folder: &Path) -> Result<()> {
    let list = folder.join(NAME);
    let text = fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let mut found = hashes(folder)?;
    for line in text.lines() {
        let (hash, name) = line.split_once("  ").with_context(|| format!("{NAME}: no line of it is {line:?}"))?;
        match found.remove(name) {
            None => bail!("{name}: listed in {NAME}, but not in the package"),
            Some(found) => ensure!(found == hash, "{name}: not what {NAME} lists"),
        }
    }
    ensure!(found.is_empty(), "{:?}: not listed in {NAME}", found.keys());
    ensure!(text.ends_with('\n'), "{NAME}: cut off");
    Ok(())
}

/// The hash of each file but the list, in the order of their names.
fn hashes(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut hashes = BTreeMap::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name != NAME {
            hashes.insert(name, hex::encode(Sha256::digest(fs::read(entry.path())?)));
        }
    }
    Ok(hashes)
}
