//! Queues, file objects and requests.

use super::{Handle, HandleCallback, Pointer};

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
