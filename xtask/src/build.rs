//! Builds everything that runs in the sandbox.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::report::{run, step};
use crate::workspace::Workspace;

/// The target of the Windows programs.
const WINDOWS: &str = "x86_64-pc-windows-gnu";

/// The packages with Windows programs.
const WINDOWS_PACKAGES: [&str; 3] = ["netioctl-cli", "netioctl-harness", "bcryptprimitives"];

/// What has been built.
pub struct Products {
    /// The command, `netioctl.exe`.
    pub netioctl: PathBuf,
    /// The tests that run on Windows, `netioctl-harness.exe`.
    pub harness: PathBuf,
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
        run(workspace.cargo().args(["build", "--release", "--target", WINDOWS]).args(packages))
    })?;
    products(workspace)
}

fn products(workspace: &Workspace) -> Result<Products> {
    let windows = workspace.target.join(WINDOWS).join("release");
    let linux = workspace.target.join("debug");
    let exists = |path: PathBuf| {
        ensure!(path.is_file(), "the build has not made {}", path.display());
        Ok(path)
    };
    Ok(Products {
        netioctl: exists(windows.join("netioctl.exe"))?,
        harness: exists(windows.join("netioctl-harness.exe"))?,
        bcryptprimitives: exists(windows.join("bcryptprimitives.dll"))?,
        netio_server: exists(linux.join("netio-server"))?,
        sandbox: exists(linux.join("netioctl-sandbox"))?,
    })
}
