//! Removing, in the only order that works everywhere: the devices, the service, the package.
//!
//! A service stopped before its devices are removed takes no more orders; one deleted before them comes back. While a
//! device waits for a restart, service and package stay: removing again after the restart finds them.

use super::{
    super::{
        call::{failed, last_error, wide},
        device_info::DeviceInfoSet,
        service::Service,
    },
    device_nodes, image, service_name,
};
use crate::driver::{DeviceNode, Removed, SetupError};
use std::{fs, ptr};
use windows_sys::Win32::{
    Devices::DeviceAndDriverInstallation::{SUOI_FORCEDELETE, SetupUninstallOEMInfW},
    Foundation::ERROR_FILE_NOT_FOUND,
};

pub fn run() -> Result<Removed, SetupError> {
    // Read before the devices go: they know the names of the service and of the INF.
    let nodes = device_nodes()?;
    let mut removed = Removed::default();
    remove_devices(&mut removed)?;
    remove_service(service_name(&nodes), &mut removed)?;
    remove_packages(&nodes, &mut removed)?;
    Ok(removed)
}

fn remove_devices(removed: &mut Removed) -> Result<(), SetupError> {
    let set = DeviceInfoSet::root()?;
    for node in set.ours() {
        let id = set.instance_id(&node)?;
        removed.reboot_needed |= set.remove(&node)?;
        removed.devices.push(id);
    }
    Ok(())
}

fn remove_service(name: &str, removed: &mut Removed) -> Result<(), SetupError> {
    let Some(service) = Service::find_to_remove(name)? else { return Ok(()) };
    if removed.reboot_needed {
        // It still drives a device. A service deleted now stays marked until the restart, and nothing can be installed.
        return Ok(());
    }
    service.stop()?;
    remove_image(name)?;
    removed.reboot_needed |= service.delete()?;
    removed.service = Some(name.to_owned());
    Ok(())
}

fn remove_packages(nodes: &[DeviceNode], removed: &mut Removed) -> Result<(), SetupError> {
    if removed.reboot_needed {
        return Ok(());
    }
    let mut infs: Vec<_> = nodes.iter().filter_map(|node| node.inf.clone()).collect();
    infs.sort_unstable();
    infs.dedup();
    for inf in infs {
        remove_package(&inf)?;
        removed.infs.push(inf);
    }
    Ok(())
}

/// Deletes a package by its published name; one that is gone is no error.
pub fn remove_package(published: &str) -> Result<(), SetupError> {
    let name = wide(published);
    // SAFETY: the name ends with a zero and outlives the call; the reserved pointer is null.
    let result = unsafe { SetupUninstallOEMInfW(name.as_ptr(), SUOI_FORCEDELETE, ptr::null()) };
    if result == 0 && last_error() != ERROR_FILE_NOT_FOUND { Err(failed("SetupUninstallOEMInfW")) } else { Ok(()) }
}

/// Removes the devices and stops the service; it and the packages stay. `true`: Windows must be restarted first.
pub fn unload() -> Result<bool, SetupError> {
    let nodes = device_nodes()?;
    let mut removed = Removed::default();
    remove_devices(&mut removed)?;
    let name = service_name(&nodes);
    if let (false, Some(service)) = (removed.reboot_needed, Service::find_to_remove(name)?) {
        service.stop()?;
        remove_image(name)?;
    }
    Ok(removed.reboot_needed)
}

/// Deletes the image of a service that was stopped, unless it lies in the driver store, whose files are Windows' own. A
/// system without a store (Wine) leaves it behind, and takes it for the new one at the next installation.
fn remove_image(service: &str) -> Result<(), SetupError> {
    if let Some(image) = image(service)?.filter(|image| !image.to_string_lossy().to_lowercase().contains("driverstore"))
    {
        // One that is not there, or must not be deleted, is no reason to fail.
        let _ = fs::remove_file(image);
    }
    Ok(())
}
