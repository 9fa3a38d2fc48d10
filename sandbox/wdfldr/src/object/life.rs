//! Creation, references and deletion of framework objects of any kind.

use crate::argument::{Given, Out};
use crate::call::Call;
use crate::object::attributes::Chosen;
use crate::object::context::Context;
use crate::world::{self, AnyKind, Kind, Object, Task, World};
use crate::{callback, caller, irql, worker};
use alloc::boxed::Box;
use alloc::vec::Vec;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::{Handle, ObjectCallback};
use wdf_model::attributes::Accepts;
use wdf_model::irql::DISPATCH_LEVEL;
use wdf_model::tree::{Dereference, ObjectId};

/// The driver object of the calling driver: the parent of what names none.
pub fn driver_of(call: Call) -> Option<ObjectId> {
    (call.driver != 0).then(|| world::id(call.driver))
}

/// Adds an object with its context. `parent`: used when the attributes name none.
pub fn create(
    world: &mut World,
    call: Call,
    chosen: &Chosen,
    parent: Option<ObjectId>,
    data: impl Kind,
) -> Result<ObjectId, NtStatus> {
    let parent = match chosen.parent() {
        Some(named) => Some(world.check_any(call, named)?),
        None => parent,
    };
    let passive = chosen.level().is_passive() || Kind::needs_passive(&data);
    let contexts = chosen.contexts();
    let addresses = contexts.iter().filter(|context| !context.is_empty()).map(Context::address);
    let addresses: Vec<usize> = addresses.collect();
    let object = Object { data: Box::new(data), contexts, passive, creator: caller::caller(), function: call.name() };
    let id = world.objects.insert(parent, object)?;
    world.contexts.extend(addresses.into_iter().map(|address| (address, id)));
    Ok(id)
}

/// Tells the driver the handle of what has been made for it, which is the end of each function that makes an object.
pub fn hand_out(made: Result<ObjectId, NtStatus>, out: Out<Handle>) -> Result<(), NtStatus> {
    made.map(|id| out.set(world::handle(id)))
}

/// Makes an object that needs nothing but its kind; its parent is the driver, if the attributes name none.
pub fn make_plain(
    call: Call,
    attributes: Option<Given>,
    accepts: Accepts,
    data: impl Kind,
) -> Result<ObjectId, NtStatus> {
    let chosen = Chosen::check(attributes, accepts)?;
    create(&mut world::lock(), call, &chosen, driver_of(call), data)
}

/// Creates such an object.
pub fn create_plain(
    call: Call,
    attributes: Option<Given>,
    accepts: Accepts,
    data: impl Kind,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    if out.is_missing() {
        call.report(Violation::BadArgument, "no place for the handle");
        return Err(NtStatus::INVALID_PARAMETER);
    }
    hand_out(make_plain(call, attributes, accepts, data), out)
}

/// Gives back a reference that the stand-in took.
pub fn release(id: ObjectId) {
    let outcome = world::lock().objects.dereference(id);
    if outcome == Dereference::Destroy {
        destroy(id);
    }
}

/// Deletes an object and all below it, on a worker if the callbacks need a lower IRQL.
pub fn delete(id: ObjectId) {
    let world = world::lock();
    let order = world.objects.subtree(id);
    let passive = order.iter().any(|&id| world.objects.get(id).is_some_and(|object| object.passive));
    drop(world);
    if passive && irql::current() >= DISPATCH_LEVEL {
        worker::submit(move || delete_now(id));
    } else {
        delete_now(id);
    }
}

fn delete_now(id: ObjectId) {
    before_tree(id);
    let order = clean_up(id);
    destroy_all(&order);
}

/// Runs the cleanup callbacks of a subtree, which is being deleted from now on, and answers their order.
pub fn clean_up(id: ObjectId) -> Vec<ObjectId> {
    let order = world::lock().objects.begin_delete(id);
    for &id in &order {
        run_callbacks(id, "EvtCleanupCallback", |context| context.cleanup);
    }
    order
}

/// Drops the creation references of cleaned up objects and destroys those without others.
pub fn destroy_all(order: &[ObjectId]) {
    for &id in order {
        let last = world::lock().objects.finish_delete(id);
        if last {
            destroy(id);
        }
    }
}

pub fn destroy(id: ObjectId) {
    run_callbacks(id, "EvtDestroyCallback", |context| context.destroy);
    let gone = world::lock().remove(id);
    if let Some(object) = gone {
        object.data.release();
    }
}

fn run_callbacks(id: ObjectId, name: &str, which: impl Fn(&Context) -> ObjectCallback) {
    let callbacks: Vec<ObjectCallback> =
        world::lock().objects.get(id).map_or_else(Vec::new, |object| object.contexts.iter().map(which).collect());
    for function in callbacks {
        callback!(name, function, world::handle(id));
    }
}

/// Prepares a whole subtree: first what others see of it goes, then nothing of it calls the driver any more.
pub fn before_tree(id: ObjectId) {
    let doomed = world::lock().objects.subtree(id);
    for &id in &doomed {
        act(id, |data| data.disconnect(id));
    }
    for &id in &doomed {
        act(id, |data| data.quiesce(id));
    }
}

/// Does what the data of an object asks for, without the lock.
fn act(id: ObjectId, task: impl FnOnce(&dyn AnyKind) -> Option<Task>) {
    let task = world::lock().objects.get(id).and_then(|object| task(&*object.data));
    if let Some(task) = task {
        task();
    }
}
