//! A handle is opened.

use crate::call::Call;
use crate::device::data::Device;
use crate::device::lower;
use crate::file::data::File;
use crate::file::{opener, refused};
use crate::nt::{FileObject, Irp};
use crate::object::attributes::Chosen;
use crate::object::life;
use crate::queue::placement;
use crate::request::arrival;
use crate::request::data::Request;
use crate::{callback, faults, irp, irql, world};
use netioctl_status::NtStatus;
use wdf_abi::Function;
use wdf_abi::constants::{WDF_FILE_OBJECT_NOT_REQUIRED, WDF_REQUEST_TYPE_CREATE};
use wdf_model::attributes::Accepts;
use wdf_model::tree::ObjectId;

/// `IRP_MJ_CREATE`.
pub fn create(device: ObjectId, irp: Irp) -> NtStatus {
    if let Some(object) = irp.stack().file() {
        refused::begin(object);
    }
    let file = match open(device, irp.stack().file()) {
        Ok(file) => file,
        Err(status) => return refused::fail(device, irp, status),
    };
    let (queued, function, filter) = {
        let world = world::lock();
        let owner = world.get::<Device>(device);
        let queued = owner.is_some_and(|device| device.configured.contains_key(&WDF_REQUEST_TYPE_CREATE));
        let filter = owner.is_some_and(|device| device.init.filter);
        (queued, owner.and_then(|device| device.init.file_config).and_then(|config| config.create), filter)
    };
    if !queued && function.is_none() && filter {
        return lower::pass_down(device, irp);
    }
    if !queued && function.is_none() {
        return irp::done(irp, NtStatus::SUCCESS);
    }
    let id = match arrival::arrive(device, irp, irql::current()) {
        Ok(id) => id,
        Err(status) => return refused::fail(device, irp, status),
    };
    irp.mark_pending();
    let security = opener::security_context();
    if let Some(request) = world::lock().get_mut::<Request>(id)
        && security != 0
    {
        request.parameters[0] = security;
    }
    if queued {
        placement::enqueue(id);
    } else {
        let (device, request) = (world::handle(device), world::handle(id));
        callback!("EvtDeviceFileCreate", function, device, request, world::handle_or_null(file));
    }
    NtStatus::PENDING
}

/// Makes the framework's file object, if the driver asked for them.
fn open(device: ObjectId, object: Option<FileObject>) -> Result<Option<ObjectId>, NtStatus> {
    faults::allocation("WDFFILEOBJECT")?;
    let mut world = world::lock();
    let owner = world.get::<Device>(device).ok_or(NtStatus::INVALID_DEVICE_REQUEST)?;
    let Some(config) = owner.init.file_config.filter(|config| config.class != WDF_FILE_OBJECT_NOT_REQUIRED) else {
        return Ok(None);
    };
    let Some(object) = object else { return Ok(None) };
    let chosen = Chosen::check(owner.init.file_attributes, Accepts::QUEUE)?;
    let file = File { object, device, config, name: object.name() };
    let call = Call::internal(Function::WdfDeviceInitSetFileObjectConfig);
    let id = life::create(&mut world, call, &chosen, Some(device), file)?;
    if let Some(object) = world.objects.get_mut(id) {
        // It goes with the handle, which is not the driver's.
        object.creator = 0;
    }
    world.files.insert((device, object.address()), id);
    Ok(Some(id))
}
