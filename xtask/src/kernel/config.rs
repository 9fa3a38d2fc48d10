//! The cargo configuration of kernel builds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Serialize;

use super::artifact::TARGET;
use super::content::Content;
use super::files;
use super::tools::Tools;

/// A cargo configuration file.
#[derive(Serialize)]
struct Config {
    paths: Vec<PathBuf>,
    env: BTreeMap<String, Variable>,
    target: BTreeMap<&'static str, Target>,
}

/// An environment variable; forced, because the user's own `WDKContentRoot` has become a view of it.
#[derive(Serialize)]
struct Variable {
    value: PathBuf,
    force: bool,
}

#[derive(Serialize)]
struct Target {
    linker: PathBuf,
    /// Joined with those of `.cargo/config.toml`.
    rustflags: Vec<String>,
}

/// Keeps the folders of this machine out of images: an image is to be the same on every machine that builds it.
fn remapped(root: &Path, target: &Path) -> Result<Vec<String>> {
    let cargo = home::cargo_home().context("cargo's home")?;
    // Of several that fit, the last one counts.
    let folders = [(root, "/netioctl"), (target, "/target"), (&cargo, "/cargo")];
    Ok(folders.iter().map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display())).collect())
}

/// Writes the configuration into `folder` and answers where.
pub fn write(root: &Path, target: &Path, folder: &Path, content: &Content, tools: &Tools) -> Result<PathBuf> {
    // What the `cc` crate looks for is named after the target.
    let cc = |name: &str| format!("{name}_{}", TARGET.replace('-', "_"));
    let mut env = BTreeMap::from([
        ("WDKContentRoot".to_owned(), content.root.clone()),
        ("WDK_BUILD_WORKSPACE".to_owned(), root.to_owned()),
        ("NETIOCTL_TARGET".to_owned(), target.to_owned()),
        (cc("CC"), tools.clang.clone()),
        (cc("AR"), tools.lld_link.clone()),
        (cc("ARFLAGS"), "/lib".into()),
        // Compiles the version resource; it comes with mingw-w64's linker.
        (cc("RC"), "x86_64-w64-mingw32-windres".into()),
    ]);
    if let Some(overlay) = &content.overlay {
        let argument = PathBuf::from(format!("-ivfsoverlay {}", overlay.display()));
        env.insert(cc("BINDGEN_EXTRA_CLANG_ARGS"), argument.clone());
        env.insert(cc("CFLAGS"), argument);
    }
    let config = Config {
        // Path overrides leave Cargo.lock alone; on Windows, where this file is not used, the published crates build.
        paths: vec![root.join("wdk/build"), root.join("wdk/windows-future")],
        env: env.into_iter().map(|(name, value)| (name, Variable { value, force: true })).collect(),
        target: BTreeMap::from([(
            TARGET,
            Target { linker: root.join("xtask/lld-link"), rustflags: remapped(root, target)? },
        )]),
    };
    let path = folder.join("cargo.toml");
    files::write(&path, &toml::to_string(&config)?)?;
    Ok(path)
}
