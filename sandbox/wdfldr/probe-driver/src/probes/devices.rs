//! Control devices and their queues.

use super::notes::{cleanup_queue, destroy_queue};
use super::report::Report;
use crate::events;
use crate::objects::{control_device, create_queue, queue_config};
use crate::wdf::{attributes, counted, delete, wdf};
use alloc::vec::Vec;
use core::ptr::{null, null_mut};
use wdf_abi::{Guid, Handle, IoQueueConfig, ObjectAttributes, UnicodeString};

/// All of it.
pub fn run(report: &mut Report) {
    let device = match control_device("WdfProbeA", (1, 1), None) {
        Ok(device) => device,
        Err(status) => return report.status("dev.create", status),
    };
    if let Err(status) = control_device("WdfProbeA", (1, 1), None) {
        report.status("dev.create.name_collision", status);
    }
    let link: Vec<u16> = "\\??\\WdfProbeB".encode_utf16().collect();
    let link = counted(&link);
    let status = wdf!(WdfDeviceCreateSymbolicLink(device => Handle, &raw const link => *const UnicodeString) -> i32);
    report.status("dev.symlink.second_name", status);
    let guid = Guid { data1: 1, data2: 2, data3: 3, data4: [4; 8] };
    let status = wdf!(WdfDeviceCreateDeviceInterface(
        device => Handle, &raw const guid => *const Guid, null() => *const UnicodeString) -> i32);
    report.status("dev.interface.on_control_device", status);
    let states = (
        wdf!(WdfDeviceGetDevicePnpState(device => Handle) -> i32),
        wdf!(WdfDeviceGetDevicePowerState(device => Handle) -> i32),
        wdf!(WdfDeviceGetDevicePowerPolicyState(device => Handle) -> i32),
    );
    report.line("dev.pnp_state.control_device", format_args!("{:#x} {:#x} {:#x}", states.0, states.1, states.2));
    report.line("queue.get_default.none", wdf!(WdfDeviceGetDefaultQueue(device => Handle) -> Handle));
    queues(report, device);
    let mut child = attributes();
    child.cleanup = Some(cleanup_queue);
    child.destroy = Some(destroy_queue);
    let (_, _queue) = create_queue(device, &queue_config(3), &raw const child);
    delete(device);
    report.line("dev.control.delete_order", events::take().join(", "));
}

unsafe extern "system" fn nothing(_queue: Handle, _request: Handle) {}

fn queues(report: &mut Report, device: Handle) {
    let mut config = queue_config(2);
    config.io_default = Some(nothing);
    let mut chosen = attributes();
    let mut with = |report: &mut Report, id: &str, change: fn(&mut ObjectAttributes)| {
        chosen = attributes();
        change(&mut chosen);
        report.status(id, create_queue(device, &config, &raw const chosen).0);
    };
    with(report, "queue.create.exec_level_9", |a| a.execution_level = 9);
    with(report, "queue.create.sync_scope_9", |a| a.synchronization_scope = 9);
    with(report, "queue.create.attr_size_small", |a| a.size = 48);
    with(report, "queue.create.parent_driver", |a| a.parent = crate::driver());
    report.status("queue.create.manual_with_callback", {
        let mut manual = config;
        manual.dispatch_type = 3;
        create_queue(device, &manual, null()).0
    });
    let status = wdf!(WdfIoQueueCreate(
        device => Handle, &raw const config => *const IoQueueConfig, null() => *const ObjectAttributes,
        null_mut() => *mut Handle) -> i32);
    report.status("queue.create.null_handle_pointer", status);
    config.default_queue = 1;
    let (status, queue) = create_queue(device, &config, null());
    report.status("queue.create.default_first", status);
    report.status("queue.create.default_second", create_queue(device, &config, null()).0);
    report.line("queue.get_device", u8::from(wdf!(WdfIoQueueGetDevice(queue => Handle) -> Handle) == device));
    let configure = |queue: Handle, kind: i32| wdf!(WdfDeviceConfigureRequestDispatching(device => Handle, queue => Handle, kind => i32) -> i32);
    report.status("queue.configure.default_queue_device_control", configure(queue, 14));
    report.status("queue.configure.pnp", configure(queue, 27));
    wdf!(WdfControlFinishInitializing(device => Handle));
    report.status("queue.configure.after_finish_initializing", configure(queue, 14));
    report.status("queue.create.default_after_finish_initializing", create_queue(device, &config, null()).0);
}
