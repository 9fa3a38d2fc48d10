//! A real WDK on a file system that tells upper from lower case.
//!
//! Microsoft's headers and build files name each other in any case. clang sees the headers through an overlay that does
//! not mind; rustc and the linker see the libraries through links with the names that they ask for.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
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

/// Makes a view of the WDK at `wdk`, in a folder of its own below `views`: cargo builds again what it has built against
/// another WDK, or against this one before it was updated, because the path is another one.
pub fn view(wdk: &Path, views: &Path) -> Result<View> {
    let (include, lib) = (child(wdk, "Include")?, child(wdk, "Lib")?);
    let folder = views.join(identity(&[&include, &lib])?);
    files::link(&include, &folder.join("Include"))?;
    libraries(&lib, &folder.join("Lib"))?;
    let overlay = folder.join("overlay.json");
    // The headers are looked for below the view, through its link.
    files::write(&overlay, &serde_json::to_string(&self::overlay(&include, &folder.join("Include"))?)?)?;
    Ok(View { content_root: folder, overlay })
}

/// What tells one WDK from another: the paths, lengths and times of its files.
fn identity(folders: &[&Path]) -> Result<String> {
    let mut digest = Sha256::new();
    for folder in folders {
        for entry in WalkDir::new(folder.canonicalize()?).follow_links(true).sort_by_file_name() {
            let entry = entry?;
            let metadata = entry.metadata()?;
            if metadata.is_file() {
                let time = metadata.modified()?.duration_since(UNIX_EPOCH)?.as_nanos();
                digest.update(format!("{}\n{} {time}\n", entry.path().display(), metadata.len()));
            }
        }
    }
    let short = digest.finalize().first_chunk().copied().map(u64::from_be_bytes);
    Ok(format!("{:016x}", short.context("a digest has more than eight bytes")?))
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

/// The files of folders, in a file system that does not tell the cases apart, under their own names.
pub fn in_any_case(folders: &[&Path]) -> Result<String> {
    let mut roots = Vec::new();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        roots.push(json!({ "name": folder, "type": "directory", "contents": headers(folder)? }));
    }
    Ok(serde_json::to_string(&json!({ "version": 0, "case-sensitive": "false", "roots": roots }))?)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A WDK of one header and one library.
    fn wdk(header: &str) -> tempfile::TempDir {
        let wdk = tempfile::tempdir().unwrap();
        files::write(&wdk.path().join("Include/10.0.26100.0/km/Wdf.h"), header).unwrap();
        files::write(&wdk.path().join("Lib/10.0.26100.0/km/x64/NTOSKRNL.LIB"), "").unwrap();
        wdk
    }

    #[test]
    fn each_wdk_has_a_view_of_its_own() {
        let (one, other, views) = (wdk("one"), wdk("two"), tempfile::tempdir().unwrap());
        let seen = |wdk: &tempfile::TempDir| view(wdk.path(), views.path()).unwrap();
        let (first, second) = (seen(&one), seen(&other));
        let header = |view: &View| fs::read_to_string(view.content_root.join("Include/10.0.26100.0/km/Wdf.h")).unwrap();
        assert_eq!((header(&first).as_str(), header(&second).as_str()), ("one", "two"));
        assert_ne!(first.content_root, second.content_root);
        assert_ne!(first.overlay, second.overlay);
        assert_eq!(first.content_root, seen(&one).content_root, "nothing has changed, so nothing is built again");
        assert!(first.content_root.join("Lib/10.0.26100.0/km/x64/ntoskrnl.lib").exists());
    }

    #[test]
    fn an_updated_wdk_is_another_one() {
        let (wdk, views) = (wdk("before"), tempfile::tempdir().unwrap());
        let before = view(wdk.path(), views.path()).unwrap();
        files::write(&wdk.path().join("Include/10.0.26100.0/km/Wdf.h"), "afterwards").unwrap();
        assert_ne!(before.content_root, view(wdk.path(), views.path()).unwrap().content_root);
    }
}
