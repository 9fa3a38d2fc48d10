//! The end of queues: when their device goes, or when the driver deletes one.

use crate::device::data::Device;
use crate::file::end;
use crate::inside::QUEUES;
use crate::queue::data::IoQueue;
use crate::queue::run;
use crate::request::data::{PROGRESS, Request};
use crate::request::{cancel, completion};
use crate::target::data::Target;
use crate::target::{self, state};
use crate::world::{Kind, Task, World};
use crate::{caller, log, nt, world};
use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_model::request::Place;
use wdf_model::target::State;
use wdf_model::tree::ObjectId;

/// How long a driver may take to let go of its requests, in milliseconds.
const PATIENCE: u64 = 5_000;

/// While nothing ends, it is looked again after this time: a tenth of a second.
const ROUND: i64 = -1_000_000;

/// Purges a queue; other objects are left alone.
pub fn purge(id: ObjectId) {
    let known = world::lock().get_mut::<IoQueue>(id).map(|queue| queue.state.purge(None)).is_some();
    if known {
        cancel::purge(id);
        run::pump(id);
    }
}

/// Waits until `left` answers nothing, or for as long as a driver may take.
pub fn wait_until_empty(left: impl Fn() -> Vec<ObjectId>) -> Vec<ObjectId> {
    let begin = nt::milliseconds();
    loop {
        let before = *PROGRESS.lock();
        let left = left();
        // However many others end meanwhile: only time counts.
        if left.is_empty() || nt::milliseconds().saturating_sub(begin) > PATIENCE {
            return left;
        }
        PROGRESS.wait(Some(ROUND), |count| (*count != before).then_some(()));
    }
}

/// What a control device does when it goes: nobody has it open any more, so requests that the driver has sent are its own.
pub fn settle_device(device: ObjectId) {
    targets_of(device).into_iter().for_each(state::cancel_all);
    settle_queues(device);
    end::settle(device);
}

/// Purges all queues of a device that goes away, waits for what the driver owns, and reports what it keeps.
pub fn settle_queues(device: ObjectId) {
    let queues = world::lock().get::<Device>(device).map(|device| device.queues.clone()).unwrap_or_default();
    queues.into_iter().for_each(purge);
    let left = wait_until_empty(|| {
        // Windows has closed the handles of programs by now, which ends what they wait for; Wine has not.
        let sent = sent_from_queues(device);
        sent.iter().copied().for_each(target::cancel::cancel);
        [owned_by_driver(device), sent].concat()
    });
    left.iter().copied().for_each(report);
    // A callback that still runs may use the buffers of its request, which go with the completion.
    wait_for_callbacks(device);
    for id in left.into_iter().filter(|&id| is_owned_by_driver(&world::lock(), id)) {
        completion::finish(id, NtStatus::CANCELLED, Some(0), 0);
    }
}

/// Ends the I/O targets of a device that is removed: what the driver has sent on its own comes back cancelled, and no more is
/// sent.
pub fn settle_targets(device: ObjectId) {
    for target in targets_of(device) {
        state::end(target, State::Deleted);
    }
    end::settle(device);
}

fn targets_of(device: ObjectId) -> Vec<ObjectId> {
    world::lock().get::<Device>(device).map(|device| device.targets.clone()).unwrap_or_default()
}

/// Requests from the device's queues that the driver has sent on, and that have not come back.
fn sent_from_queues(device: ObjectId) -> Vec<ObjectId> {
    let targets = targets_of(device);
    let world = world::lock();
    let of_queue = |id: &ObjectId| world.get::<Request>(*id).is_some_and(|request| !request.sending.own);
    let targets = targets.into_iter().filter_map(|target| world.get::<Target>(target));
    targets.flat_map(Target::under_way).filter(of_queue).collect()
}

/// Waits until no callback of the device's queues runs.
fn wait_for_callbacks(device: ObjectId) {
    let queues = world::lock().get::<Device>(device).map(|device| device.queues.clone()).unwrap_or_default();
    for queue in queues {
        QUEUES.wait(queue);
    }
}

fn owned_by_driver(device: ObjectId) -> Vec<ObjectId> {
    let world = world::lock();
    let mine = |id: &ObjectId| {
        world.get::<Request>(*id).is_some_and(|request| request.device == device) && is_owned_by_driver(&world, *id)
    };
    world.irps.values().copied().filter(mine).collect()
}

fn is_owned_by_driver(world: &World, id: ObjectId) -> bool {
    let place = world.get::<Request>(id).map(|request| request.life.place);
    matches!(place, Some(Place::Owned(_) | Place::Waiting(_)))
}

fn report(id: ObjectId) {
    let found = world::lock().get::<Request>(id).map(|request| (request.handler, request.kind(), request.word(2)));
    if let Some((handler, kind, code)) = found {
        let detail = format!("request {:#x} of type {kind}, code {code:#x}, still with the driver", world::handle(id));
        log::violation(Violation::RequestNeverCompleted, "WdfRequestComplete", &caller::describe(handler), &detail);
    }
}

impl Kind for IoQueue {
    const NAME: &'static str = "WDFQUEUE";

    fn needs_passive(&self) -> bool {
        true
    }

    fn refuses_delete(&self, world: &World, id: ObjectId) -> Option<&'static str> {
        let default = world.get::<Device>(self.device)?.default_queue == Some(id);
        default.then_some("the default queue goes with its device")
    }

    fn quiesce(&self, id: ObjectId) -> Option<Task> {
        let device = self.device;
        Some(Box::new(move || {
            purge(id);
            QUEUES.wait(id);
            // A device has the queues of its file objects as long as these last.
            if let Some(device) = world::lock().get_mut::<Device>(device) {
                device.queues.retain(|&queue| queue != id);
            }
        }))
    }
}
