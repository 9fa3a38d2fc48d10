//! A driver gives a request to a queue.

use crate::call::Call;
use crate::queue::data::IoQueue;
use crate::queue::run;
use crate::request::cancel;
use crate::request::data::{PROGRESS, Request};
use crate::world;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::Handle;
use wdf_model::request::Cancelable;

/// `WdfRequestForwardToIoQueue`.
pub fn forward(call: Call, request: Handle, queue: Handle) -> Result<(), NtStatus> {
    move_to(call, request, queue)
}

fn move_to(call: Call, request: Handle, queue: Handle) -> Result<(), NtStatus> {
    let mut world = world::lock();
    let id = world.check::<Request>(call, request)?;
    let target = world.check::<IoQueue>(call, queue)?;
    let life = world.get::<Request>(id).map(|request| request.life).ok_or(NtStatus::INVALID_HANDLE)?;
    if !life.is_owned() || life.cancelable == Cancelable::Yes {
        call.report(Violation::BadArgument, "the request is not owned, or is marked cancelable");
        return Err(NtStatus::INVALID_DEVICE_REQUEST);
    }
    let source = life.queue();
    let queue = world.get_mut::<IoQueue>(target).ok_or(NtStatus::INVALID_HANDLE)?;
    queue.state.insert(id)?;
    if let Some(source) = source.and_then(|source| world.get_mut::<IoQueue>(source)) {
        source.state.release(id);
    }
    let cancelled = cancel::park(&mut world, id, target, true);
    drop(world);
    if cancelled {
        cancel::act(id);
    }
    if let Some(source) = source.filter(|&source| source != target) {
        run::pump(source);
    }
    run::pump(target);
    Ok(())
}

/// `WdfRequestRequeue`.
pub fn requeue(call: Call, request: Handle) -> Result<(), NtStatus> {
    put_back(call, request)
}

fn put_back(call: Call, request: Handle) -> Result<(), NtStatus> {
    let mut world = world::lock();
    let id = world.check::<Request>(call, request)?;
    let life = world.get::<Request>(id).map(|request| request.life).ok_or(NtStatus::INVALID_HANDLE)?;
    let queue = life.queue().filter(|_| life.is_owned()).ok_or(NtStatus::INVALID_DEVICE_REQUEST)?;
    world.get_mut::<IoQueue>(queue).ok_or(NtStatus::INVALID_DEVICE_REQUEST)?.state.requeue(id)?;
    let cancelled = cancel::park(&mut world, id, queue, true);
    drop(world);
    if cancelled {
        cancel::act(id);
    }
    run::pump(queue);
    Ok(())
}

/// `WdfRequestStopAcknowledge`.
pub fn stop_acknowledge(call: Call, handle: Handle, requeue: u8) {
    if requeue != 0 {
        if put_back(call, handle).is_err() {
            call.report(Violation::BadArgument, "the request cannot be put back into its queue");
        }
    } else {
        // A handle of another kind has been reported by then.
        let _reported = world::with::<Request, _>(call, handle, |request| request.acknowledged = true);
    }
    PROGRESS.change(|count| *count = count.wrapping_add(1));
}
