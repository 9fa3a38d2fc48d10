//! The end of queues: when their device goes, or when the driver deletes one.

use crate::device::data::Device;
use crate::file::end;
use crate::queue::data::IoQueue;
use crate::queue::run;
use crate::request::data::{PROGRESS, Request};
use crate::request::{cancel, completion};
use crate::world::{Kind, Task, World};
use crate::{caller, log, world};
use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_model::request::Place;
use wdf_model::tree::ObjectId;

/// How long a driver may take to let go of its requests, in rounds of a tenth of a second.
const ROUNDS: u32 = 50;

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
    for _ in 0..ROUNDS {
        if left().is_empty() {
            break;
        }
        let before = *PROGRESS.lock();
        PROGRESS.wait(Some(ROUND), |count| (*count != before).then_some(()));
    }
    left()
}

/// Purges all queues of a device that goes away, waits for what the driver owns, and reports what it keeps.
pub fn settle_device(device: ObjectId) {
    let queues = world::lock().get::<Device>(device).map(|device| device.queues.clone()).unwrap_or_default();
    queues.into_iter().for_each(purge);
    for id in wait_until_empty(|| owned_by_driver(device)) {
        report(id);
        completion::finish(id, NtStatus::CANCELLED, Some(0), 0);
    }
    end::settle(device);
}

fn owned_by_driver(device: ObjectId) -> Vec<ObjectId> {
    let world = world::lock();
    let mine = |id: &ObjectId| {
        let request = world.get::<Request>(*id);
        request.is_some_and(|request| {
            request.device == device && matches!(request.life.place, Place::Owned(_) | Place::Waiting(_))
        })
    };
    world.irps.values().copied().filter(mine).collect()
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
            // A device has the queues of its file objects as long as these last.
            if let Some(device) = world::lock().get_mut::<Device>(device) {
                device.queues.retain(|&queue| queue != id);
            }
        }))
    }
}
