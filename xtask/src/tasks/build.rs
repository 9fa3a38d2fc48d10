//! Builds everything that runs in the sandbox.

use std::path::PathBuf;

use anyhow::Result;

use cargo_kmdf::kernel::{DriverPackage, Kernel, Profile};
use cargo_kmdf::{StandIns, WINDOWS, WINDOWS_PROFILE, made};

use crate::driver;
use cargo_kmdf::report::{run, step};
use cargo_kmdf::workspace::Workspace;

/// The packages with Windows programs.
const WINDOWS_PACKAGES: [&str; 5] =
    ["netioctl-cli", "netioctl-harness", "netio-check", "sandbox-probe-client", "sandbox-driver-client"];

/// The drivers under test, in `sandbox/drivers`.
const DRIVERS: [&str; 6] = ["control", "echo", "faulty", "filter", "parameters", "plain"];

/// What has been built.
pub struct Products {
    /// The driver as it was built, not signed.
    pub driver: DriverPackage,
    /// The folder of the driver package, complete and signed.
    pub package: PathBuf,
    /// The stand-ins for parts of Windows.
    pub stand_ins: StandIns,
    /// The driver that asks the framework stand-in what it answers.
    pub probe_driver: PathBuf,
    /// The program that compares its answers, `wdfprobe.exe`.
    pub probe_client: PathBuf,
    /// Drivers of many kinds, and the program that uses them.
    pub drivers: Vec<PathBuf>,
    pub drivers_client: PathBuf,
    /// The tests of the NETIO stand-in, `netio-check.exe`.
    pub netio_check: PathBuf,
}

/// Builds everything; quick when nothing has changed.
pub fn run_all(workspace: &Workspace) -> Result<Products> {
    let stand_ins = StandIns::build(workspace)?;
    let programs = windows_programs(workspace)?;
    let driver = driver(workspace)?;
    let (probe_driver, drivers) = step("build the drivers of the tests", || {
        let kernel = Kernel::prepare(workspace)?;
        let image = |name: &str| Ok::<_, anyhow::Error>(kernel.build(name, Profile::Release)?.sys);
        let drivers = DRIVERS.into_iter().map(|name| image(&format!("sandbox-driver-{name}")));
        Ok((image("sandbox-probe-driver")?, drivers.collect::<Result<_>>()?))
    })?;
    let package = step("make the driver package", || driver::package_for_sandbox(workspace, &driver, &programs))?;
    Ok(Products {
        driver,
        package,
        stand_ins,
        probe_driver,
        probe_client: made(windows(workspace).join("wdfprobe.exe"))?,
        drivers,
        drivers_client: made(windows(workspace).join("drivers.exe"))?,
        netio_check: made(windows(workspace).join("netio-check.exe"))?,
    })
}

/// Builds the programs of the driver package.
pub fn windows_programs(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    step("build the Windows programs", || {
        let packages = WINDOWS_PACKAGES.iter().flat_map(|package| ["--package", package]);
        run(workspace.cargo().args(["build", "--profile", WINDOWS_PROFILE, "--target", WINDOWS]).args(packages))
    })?;
    driver::PROGRAMS.iter().map(|name| made(windows(workspace).join(name))).collect()
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
    step("build the driver", || driver::build(workspace))
}

fn windows(workspace: &Workspace) -> PathBuf {
    workspace.target.join(WINDOWS).join(WINDOWS_PROFILE)
}
