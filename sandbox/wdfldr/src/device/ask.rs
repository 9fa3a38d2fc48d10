//! Questions of plug and play that the stand-in asks a stack of devices itself.

use crate::lock::Monitor;
use crate::nt::{self, DeviceObject, Irp, Pointer};
use alloc::format;
use alloc::string::String;
use netioctl_status::NtStatus;

/// Sends an IRP of plug and play to the top of a stack of devices, waits for it, and answers its status and `Information`.
pub fn ask(device: DeviceObject, minor: u8, parameters: [usize; 4]) -> (NtStatus, usize) {
    // SAFETY: the device is there, and so is the one on top of its stack.
    below(unsafe { nt::IoGetAttachedDevice(device) }, minor, parameters)
}

/// Sends one to a device, and so to those below it.
pub fn below(top: DeviceObject, minor: u8, parameters: [usize; 4]) -> (NtStatus, usize) {
    send(top, nt::IRP_MJ_PNP, minor, parameters)
}

/// Sends an IRP of any kind to a device, and so to those below it.
pub fn send(top: DeviceObject, major: u8, minor: u8, parameters: [usize; 4]) -> (NtStatus, usize) {
    // SAFETY: an IRP of any size may be asked for.
    let Some(irp) = (unsafe { nt::IoAllocateIrp(top.stack_size(), 0) }) else {
        return (NtStatus::INSUFFICIENT_RESOURCES, 0);
    };
    irp.set_status(NtStatus::NOT_SUPPORTED);
    let next = irp.next_stack();
    next.set_major(major);
    next.set_minor(minor);
    next.set_parameters(parameters);
    let monitor = Monitor::new(false);
    irp.set_next_completion(returned, (&raw const monitor).cast_mut().cast());
    // SAFETY: the device is there; the completion routine keeps the IRP for us.
    unsafe { nt::IofCallDriver(top, irp) };
    monitor.wait(None, |done| done.then_some(()));
    let answer = (irp.status(), irp.information());
    // SAFETY: the IRP is ours, and came back.
    unsafe { nt::IoFreeIrp(irp) };
    answer
}

/// Wakes the thread that waits for an IRP, and keeps that for it.
pub unsafe extern "system" fn returned(_device: DeviceObject, _irp: Irp, context: Pointer) -> NtStatus {
    // SAFETY: the context is the monitor of the thread that waits, which outlives this.
    if let Some(monitor) = unsafe { context.cast::<Monitor<bool>>().as_ref() } {
        monitor.change(|done| *done = true);
    }
    NtStatus::MORE_PROCESSING_REQUIRED
}

/// `BusQueryDeviceID` and `BusQueryInstanceID`.
const DEVICE_ID: usize = 0;
const INSTANCE_ID: usize = 3;

/// The device instance ID of a physical device.
pub fn instance(pdo: DeviceObject) -> Result<String, NtStatus> {
    let [device, instance] = [DEVICE_ID, INSTANCE_ID].map(|kind| id(pdo, kind));
    Ok(format!(r"{}\{}", device?, instance?))
}

fn id(pdo: DeviceObject, kind: usize) -> Result<String, NtStatus> {
    let (status, text) = ask(pdo, nt::IRP_MN_QUERY_ID, [kind, 0, 0, 0]);
    let text: *mut u16 = core::ptr::with_exposed_provenance_mut(text);
    if !status.is_success() || text.is_null() {
        return Err(if status.is_success() { NtStatus::UNSUCCESSFUL } else { status });
    }
    // SAFETY: the bus driver answers a terminated text.
    let length = (0..usize::from(u16::MAX)).find(|&at| unsafe { text.wrapping_add(at).read() } == 0).unwrap_or(0);
    // SAFETY: there are that many characters.
    let id = String::from_utf16_lossy(unsafe { core::slice::from_raw_parts(text, length) });
    // SAFETY: the text is pool memory, and whoever asked frees it.
    unsafe { nt::ExFreePoolWithTag(text.cast(), 0) };
    Ok(id)
}
