//! Headers that other tools of the WDK would write from files of a project: the message compiler (mc) and the compiler of
//! WMI classes (mofcomp, and wmimofck after it).

mod events;
mod messages;
mod mof;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use driver_catalog::inf::{CodePage, decode};

use crate::kernel::files::{self, has_extension};

/// A header to write.
#[derive(Debug, PartialEq, Eq)]
pub struct Generated {
    /// From which file.
    pub input: PathBuf,
    /// Its name.
    pub header: String,
}

/// Writes the headers into a folder.
///
/// # Errors
///
/// A file cannot be read, or is none of its kind.
pub fn write(all: &[Generated], folder: &Path) -> Result<()> {
    for one in all {
        let named = || one.input.display().to_string();
        let bytes = fs::read(&one.input).with_context(|| format!("cannot read {}", one.input.display()))?;
        let text = decode(&bytes, CodePage::default()).with_context(named)?;
        let header = folder.join(&one.header);
        match &one.input {
            manifest if has_extension(manifest, "man") => {
                files::write(&header, &events::header(&text).with_context(named)?)?;
            }
            classes if has_extension(classes, "mof") => {
                files::write(&header, &mof::header(&text).with_context(named)?)?;
            }
            _ => messages::compile(&text, &header).with_context(named)?,
        }
    }
    Ok(())
}
