//! Drivers of workspaces that are not ours, with the versions of windows-drivers-rs that they may have.

use anyhow::Result;

use cargo_kmdf::kernel::Kernel;
use cargo_kmdf::report::{run, step};
use cargo_kmdf::workspace::Workspace;

/// The series of `wdk-build` before the one that the driver is built with, each with a workspace of its own.
const SERIES: [&str; 2] = [OLDEST, "0.5"];

/// The one that has least in common with ours.
const OLDEST: &str = "0.4";

/// Checks a driver for the oldest framework against each of them: our `wdk-build` has the place of that version, and the
/// lock file stays as it is.
pub fn check(workspace: &Workspace) -> Result<()> {
    SERIES.into_iter().try_for_each(|series| checked(workspace, series))
}

/// Checks it against the oldest alone: each of them compiles all of windows-drivers-rs anew, which takes a minute.
pub fn check_oldest(workspace: &Workspace) -> Result<()> {
    checked(workspace, OLDEST)
}

fn checked(workspace: &Workspace, series: &str) -> Result<()> {
    step(&format!("a driver with wdk-build {series}"), || one(workspace, series))
}

fn one(workspace: &Workspace, series: &str) -> Result<()> {
    let folder = workspace.root.join("wdk/replacement/tests/foreign").join(series);
    let foreign = Workspace { target: workspace.target.join("foreign"), ..Workspace::of(&folder)? };
    run(Kernel::prepare(&foreign)?.cargo("check").arg("--locked"))
}
