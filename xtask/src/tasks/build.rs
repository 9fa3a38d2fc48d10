//! Builds everything that runs in the sandbox.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};

use cargo_kmdf::kernel::{DriverPackage, Kernel, Profile};
use cargo_kmdf::{StandIns, WINDOWS, WINDOWS_PROFILE, build_for_windows, made};

use crate::driver;
use cargo_kmdf::report::step;
use cargo_kmdf::workspace::Workspace;

/// The packages with the Windows programs of the driver package, the command first.
const WINDOWS_PACKAGES: [&str; 2] = ["netioctl-cli", "netioctl-harness"];

/// The packages with Windows programs that only the tests need: the tests of the NETIO stand-in, what compares the answers
/// of the framework stand-in, what uses the drivers of the tests, and the stand-in for `iphlpapi.dll`.
const TEST_PACKAGES: [&str; 4] = ["netio-check", "sandbox-probe-client", "sandbox-driver-client", "sandbox-iphlpapi"];

/// Their programs.
const TEST_PROGRAMS: [&str; 4] = ["netio-check.exe", "wdfprobe.exe", "drivers.exe", "sandbox_iphlpapi.dll"];

/// The driver that asks the framework stand-in what it answers, and its name in the sandbox.
const PROBE_DRIVER: (&str, &str) = ("sandbox-probe-driver", "wdfprobe.sys");

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
    /// What the tests need besides, by the names in the sandbox.
    pub for_tests: BTreeMap<String, PathBuf>,
}

/// Builds everything; quick when nothing has changed.
pub fn run_all(workspace: &Workspace) -> Result<Products> {
    let stand_ins = StandIns::build(workspace)?;
    let programs = windows_programs(workspace)?;
    let driver = driver(workspace)?;
    let for_tests = for_tests(workspace)?;
    let package = step("make the driver package", || driver::package_for_sandbox(workspace, &driver, &programs))?;
    Ok(Products { driver, package, stand_ins, for_tests })
}

/// Builds what a user of the driver has to do with, and the sandbox around it: no tests.
pub fn for_demo(workspace: &Workspace) -> Result<Products> {
    let stand_ins = StandIns::build(workspace)?;
    step("build the command", || build_for_windows(workspace, &WINDOWS_PACKAGES[..1]))?;
    let command = made(windows(workspace).join(driver::COMMAND))?;
    let driver = driver(workspace)?;
    let package = step("make the driver package", || driver::package_for_demo(workspace, &driver, command))?;
    Ok(Products { driver, package, stand_ins, for_tests: BTreeMap::new() })
}

fn for_tests(workspace: &Workspace) -> Result<BTreeMap<String, PathBuf>> {
    step("build the programs of the tests", || build_for_windows(workspace, &TEST_PACKAGES))?;
    step("build the drivers of the tests", || {
        let kernel = Kernel::prepare(workspace)?;
        let image = |package: &str| Ok::<_, anyhow::Error>(kernel.build(package, Profile::Release)?.sys);
        let mut files = BTreeMap::new();
        for name in TEST_PROGRAMS {
            files.insert(name.to_owned(), made(windows(workspace).join(name))?);
        }
        for name in DRIVERS {
            let image = image(&format!("sandbox-driver-{name}"))?;
            files.insert(image.file_name().context("a built file has a name")?.to_string_lossy().into(), image);
        }
        files.insert(PROBE_DRIVER.1.to_owned(), image(PROBE_DRIVER.0)?);
        Ok(files)
    })
}

/// Builds the programs of the driver package.
pub fn windows_programs(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    step("build the Windows programs", || build_for_windows(workspace, &WINDOWS_PACKAGES))?;
    driver::PROGRAMS.iter().map(|name| made(windows(workspace).join(name))).collect()
}

/// Builds the benchmark, which is no part of the driver package.
pub fn benchmark(workspace: &Workspace) -> Result<PathBuf> {
    step("build the benchmark", || build_for_windows(workspace, &["netioctl-bench"]))?;
    made(windows(workspace).join("netioctl-bench.exe"))
}

/// Builds the driver and stamps its INF.
pub fn driver(workspace: &Workspace) -> Result<DriverPackage> {
    step("build the driver", || driver::build(workspace))
}

fn windows(workspace: &Workspace) -> PathBuf {
    workspace.target.join(WINDOWS).join(WINDOWS_PROFILE)
}
