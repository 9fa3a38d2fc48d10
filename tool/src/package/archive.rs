//! The zip of a package.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use driver_catalog::sums;
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

use super::contents::Contents;

/// Zips the files of a package, without a folder around them.
///
/// # Errors
///
/// A file of the package is missing, or the archive cannot be written.
pub fn write(contents: &Contents<'_>, folder: &Path, archive: &Path) -> Result<()> {
    let file = File::create(archive).with_context(|| format!("cannot make {}", archive.display()))?;
    let mut zip = ZipWriter::new(file);
    // A time of its own would make each zip different.
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    let files = contents.files();
    for name in files.iter().map(String::as_str).chain([sums::NAME]) {
        zip.start_file(name, options)?;
        zip.write_all(&fs::read(folder.join(name))?)?;
    }
    zip.finish()?.sync_all().with_context(|| format!("cannot write {}", archive.display()))
}
