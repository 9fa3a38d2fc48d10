//! Requests are sent, and come back.

use crate::call::Call;
use crate::lock::Monitor;
use crate::nt::{self, DeviceObject, Irp, Pointer};
use crate::object::life;
use crate::request::completion;
use crate::request::data::{PROGRESS, Request};
use crate::target::cancel;
use crate::target::data::Target;
use crate::world::World;
use crate::{callback, worker, world};
use alloc::sync::Arc;
use core::ptr::{with_exposed_provenance_mut, without_provenance_mut};
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::{Handle, SendOptions};
use wdf_model::irql::PASSIVE_LEVEL;
use wdf_model::target::{self, Admission, Options};
use wdf_model::tree::ObjectId;

/// `WdfRequestSend`. False: it was not sent, and `WdfRequestGetStatus` says why.
pub fn send(call: Call, request: Handle, target: Handle, options: Option<SendOptions>) -> u8 {
    let outcome = Options::check(options).and_then(|options| try_send(call, request, target, options));
    if let Err(status) = outcome {
        // A handle of another kind has been reported by then.
        let _reported = world::with::<Request, _>(call, request, |request| request.irp.set_status(status));
    }
    u8::from(outcome.is_ok())
}

/// Sends a request as options say.
pub fn try_send(call: Call, request: Handle, target: Handle, options: Options) -> Result<(), NtStatus> {
    if options.synchronous {
        call.at_most(PASSIVE_LEVEL);
    }
    let mut world = world::lock();
    let id = world.check::<Request>(call, request)?;
    let target_id = world.check::<Target>(call, target)?;
    let (state, object) =
        world.get::<Target>(target_id).map(|target| (target.state, target.object)).ok_or(NtStatus::INVALID_HANDLE)?;
    let request = world.get_mut::<Request>(id).ok_or(NtStatus::INVALID_HANDLE)?;
    if let Some(why) = misuse(request, options) {
        drop(world);
        call.report(Violation::BadArgument, why);
        return Err(NtStatus::INVALID_DEVICE_REQUEST);
    }
    let admission = state.admit(options);
    if let Admission::Refuse(status) = admission {
        return Err(status);
    }
    let object = object.ok_or(NtStatus::INVALID_DEVICE_STATE)?;
    if !options.forget && !request.irp.has_room_for(object) {
        return Err(NtStatus::REQUEST_NOT_ACCEPTED);
    }
    if let Err((status, why)) = request.life.send() {
        drop(world);
        call.report(Violation::BadArgument, why);
        return Err(status);
    }
    request.sending.target = Some(target_id);
    if options.forget {
        request.life.come_back();
        drop(world);
        completion::give_away(id, object);
    } else if admission == Admission::Wait {
        if let Some(target) = world.get_mut::<Target>(target_id) {
            target.waiting.push_back((id, options));
        }
    } else {
        go(world, id, target_id, object, options);
    }
    Ok(())
}

/// What is wrong with sending a request in this way.
fn misuse(request: &Request, options: Options) -> Option<&'static str> {
    if options.forget {
        return request.sending.own.then_some("a request that the driver made cannot be given away");
    }
    request.sending.format.is_none().then_some("the request is not formatted for the target")
}

/// A target was started: a request that has waited for it is sent.
pub fn resume(id: ObjectId, target: ObjectId, options: Options) {
    let world = world::lock();
    let object = world.get::<Target>(target).and_then(|target| target.object);
    if let Some(object) = object {
        go(world, id, target, object, options);
    } else {
        drop(world);
        not_sent(id, NtStatus::INVALID_DEVICE_STATE);
    }
}

fn go(mut world: world::Locked, id: ObjectId, target: ObjectId, object: DeviceObject, options: Options) {
    if let Some(target) = world.get_mut::<Target>(target) {
        target.sent.insert(id);
    }
    let Some(request) = world.get_mut::<Request>(id) else { return };
    let irp = request.irp;
    let waits = options.synchronous || options.timeout.is_some();
    let waiter = waits.then(|| Arc::new(Monitor::new(false)));
    request.sending.waiter.clone_from(&waiter);
    request.sending.timed_out = false;
    if options.synchronous {
        // Whoever waits for the end needs nobody to tell him.
        request.sending.completion = (None, 0);
    }
    world.irps.remove(&irp.address());
    drop(world);
    irp.set_next_completion(returned, without_provenance_mut(world::handle(id)));
    // SAFETY: the device is open, and takes the IRP over until it is completed.
    unsafe { nt::IofCallDriver(object, irp) };
    let Some(waiter) = waiter else { return };
    let ended = move |timeout| waiter.wait(timeout, |done| done.then_some(())).is_some();
    let wait = move || {
        if !ended(options.timeout.map(|timeout| timeout.min(-1))) {
            cancel::time_out(id);
            ended(None);
        }
    };
    if options.synchronous {
        wait();
    } else {
        worker::submit(wait);
    }
}

/// `IO_COMPLETION_ROUTINE` of everything that is sent.
unsafe extern "system" fn returned(_device: DeviceObject, _irp: Irp, context: Pointer) -> NtStatus {
    let id = world::id(context.addr());
    let mut world = world::lock();
    let cancelling = world.get_mut::<Request>(id).is_some_and(|request| {
        request.sending.returned = request.sending.cancelling > 0;
        request.sending.returned
    });
    drop(world);
    if !cancelling {
        come_back(id);
    }
    NtStatus::MORE_PROCESSING_REQUIRED
}

/// A request is completed that its target never saw.
pub fn not_sent(id: ObjectId, status: NtStatus) {
    let found = world::lock().get::<Request>(id).map(|request| request.irp);
    if let Some(irp) = found {
        irp.set_status(status);
        irp.set_information(0);
        come_back(id);
    }
}

/// A request has come back: it is the driver's again, which is told.
pub fn come_back(id: ObjectId) {
    let mut world = world::lock();
    let Some(request) = world.get_mut::<Request>(id) else { return };
    let irp = request.irp;
    irp.set_status(target::outcome(irp.status(), request.sending.timed_out));
    let format = request.sending.format.take();
    let memories = format.map(|format| {
        request.sending.outcome = format.outcome(irp);
        format.undo(irp)
    });
    let (function, context) = core::mem::take(&mut request.sending.completion);
    let (waiter, target) = (request.sending.waiter.take(), request.sending.target);
    let mut outcome = request.sending.outcome;
    request.life.come_back();
    if !request.sending.own {
        world.irps.insert(irp.address(), id);
    }
    forget_sent(&mut world, target, id);
    drop(world);
    memories.into_iter().flatten().for_each(life::release);
    PROGRESS.change(|count| *count = count.wrapping_add(1));
    if let Some(waiter) = waiter {
        waiter.change(|done| *done = true);
    }
    let context: Pointer = with_exposed_provenance_mut(context);
    let (request, target) = (world::handle(id), world::handle_or_null(target));
    callback!("EvtRequestCompletionRoutine", function, request, target, &raw mut outcome, context);
}

fn forget_sent(world: &mut World, target: Option<ObjectId>, id: ObjectId) {
    if let Some(target) = target.and_then(|target| world.get_mut::<Target>(target)) {
        target.sent.remove(&id);
    }
}
