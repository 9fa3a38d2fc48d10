//! Opening, closing, loading, unloading.

use crate::{command, lab::Lab};
use anyhow::{Context, Result, ensure};
use netioctl_client::{Access, Device, ErrorKind, Family, driver};
use serde_json::Value;
use std::fs;

super::cases! { "lifecycle":
    Driver fifty_opens,
    Package the_package_admits_administrators_and_lets_users_read,
    Package operators_are_allowed_by_choice,
    Package fifty_loads,
}

fn fifty_opens(lab: &Lab) -> Result<()> {
    let mut open = Vec::new();
    for _ in 0..50 {
        let device = lab.device()?;
        device.version()?;
        open.push(device);
        lab.open(Access::Read)?.interface_table(Family::Both)?;
    }
    // Handles close in another order than they opened.
    open.swap(0, 30);
    drop(open);
    lab.device()?.version()?;
    Ok(())
}

/// What the INF puts on the device: the plug and play manager of Windows takes it from there.
fn the_package_admits_administrators_and_lets_users_read(lab: &Lab) -> Result<()> {
    let inf = fs::read_to_string(lab.inf()?).context("reading the INF")?;
    let found: Vec<_> = inf.lines().map(str::trim).filter(|line| line.starts_with("HKR,,Security")).collect();
    let expected = format!("HKR,,Security,,\"{}\"", driver::SECURITY);
    ensure!(found == [expected.as_str()], "{found:?} instead of {expected}");
    Ok(())
}

/// Leaves the driver installed, as it was found: without them. Wine keeps no security descriptor of a device: there it
/// is said that the driver is installed, and for administrators alone.
fn operators_are_allowed_by_choice(lab: &Lab) -> Result<()> {
    let inf = lab.inf()?.to_str().context("a path")?;
    let installed = |more: &[&str]| -> Result<Value> {
        let text = command::run(&[&["driver", "install", "--json", "--inf", inf], more].concat())?;
        Ok(serde_json::from_str(&text)?)
    };
    match installed(&["--allow-operators"]) {
        Ok(with) => ensure!(with["operators"]["security"] == driver::SECURITY_WITH_OPERATORS, "{with}"),
        Err(error) => {
            let said = error.to_string();
            let parts = ["installed, but administrators alone may make changes", "SPDRP_SECURITY_SDS", "NOT_SUPPORTED"];
            ensure!(parts.iter().all(|part| said.contains(part)), "{said}");
        }
    }
    lab.device()?.version()?;
    let without = installed(&[])?;
    ensure!(without["operators"].is_null() && without["replaced"] == true, "{without}");
    lab.device()?.version()?;
    Ok(())
}

/// Leaves the driver installed, as it was found.
fn fifty_loads(lab: &Lab) -> Result<()> {
    for round in 1..=50 {
        load(lab).with_context(|| format!("round {round} of 50"))?;
    }
    Ok(())
}

fn load(lab: &Lab) -> Result<()> {
    driver::uninstall()?;
    let gone = Device::open(Access::Read);
    ensure!(gone.is_err_and(|error| error.kind() == ErrorKind::DriverMissing), "the device is still there");
    driver::install(lab.inf()?)?;
    let device = lab.device()?;
    device.version()?;
    ensure!(!device.interface_table(Family::Both)?.is_empty(), "no interfaces");
    lab.flush(&device)
}
