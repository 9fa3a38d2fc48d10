//! A real WDK on a file system that tells upper from lower case.
//!
//! Microsoft's headers and build files name each other in any case. clang sees the headers through an overlay that does
//! not mind; rustc and the linker see the libraries through links with the names that they ask for.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use walkdir::WalkDir;

use super::files;

/// The libraries that drivers here link, as windows-drivers-rs and this project spell them.
const LIBRARIES: [&str; 8] =
    ["BufferOverflowFastFailK", "WdfDriverEntry", "WdfLdr", "hal", "ndis", "netio", "ntoskrnl", "wmilib"];

/// A content root with the expected spelling, and the overlay for its headers.
pub struct View {
    /// The content root.
    pub content_root: PathBuf,
    /// clang's virtual file system.
    pub overlay: PathBuf,
}

/// Makes a view of the WDK at `wdk` in `folder`.
pub fn view(wdk: &Path, folder: &Path) -> Result<View> {
    let include = child(wdk, "Include")?;
    files::link(&include, &folder.join("Include"))?;
    libraries(&child(wdk, "Lib")?, &folder.join("Lib"))?;
    let overlay = folder.join("overlay.json");
    // The headers are looked for below the view, through its link.
    files::write(&overlay, &serde_json::to_string(&self::overlay(&include, &folder.join("Include"))?)?)?;
    Ok(View { content_root: folder.into(), overlay })
}

/// The entry of a folder that has this name in some case.
fn child(folder: &Path, name: &str) -> Result<PathBuf> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let found = names.find(|found| found.eq_ignore_ascii_case(name));
    Ok(folder.join(found.with_context(|| format!("{} lacks {name}", folder.display()))?))
}

/// Links to the 64-bit kernel-mode libraries.
fn libraries(from: &Path, to: &Path) -> Result<()> {
    for entry in WalkDir::new(from).follow_links(true) {
        let entry = entry?;
        let below = entry.path().strip_prefix(from)?.to_string_lossy().to_lowercase();
        let wanted = below.split('/').any(|part| part == "km" || part == "kmdf") && below.contains("/x64/");
        let Some(name) = below.rsplit('/').next().and_then(|name| name.strip_suffix(".lib")) else {
            continue;
        };
        if let Some(library) = LIBRARIES.iter().find(|library| wanted && library.eq_ignore_ascii_case(name)) {
            let folder = Path::new(&below).parent().context("a library lies in a folder")?;
            files::link(entry.path(), &to.join(folder).join(format!("{library}.lib")))?;
        }
    }
    Ok(())
}

/// Every header, in a file system that does not tell the cases apart. Folders are named below `seen_as`.
fn overlay(include: &Path, seen_as: &Path) -> Result<Value> {
    let mut roots = Vec::new();
    for folder in WalkDir::new(include).follow_links(true).sort_by_file_name() {
        let folder = folder?;
        if folder.file_type().is_dir() {
            let contents = headers(folder.path())?;
            let name = seen_as.join(folder.path().strip_prefix(include)?);
            roots.push(json!({ "name": name, "type": "directory", "contents": contents }));
        }
    }
    Ok(json!({ "version": 0, "case-sensitive": "false", "roots": roots }))
}

fn headers(folder: &Path) -> Result<Vec<Value>> {
    let mut headers = Vec::new();
    for entry in WalkDir::new(folder).follow_links(true).max_depth(1).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            headers
                .push(json!({ "name": entry.file_name().to_str(), "type": "file", "external-contents": entry.path() }));
        }
    }
    Ok(headers)
}
