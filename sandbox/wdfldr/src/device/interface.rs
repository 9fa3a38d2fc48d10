//! A device interface: how programs find the device.

use crate::argument::text_of;
use crate::nt;
use alloc::vec::Vec;
use core::ptr::from_ref;
use wdf_abi::{Guid, UnicodeString};

/// A registered interface.
#[derive(Clone)]
pub struct Interface {
    class: Guid,
    /// The symbolic link that names class, device and reference string.
    link: UnicodeString,
    reference: Vec<u16>,
    /// Whether the driver wants it enabled while the device works.
    wanted: bool,
}

impl Interface {
    /// One that was just registered under a name of the I/O manager's; the driver wants it enabled.
    pub const fn new(class: Guid, link: UnicodeString, reference: Vec<u16>) -> Self {
        Self { class, link, reference, wanted: true }
    }

    /// Whether it is that of a class with a reference string.
    pub fn is(&self, class: Guid, reference: &[u16]) -> bool {
        self.class == class && self.reference == reference
    }

    /// Notes whether the driver wants it enabled.
    pub const fn want(&mut self, wanted: bool) {
        self.wanted = wanted;
    }

    /// The symbolic link's name.
    pub fn name(&self) -> Vec<u16> {
        // SAFETY: the I/O manager filled the name in, and it is given back with the interface.
        unsafe { text_of(&self.link) }
    }

    /// Gives the name back.
    pub fn free(&self) {
        let mut link = self.link;
        // SAFETY: the name came from `IoRegisterDeviceInterface` and is given back once, with the device.
        unsafe { nt::RtlFreeUnicodeString(&raw mut link) };
    }

    /// Enables or disables it.
    pub fn switch(&self, enable: bool) {
        // SAFETY: the name is that of a registered interface. A failure only means that the state was that already.
        unsafe { nt::IoSetDeviceInterfaceState(from_ref(&self.link), u8::from(enable)) };
    }
}

/// Switches all interfaces that the driver wants.
pub fn switch_all(interfaces: &[Interface], enable: bool) {
    for interface in interfaces.iter().filter(|interface| interface.wanted) {
        interface.switch(enable);
    }
}
