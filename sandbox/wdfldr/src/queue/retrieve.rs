//! A driver looks for requests in a queue and takes them out.

use crate::argument::Out;
use crate::call::Call;
use crate::file::data::File;
use crate::nt::FileObject;
use crate::queue::data::IoQueue;
use crate::request::data::{Request, unpark};
use crate::world::{self, World};
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::{Handle, RequestParameters};
use wdf_model::tree::ObjectId;

/// Takes a request out of a queue for the driver; one whose cancel routine is on its way is passed over.
fn take(
    call: Call,
    queue: Handle,
    mut pick: impl FnMut(&mut World, ObjectId) -> Result<ObjectId, NtStatus>,
) -> Result<Handle, NtStatus> {
    let mut world = world::lock();
    let id = world.check::<IoQueue>(call, queue)?;
    loop {
        let found = pick(&mut world, id)?;
        if unpark(&mut world, found, id) {
            return Ok(world::handle(found));
        }
        if let Some(queue) = world.get_mut::<IoQueue>(id) {
            queue.state.release(found);
        }
    }
}

fn answer(call: Call, out: Out<Handle>, found: Result<Handle, NtStatus>) -> Result<(), NtStatus> {
    if out.is_missing() {
        call.report(Violation::BadArgument, "no place for the handle");
    }
    out.set(found.unwrap_or(0));
    found.map(drop)
}

/// Requests that came through a file object.
fn of_file(world: &World, file: FileObject) -> alloc::vec::Vec<ObjectId> {
    let all = world.irps.values().copied();
    all.filter(|&id| world.get::<Request>(id).is_some_and(|request| request.file == Some(file))).collect()
}

/// `WdfIoQueueRetrieveNextRequest`.
pub fn retrieve_next(call: Call, queue: Handle, out: Out<Handle>) -> Result<(), NtStatus> {
    let found = take(call, queue, |world, id| {
        world.get_mut::<IoQueue>(id).ok_or(NtStatus::INVALID_HANDLE)?.state.retrieve(|_| true)
    });
    answer(call, out, found)
}

/// `WdfIoQueueRetrieveRequestByFileObject`.
pub fn retrieve_by_file(call: Call, queue: Handle, file: Handle, out: Out<Handle>) -> Result<(), NtStatus> {
    let file = match world::with::<File, _>(call, file, |file| file.object) {
        Ok(file) => file,
        Err(status) => return answer(call, out, Err(status)),
    };
    let found = take(call, queue, |world, id| {
        let wanted = of_file(world, file);
        let queue = world.get_mut::<IoQueue>(id).ok_or(NtStatus::INVALID_HANDLE)?;
        queue.state.retrieve(|request| wanted.contains(&request))
    });
    answer(call, out, found)
}

/// `WdfIoQueueFindRequest`: the found request stays in the queue, with a reference for the driver.
pub fn find(
    call: Call,
    queue: Handle,
    after: Handle,
    file: Handle,
    parameters: Out<RequestParameters>,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    let found = search(call, queue, after, file);
    if let Ok((_, described)) = found {
        parameters.set(described);
    }
    answer(call, out, found.map(|(handle, _)| handle))
}

fn search(call: Call, queue: Handle, after: Handle, file: Handle) -> Result<(Handle, RequestParameters), NtStatus> {
    let mut world = world::lock();
    let id = world.check::<IoQueue>(call, queue)?;
    let wanted = if file == 0 {
        None
    } else {
        let file = world.check::<File>(call, file)?;
        world.get::<File>(file).map(|file| of_file(&world, file.object))
    };
    let after = (after != 0).then(|| world::id(after));
    let queue = world.get::<IoQueue>(id).ok_or(NtStatus::INVALID_HANDLE)?;
    let accept = |request: ObjectId| wanted.as_ref().is_none_or(|wanted| wanted.contains(&request));
    let found = queue.state.find(after, accept);
    if found == Err(NtStatus::INVALID_DEVICE_REQUEST) {
        call.report(Violation::BadArgument, "not a manual queue");
    }
    let found = found?;
    world.objects.reference(found);
    let described = world.get::<Request>(found).map(Request::describe).ok_or(NtStatus::NOT_FOUND)?;
    Ok((world::handle(found), described))
}

/// `WdfIoQueueRetrieveFoundRequest`.
pub fn retrieve_found(call: Call, queue: Handle, found: Handle, out: Out<Handle>) -> Result<(), NtStatus> {
    let taken = take(call, queue, |world, id| {
        world.get_mut::<IoQueue>(id).ok_or(NtStatus::INVALID_HANDLE)?.state.retrieve_found(world::id(found))
    });
    answer(call, out, taken)
}
