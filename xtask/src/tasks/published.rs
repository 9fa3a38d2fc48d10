//! The crates that others may use, packaged as a registry takes them.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use cargo_metadata::{MetadataCommand, Package};

use crate::report::{read, run};
use crate::workspace::Workspace;

/// What every packaged crate must have beside its code.
const FILES: [&str; 5] = ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "src/lib.rs"];

/// Packages the published crates, builds each from its package alone, and looks for what it must bring.
///
/// Without the network: cargo then takes the crates' own names from what it has just packaged.
pub fn check(workspace: &Workspace) -> Result<()> {
    let metadata = MetadataCommand::new().current_dir(&workspace.root).no_deps().exec()?;
    let published: Vec<_> = metadata.packages.iter().filter(|package| package.publish.is_none()).collect();
    // A target folder of its own: in `target/package`, where cargo puts crates, is the driver package.
    let folder = workspace.target.join("published");
    let mut cargo = workspace.cargo();
    cargo.env("CARGO_TARGET_DIR", &folder).env("CARGO_PROFILE_DEV_DEBUG", "none");
    cargo.args(["package", "--quiet", "--locked", "--offline", "--allow-dirty"]);
    run(cargo.args(published.iter().flat_map(|package| ["--package", package.name.as_str()])))?;
    published.iter().try_for_each(|package| is_whole(package, &folder.join("package")))
}

fn is_whole(package: &Package, folder: &Path) -> Result<()> {
    let name = format!("{}-{}", package.name, package.version);
    let files = read(Command::new("tar").arg("--list").arg("--file").arg(folder.join(format!("{name}.crate"))))?;
    for file in FILES {
        ensure!(files.lines().any(|line| line == format!("{name}/{file}")), "the package {name} lacks {file}");
    }
    Ok(())
}
