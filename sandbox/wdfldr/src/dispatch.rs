//! The dispatch routine of every driver: what the I/O manager sends, to where it belongs.

use crate::callback;
use crate::device::Device;
use crate::file;
use crate::file_end;
use crate::irql::{self, Raised};
use crate::nt::{self, DeviceObject, Irp};
use crate::pnp;
use crate::queue;
use crate::request;
use crate::settings;
use crate::world;
use wdf_model::status::{self, Status};
use wdf_model::tree::ObjectId;

/// `DRIVER_DISPATCH`.
pub unsafe extern "system" fn dispatch(device: DeviceObject, irp: Irp) -> Status {
    let found = world::lock().devices.get(&device.address()).copied();
    let Some(id) = found else { return refuse(irp) };
    match irp.stack().major() {
        nt::IRP_MJ_CREATE => file::create(id, irp),
        nt::IRP_MJ_CLOSE => file_end::close(id, irp),
        nt::IRP_MJ_CLEANUP => file_end::cleanup(id, irp),
        nt::IRP_MJ_READ | nt::IRP_MJ_WRITE | nt::IRP_MJ_DEVICE_CONTROL | nt::IRP_MJ_INTERNAL_DEVICE_CONTROL => {
            transfer(id, irp)
        }
        nt::IRP_MJ_PNP => pnp::dispatch(id, irp),
        nt::IRP_MJ_POWER | nt::IRP_MJ_SYSTEM_CONTROL => pass_down(id, irp),
        _ => refuse(irp),
    }
}

/// Completes an IRP that nobody wants.
pub fn refuse(irp: Irp) -> Status {
    request::complete_irp(irp, status::INVALID_DEVICE_REQUEST, Some(0), 0);
    status::INVALID_DEVICE_REQUEST
}

/// Completes an IRP at once.
pub fn done(irp: Irp, status: Status) -> Status {
    request::complete_irp(irp, status, Some(0), 0);
    status
}

/// Sends an IRP to the device below, unchanged.
pub fn pass_down(id: ObjectId, irp: Irp) -> Status {
    let attached = world::lock().get::<Device>(id).map_or(DeviceObject::NULL, |device| device.attached);
    if attached.is_null() {
        return refuse(irp);
    }
    irp.skip_stack();
    // SAFETY: the device below is attached to ours and takes the IRP over.
    unsafe { nt::IofCallDriver(attached, irp) }
}

/// A request with data: always pending, handed out by a queue.
fn transfer(device: ObjectId, irp: Irp) -> Status {
    let _caller = Raised::to(settings::current().entry_irql);
    let id = match request::arrive(device, irp, irql::current()) {
        Ok(id) => id,
        Err(status) => return done(irp, status),
    };
    irp.mark_pending();
    let first = world::lock().get::<Device>(device).and_then(|device| device.init.in_caller_context);
    if first.is_some() {
        callback!("EvtIoInCallerContext", first, world::handle(device), world::handle(id));
    } else {
        queue::enqueue(id);
    }
    status::PENDING
}
