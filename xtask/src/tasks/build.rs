//! Builds everything that runs in the sandbox.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use super::report::{run, step};
use super::workspace::Workspace;
use crate::kernel::{DriverPackage, Kernel, Profile};

/// The target of the Windows programs.
const WINDOWS: &str = "x86_64-pc-windows-gnu";

/// The profile of the Windows programs, in the root manifest.
const WINDOWS_PROFILE: &str = "tools";

/// The packages with Windows programs.
const WINDOWS_PACKAGES: [&str; 5] =
    ["netioctl-cli", "netioctl-harness", "netio-check", "bcryptprimitives", "sandbox-probe-client"];

/// What has been built.
pub struct Products {
    /// The driver, `netioctl.sys`, and its `netioctl.inf`.
    pub package: DriverPackage,
    /// An empty `netioctl.cat`: the INF names one, so it must be there, but Wine does not look into it.
    pub catalog: PathBuf,
    /// The framework stand-in, `wdfldr.sys`.
    pub wdfldr: PathBuf,
    /// The NETIO stand-in, `netio.sys`.
    pub netio: PathBuf,
    /// The driver that asks the framework stand-in what it answers.
    pub probe_driver: PathBuf,
    /// The program that compares its answers, `wdfprobe.exe`.
    pub probe_client: PathBuf,
    /// The command, `netioctl.exe`.
    pub netioctl: PathBuf,
    /// The tests that run on Windows, `netioctl-harness.exe`.
    pub harness: PathBuf,
    /// The tests of the NETIO stand-in, `netio-check.exe`.
    pub netio_check: PathBuf,
    /// The DLL that Wine 8 lacks.
    pub bcryptprimitives: PathBuf,
    /// The Linux side of the NETIO stand-in.
    pub netio_server: PathBuf,
    /// The program inside a sandbox.
    pub sandbox: PathBuf,
}

/// Builds everything; quick when nothing has changed.
pub fn run_all(workspace: &Workspace) -> Result<Products> {
    step("build the Linux programs", || {
        // All default members at once: the same features, and so the same artifacts, as for the host tests.
        run(workspace.cargo().arg("build"))
    })?;
    step("build the Windows programs", || {
        let packages = WINDOWS_PACKAGES.iter().flat_map(|package| ["--package", package]);
        run(workspace.cargo().args(["build", "--profile", WINDOWS_PROFILE, "--target", WINDOWS]).args(packages))
    })?;
    let images = step("build the kernel images", || kernel_images(workspace))?;
    let windows = workspace.target.join(WINDOWS).join(WINDOWS_PROFILE);
    let linux = workspace.target.join("debug");
    Ok(Products {
        catalog: empty_catalog(&images.package)?,
        package: images.package,
        wdfldr: images.wdfldr,
        netio: images.netio,
        probe_driver: images.probe_driver,
        probe_client: made(windows.join("wdfprobe.exe"))?,
        netioctl: made(windows.join("netioctl.exe"))?,
        harness: made(windows.join("netioctl-harness.exe"))?,
        netio_check: made(windows.join("netio-check.exe"))?,
        bcryptprimitives: made(windows.join("bcryptprimitives.dll"))?,
        netio_server: made(linux.join("netio-server"))?,
        sandbox: made(linux.join("netioctl-sandbox"))?,
    })
}

/// What runs in the kernel.
struct KernelImages {
    package: DriverPackage,
    wdfldr: PathBuf,
    netio: PathBuf,
    probe_driver: PathBuf,
}

fn kernel_images(workspace: &Workspace) -> Result<KernelImages> {
    let kernel = Kernel::prepare(workspace)?;
    Ok(KernelImages {
        package: kernel.driver_package(Profile::Release)?,
        wdfldr: kernel.build("sandbox-wdfldr", Profile::Release)?.sys,
        netio: kernel.build("sandbox-netio", Profile::Release)?.sys,
        probe_driver: kernel.build("sandbox-probe-driver", Profile::Release)?.sys,
    })
}

fn empty_catalog(package: &DriverPackage) -> Result<PathBuf> {
    let path = package.inf.with_file_name("sandbox.cat");
    std::fs::write(&path, [])?;
    Ok(path)
}

fn made(path: PathBuf) -> Result<PathBuf> {
    ensure!(path.is_file(), "the build has not made {}", path.display());
    Ok(path)
}
