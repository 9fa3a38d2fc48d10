//! What the commands need of the machine they run on.

use netioctl_client::{Access, Device, Error, InterfaceLuid, interface_alias, interface_name};

/// The device, and the names of interfaces.
pub trait System {
    fn open(&self, access: Access) -> Result<Device, Error>;

    /// The connection name that people see ("Ethernet 2").
    fn alias(&self, luid: InterfaceLuid) -> Option<String>;

    /// The stable name ("ethernet_32775").
    fn name(&self, luid: InterfaceLuid) -> Option<String>;
}

/// This machine.
pub struct TheSystem;

impl System for TheSystem {
    fn open(&self, access: Access) -> Result<Device, Error> {
        Device::open(access)
    }

    fn alias(&self, luid: InterfaceLuid) -> Option<String> {
        interface_alias(luid)
    }

    fn name(&self, luid: InterfaceLuid) -> Option<String> {
        interface_name(luid)
    }
}
