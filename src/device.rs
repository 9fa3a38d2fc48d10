//! The device: one for each device node, open to user mode through an interface.
//!
//! Who may open it is said by the INF, whose security descriptor the plug and play manager puts on the whole stack.

use crate::{
    backend::CHANGES,
    control::Control,
    watch::{self, Watching},
};
use kmdf::{DeviceInit, Driver, DriverHandle, NTSTATUS, create_default_queue};
use netioctl_abi::INTERFACE_GUID;

/// The driver.
pub struct Netioctl;

impl Driver for Netioctl {
    fn start(driver: &DriverHandle<'_>) -> Result<(), NTSTATUS> {
        CHANGES.create(driver)
    }

    fn add_device(mut init: DeviceInit<'_>) -> Result<(), NTSTATUS> {
        init.secure_open();
        init.parks::<Watching>();
        let device = init.create()?;
        create_default_queue::<Control>(&device)?;
        device.create_parking::<Watching>()?;
        device.create_interface(INTERFACE_GUID)
    }

    fn unload() {
        watch::unload();
    }
}
