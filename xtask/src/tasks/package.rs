//! `cargo xtask package`: makes the driver package for Windows machines, or checks one.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::{build, setup};
use crate::driver;
use cargo_kmdf::package::{Options, Signer};
use cargo_kmdf::report::{say, step};
use cargo_kmdf::workspace::Workspace;

/// What `cargo xtask package` is told.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    signing: Options,
    /// Folder to make instead of `target/package`; its zip lies beside it
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Checks a package instead of making one
    #[arg(long, value_name = "DIR", conflicts_with_all = ["output", "key_dir", "certificate", "key", "pfx", "timestamp"])]
    verify: Option<PathBuf>,
    /// Certificates (PEM) of which one must vouch for the signer and, if it is to count, for the timestamp
    #[arg(long, value_name = "PEM")]
    issuers: Option<PathBuf>,
    /// Builds the image once more, and compares
    #[arg(long, conflicts_with = "verify")]
    reproducible: bool,
}

/// Makes or checks a package.
pub fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    let issuers = arguments.issuers.as_deref();
    if let Some(folder) = &arguments.verify {
        driver::check_package(workspace, folder, issuers)?;
        say(&format!("{}: whole and good", folder.display()));
        return Ok(());
    }
    setup::run_all(workspace, setup::DEMO)?;
    let signer = Signer::new(&arguments.signing, &workspace.root, driver::NAME)?;
    let programs = build::windows_programs(workspace)?;
    let built = build::driver(workspace)?;
    let folder = arguments.output.clone().unwrap_or_else(|| workspace.target.join("package"));
    step("make the driver package", || {
        driver::make_package(workspace, &built, &programs, &signer, &folder)?;
        driver::check_package(workspace, &folder, issuers)
    })?;
    let archive = folder.with_file_name(format!("netioctl-{}-x64.zip", env!("CARGO_PKG_VERSION")));
    driver::zip_package(workspace, &folder, &archive)?;
    if arguments.reproducible {
        driver::same_again(workspace)?;
    }
    say(&format!("The package is in {}, and zipped in {}", folder.display(), archive.display()));
    Ok(())
}
