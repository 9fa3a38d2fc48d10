//! Cancellation: by the I/O manager, and by the framework when a queue is purged.

use crate::irql::Raised;
use crate::nt::{DeviceObject, Irp};
use crate::queue::data::IoQueue;
use crate::queue::run;
use crate::request::completion;
use crate::request::data::Request;
use crate::world::World;
use crate::{callback, nt, settings, world};
use alloc::vec::Vec;
use netioctl_status::NtStatus;
use wdf_model::request::{Cancelable, OnCancel, Place};
use wdf_model::tree::ObjectId;

/// `DRIVER_CANCEL` of every request that can be cancelled.
pub unsafe extern "system" fn routine(_device: DeviceObject, irp: Irp) {
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
            completion::finish(id, NtStatus::CANCELLED, Some(0), 0);
        }
        OnCancel::CanceledOnQueue(queue) => {
            take(&mut world, id, queue);
            let wanted = world.get::<IoQueue>(queue).and_then(|queue| queue.config.io_canceled_on_queue);
            if wanted.is_some() {
                hand_back(&mut world, id, queue);
            }
            drop(world);
            if wanted.is_none() {
                completion::finish(id, NtStatus::CANCELLED, Some(0), 0);
                return;
            }
            let (queue_handle, handle) = (world::handle(queue), world::handle(id));
            run::notify(Some(queue), move || {
                callback!("EvtIoCanceledOnQueue", wanted, queue_handle, handle);
            });
        }
        OnCancel::CallDriver => {
            request.cancelled = true;
            drop(world);
            run::notify(queue, move || {
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
            request.file == Some(file)
                && request.life.place == Place::Waiting(queue)
                && request.irp.swap_cancel_routine(None).is_some()
        })
    });
    let doomed: Vec<ObjectId> = doomed.collect();
    drop(world);
    doomed.into_iter().for_each(act);
}
