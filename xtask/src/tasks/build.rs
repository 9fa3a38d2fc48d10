//! Builds everything that runs in the sandbox.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::kernel::{DriverPackage, Kernel, Profile};
use crate::package::{self, Parts};
use crate::report::{run, step};
use crate::workspace::Workspace;

/// The target of the Windows programs.
const WINDOWS: &str = "x86_64-pc-windows-gnu";

/// The profile of the Windows programs, in the root manifest.
const WINDOWS_PROFILE: &str = "tools";

/// The packages with Windows programs.
const WINDOWS_PACKAGES: [&str; 5] =
    ["netioctl-cli", "netioctl-harness", "netio-check", "bcryptprimitives", "sandbox-probe-client"];

/// The Linux programs of the sandbox.
const LINUX_PROGRAMS: [&str; 2] = ["netio-server", "netioctl-sandbox"];

/// The programs of the driver package.
const PROGRAMS: [&str; 2] = ["netioctl.exe", "netioctl-harness.exe"];

/// What has been built.
pub struct Products {
    /// The driver as it was built, not signed.
    pub driver: DriverPackage,
    /// The folder of the driver package, complete and signed.
    pub package: PathBuf,
    /// The framework stand-in, `wdfldr.sys`.
    pub wdfldr: PathBuf,
    /// The NETIO stand-in, `netio.sys`.
    pub netio: PathBuf,
    /// The driver that asks the framework stand-in what it answers.
    pub probe_driver: PathBuf,
    /// The program that compares its answers, `wdfprobe.exe`.
    pub probe_client: PathBuf,
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
        // By their names alone: of all default members, so with the features that `cargo xtask` was built with.
        let programs = LINUX_PROGRAMS.iter().flat_map(|program| ["--bin", program]);
        run(workspace.cargo_on_host("build").args(programs))
    })?;
    let programs = windows_programs(workspace)?;
    let driver = driver(workspace)?;
    let stand_ins = step("build the stand-ins", || stand_ins(workspace))?;
    let parts = Parts { driver: &driver, programs: &programs };
    let [netio_server, sandbox] = LINUX_PROGRAMS.map(|name| made(workspace.host_program(name)));
    let package = step("make the driver package", || package::for_sandbox(workspace, &parts))?;
    Ok(Products {
        driver,
        package,
        wdfldr: stand_ins.wdfldr,
        netio: stand_ins.netio,
        probe_driver: stand_ins.probe_driver,
        probe_client: made(windows(workspace).join("wdfprobe.exe"))?,
        netio_check: made(windows(workspace).join("netio-check.exe"))?,
        bcryptprimitives: made(windows(workspace).join("bcryptprimitives.dll"))?,
        netio_server: netio_server?,
        sandbox: sandbox?,
    })
}

/// Builds the kernel images other than the driver.
struct StandIns {
    wdfldr: PathBuf,
    netio: PathBuf,
    probe_driver: PathBuf,
}

/// Builds the programs of the driver package.
pub fn windows_programs(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    step("build the Windows programs", || {
        let packages = WINDOWS_PACKAGES.iter().flat_map(|package| ["--package", package]);
        run(workspace.cargo().args(["build", "--profile", WINDOWS_PROFILE, "--target", WINDOWS]).args(packages))
    })?;
    PROGRAMS.iter().map(|name| made(windows(workspace).join(name))).collect()
}

/// Builds the benchmark, which is no part of the driver package.
pub fn benchmark(workspace: &Workspace) -> Result<PathBuf> {
    step("build the benchmark", || {
        let package = ["--package", "netioctl-bench"];
        run(workspace.cargo().args(["build", "--profile", WINDOWS_PROFILE, "--target", WINDOWS]).args(package))
    })?;
    made(windows(workspace).join("netioctl-bench.exe"))
}

/// Builds the driver and stamps its INF.
pub fn driver(workspace: &Workspace) -> Result<DriverPackage> {
    step("build the driver", || Kernel::prepare(workspace)?.driver_package(Profile::Release))
}

fn stand_ins(workspace: &Workspace) -> Result<StandIns> {
    let kernel = Kernel::prepare(workspace)?;
    let image = |name| Ok::<_, anyhow::Error>(kernel.build(name, Profile::Release)?.sys);
    Ok(StandIns {
        wdfldr: image("sandbox-wdfldr")?,
        netio: image("sandbox-netio")?,
        probe_driver: image("sandbox-probe-driver")?,
    })
}

fn windows(workspace: &Workspace) -> PathBuf {
    workspace.target.join(WINDOWS).join(WINDOWS_PROFILE)
}

fn made(path: PathBuf) -> Result<PathBuf> {
    ensure!(path.is_file(), "the build has not made {}", path.display());
    Ok(path)
}
