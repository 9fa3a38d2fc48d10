//! Objects that tests need, and the end of a request.

use crate::wdf::{attributes, counted, wdf};
use alloc::vec::Vec;
use core::ptr::null;
use wdf_abi::{FileObjectConfig, Handle, IoQueueConfig, ObjectAttributes, ObjectCallback, UnicodeString};

/// A named control device with a symbolic link: execution level and synchronization scope, and its file objects.
pub fn control_device(name: &str, execution: (i32, i32), files: Option<FileObjectConfig>) -> Result<Handle, i32> {
    let sddl: Vec<u16> = "D:P(A;;GA;;;WD)".encode_utf16().collect();
    let device: Vec<u16> = "\\Device\\".encode_utf16().chain(name.encode_utf16()).collect();
    let link: Vec<u16> = "\\??\\".encode_utf16().chain(name.encode_utf16()).collect();
    let (sddl, device, link) = (counted(&sddl), counted(&device), counted(&link));
    let mut init = wdf!(WdfControlDeviceInitAllocate(
        crate::driver() => Handle, &raw const sddl => *const UnicodeString) -> Handle);
    let _status = wdf!(WdfDeviceInitAssignName(init => Handle, &raw const device => *const UnicodeString) -> i32);
    if let Some(file) = files {
        wdf!(WdfDeviceInitSetFileObjectConfig(
            init => Handle, &raw const file => *const FileObjectConfig, null() => *const ObjectAttributes));
    }
    let mut chosen = attributes();
    (chosen.execution_level, chosen.synchronization_scope) = execution;
    let mut handle: Handle = 0;
    let status = wdf!(WdfDeviceCreate(
        &raw mut init => *mut Handle, &raw const chosen => *const ObjectAttributes,
        &raw mut handle => *mut Handle) -> i32);
    if status < 0 {
        wdf!(WdfDeviceInitFree(init => Handle));
        return Err(status);
    }
    let status = wdf!(WdfDeviceCreateSymbolicLink(handle => Handle, &raw const link => *const UnicodeString) -> i32);
    if status < 0 { Err(status) } else { Ok(handle) }
}

/// A queue configuration as `WDF_IO_QUEUE_CONFIG_INIT` leaves it, without a callback.
pub const fn queue_config(dispatch_type: i32) -> IoQueueConfig {
    IoQueueConfig {
        size: wdf_abi::size::<IoQueueConfig>(),
        dispatch_type,
        power_managed: 2,
        allow_zero_length_requests: 0,
        default_queue: 0,
        io_default: None,
        io_read: None,
        io_write: None,
        io_device_control: None,
        io_internal_device_control: None,
        io_stop: None,
        io_resume: None,
        io_canceled_on_queue: None,
        presented_requests: if dispatch_type == 2 { u32::MAX } else { 0 },
        driver: 0,
    }
}

/// Creates a queue.
pub fn create_queue(device: Handle, config: &IoQueueConfig, chosen: *const ObjectAttributes) -> (i32, Handle) {
    let mut handle: Handle = 0;
    let status = wdf!(WdfIoQueueCreate(
        device => Handle, core::ptr::from_ref(config) => *const IoQueueConfig,
        chosen => *const ObjectAttributes, &raw mut handle => *mut Handle) -> i32);
    (status, handle)
}

/// An object without data, with callbacks.
pub fn general(parent: Handle, cleanup: ObjectCallback, destroy: ObjectCallback, level: i32) -> (i32, Handle) {
    let mut chosen = attributes();
    (chosen.parent, chosen.cleanup, chosen.destroy) = (parent, cleanup, destroy);
    chosen.execution_level = level;
    let mut handle: Handle = 0;
    let status =
        wdf!(WdfObjectCreate(&raw const chosen => *const ObjectAttributes, &raw mut handle => *mut Handle) -> i32);
    (status, handle)
}

/// Completes a request with information.
pub fn complete(request: Handle, status: i32, information: usize) {
    wdf!(WdfRequestCompleteWithInformation(request => Handle, status => i32, information => usize));
}
