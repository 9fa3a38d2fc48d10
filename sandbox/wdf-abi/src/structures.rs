//! Structures of the framework's interface, compared with the record of it in `tests/layouts.rs`. Member names are the
//! framework's in Rust spelling.

use core::ffi::c_void;
use core::mem::{offset_of, size_of};
use netioctl_status::NtStatus;

/// A framework handle. Zero is no handle.
pub type Handle = usize;
/// An untyped pointer.
pub type Pointer = *mut c_void;

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

/// `EVT_WDF_OBJECT_CONTEXT_CLEANUP` and `…_DESTROY`.
pub type ObjectCallback = Option<unsafe extern "system" fn(object: Handle)>;

/// `WDF_OBJECT_CONTEXT_TYPE_INFO`.
#[repr(C)]
pub struct ContextTypeInfo {
    /// Size of this structure.
    pub size: u32,
    /// Name, ANSI.
    pub context_name: *const u8,
    /// Bytes of the context.
    pub context_size: usize,
    /// The structure that is the identity of the type: itself or one shared between files.
    pub unique_type: *const ContextTypeInfo,
    /// Finds the identity at run time.
    pub get_unique_type: Pointer,
}

/// `WDF_OBJECT_ATTRIBUTES`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ObjectAttributes {
    /// Size of this structure.
    pub size: u32,
    /// Called when the object is deleted.
    pub cleanup: ObjectCallback,
    /// Called when the last reference is gone.
    pub destroy: ObjectCallback,
    /// `WDF_EXECUTION_LEVEL`.
    pub execution_level: i32,
    /// `WDF_SYNCHRONIZATION_SCOPE`.
    pub synchronization_scope: i32,
    /// The parent object.
    pub parent: Handle,
    /// Bytes of context instead of the type's own.
    pub context_size_override: usize,
    /// Type of the context.
    pub context_type: *const ContextTypeInfo,
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

/// `EVT_WDF_IO_QUEUE_IO_DEFAULT` and `EVT_WDF_IO_QUEUE_IO_CANCELED_ON_QUEUE`.
pub type IoDefault = Option<unsafe extern "system" fn(queue: Handle, request: Handle)>;
/// `EVT_WDF_IO_QUEUE_IO_READ` and `…_WRITE`.
pub type IoTransfer = Option<unsafe extern "system" fn(queue: Handle, request: Handle, length: usize)>;
/// `EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL` and `…_INTERNAL_DEVICE_CONTROL`.
pub type IoControl = Option<
    unsafe extern "system" fn(queue: Handle, request: Handle, output_length: usize, input_length: usize, code: u32),
>;
/// `EVT_WDF_IO_QUEUE_IO_STOP`.
pub type IoStop = Option<unsafe extern "system" fn(queue: Handle, request: Handle, flags: u32)>;
/// `EVT_WDF_IO_QUEUE_STATE`.
pub type QueueState = Option<unsafe extern "system" fn(queue: Handle, context: Pointer)>;
/// `EVT_WDF_REQUEST_CANCEL`, `EVT_WDF_FILE_CLOSE`, `…_CLEANUP`, `EVT_WDF_WORKITEM` and `EVT_WDF_TIMER`.
pub type HandleCallback = Option<unsafe extern "system" fn(object: Handle)>;

/// `WDF_IO_QUEUE_CONFIG`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IoQueueConfig {
    /// Size of this structure.
    pub size: u32,
    /// `WDF_IO_QUEUE_DISPATCH_TYPE`.
    pub dispatch_type: i32,
    /// `WDF_TRI_STATE`.
    pub power_managed: i32,
    /// Whether reads and writes without bytes are delivered.
    pub allow_zero_length_requests: u8,
    /// Whether this is the device's default queue.
    pub default_queue: u8,
    /// Called for what has no callback of its own.
    pub io_default: IoDefault,
    /// Called for reads.
    pub io_read: IoTransfer,
    /// Called for writes.
    pub io_write: IoTransfer,
    /// Called for I/O control.
    pub io_device_control: IoControl,
    /// Called for I/O control between drivers.
    pub io_internal_device_control: IoControl,
    /// Called for what the driver owns when the queue is held or purged by PnP.
    pub io_stop: IoStop,
    /// Called when the device works again.
    pub io_resume: IoDefault,
    /// Called instead of completing a forwarded request that is cancelled in the queue.
    pub io_canceled_on_queue: IoDefault,
    /// `NumberOfPresentedRequests` of a parallel queue.
    pub presented_requests: u32,
    /// The class extension's driver.
    pub driver: Handle,
}

/// `EVT_WDF_DEVICE_FILE_CREATE`.
pub type FileCreate = Option<unsafe extern "system" fn(device: Handle, request: Handle, file: Handle)>;

/// `WDF_FILEOBJECT_CONFIG`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FileObjectConfig {
    /// Size of this structure.
    pub size: u32,
    /// Called when a handle is opened.
    pub create: FileCreate,
    /// Called when the file object goes.
    pub close: HandleCallback,
    /// Called when the last handle is closed.
    pub cleanup: HandleCallback,
    /// `WDF_TRI_STATE`.
    pub auto_forward_cleanup_close: i32,
    /// `WDF_FILEOBJECT_CLASS`.
    pub class: i32,
}

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

/// `WDF_REQUEST_PARAMETERS`: the four words are the union of the request types.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct RequestParameters {
    /// Size of this structure.
    pub size: u16,
    /// Minor function of the IRP.
    pub minor_function: u8,
    /// `WDF_REQUEST_TYPE`.
    pub request_type: i32,
    /// Output length, or length, or first argument.
    pub word0: usize,
    /// Input length, or key, or second argument.
    pub word1: usize,
    /// Control code, or offset, or third argument.
    pub word2: usize,
    /// The user's input address, or fourth argument.
    pub word3: usize,
}

/// `WDF_TIMER_CONFIG`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct TimerConfig {
    /// Size of this structure.
    pub size: u32,
    /// Called when the timer fires.
    pub function: HandleCallback,
    /// Milliseconds between firings, 0 for one.
    pub period: u32,
    /// Whether the parent's lock is held.
    pub automatic_serialization: u8,
    /// Milliseconds of tolerance.
    pub tolerable_delay: u32,
    /// The next member is aligned to eight.
    pub reserved: u32,
    /// Whether to use the high resolution timers.
    pub use_high_resolution_timer: u8,
}

/// `WDF_WORKITEM_CONFIG`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct WorkItemConfig {
    /// Size of this structure.
    pub size: u32,
    /// Called on a worker thread.
    pub function: HandleCallback,
    /// Whether the parent's lock is held.
    pub automatic_serialization: u8,
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

/// `UNICODE_STRING`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct UnicodeString {
    /// Bytes in use.
    pub length: u16,
    /// Bytes there are.
    pub maximum_length: u16,
    /// UTF-16 text.
    pub buffer: *mut u16,
}
const _: () = assert!(size_of::<UnicodeString>() == 16);

/// `GUID`.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Guid {
    /// First group.
    pub data1: u32,
    /// Second group.
    pub data2: u16,
    /// Third group.
    pub data3: u16,
    /// The rest.
    pub data4: [u8; 8],
}
