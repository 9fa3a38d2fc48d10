//! The dispatch routine of every driver: hands each IRP of the I/O manager to the module that serves it.

use crate::device::data::Device;
use crate::device::{lower, pnp, preprocess};
use crate::file::{close, create as file_create, refused};
use crate::irql::Raised;
use crate::nt::{DeviceObject, Irp};
use crate::queue::placement;
use crate::request::arrival;
use crate::{callback, faults, irp, irql, nt, settings, world};
use netioctl_status::NtStatus;
use wdf_model::tree::ObjectId;

/// `DRIVER_DISPATCH`.
pub unsafe extern "system" fn dispatch(device: DeviceObject, irp: Irp) -> NtStatus {
    faults::look();
    let found = world::lock().devices.get(&device.address()).copied();
    let Some(id) = found else { return irp::refuse(irp) };
    preprocess::first(id, irp).unwrap_or_else(|| serve(id, irp))
}

/// What the framework does with an IRP.
pub fn serve(id: ObjectId, irp: Irp) -> NtStatus {
    match irp.stack().major() {
        nt::IRP_MJ_CREATE => file_create::create(id, irp),
        nt::IRP_MJ_CLOSE => close::close(id, irp),
        nt::IRP_MJ_CLEANUP => close::cleanup(id, irp),
        nt::IRP_MJ_READ | nt::IRP_MJ_WRITE | nt::IRP_MJ_DEVICE_CONTROL | nt::IRP_MJ_INTERNAL_DEVICE_CONTROL => {
            transfer(id, irp)
        }
        nt::IRP_MJ_PNP => pnp::dispatch(id, irp),
        nt::IRP_MJ_POWER | nt::IRP_MJ_SYSTEM_CONTROL => lower::pass_down(id, irp),
        nt::IRP_MJ_SHUTDOWN => shut_down(id, irp),
        _ if is_filter(id) => lower::pass_down(id, irp),
        _ => irp::refuse(irp),
    }
}

/// The system goes down. Without a flag the driver has asked for nothing, whoever sends this.
fn shut_down(device: ObjectId, irp: Irp) -> NtStatus {
    let found = world::lock().get::<Device>(device).map(|device| (device.init.shutdown, device.init.shutdown_flags));
    let function = found.filter(|&(_, flags)| flags != 0).and_then(|(function, _)| function);
    callback!("EvtDeviceShutdownNotification", function, world::handle(device));
    if is_filter(device) { lower::pass_down(device, irp) } else { irp::done(irp, NtStatus::SUCCESS) }
}

fn is_filter(device: ObjectId) -> bool {
    world::lock().get::<Device>(device).is_some_and(|device| device.init.filter)
}

/// A request with data: always pending, handed out by a queue.
fn transfer(device: ObjectId, irp: Irp) -> NtStatus {
    if let Some(status) = irp.stack().file().and_then(refused::status) {
        return irp::done(irp, status);
    }
    let _caller = Raised::to(settings::current().entry_irql);
    let id = match arrival::arrive(device, irp, irql::current()) {
        Ok(id) => id,
        Err(status) => return irp::done(irp, status),
    };
    irp.mark_pending();
    let first = world::lock().get::<Device>(device).and_then(|device| device.init.in_caller_context);
    if first.is_some() {
        callback!("EvtIoInCallerContext", first, world::handle(device), world::handle(id));
    } else {
        placement::enqueue(id);
    }
    NtStatus::PENDING
}
