//! The command device: text in, text out.

use crate::events;
use crate::objects::{complete, control_device, create_queue, queue_config};
use crate::probes;
use crate::subject;
use crate::wdf::{Pointer, wdf};
use alloc::string::String;
use alloc::vec::Vec;
use core::ptr::{null, null_mut};
use wdf_abi::Handle;

/// Makes the command device.
pub fn create() -> i32 {
    let device = match control_device("WdfProbe", (2, 1), None) {
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
