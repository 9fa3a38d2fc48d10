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

/// `INTERFACE`: the header of a driver-defined interface.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct InterfaceHeader {
    /// Bytes of the whole.
    pub size: u16,
    /// Version of the interface.
    pub version: u16,
    /// The provider's own.
    pub context: Pointer,
    /// Takes a reference.
    pub reference: Option<unsafe extern "system" fn(context: Pointer)>,
    /// Gives one back.
    pub dereference: Option<unsafe extern "system" fn(context: Pointer)>,
}

/// `EVT_WDF_DEVICE_PROCESS_QUERY_INTERFACE_REQUEST`.
pub type ProcessQueryInterface =
    Option<unsafe extern "system" fn(device: Handle, class: Pointer, table: Pointer, data: Pointer) -> NtStatus>;

/// `WDF_QUERY_INTERFACE_CONFIG`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct QueryInterfaceConfig {
    /// Size of this structure.
    pub size: u32,
    /// The interface, which begins with its header.
    pub table: *const InterfaceHeader,
    /// Its class.
    pub class: *const super::Guid,
    /// Whether the query goes on to the parent's stack.
    pub send_to_parent: u8,
    /// Called for each query.
    pub process: ProcessQueryInterface,
    /// Whether the driver takes what is in the table that comes.
    pub import: u8,
}

/// `WDF_WMI_INSTANCE_CONFIG`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct WmiInstanceConfig {
    /// Size of this structure.
    pub size: u32,
    /// A provider, or none.
    pub provider: Handle,
    /// What one is made of.
    pub provider_config: Pointer,
    /// Whether queries are answered from the context.
    pub use_context_for_query: u8,
    /// Whether it is registered at once.
    pub register: u8,
    /// Called for queries.
    pub query: Pointer,
    /// Called to set it.
    pub set: Pointer,
    /// Called to set an item.
    pub set_item: Pointer,
    /// Called for methods.
    pub execute: Pointer,
}

/// `EVT_WDF_INTERRUPT_DPC` and `EVT_WDF_INTERRUPT_WORKITEM`.
pub type InterruptCallback = Option<unsafe extern "system" fn(interrupt: Handle, device: Handle)>;

/// `WDF_INTERRUPT_CONFIG`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct InterruptConfig {
    /// Size of this structure.
    pub size: u32,
    /// A lock of the driver's to use.
    pub spin_lock: Handle,
    /// `WDF_TRI_STATE`.
    pub share_vector: i32,
    /// Whether the floating point state is saved.
    pub floating_save: u8,
    /// Whether DPC and work item run under the parent's lock.
    pub automatic_serialization: u8,
    /// The interrupt service routine.
    pub isr: Option<unsafe extern "system" fn(interrupt: Handle, message: u32) -> u8>,
    /// Runs soon after it.
    pub dpc: InterruptCallback,
    /// Called when it is enabled.
    pub enable: Pointer,
    /// Called when it is disabled.
    pub disable: Pointer,
    /// Runs at `PASSIVE_LEVEL` after it.
    pub work_item: InterruptCallback,
    /// The resource as the bus has it.
    pub raw: Pointer,
    /// The resource as the processor has it.
    pub translated: Pointer,
    /// A wait lock of the driver's to use.
    pub wait_lock: Handle,
    /// Whether it is handled at `PASSIVE_LEVEL`.
    pub passive_handling: u8,
    /// `WDF_TRI_STATE`.
    pub report_inactive_on_power_down: i32,
    /// Whether it can wake the device.
    pub can_wake_device: u8,
}

/// `WDF_INTERRUPT_INFO`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct InterruptInfo {
    /// Size of this structure.
    pub size: u32,
    /// What is known of a connected interrupt.
    pub rest: [u64; 7],
}
const _: () = assert!(size_of::<InterruptInfo>() == 64);
