//! Drivers of workspaces that are not ours, with the versions of windows-drivers-rs that they may have.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use cargo_metadata::MetadataCommand;
use toml::{Table, Value};

use crate::kernel::{Kernel, TARGET};
use crate::report::{run, step};
use crate::workspace::Workspace;

/// The series of `wdk-build` before the one that the driver is built with, each with a workspace of its own.
const SERIES: [&str; 2] = ["0.4", "0.5"];

/// Checks a driver for the oldest framework against each of them: our `wdk-build` has the place of that version, and the
/// lock file stays as it is.
pub fn check(workspace: &Workspace) -> Result<()> {
    let kernel = Kernel::prepare(workspace)?;
    SERIES
        .into_iter()
        .try_for_each(|series| step(&format!("a driver with wdk-build {series}"), || one(&kernel, workspace, series)))
}

fn one(kernel: &Kernel<'_>, workspace: &Workspace, series: &str) -> Result<()> {
    let folder = workspace.root.join("wdk/replacement/tests/foreign").join(series);
    let manifest = folder.join("Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(&manifest).other_options(["--locked".to_owned()]).exec()?;
    let target = workspace.target.join("foreign");
    let replacement = wdk_build_replacement::write(&metadata, &workspace.root.join("wdk/build"), &target)?;
    let config = target.join(series).with_extension("toml");
    fs::write(&config, configuration(kernel, &replacement, &folder)?)?;
    let mut cargo = workspace.cargo();
    cargo.args(["check", "--locked", "--target", TARGET, "--manifest-path"]).arg(&manifest);
    run(cargo.arg("--target-dir").arg(&target).arg("--config").arg(config))
}

/// The configuration of our own kernel builds for another workspace. Cargo goes by the name of an overriding package
/// alone, so there may be one.
fn configuration(kernel: &Kernel<'_>, replacement: &Path, folder: &Path) -> Result<String> {
    let mut config: Table = fs::read_to_string(kernel.cargo_config())?.parse()?;
    let paths =
        config.get_mut("paths").and_then(Value::as_array_mut).context("our configuration overrides packages")?;
    paths.retain(|path| path.as_str().is_some_and(|path| !path.ends_with("/build")));
    paths.push(replacement.display().to_string().into());
    config["env"]["WDK_BUILD_WORKSPACE"]["value"] = folder.display().to_string().into();
    Ok(toml::to_string(&config)?)
}
