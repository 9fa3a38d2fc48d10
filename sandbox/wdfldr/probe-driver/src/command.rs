//! The command device: text in, text out.

use crate::events;
use crate::probes;
use crate::subject;
use crate::wdf::{Pointer, attributes, counted, wdf};
use alloc::string::String;
use alloc::vec::Vec;
use core::ptr::{null, null_mut};
use wdf_abi::{Handle, IoQueueConfig, ObjectAttributes, UnicodeString};

/// A named control device with a symbolic link.
pub fn control_device(name: &str, execution: (i32, i32)) -> Result<Handle, i32> {
    let sddl: Vec<u16> = "D:P(A;;GA;;;WD)".encode_utf16().collect();
    let device: Vec<u16> = "\\Device\\".encode_utf16().chain(name.encode_utf16()).collect();
    let link: Vec<u16> = "\\??\\".encode_utf16().chain(name.encode_utf16()).collect();
    let (sddl, device, link) = (counted(&sddl), counted(&device), counted(&link));
    let mut init = wdf!(WdfControlDeviceInitAllocate(
        crate::driver() => Handle, &raw const sddl => *const UnicodeString) -> Handle);
    let _status = wdf!(WdfDeviceInitAssignName(init => Handle, &raw const device => *const UnicodeString) -> i32);
    if let Some(file) = subject::file_config(name) {
        wdf!(WdfDeviceInitSetFileObjectConfig(
            init => Handle, &raw const file => *const wdf_abi::FileObjectConfig, null() => *const ObjectAttributes));
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
        size: size_of::<IoQueueConfig>() as u32,
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

/// Makes the command device.
pub fn create() -> i32 {
    let device = match control_device("WdfProbe", (2, 1)) {
        Ok(device) => device,
        Err(status) => return status,
    };
    let mut config = queue_config(2);
    config.default_queue = 1;
    config.io_device_control = Some(control);
    let (status, _) = create_queue(device, &config, null());
    wdf!(WdfControlFinishInitializing(device => Handle));
    status
}

unsafe extern "system" fn control(_queue: Handle, request: Handle, output: usize, input: usize, _code: u32) {
    let mut buffer: Pointer = null_mut();
    let status = wdf!(WdfRequestRetrieveInputBuffer(
        request => Handle, 1 => usize, &raw mut buffer => *mut Pointer, null_mut() => *mut usize) -> i32);
    if status < 0 {
        return complete(request, status, 0);
    }
    // SAFETY: the request's buffer has that many bytes.
    let text = unsafe { core::slice::from_raw_parts(buffer.cast::<u8>(), input) };
    let answer = run(&String::from_utf8_lossy(text));
    let length = answer.len().min(output);
    // SAFETY: buffered requests have one buffer for both directions, and it is at least as long as the output.
    let space = unsafe { core::slice::from_raw_parts_mut(buffer.cast::<u8>(), length) };
    space.copy_from_slice(answer.as_bytes().get(..length).unwrap_or(&[]));
    complete(request, 0, length);
}

/// Completes a request with information.
pub fn complete(request: Handle, status: i32, information: usize) {
    wdf!(WdfRequestCompleteWithInformation(request => Handle, status => i32, information => usize));
}

fn run(command: &str) -> String {
    let mut words = command.split_whitespace();
    let verb = words.next().unwrap_or("");
    let arguments: Vec<&str> = words.collect();
    match verb {
        "probes" => probes::run(arguments.first().copied().unwrap_or("")),
        "events" => events::take().join("; "),
        _ => subject::run(verb, &arguments),
    }
}
