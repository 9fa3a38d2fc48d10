//! Which queue a request goes to.

use crate::call::Call;
use crate::device::data::Device;
use crate::nt::DeviceObject;
use crate::queue::data::IoQueue;
use crate::queue::run;
use crate::request::data::Request;
use crate::request::{cancel, completion};
use crate::world::{self, World};
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::Handle;
use wdf_abi::constants::{WDF_REQUEST_TYPE_READ, WDF_REQUEST_TYPE_WRITE};
use wdf_model::tree::ObjectId;

/// Gives an arrived request to the queue of its type.
pub fn enqueue(id: ObjectId) {
    let mut world = world::lock();
    let refused = match place(&mut world, id) {
        Ok(queue) => {
            let cancelled = cancel::park(&mut world, id, queue, false);
            drop(world);
            if cancelled {
                cancel::act(id);
            }
            run::pump(queue);
            return;
        }
        Err(status) => status,
    };
    let below = below(&world, id);
    drop(world);
    match below {
        Some(below) => completion::give_away(id, below),
        None => completion::finish(id, refused, Some(0), 0),
    }
}

/// The device that gets what a filter has no queue for.
fn below(world: &World, id: ObjectId) -> Option<DeviceObject> {
    let request = world.get::<Request>(id)?;
    let device = world.get::<Device>(request.device).filter(|device| device.init.filter)?;
    let queue = device.configured.get(&request.kind()).copied().or(device.default_queue);
    let serves = queue.and_then(|queue| world.get::<IoQueue>(queue)).is_some_and(|queue| queue.serves(request.kind()));
    device.attached.filter(|_| !serves)
}

/// The queue that takes a request, with the request in it, or the status to complete it with.
fn place(world: &mut World, id: ObjectId) -> Result<ObjectId, NtStatus> {
    let request = world.get::<Request>(id).ok_or(NtStatus::INVALID_HANDLE)?;
    let (kind, empty) = (request.kind(), request.word(0) == 0);
    let device = world.get::<Device>(request.device).ok_or(NtStatus::INVALID_DEVICE_REQUEST)?;
    let queue = device.configured.get(&kind).copied().or(device.default_queue);
    let queue = queue.ok_or(NtStatus::INVALID_DEVICE_REQUEST)?;
    let data = world.get_mut::<IoQueue>(queue).ok_or(NtStatus::INVALID_DEVICE_REQUEST)?;
    let transfer = matches!(kind, WDF_REQUEST_TYPE_READ | WDF_REQUEST_TYPE_WRITE);
    if transfer && empty && data.config.allow_zero_length_requests == 0 {
        return Err(NtStatus::SUCCESS);
    }
    if !data.serves(kind) {
        return Err(NtStatus::INVALID_DEVICE_REQUEST);
    }
    data.state.insert(id).map_err(|_| NtStatus::INVALID_DEVICE_STATE)?;
    Ok(queue)
}

/// `WdfDeviceEnqueueRequest`.
pub fn enqueue_request(call: Call, device: Handle, request: Handle) -> Result<(), NtStatus> {
    world::lock().check::<Device>(call, device)?;
    if !world::with::<Request, _>(call, request, |request| request.life.is_owned())? {
        call.report(Violation::BadArgument, "the request is not the driver's");
        return Err(NtStatus::INVALID_DEVICE_REQUEST);
    }
    enqueue(world::id(request));
    Ok(())
}
