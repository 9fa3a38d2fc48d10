//! Functions that the driver calls on a queue.

use crate::call::Call;
use crate::cancel;
use crate::file::File;
use crate::lock::Monitor;
use crate::nt::{self, FileObject, Pointer};
use crate::queue::{self, IoQueue, Then};
use crate::request::Request;
use crate::request_query;
use crate::world::{self, World};
use alloc::sync::Arc;
use verifier_abi::Violation;
use wdf_abi::{DriverGlobals, Function, Handle, QueueState, RequestParameters};
use wdf_model::irql::{DISPATCH_LEVEL, PASSIVE_LEVEL};
use wdf_model::status::{self, Status};
use wdf_model::tree::ObjectId;

/// `WdfIoQueueGetState`.
pub extern "system" fn get_state(
    _globals: *const DriverGlobals,
    queue: Handle,
    waiting: *mut u32,
    owned: *mut u32,
) -> u32 {
    let call = Call::enter(Function::WdfIoQueueGetState, DISPATCH_LEVEL);
    let found = world::with::<IoQueue, _>(call, queue, |queue| {
        (queue.state.state(), queue.state.waiting(), queue.state.owned().len())
    });
    let Ok((state, queued, with_driver)) = found else { return 0 };
    nt::write(waiting, u32::try_from(queued).unwrap_or(u32::MAX));
    nt::write(owned, u32::try_from(with_driver).unwrap_or(u32::MAX));
    state.bits()
}

/// `WdfIoQueueGetDevice`.
pub extern "system" fn get_device(_globals: *const DriverGlobals, queue: Handle) -> Handle {
    let call = Call::enter(Function::WdfIoQueueGetDevice, DISPATCH_LEVEL);
    world::with::<IoQueue, _>(call, queue, |queue| world::handle(queue.device)).unwrap_or(0)
}

/// `WdfIoQueueStart`.
pub extern "system" fn start(_globals: *const DriverGlobals, queue: Handle) {
    let call = Call::enter(Function::WdfIoQueueStart, DISPATCH_LEVEL);
    if world::with::<IoQueue, _>(call, queue, |queue| queue.state.start()).is_ok() {
        queue::pump(world::id(queue));
    }
}

/// A change of state that has an end.
#[derive(Clone, Copy)]
enum Change {
    Stop,
    Drain,
    Purge,
    StopAndPurge,
}

impl Change {
    const fn cancels(self) -> bool {
        matches!(self, Self::Purge | Self::StopAndPurge)
    }

    const fn callback(self) -> &'static str {
        match self {
            Self::Stop => "EvtIoQueueState (stop)",
            Self::Drain => "EvtIoQueueState (drain)",
            Self::Purge => "EvtIoQueueState (purge)",
            Self::StopAndPurge => "EvtIoQueueState (stop and purge)",
        }
    }
}

fn change(call: Call, handle: Handle, change: Change, then: Option<Then>) -> Result<(), Status> {
    world::with::<IoQueue, _>(call, handle, |queue| match change {
        Change::Stop => queue.state.stop(then),
        Change::Drain => queue.state.drain(then),
        Change::Purge => queue.state.purge(then),
        Change::StopAndPurge => queue.state.stop_and_purge(then),
    })?;
    let id = world::id(handle);
    if change.cancels() {
        cancel::purge(id);
    }
    queue::pump(id);
    Ok(())
}

fn begin(function: Function, queue: Handle, what: Change, done: QueueState, context: Pointer) {
    let call = Call::enter(function, DISPATCH_LEVEL);
    let then = done.is_some().then(|| Then::Call(what.callback(), done, context));
    // A handle of another kind has been reported by then.
    let _reported = change(call, queue, what, then);
}

fn complete(function: Function, queue: Handle, what: Change) {
    let call = Call::enter(function, PASSIVE_LEVEL);
    let signal = Arc::new(Monitor::new(false));
    if change(call, queue, what, Some(Then::Signal(Arc::clone(&signal)))).is_ok() {
        signal.wait(None, |done| done.then_some(()));
    }
}

macro_rules! changes {
    ($($begin:ident $begin_name:ident, $complete:ident $complete_name:ident: $change:ident;)*) => {
        $(#[doc = concat!("`", stringify!($begin_name), "`.")]
        pub extern "system" fn $begin(
            _globals: *const DriverGlobals,
            queue: Handle,
            done: QueueState,
            context: Pointer,
        ) {
            begin(Function::$begin_name, queue, Change::$change, done, context);
        }

        #[doc = concat!("`", stringify!($complete_name), "`.")]
        pub extern "system" fn $complete(_globals: *const DriverGlobals, queue: Handle) {
            complete(Function::$complete_name, queue, Change::$change);
        })*
    };
}

changes! {
    stop WdfIoQueueStop, stop_synchronously WdfIoQueueStopSynchronously: Stop;
    drain WdfIoQueueDrain, drain_synchronously WdfIoQueueDrainSynchronously: Drain;
    purge WdfIoQueuePurge, purge_synchronously WdfIoQueuePurgeSynchronously: Purge;
    stop_and_purge WdfIoQueueStopAndPurge, stop_and_purge_synchronously WdfIoQueueStopAndPurgeSynchronously: StopAndPurge;
}

/// Takes a request out of a queue for the driver; one whose cancel routine is on its way is passed over.
fn take(
    call: Call,
    queue: Handle,
    mut pick: impl FnMut(&mut World, ObjectId) -> Result<ObjectId, Status>,
) -> Result<Handle, Status> {
    let mut world = world::lock();
    let id = world.check::<IoQueue>(call, queue)?;
    loop {
        let found = pick(&mut world, id)?;
        if cancel::unpark(&mut world, found, id) {
            return Ok(world::handle(found));
        }
        if let Some(queue) = world.get_mut::<IoQueue>(id) {
            queue.state.release(found);
        }
    }
}

fn answer(call: Call, out: *mut Handle, found: Result<Handle, Status>) -> Status {
    if out.is_null() {
        call.report(Violation::BadArgument, "no place for the handle");
    }
    nt::write(out, found.unwrap_or(0));
    found.map_or_else(|status| status, |_| status::SUCCESS)
}

/// Requests that came through a file object.
fn of_file(world: &World, file: FileObject) -> alloc::vec::Vec<ObjectId> {
    let all = world.irps.values().copied();
    all.filter(|&id| world.get::<Request>(id).is_some_and(|request| request.file == file)).collect()
}

/// `WdfIoQueueRetrieveNextRequest`.
pub extern "system" fn retrieve_next(_globals: *const DriverGlobals, queue: Handle, out: *mut Handle) -> Status {
    let call = Call::enter(Function::WdfIoQueueRetrieveNextRequest, DISPATCH_LEVEL);
    let found = take(call, queue, |world, id| {
        world.get_mut::<IoQueue>(id).ok_or(status::INVALID_HANDLE)?.state.retrieve(|_| true)
    });
    answer(call, out, found)
}

/// `WdfIoQueueRetrieveRequestByFileObject`.
pub extern "system" fn retrieve_by_file(
    _globals: *const DriverGlobals,
    queue: Handle,
    file: Handle,
    out: *mut Handle,
) -> Status {
    let call = Call::enter(Function::WdfIoQueueRetrieveRequestByFileObject, DISPATCH_LEVEL);
    let file = match world::with::<File, _>(call, file, |file| file.object) {
        Ok(file) => file,
        Err(status) => return answer(call, out, Err(status)),
    };
    let found = take(call, queue, |world, id| {
        let wanted = of_file(world, file);
        let queue = world.get_mut::<IoQueue>(id).ok_or(status::INVALID_HANDLE)?;
        queue.state.retrieve(|request| wanted.contains(&request))
    });
    answer(call, out, found)
}

/// `WdfIoQueueFindRequest`: the found request stays in the queue, with a reference for the driver.
pub extern "system" fn find(
    _globals: *const DriverGlobals,
    queue: Handle,
    after: Handle,
    file: Handle,
    parameters: *mut RequestParameters,
    out: *mut Handle,
) -> Status {
    let call = Call::enter(Function::WdfIoQueueFindRequest, DISPATCH_LEVEL);
    let found = search(call, queue, after, file);
    if let Ok((_, described)) = found {
        nt::write(parameters, described);
    }
    answer(call, out, found.map(|(handle, _)| handle))
}

fn search(call: Call, queue: Handle, after: Handle, file: Handle) -> Result<(Handle, RequestParameters), Status> {
    let mut world = world::lock();
    let id = world.check::<IoQueue>(call, queue)?;
    let wanted = if file == 0 {
        None
    } else {
        let file = world.check::<File>(call, file)?;
        world.get::<File>(file).map(|file| of_file(&world, file.object))
    };
    let after = (after != 0).then(|| world::id(after));
    let queue = world.get::<IoQueue>(id).ok_or(status::INVALID_HANDLE)?;
    let accept = |request: ObjectId| wanted.as_ref().is_none_or(|wanted| wanted.contains(&request));
    let found = queue.state.find(after, accept);
    if found == Err(status::INVALID_DEVICE_REQUEST) {
        call.report(Violation::BadArgument, "not a manual queue");
    }
    let found = found?;
    world.objects.reference(found);
    let described = world.get::<Request>(found).map(request_query::describe).ok_or(status::NOT_FOUND)?;
    Ok((world::handle(found), described))
}

/// `WdfIoQueueRetrieveFoundRequest`.
pub extern "system" fn retrieve_found(
    _globals: *const DriverGlobals,
    queue: Handle,
    found: Handle,
    out: *mut Handle,
) -> Status {
    let call = Call::enter(Function::WdfIoQueueRetrieveFoundRequest, DISPATCH_LEVEL);
    let taken = take(call, queue, |world, id| {
        world.get_mut::<IoQueue>(id).ok_or(status::INVALID_HANDLE)?.state.retrieve_found(world::id(found))
    });
    answer(call, out, taken)
}

/// `WdfIoQueueReadyNotify`.
pub extern "system" fn ready_notify(
    _globals: *const DriverGlobals,
    queue: Handle,
    function: QueueState,
    context: Pointer,
) -> Status {
    let call = Call::enter(Function::WdfIoQueueReadyNotify, DISPATCH_LEVEL);
    let changed = world::with::<IoQueue, _>(call, queue, |queue| {
        let changed = if function.is_some() { queue.state.notify_ready() } else { queue.state.forget_ready() };
        if changed.is_ok() {
            queue.ready = (function, context.expose_provenance());
        }
        changed
    })
    .unwrap_or_else(Err);
    if changed == Err(status::INVALID_DEVICE_REQUEST) {
        call.report(Violation::BadArgument, "not a manual queue, or not at this time");
    }
    queue::pump(world::id(queue));
    changed.map_or_else(|status| status, |()| status::SUCCESS)
}
