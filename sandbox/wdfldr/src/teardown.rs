//! What has to be done to an object before its callbacks run on deletion, and after the last reference is gone.

use crate::device;
use crate::object;
use crate::queue_teardown;
use crate::timer::{self, Timer};
use crate::work_item::{self, WorkItem};
use crate::world::{self, Data, Kind, Object, World};
use alloc::sync::Arc;
use wdf_model::tree::ObjectId;

/// Whether callbacks of such an object are held back to PASSIVE_LEVEL.
pub fn needs_passive(kind: &Kind) -> bool {
    match kind {
        Kind::Timer(_) | Kind::WorkItem(_) | Kind::Text(_) | Kind::Device(_) | Kind::Queue(_) | Kind::Driver(_) => true,
        Kind::Memory(memory) => memory.is_paged(),
        _ => false,
    }
}

/// Why the driver must not delete an object, if it must not.
pub fn refuse_delete(world: &World, id: ObjectId) -> Option<&'static str> {
    match &world.objects.get(id)?.kind {
        Kind::Driver(_) => Some("the driver object is the framework's to delete"),
        Kind::Device(device) if !device.control => Some("a PnP device is the framework's to delete"),
        Kind::Queue(queue) if world.get::<device::Device>(queue.device)?.default_queue == Some(id) => {
            Some("the default queue goes with its device")
        }
        Kind::File(_) => Some("a file object goes with its handle"),
        Kind::Request(request) if request.is_from_io_manager() => Some("a request of the I/O manager is completed"),
        _ => None,
    }
}

/// Prepares a whole subtree.
pub fn before_tree(id: ObjectId) {
    let doomed = world::lock().objects.subtree(id);
    let devices = doomed.iter().filter(|&&id| world::lock().get::<device::Device>(id).is_some());
    for &id in devices {
        device::disconnect(id);
    }
    for id in doomed {
        before(id);
    }
}

fn get<T: Data + Clone>(id: ObjectId) -> Option<T> {
    world::lock().get::<T>(id).cloned()
}

/// Stops what could still call the driver for this object.
pub fn before(id: ObjectId) {
    if let Some(timer) = get::<Arc<Timer>>(id) {
        timer::stop_and_wait(&timer);
    }
    if let Some(item) = get::<Arc<WorkItem>>(id) {
        work_item::wait(&item);
    }
    queue_teardown::purge(id);
}

/// Lets go of what a removed object held.
pub fn after(object: Object) {
    match object.kind {
        Kind::Collection(collection) => collection.0.into_iter().for_each(object::release),
        Kind::Device(device) => device::release(&device),
        _ => {}
    }
}
