//! The device below in the stack of a function device.

use crate::device::ask;
use crate::device::data::Device;
use crate::lock::Monitor;
use crate::nt::Irp;
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

/// Sends the removal to the device below, which is detached before: Wine frees it at once when its driver deletes it.
pub fn pass_down_for_good(id: ObjectId, irp: Irp) -> NtStatus {
    let attached = world::lock().get_mut::<Device>(id).and_then(|device| device.attached.take());
    let Some(attached) = attached else { return irp::refuse(irp) };
    // SAFETY: this is the device that ours was attached to, and it is detached once.
    unsafe { nt::IoDetachDevice(attached) };
    irp.skip_stack();
    // SAFETY: the device below is there until it has seen this, and takes the IRP over.
    unsafe { nt::IofCallDriver(attached, irp) }
}

/// Lets the devices below start first.
pub fn below_first(device: ObjectId, irp: Irp) -> NtStatus {
    let attached = world::lock().get::<Device>(device).and_then(|device| device.attached);
    let Some(attached) = attached else { return NtStatus::INVALID_DEVICE_REQUEST };
    let monitor = Monitor::new(false);
    irp.copy_stack_to_next(ask::returned, (&raw const monitor).cast_mut().cast());
    // SAFETY: the device below is attached to ours; the completion routine keeps the IRP for us.
    unsafe { nt::IofCallDriver(attached, irp) };
    monitor.wait(None, |done| done.then_some(()));
    irp.status()
}
