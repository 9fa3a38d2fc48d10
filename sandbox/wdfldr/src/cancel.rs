//! Cancellation: by the I/O manager, and by the framework when a queue is purged.

use crate::call::Call;
use crate::callback;
use crate::irql::Raised;
use crate::nt::{self, DeviceObject, Irp};
use crate::queue::{self, IoQueue};
use crate::request::{self, Request};
use crate::settings;
use crate::world::{self, World};
use alloc::vec::Vec;
use verifier_abi::Violation;
use wdf_abi::{DriverGlobals, Function, Handle, HandleCallback};
use wdf_model::irql::DISPATCH_LEVEL;
use wdf_model::request::{Cancelable, OnCancel, Place, Verifier};
use wdf_model::status::{self, Status};
use wdf_model::tree::ObjectId;

/// `DRIVER_CANCEL` of every request that can be cancelled.
unsafe extern "system" fn routine(_device: DeviceObject, irp: Irp) {
    // SAFETY: the I/O manager calls this with the cancel spin lock held.
    unsafe { nt::IoReleaseCancelSpinLock(irp.cancel_irql()) };
    // Who may send at a raised IRQL may cancel there.
    let _caller = Raised::to(settings::current().entry_irql);
    let found = world::lock().irps.get(&irp.address()).copied();
    if let Some(id) = found {
        act(id);
    }
}

/// Puts a request into the waiting state. True when it has been cancelled already and [`act`] is to be called.
pub fn park(world: &mut World, id: ObjectId, queue: ObjectId, delivered: bool) -> bool {
    let Some(request) = world.get_mut::<Request>(id) else { return false };
    request.life.place = Place::Waiting(queue);
    request.life.delivered |= delivered;
    request.irp.swap_cancel_routine(Some(routine));
    request.irp.is_cancelled() && request.irp.swap_cancel_routine(None).is_some()
}

/// Takes a request out of the waiting state for the driver. False when the cancel routine is on its way.
pub fn unpark(world: &mut World, id: ObjectId, queue: ObjectId) -> bool {
    let Some(request) = world.get_mut::<Request>(id) else { return false };
    let mine = request.irp.swap_cancel_routine(None).is_some();
    if mine {
        request.life.place = Place::Owned(Some(queue));
        request.life.delivered = true;
        request.acknowledged = false;
    }
    mine
}

/// Cancels a request whose cancel routine has been taken.
pub fn act(id: ObjectId) {
    let mut world = world::lock();
    let Some(request) = world.get_mut::<Request>(id) else { return };
    let decision = request.life.cancel();
    let (function, queue) = (request.cancel, request.life.queue());
    match decision {
        OnCancel::Ignore => {}
        OnCancel::Complete(queue) => {
            take(&mut world, id, queue);
            drop(world);
            request::finish(id, status::CANCELLED, Some(0), 0);
        }
        OnCancel::CanceledOnQueue(queue) => {
            take(&mut world, id, queue);
            let wanted = world.get::<IoQueue>(queue).and_then(|queue| queue.config.io_canceled_on_queue);
            if wanted.is_some() {
                hand_back(&mut world, id, queue);
            }
            drop(world);
            if wanted.is_none() {
                request::finish(id, status::CANCELLED, Some(0), 0);
                return;
            }
            let (queue_handle, handle) = (world::handle(queue), world::handle(id));
            queue::notify(Some(queue), move || {
                callback!("EvtIoCanceledOnQueue", wanted, queue_handle, handle);
            });
        }
        OnCancel::CallDriver => {
            request.cancelled = true;
            drop(world);
            queue::notify(queue, move || {
                callback!("EvtRequestCancel", function, world::handle(id));
            });
        }
    }
}

fn take(world: &mut World, id: ObjectId, queue: ObjectId) {
    if let Some(queue) = world.get_mut::<IoQueue>(queue) {
        queue.state.remove_waiting(id);
    }
}

fn hand_back(world: &mut World, id: ObjectId, queue: ObjectId) {
    if let Some(request) = world.get_mut::<Request>(id) {
        request.life.place = Place::Owned(Some(queue));
        request.cancelled = true;
    }
    if let Some(queue) = world.get_mut::<IoQueue>(queue) {
        queue.state.own(id);
    }
}

/// Cancels what a purge cancels: everything that waits, and what the driver owns and marked.
pub fn purge(queue: ObjectId) {
    let mut world = world::lock();
    let Some(data) = world.get_mut::<IoQueue>(queue) else { return };
    let mut doomed = data.state.take_waiting();
    doomed.extend(data.state.owned());
    doomed.retain(|&id| {
        world.get::<Request>(id).is_some_and(|request| {
            let reachable = matches!(request.life.place, Place::Waiting(_));
            (reachable || request.life.cancelable == Cancelable::Yes) && request.irp.swap_cancel_routine(None).is_some()
        })
    });
    drop(world);
    doomed.into_iter().for_each(act);
}

/// Cancels what waits in a queue for a file object.
pub fn cancel_file(queue: ObjectId, file: nt::FileObject) {
    let world = world::lock();
    let ids: Vec<ObjectId> = world.irps.values().copied().collect();
    let doomed = ids.into_iter().filter(|&id| {
        world.get::<Request>(id).is_some_and(|request| {
            request.file == file
                && request.life.place == Place::Waiting(queue)
                && request.irp.swap_cancel_routine(None).is_some()
        })
    });
    let doomed: Vec<ObjectId> = doomed.collect();
    drop(world);
    doomed.into_iter().for_each(act);
}

/// `WdfRequestMarkCancelableEx`.
pub extern "system" fn mark_ex(_globals: *const DriverGlobals, request: Handle, function: HandleCallback) -> Status {
    let call = Call::enter(Function::WdfRequestMarkCancelableEx, DISPATCH_LEVEL);
    mark(call, request, function).map_or_else(|status| status, |_| status::SUCCESS)
}

fn mark(call: Call, handle: Handle, function: HandleCallback) -> Result<ObjectId, Status> {
    let mut world = world::lock();
    let id = world.check::<Request>(call, handle)?;
    let request = world.get_mut::<Request>(id).ok_or(status::INVALID_HANDLE)?;
    if !request.life.is_owned() || function.is_none() {
        call.report(Violation::BadArgument, "the request is not owned, or there is no callback");
        return Err(status::INVALID_DEVICE_REQUEST);
    }
    if request.life.is_marked() {
        call.report(Violation::BadArgument, "the request is marked cancelable already");
    }
    let marked = request.life.mark(request.irp.is_cancelled(), settings::verifier());
    if marked != Err(status::INVALID_DEVICE_REQUEST) {
        request.cancel = function;
    }
    marked?;
    request.irp.swap_cancel_routine(Some(routine));
    if request.irp.is_cancelled() && request.irp.swap_cancel_routine(None).is_some() {
        request.life.cancelable = Cancelable::No;
        return Err(status::CANCELLED);
    }
    Ok(id)
}

/// `WdfRequestMarkCancelable`: a request that is cancelled already is cancelled inside the call.
pub extern "system" fn mark_void(_globals: *const DriverGlobals, request: Handle, function: HandleCallback) {
    let call = Call::enter(Function::WdfRequestMarkCancelable, DISPATCH_LEVEL);
    if mark(call, request, function) != Err(status::CANCELLED) {
        return;
    }
    let marked = world::with::<Request, _>(call, request, |request| request.life.cancelable = Cancelable::Yes);
    if marked.is_ok() {
        act(world::id(request));
    }
}

/// `WdfRequestUnmarkCancelable`.
pub extern "system" fn unmark(_globals: *const DriverGlobals, request: Handle) -> Status {
    let call = Call::enter(Function::WdfRequestUnmarkCancelable, DISPATCH_LEVEL);
    let outcome = world::with::<Request, _>(call, request, |request| {
        let marked = request.life.cancelable == Cancelable::Yes;
        let in_flight = marked && request.irp.swap_cancel_routine(None).is_none();
        (request.life.cancelable, request.life.unmark(in_flight, settings::verifier()))
    });
    match outcome {
        Ok((_, Ok(()))) => status::SUCCESS,
        Ok((Cancelable::No, Err(status))) => {
            call.report(Violation::BadArgument, "the request is not marked cancelable");
            status
        }
        Ok((_, Err(status))) | Err(status) => status,
    }
}

/// `WdfRequestIsCanceled`.
pub extern "system" fn is_canceled(_globals: *const DriverGlobals, request: Handle) -> u8 {
    let call = Call::enter(Function::WdfRequestIsCanceled, DISPATCH_LEVEL);
    let answer = world::with::<Request, _>(call, request, |request| {
        (request.life.may_ask_whether_cancelled(), request.cancelled || request.irp.is_cancelled())
    });
    let Ok((allowed, cancelled)) = answer else { return 0 };
    if !allowed {
        call.report(Violation::BadArgument, "the request is marked cancelable: EvtRequestCancel tells of cancellation");
    }
    u8::from(cancelled && (allowed || settings::verifier() == Verifier::Off))
}
