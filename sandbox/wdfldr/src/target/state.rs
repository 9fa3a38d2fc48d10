//! Targets are started and stopped.

use crate::call::Call;
use crate::request::data::PROGRESS;
use crate::target::data::Target;
use crate::target::{cancel, send};
use crate::world;
use alloc::vec::Vec;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::Handle;
use wdf_abi::constants::{
    WDF_IO_TARGET_CANCEL_SENT_IO, WDF_IO_TARGET_LEAVE_SENT_IO_PENDING, WDF_IO_TARGET_PURGE_IO,
    WDF_IO_TARGET_PURGE_IO_AND_WAIT, WDF_IO_TARGET_WAIT_FOR_SENT_IO_TO_COMPLETE,
};
use wdf_model::irql::PASSIVE_LEVEL;
use wdf_model::target::State;
use wdf_model::tree::ObjectId;

/// `WdfIoTargetStart`: what has waited for it is sent.
pub fn start(call: Call, handle: Handle) -> Result<(), NtStatus> {
    let waiting = world::with::<Target, _>(call, handle, |target| {
        target.state = target.state.start()?;
        Ok::<_, NtStatus>(core::mem::take(&mut target.waiting))
    })??;
    for (request, options) in waiting {
        send::resume(request, world::id(handle), options);
    }
    Ok(())
}

/// `WdfIoTargetStop`.
pub fn stop(call: Call, handle: Handle, action: i32) {
    let Some(id) = halt(call, handle, State::Stopped) else { return };
    match action {
        WDF_IO_TARGET_CANCEL_SENT_IO => {
            call.at_most(PASSIVE_LEVEL);
            sent(id).into_iter().for_each(cancel::cancel);
            wait(id);
        }
        WDF_IO_TARGET_WAIT_FOR_SENT_IO_TO_COMPLETE => {
            call.at_most(PASSIVE_LEVEL);
            wait(id);
        }
        WDF_IO_TARGET_LEAVE_SENT_IO_PENDING => {}
        _ => call.report(Violation::BadArgument, "no such action"),
    }
}

/// `WdfIoTargetPurge`.
pub fn purge(call: Call, handle: Handle, action: i32) {
    let Some(id) = halt(call, handle, State::Purged) else { return };
    cancel_all(id);
    match action {
        WDF_IO_TARGET_PURGE_IO_AND_WAIT => {
            call.at_most(PASSIVE_LEVEL);
            wait(id);
        }
        WDF_IO_TARGET_PURGE_IO => {}
        _ => call.report(Violation::BadArgument, "no such action"),
    }
}

fn halt(call: Call, handle: Handle, into: State) -> Option<ObjectId> {
    world::with::<Target, _>(call, handle, |target| target.state = target.state.halt(into)).ok()?;
    Some(world::id(handle))
}

/// Closes a target for good or for a time: what was sent is cancelled and waited for.
pub fn end(id: ObjectId, into: State) {
    if let Some(target) = world::lock().get_mut::<Target>(id) {
        target.state = into;
    }
    cancel_all(id);
    wait(id);
    let opened = world::lock().get_mut::<Target>(id).map(Target::close);
    if let Some(opened) = opened {
        opened.close();
    }
}

/// Cancels what was sent and what waits to be.
pub fn cancel_all(id: ObjectId) {
    let waiting = world::lock().get_mut::<Target>(id).map(|target| core::mem::take(&mut target.waiting));
    for (request, _) in waiting.unwrap_or_default() {
        send::not_sent(request, NtStatus::CANCELLED);
    }
    sent(id).into_iter().for_each(cancel::cancel);
}

fn sent(id: ObjectId) -> Vec<ObjectId> {
    world::lock().get::<Target>(id).map(|target| target.sent.iter().copied().collect()).unwrap_or_default()
}

/// Waits until everything that was sent has come back.
pub fn wait(id: ObjectId) {
    loop {
        let before = *PROGRESS.lock();
        if sent(id).is_empty() {
            return;
        }
        PROGRESS.wait(None, |count| (*count != before).then_some(()));
    }
}
