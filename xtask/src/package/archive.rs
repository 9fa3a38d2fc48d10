//! The zip of a package.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use driver_catalog::sums;
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

use super::contents::FILES;

/// Zips the files of a package, without a folder around them.
pub fn write(folder: &Path, archive: &Path) -> Result<()> {
    let file = File::create(archive).with_context(|| format!("cannot make {}", archive.display()))?;
    let mut zip = ZipWriter::new(file);
    // A time of its own would make each zip different.
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    for name in FILES.iter().chain(&[sums::NAME]) {
        zip.start_file(*name, options)?;
        zip.write_all(&fs::read(folder.join(name))?)?;
    }
    zip.finish()?.sync_all().with_context(|| format!("cannot write {}", archive.display()))
}
