//! The cargo configuration of kernel builds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::{Metadata, MetadataCommand};
use serde::Serialize;

use super::architecture::{self, Architecture};
use super::content::Content;
use super::files;
use super::tools::Tools;
use crate::workspace::{Workspace, cargo, kit};

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
    let folders = [(root, "/source"), (target, "/target"), (&cargo, "/cargo")];
    Ok(folders.iter().map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display())).collect())
}

/// The flags of the workspace's own configuration that cargo would leave out for ours: it takes those of
/// `build.rustflags` only where the target has none.
fn general(root: &Path, architecture: &Architecture) -> Result<Vec<String>> {
    let config = cargo_config2::Config::load_with_cwd(root).context("the workspace's cargo configuration")?;
    let flags = |flags: Option<cargo_config2::Flags>| flags.map(|flags| flags.flags).unwrap_or_default();
    let general = flags(config.build.rustflags.clone());
    Ok(if flags(config.rustflags(architecture.target)?) == general { general } else { Vec::new() })
}

/// What cargo resolves the dependencies of a workspace to. A lock file that is there stays as it is.
fn resolved(root: &Path) -> Result<Metadata> {
    let locked = root.join("Cargo.lock").is_file().then(|| "--locked".to_owned());
    let options: Vec<_> = locked.into_iter().collect();
    Ok(MetadataCommand::new().cargo_path(cargo()).current_dir(root).other_options(options).exec()?)
}

/// What the `cc` crate and bindgen look for; the names end with the target.
fn compilers(architecture: &Architecture, content: &Content, tools: &Tools, kit: &Path) -> Vec<(String, PathBuf)> {
    let windres = architecture.resources.map_or_else(|| "x86_64-w64-mingw32-windres".into(), |own| kit.join(own));
    let cc = |name: &str| format!("{name}_{}", architecture.target.replace('-', "_"));
    let mut env = vec![
        (cc("CC"), tools.clang.clone()),
        (cc("AR"), tools.lld_link.clone()),
        (cc("ARFLAGS"), "/lib".into()),
        // Compiles the version resource; it comes with mingw-w64's linker.
        (cc("RC"), windres),
    ];
    if let Some(overlay) = &content.overlay {
        let argument = PathBuf::from(format!("-ivfsoverlay {}", overlay.display()));
        env.extend([(cc("BINDGEN_EXTRA_CLANG_ARGS"), argument.clone()), (cc("CFLAGS"), argument)]);
    }
    env
}

/// How each target is linked, and what rustc is told.
fn targets(root: &Path, target: &Path, linker: &Path) -> Result<BTreeMap<&'static str, Target>> {
    let remapped = remapped(root, target)?;
    let one = |architecture: &Architecture| -> Result<_> {
        let rustflags = general(root, architecture)?.into_iter().chain(remapped.iter().cloned()).collect();
        Ok((architecture.target, Target { linker: linker.to_owned(), rustflags }))
    };
    architecture::ALL.iter().map(one).collect()
}

/// Writes the configuration into `folder` and answers where.
pub fn write(workspace: &Workspace, folder: &Path, content: &Content, tools: &Tools) -> Result<PathBuf> {
    let (root, target, kit) = (&workspace.root, &workspace.target, kit()?);
    let mut env = BTreeMap::from([
        ("WDKContentRoot".to_owned(), content.root.clone()),
        ("WDK_BUILD_WORKSPACE".to_owned(), root.clone()),
        ("KMDF_TARGET".to_owned(), target.to_owned()),
    ]);
    for architecture in &architecture::ALL {
        env.extend(compilers(architecture, content, tools, kit));
    }
    let wdk_build = wdk_build_replacement::write(&resolved(root)?, &kit.join("wdk/build"), folder)?;
    let config = Config {
        // Path overrides leave Cargo.lock alone; on Windows, where this file is not used, the published crates build.
        paths: vec![wdk_build, kit.join("wdk/windows-future")],
        env: env.into_iter().map(|(name, value)| (name, Variable { value, force: true })).collect(),
        target: targets(root, target, &kit.join("tool/lld-link"))?,
    };
    let path = folder.join("cargo.toml");
    files::write(&path, &toml::to_string(&config)?)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn flags(config: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".cargo")).unwrap();
        fs::write(folder.path().join(".cargo/config.toml"), config).unwrap();
        general(folder.path(), &architecture::X64).unwrap()
    }

    #[test]
    fn flags_for_all_targets_are_kept() {
        let general = "[build]\nrustflags = [\"--cfg\", \"mine\"]\n";
        assert_eq!(flags(general), ["--cfg", "mine"]);
        // Cargo joins these with ours by itself, and takes the general ones then no more than before.
        let own = format!("{general}[target.{}]\nrustflags = [\"--cfg\", \"other\"]\n", architecture::X64.target);
        assert!(flags(&own).is_empty());
        assert!(flags("").is_empty());
    }
}
