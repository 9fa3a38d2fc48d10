//! A handle is closed: cleanup, and close as soon as nothing refers to the file object any more.

use crate::device::data::Device;
use crate::device::lower;
use crate::file::data::{config_of, forget};
use crate::file::{end, refused};
use crate::inside::FILES;
use crate::nt::{FileObject, Irp};
use crate::request::cancel;
use crate::{callback, irp, world};
use netioctl_status::NtStatus;
use wdf_model::tree::ObjectId;

/// `IRP_MJ_CLEANUP`, which Wine 8 never sends.
pub fn cleanup(device: ObjectId, irp: Irp) -> NtStatus {
    let Some(object) = irp.stack().file() else { return irp::done(irp, NtStatus::SUCCESS) };
    clean(device, object);
    let config = config_of(device, object).map(|(_, config)| config);
    if end::passes_on(device, config) { lower::pass_down(device, irp) } else { irp::done(irp, NtStatus::SUCCESS) }
}

/// The driver first, with all requests pending; then the framework cancels those that wait in its queues.
fn clean(device: ObjectId, object: FileObject) {
    if !end::begin(device, object) {
        return;
    }
    FILES.with(object.address(), || {
        if let Some((id, config)) = config_of(device, object) {
            callback!("EvtFileCleanup", config.cleanup, world::handle(id));
        }
    });
    let queues = world::lock().get::<Device>(device).map(|device| device.queues.clone()).unwrap_or_default();
    for queue in queues {
        cancel::cancel_file(queue, object);
    }
}

/// `IRP_MJ_CLOSE` of Wine: the last handle is closed.
pub fn close(device: ObjectId, irp: Irp) -> NtStatus {
    let Some(object) = irp.stack().file() else { return irp::done(irp, NtStatus::SUCCESS) };
    if refused::close(object) {
        // A device above the one that refused has its own file object.
        forget(device, object);
        return irp::done(irp, NtStatus::SUCCESS);
    }
    clean(device, object);
    end::close(device, object, irp)
}
