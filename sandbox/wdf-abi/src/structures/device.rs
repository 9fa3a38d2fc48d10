//! A device and its power states.

use super::{Handle, Pointer};
use netioctl_status::NtStatus;

/// A PnP or power callback that can fail.
pub type DeviceStatus = Option<unsafe extern "system" fn(device: Handle) -> NtStatus>;
/// A PnP or power callback that cannot.
pub type DeviceNotice = Option<unsafe extern "system" fn(device: Handle)>;
/// A power callback with the state before or after.
pub type DevicePower = Option<unsafe extern "system" fn(device: Handle, state: i32) -> NtStatus>;
/// `EVT_WDF_DEVICE_PREPARE_HARDWARE`.
pub type PrepareHardware =
    Option<unsafe extern "system" fn(device: Handle, raw: Handle, translated: Handle) -> NtStatus>;
/// `EVT_WDF_DEVICE_RELEASE_HARDWARE`.
pub type ReleaseHardware = Option<unsafe extern "system" fn(device: Handle, translated: Handle) -> NtStatus>;

/// `WDF_PNPPOWER_EVENT_CALLBACKS`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PnpPowerEventCallbacks {
    /// Size of this structure.
    pub size: u32,
    /// The device enters its working state.
    pub d0_entry: DevicePower,
    /// Interrupts are enabled.
    pub d0_entry_post_interrupts_enabled: DevicePower,
    /// The device leaves its working state.
    pub d0_exit: DevicePower,
    /// Interrupts are about to be disabled.
    pub d0_exit_pre_interrupts_disabled: DevicePower,
    /// Hardware resources are there.
    pub prepare_hardware: PrepareHardware,
    /// Hardware resources go.
    pub release_hardware: ReleaseHardware,
    /// Self-managed I/O: last call.
    pub self_managed_io_cleanup: DeviceNotice,
    /// Self-managed I/O: flush.
    pub self_managed_io_flush: DeviceNotice,
    /// Self-managed I/O: first call.
    pub self_managed_io_init: DeviceStatus,
    /// Self-managed I/O: suspend.
    pub self_managed_io_suspend: DeviceStatus,
    /// Self-managed I/O: restart.
    pub self_managed_io_restart: DeviceStatus,
    /// The device is gone.
    pub surprise_removal: DeviceNotice,
    /// May the device be removed?
    pub query_remove: DeviceStatus,
    /// May the device be stopped?
    pub query_stop: DeviceStatus,
    /// Usage notification, first form.
    pub usage_notification: Pointer,
    /// Relations query.
    pub relations_query: Pointer,
    /// Usage notification, second form.
    pub usage_notification_ex: Pointer,
}

/// `WDF_DEVICE_STATE`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DeviceState {
    /// Size of this structure.
    pub size: u32,
    /// `Disabled`, `DontDisplayInUI`, `Failed`, `NotDisableable`, `Removed`, `ResourcesChanged`, `AssignedToGuest`,
    /// each a `WDF_TRI_STATE`.
    pub flags: [i32; 7],
}
