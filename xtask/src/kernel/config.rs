//! The cargo configuration of kernel builds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;

use super::tools::Tools;
use super::{TARGET, files};

/// A cargo configuration file.
#[derive(Serialize)]
struct Config {
    paths: Vec<PathBuf>,
    env: BTreeMap<String, PathBuf>,
    target: BTreeMap<&'static str, Target>,
}

#[derive(Serialize)]
struct Target {
    linker: &'static str,
}

/// Writes the configuration into `folder` and answers where.
pub fn write(root: &Path, folder: &Path, content_root: &Path, tools: &Tools) -> Result<PathBuf> {
    // What the `cc` crate looks for is named after the target.
    let cc = |name: &str| format!("{name}_{}", TARGET.replace('-', "_"));
    let config = Config {
        // Path overrides leave Cargo.lock alone; on Windows, where this file is not used, the published crates build.
        paths: vec![root.join("wdk/build"), root.join("wdk/windows-future")],
        env: BTreeMap::from([
            ("WDKContentRoot".to_owned(), content_root.to_owned()),
            ("WDK_BUILD_WORKSPACE".to_owned(), root.to_owned()),
            ("SANDBOX_LIBRARIES".to_owned(), folder.join("sandbox")),
            (cc("CC"), tools.clang.clone()),
            (cc("AR"), tools.lld_link.clone()),
            (cc("ARFLAGS"), "/lib".into()),
        ]),
        target: BTreeMap::from([(TARGET, Target { linker: "rust-lld" })]),
    };
    let path = folder.join("cargo.toml");
    files::write(&path, &toml::to_string(&config)?)?;
    Ok(path)
}
