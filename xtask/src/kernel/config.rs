//! The cargo configuration of kernel builds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;

use super::content::Content;
use super::tools::Tools;
use super::{TARGET, files};

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
    linker: &'static str,
}

/// Writes the configuration into `folder` and answers where.
pub fn write(root: &Path, folder: &Path, content: &Content, tools: &Tools) -> Result<PathBuf> {
    // What the `cc` crate looks for is named after the target.
    let cc = |name: &str| format!("{name}_{}", TARGET.replace('-', "_"));
    let mut env = BTreeMap::from([
        ("WDKContentRoot".to_owned(), content.root.clone()),
        ("WDK_BUILD_WORKSPACE".to_owned(), root.to_owned()),
        (cc("CC"), tools.clang.clone()),
        (cc("AR"), tools.lld_link.clone()),
        (cc("ARFLAGS"), "/lib".into()),
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
        target: BTreeMap::from([(TARGET, Target { linker: "rust-lld" })]),
    };
    let path = folder.join("cargo.toml");
    files::write(&path, &toml::to_string(&config)?)?;
    Ok(path)
}
