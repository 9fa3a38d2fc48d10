//! Removing, in the only order that works everywhere: the devices, the service, the package.
//!
//! A service stopped before its devices are removed takes no more orders; one deleted before them comes back.

use super::{
    super::{
        call::{failed, last_error, wide},
        device_info::DeviceInfoSet,
        service::Service,
    },
    device_nodes, service_name,
};
use crate::driver::{DeviceNode, Removed, SetupError};
use std::ptr;
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
    if !removed.reboot_needed {
        service.stop()?;
    }
    service.delete()?;
    removed.service = Some(name.to_owned());
    Ok(())
}

fn remove_packages(nodes: &[DeviceNode], removed: &mut Removed) -> Result<(), SetupError> {
    let mut infs: Vec<_> = nodes.iter().filter_map(|node| node.inf.clone()).collect();
    infs.sort_unstable();
    infs.dedup();
    for inf in infs {
        let name = wide(&inf);
        // SAFETY: the name ends with a zero and outlives the call; the reserved pointer is null.
        let result = unsafe { SetupUninstallOEMInfW(name.as_ptr(), SUOI_FORCEDELETE, ptr::null()) };
        if result == 0 && last_error() != ERROR_FILE_NOT_FOUND {
            return Err(failed("SetupUninstallOEMInfW"));
        }
        removed.infs.push(inf);
    }
    Ok(())
}
