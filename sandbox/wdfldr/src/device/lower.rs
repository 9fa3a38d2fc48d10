//! The device below in the stack of a function device.

use crate::device::data::Device;
use crate::lock::Monitor;
use crate::nt::{DeviceObject, Irp, Pointer};
use crate::{irp, nt, world};
use netioctl_status::NtStatus;
use wdf_model::tree::ObjectId;

/// Sends an IRP to the device below, unchanged.
pub fn pass_down(id: ObjectId, irp: Irp) -> NtStatus {
    let attached = world::lock().get::<Device>(id).and_then(|device| device.attached);
    let Some(attached) = attached else { return irp::refuse(irp) };
    irp.skip_stack();
    // SAFETY: the device below is attached to ours and takes the IRP over.
    unsafe { nt::IofCallDriver(attached, irp) }
}

unsafe extern "system" fn returned(_device: DeviceObject, _irp: Irp, context: Pointer) -> NtStatus {
    // SAFETY: the context is the monitor of the thread that waits below, which it outlives.
    if let Some(monitor) = unsafe { context.cast::<Monitor<bool>>().as_ref() } {
        monitor.change(|done| *done = true);
    }
    NtStatus::MORE_PROCESSING_REQUIRED
}

/// Lets the devices below start first.
pub fn below_first(device: ObjectId, irp: Irp) -> NtStatus {
    let attached = world::lock().get::<Device>(device).and_then(|device| device.attached);
    let Some(attached) = attached else { return NtStatus::INVALID_DEVICE_REQUEST };
    let monitor = Monitor::new(false);
    irp.copy_stack_to_next(returned, (&raw const monitor).cast_mut().cast());
    // SAFETY: the device below is attached to ours; the completion routine keeps the IRP for us.
    unsafe { nt::IofCallDriver(attached, irp) };
    monitor.wait(None, |done| done.then_some(()));
    irp.status()
}
