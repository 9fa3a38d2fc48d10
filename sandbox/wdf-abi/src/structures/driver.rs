//! The binding of a driver to the framework, and its driver object.

use super::{Handle, ObjectCallback, Pointer};
use core::mem::{offset_of, size_of};
use netioctl_status::NtStatus;

/// `WDF_BIND_INFO`: what a driver's entry stub hands to `WdfVersionBind`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct BindInfo {
    /// Size of this structure.
    pub size: u32,
    /// `KmdfLibrary` as UTF-16, terminated.
    pub component: *const u16,
    /// Major version wanted.
    pub major: u32,
    /// Minor version wanted.
    pub minor: u32,
    /// Build wanted.
    pub build: u32,
    /// Functions that the driver was built against.
    pub function_count: u32,
    /// Where the driver keeps its pointer to the table.
    pub function_table: *mut *const Pointer,
    /// The loader's own.
    pub module: Pointer,
}
const _: () = assert!(size_of::<BindInfo>() == 0x30 && offset_of!(BindInfo, function_table) == 0x20);

/// `WDF_BIND_INFO2`: that of a driver that may run on a framework older than the one that it was built for. The last
/// four are places in the driver, for the loader to fill.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct BindInfo2 {
    /// The older structure, whose `size` is that of the whole.
    pub first: BindInfo,
    /// The oldest minor version that the driver is content with.
    pub minimum: *const u32,
    /// Whether the driver was built for a newer framework than this.
    pub client_is_newer: *mut u8,
    /// How many functions there are.
    pub function_count: *mut u32,
    /// How many structures there are.
    pub structure_count: *mut u32,
    /// Their sizes.
    pub structures: *mut *const usize,
}
const _: () = assert!(size_of::<BindInfo2>() == 0x58 && offset_of!(BindInfo2, minimum) == 0x30);

/// `WDF_DRIVER_GLOBALS`.
#[repr(C)]
pub struct DriverGlobals {
    /// The driver object.
    pub driver: Handle,
    /// The framework's flags.
    pub driver_flags: u32,
    /// Pool tag of the driver.
    pub driver_tag: u32,
    /// Name of the driver, ANSI.
    pub driver_name: [u8; 32],
    /// Whether the entry stub is to put its own unload routine before the framework's.
    pub displace_driver_unload: u8,
}

/// `EVT_WDF_DRIVER_DEVICE_ADD`.
pub type DeviceAdd = Option<unsafe extern "system" fn(driver: Handle, init: Handle) -> NtStatus>;

/// `WDF_DRIVER_CONFIG`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DriverConfig {
    /// Size of this structure.
    pub size: u32,
    /// Called for each new device.
    pub device_add: DeviceAdd,
    /// Called before the driver goes.
    pub unload: ObjectCallback,
    /// `WDF_DRIVER_INIT_FLAGS`.
    pub init_flags: u32,
    /// Pool tag.
    pub pool_tag: u32,
}
