//! `cargo kmdf package`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Result;
use cargo_metadata::Package;
use clap::Args;
use driver_catalog::create;

use super::build::{Source, remarks};
use crate::kernel::architecture::{self, Architecture};
use crate::kernel::{DriverPackage, Kernel, Profile};
use crate::package::{self, Contents, Options, Signer};
use crate::report::{note, say, step};
use crate::setup;
use crate::workspace::Workspace;

/// What `cargo kmdf package` is told.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    signing: Options,
    /// Folder to make instead of `target/package`
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// For ARM64 processors: the sandbox does not run such a driver
    #[arg(long)]
    arm64: bool,
    /// Files to put beside the driver, such as its program
    #[arg(long, value_name = "FILE")]
    with: Vec<PathBuf>,
}

/// Makes the package.
pub fn run(arguments: &Arguments) -> Result<()> {
    setup::run_all(&[])?;
    let workspace = arguments.source.workspace()?;
    let package = arguments.source.driver(&workspace)?;
    let name = name(package);
    let signer = Signer::new(&arguments.signing, &workspace.root, &name)?;
    let folder = arguments.output.clone().unwrap_or_else(|| workspace.target.join("package"));
    make_for(architecture::chosen(arguments.arm64), &workspace, package, &arguments.with, &signer, &folder)?;
    say(&folder.display().to_string());
    Ok(())
}

/// Builds a driver, and makes its package.
pub fn make(
    workspace: &Workspace,
    package: &Package,
    with: &[PathBuf],
    signer: &Signer,
    folder: &Path,
) -> Result<DriverPackage> {
    make_for(&architecture::X64, workspace, package, with, signer, folder)
}

fn make_for(
    architecture: &Architecture,
    workspace: &Workspace,
    package: &Package,
    with: &[PathBuf],
    signer: &Signer,
    folder: &Path,
) -> Result<DriverPackage> {
    let driver = step(&format!("build {}", package.name), || {
        Kernel::prepare(workspace)?.driver_package_for(architecture, &package.name, Profile::Release)
    })?;
    remarks(&driver.image, driver.model)?;
    let names: Vec<_> = with.iter().filter_map(|file| Some(file.file_name()?.to_string_lossy().into_owned())).collect();
    let name = name(package);
    step("make the driver package", || {
        let contents = Contents {
            name: &name,
            others: &names,
            architecture: architecture.inf,
            model: driver.model,
            requirements: None,
        };
        package::make(workspace, &contents, &driver, with, signer, folder)?;
        package::check(&contents, folder, None)
    })?;
    for problem in package::inf_problems(&folder.join(format!("{name}.inf")))? {
        note(&format!("warning: {name}.inf: {problem}"));
    }
    Ok(driver)
}

/// The name of the image and of all that goes with it.
pub fn name(package: &Package) -> String {
    package.name.replace('-', "_")
}

/// Makes the catalogs that the INFs of a folder name, unsigned: a test machine asks for no more.
pub fn catalogs(folder: &Path) -> Result<()> {
    for made in create::catalogs(folder, &create::Options::new(SystemTime::now()))? {
        fs::write(folder.join(&made.name), made.catalog.to_der()?)?;
    }
    Ok(())
}
