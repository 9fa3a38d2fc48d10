//! `WDFFILEOBJECT`: open, and what it answers; its end is in `file_end`.

use crate::call::Call;
use crate::callback;
use crate::device::Device;
use crate::dispatch;
use crate::irql;
use crate::nt::{self, FileObject, Irp};
use crate::object::{self, Chosen};
use crate::queue;
use crate::request;
use crate::world::{self, Kind};
use alloc::boxed::Box;
use core::ptr::null_mut;
use wdf_abi::{DriverGlobals, FileObjectConfig, Function, Handle, UnicodeString};
use wdf_model::attributes::Accepts;
use wdf_model::irql::DISPATCH_LEVEL;
use wdf_model::status::{self, Status};
use wdf_model::tree::ObjectId;

/// The object's data.
pub struct File {
    pub object: FileObject,
    device: ObjectId,
    config: FileObjectConfig,
    name: UnicodeString,
}

/// `WdfFileObjectNotRequired`.
const NOT_REQUIRED: i32 = 1;

/// `IRP_MJ_CREATE`.
pub fn create(device: ObjectId, irp: Irp) -> Status {
    let file = match open(device, irp.stack().file()) {
        Ok(file) => file,
        Err(status) => return dispatch::done(irp, status),
    };
    let (queued, function) = {
        let world = world::lock();
        let owner = world.get::<Device>(device);
        let queued = owner.is_some_and(|device| device.configured.contains_key(&request::TYPE_CREATE));
        (queued, owner.and_then(|device| device.init.file_config).and_then(|config| config.create))
    };
    if !queued && function.is_none() {
        return dispatch::done(irp, status::SUCCESS);
    }
    let id = match request::arrive(device, irp, irql::current()) {
        Ok(id) => id,
        Err(status) => return dispatch::done(irp, status),
    };
    irp.mark_pending();
    if queued {
        queue::enqueue(id);
    } else {
        let (device, request) = (world::handle(device), world::handle(id));
        callback!("EvtDeviceFileCreate", function, device, request, world::handle_or_null(file));
    }
    status::PENDING
}

/// Makes the framework's file object, if the driver asked for them.
fn open(device: ObjectId, object: FileObject) -> Result<Option<ObjectId>, Status> {
    let mut world = world::lock();
    let owner = world.get::<Device>(device).ok_or(status::INVALID_DEVICE_REQUEST)?;
    let Some(config) = owner.init.file_config.filter(|config| config.class != NOT_REQUIRED) else {
        return Ok(None);
    };
    if object.is_null() {
        return Ok(None);
    }
    let chosen = Chosen::from(owner.init.file_attributes, Accepts::QUEUE)?;
    let file = File { object, device, config, name: object.name() };
    let call = Call(Function::WdfDeviceInitSetFileObjectConfig);
    let id = object::create(&mut world, call, &chosen, Some(device), Kind::File(Box::new(file)))?;
    if let Some(object) = world.objects.get_mut(id) {
        // It goes with the handle, which is not the driver's.
        object.creator = 0;
    }
    world.files.insert(object.address(), id);
    Ok(Some(id))
}

/// Deletes the framework's file object.
pub fn forget(object: FileObject) {
    let id = world::lock().files.remove(&object.address());
    if let Some(id) = id {
        object::delete(id);
    }
}

/// The framework's file object, and what the driver wants to be told of it.
pub fn config_of(object: FileObject) -> Option<(ObjectId, FileObjectConfig)> {
    let world = world::lock();
    let id = world.files.get(&object.address()).copied()?;
    world.get::<File>(id).map(|file| (id, file.config))
}

fn ask<R>(function: Function, file: Handle, none: R, answer: impl FnOnce(&mut File) -> R) -> R {
    let call = Call::enter(function, DISPATCH_LEVEL);
    world::with::<File, _>(call, file, answer).unwrap_or(none)
}

/// `WdfFileObjectGetFileName`.
pub extern "system" fn name(_globals: *const DriverGlobals, file: Handle) -> *mut UnicodeString {
    ask(Function::WdfFileObjectGetFileName, file, null_mut(), |file| &raw mut file.name)
}

/// `WdfFileObjectGetFlags`.
pub extern "system" fn flags(_globals: *const DriverGlobals, file: Handle) -> u32 {
    ask(Function::WdfFileObjectGetFlags, file, 0, |file| file.object.file_flags())
}

/// `WdfFileObjectGetDevice`.
pub extern "system" fn device(_globals: *const DriverGlobals, file: Handle) -> Handle {
    ask(Function::WdfFileObjectGetDevice, file, 0, |file| world::handle(file.device))
}

/// `WdfFileObjectWdmGetFileObject`.
pub extern "system" fn wdm_file_object(_globals: *const DriverGlobals, file: Handle) -> FileObject {
    ask(Function::WdfFileObjectWdmGetFileObject, file, nt::FileObject::NULL, |file| file.object)
}
