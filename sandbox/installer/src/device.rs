//! Drivers of root-enumerated devices, installed by their INF.

use std::path::Path;
use std::ptr::null_mut;

use anyhow::{Context, Result, bail, ensure};
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::{
    INSTALLFLAG_FORCE, INSTALLFLAG_NONINTERACTIVE, SetupDiGetINFClassW, UpdateDriverForPlugAndPlayDevicesW,
};
use windows_sys::core::GUID;

use crate::service;
use crate::set::{Node, Set, checked, wide};

/// Longest name of a class, with the zero at its end (`MAX_CLASS_NAME_LEN`).
const CLASS_NAME: u32 = 32;

/// Makes a device and installs the INF for it.
pub fn install(inf: &str, id: &str) -> Result<()> {
    ensure!(Path::new(inf).is_file(), "there is no {inf}");
    let class = class(inf)?;
    // What the device's own ID begins with, as devcon has it.
    let name = id.rsplit('\\').next().unwrap_or(id);
    Set::empty(&class)?.create(name, &class, id)?;
    let (hardware_id, path) = (wide(id), wide(inf));
    let mut reboot = 0;
    // SAFETY: both strings end with a zero and outlive the call; there is no window.
    let result = unsafe {
        UpdateDriverForPlugAndPlayDevicesW(
            null_mut(),
            hardware_id.as_ptr(),
            path.as_ptr(),
            INSTALLFLAG_FORCE | INSTALLFLAG_NONINTERACTIVE,
            &raw mut reboot,
        )
    };
    checked("UpdateDriverForPlugAndPlayDevicesW", result)?;
    started(inf, id)
}

/// That the call has answered TRUE says little under Wine; what the device says of itself counts.
fn started(inf: &str, id: &str) -> Result<()> {
    let set = Set::root()?;
    let node = set.with_id(id).into_iter().next().with_context(|| format!("no device has the ID {id}"))?;
    if let Some(status) = set.problem(&node) {
        bail!("the device {id} did not start: status {status:#010x}");
    }
    let service = set.service(&node).with_context(|| format!("{inf} has no driver for the device {id}"))?;
    ensure!(service::runs(&service)?, "the driver {service} did not load");
    Ok(())
}

/// The class that an INF is for.
fn class(inf: &str) -> Result<GUID> {
    let path = wide(inf);
    let (mut class, mut name) = (GUID::from_u128(0), [0_u16; CLASS_NAME as usize]);
    // SAFETY: the path ends with a zero, and the name has the length that is told; the length needed is not asked for.
    let result =
        unsafe { SetupDiGetINFClassW(path.as_ptr(), &raw mut class, name.as_mut_ptr(), CLASS_NAME, null_mut()) };
    checked(&format!("{inf} names no class of devices"), result)?;
    Ok(class)
}

/// Removes the devices with an ID, and unloads their driver.
pub fn remove(id: &str) -> Result<()> {
    let set = Set::root()?;
    let nodes = with_id(&set, id)?;
    // Read before the devices go: they know it. A service that is stopped before its devices takes no more orders.
    let services = services(&set, &nodes);
    nodes.iter().try_for_each(|node| set.remove(node))?;
    services.iter().try_for_each(|name| service::remove(name))
}

/// Tells the driver of the devices with an ID that the system goes down.
pub fn shut_down(id: &str) -> Result<()> {
    let set = Set::root()?;
    services(&set, &with_id(&set, id)?).iter().try_for_each(|name| service::shut_down(name))
}

fn with_id(set: &Set, id: &str) -> Result<Vec<Node>> {
    let nodes = set.with_id(id);
    ensure!(!nodes.is_empty(), "no device has the ID {id}");
    Ok(nodes)
}

/// The services behind devices.
fn services(set: &Set, nodes: &[Node]) -> Vec<String> {
    let mut services: Vec<_> = nodes.iter().filter_map(|node| set.service(node)).collect();
    services.dedup();
    services
}
