//! The end of queues: when their device goes, or when the driver deletes one.

use crate::call;
use crate::cancel;
use crate::device::Device;
use crate::file_end;
use crate::log;
use crate::queue::{self, IoQueue};
use crate::request::{self, PROGRESS, Request};
use crate::world;
use alloc::format;
use alloc::vec::Vec;
use verifier_abi::Violation;
use wdf_model::request::Place;
use wdf_model::status;
use wdf_model::tree::ObjectId;

/// How long a driver may take to let go of its requests, in rounds of a tenth of a second.
const ROUNDS: u32 = 50;
const ROUND: i64 = -1_000_000;

/// Purges a queue; other objects are left alone.
pub fn purge(id: ObjectId) {
    let known = world::lock().get_mut::<IoQueue>(id).map(|queue| queue.state.purge(None)).is_some();
    if known {
        cancel::purge(id);
        queue::pump(id);
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
        request::finish(id, status::CANCELLED, Some(0), 0);
    }
    file_end::settle(device);
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
        log::violation(Violation::RequestNeverCompleted, "WdfRequestComplete", &call::describe(handler), &detail);
    }
}
