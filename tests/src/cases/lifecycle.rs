//! Opening, closing, loading, unloading.

use crate::lab::Lab;
use anyhow::{Context, Result, ensure};
use netioctl_client::{Access, Device, ErrorKind, Family, driver};

super::cases! { "lifecycle":
    Driver fifty_opens,
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
