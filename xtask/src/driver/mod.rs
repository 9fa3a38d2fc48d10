//! netioctl itself: what is asked of its image, and what its package is made of.

mod imports;
mod oldest;
mod reproducible;

use std::path::{Path, PathBuf};

use anyhow::Result;
use cargo_kmdf::kernel::architecture;
use cargo_kmdf::kernel::image::{self, Requirements};
use cargo_kmdf::kernel::{DriverPackage, Identity, Kernel, KernelImage, Model, Profile};
use cargo_kmdf::package::{self, Contents, Signer};
use cargo_kmdf::workspace::Workspace;

pub use reproducible::same_again;

/// The package of the driver, and the name of all that comes of it.
pub const NAME: &str = "netioctl";

/// The packages with kernel code, for clippy: together those whose dependencies may have the same features. The NETIO
/// stand-in has no allocator, which serde asks for as the framework stand-in has it.
pub const PACKAGES: [&[&str]; 2] = [
    &[
        "netioctl",
        "kmdf",
        "kmdf-abi",
        "sandbox-wdfldr",
        "sandbox-probe-driver",
        "driver-parts",
        "sandbox-driver-control",
        "sandbox-driver-echo",
        "sandbox-driver-faulty",
        "sandbox-driver-filter",
        "sandbox-driver-parameters",
        "sandbox-driver-plain",
    ],
    &["sandbox-netio"],
];

/// The command.
pub const COMMAND: &str = "netioctl.exe";

/// The programs of the driver package.
pub const PROGRAMS: [&str; 2] = [COMMAND, "netioctl-harness.exe"];

/// The scripts of the driver package.
const SCRIPTS: [&str; 3] = ["common.ps1", "install.ps1", "uninstall.ps1"];

/// The PowerShell module of the driver package.
const MODULE: [&str; 4] = ["Netioctl.Format.ps1xml", "Netioctl.Types.ps1xml", "Netioctl.psd1", "Netioctl.psm1"];

/// How large the image may be.
const SIZE: usize = 48 * 1024;

/// What is asked of the image.
const REQUIREMENTS: Requirements<'static> = Requirements {
    identity: Identity {
        company: NAME,
        product: NAME,
        file: "netioctl.sys",
        version: concat!(env!("CARGO_PKG_VERSION"), ".0"),
    },
    size: SIZE,
    import: &imports::allowed,
    // Where wdk-sys' macro is used.
    panics_in: "crates/kmdf/src/",
};

/// The framework that the manifest names.
fn model(workspace: &Workspace) -> Result<Model> {
    Model::of(workspace, workspace.package(NAME)?)
}

/// Checks an image of the driver.
pub fn check_image(workspace: &Workspace, image: &KernelImage) -> Result<()> {
    image::check(image, model(workspace)?, Some(&REQUIREMENTS))
}

/// Builds the driver and stamps its INF.
pub fn build(workspace: &Workspace) -> Result<DriverPackage> {
    Kernel::prepare(workspace)?.driver_package(NAME, Profile::Release)
}

/// Makes the package that the sandbox runs, with a key that is forgotten afterwards.
pub fn package_for_sandbox(workspace: &Workspace, driver: &DriverPackage, programs: &[PathBuf]) -> Result<PathBuf> {
    let folder = workspace.target.join("sandbox/package");
    make_package(workspace, driver, programs, &Signer::fleeting(NAME)?, &folder)?;
    check_package(workspace, &folder, None)?;
    Ok(folder)
}

/// The same without the harness, which takes as long to build as the command.
pub fn package_for_demo(workspace: &Workspace, driver: &DriverPackage, command: PathBuf) -> Result<PathBuf> {
    let folder = workspace.target.join("sandbox/demo");
    let others = with_scripts(workspace, &[command]);
    let signer = Signer::fleeting(NAME)?;
    with_contents(workspace, &[COMMAND], |contents| {
        package::make(workspace, contents, driver, &others, &signer, &folder)?;
        package::check(contents, &folder, None)
    })?;
    Ok(folder)
}

/// Puts the package together.
pub fn make_package(
    workspace: &Workspace,
    driver: &DriverPackage,
    programs: &[PathBuf],
    signer: &Signer,
    folder: &Path,
) -> Result<()> {
    let others = with_scripts(workspace, programs);
    with_contents(workspace, &PROGRAMS, |contents| package::make(workspace, contents, driver, &others, signer, folder))
}

/// Makes what Windows needs of a package, with a change of its INF.
pub fn package_variant(
    workspace: &Workspace,
    driver: &DriverPackage,
    signer: &Signer,
    folder: &Path,
    change: impl FnOnce(&str) -> String,
) -> Result<()> {
    with_contents(workspace, &PROGRAMS, |contents| {
        package::variant(workspace, contents, driver, signer, folder, change)
    })
}

/// Checks a package; if `issuers` (PEM) are given, one of them must vouch for the signer.
pub fn check_package(workspace: &Workspace, folder: &Path, issuers: Option<&Path>) -> Result<()> {
    with_contents(workspace, &PROGRAMS, |contents| package::check(contents, folder, issuers))
}

/// Zips a package.
pub fn zip_package(workspace: &Workspace, folder: &Path, archive: &Path) -> Result<()> {
    with_contents(workspace, &PROGRAMS, |contents| package::zip(contents, folder, archive))
}

/// What goes into a package besides the driver.
fn with_scripts(workspace: &Workspace, programs: &[PathBuf]) -> Vec<PathBuf> {
    let packaging = workspace.root.join("packaging");
    let scripts = SCRIPTS.map(|script| packaging.join(script));
    let module = MODULE.map(|file| packaging.join("powershell").join(file));
    programs.iter().cloned().chain(scripts).chain(module).collect()
}

fn with_contents<T>(
    workspace: &Workspace,
    programs: &[&str],
    work: impl FnOnce(&Contents<'_>) -> Result<T>,
) -> Result<T> {
    let others: Vec<String> = programs.iter().chain(&SCRIPTS).chain(&MODULE).map(|name| (*name).to_owned()).collect();
    let model = model(workspace)?;
    let architecture = architecture::X64.inf;
    work(&Contents { name: NAME, others: &others, architecture, model, requirements: Some(REQUIREMENTS) })
}
