//! Requests that were sent are cancelled.

use crate::call::Call;
use crate::nt;
use crate::request::data::{PROGRESS, Request};
use crate::target::data::Target;
use crate::target::send;
use crate::world;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::Handle;
use wdf_model::tree::ObjectId;

/// `WdfRequestCancelSentRequest`. False: it had no cancel routine, so it ends by itself, or it has come back.
pub fn cancel_sent(call: Call, request: Handle) -> u8 {
    let world = world::lock();
    let Ok(id) = world.check::<Request>(call, request) else { return 0 };
    let target = world.get::<Request>(id).and_then(|request| request.sending.target);
    drop(world);
    if target.is_none() {
        call.report(Violation::BadArgument, "the request was not sent");
        return 0;
    }
    u8::from(try_cancel(id, false))
}

/// Cancels a request, if it is with its target.
pub fn cancel(id: ObjectId) {
    try_cancel(id, false);
}

/// Cancels a request because its time is over.
pub fn time_out(id: ObjectId) {
    try_cancel(id, true);
}

/// Cancels a request, and waits until it has come back.
pub fn recall(id: ObjectId) {
    try_cancel(id, false);
    loop {
        let before = *PROGRESS.lock();
        if !world::lock().get::<Request>(id).is_some_and(|request| request.life.is_sent()) {
            return;
        }
        PROGRESS.wait(None, |count| (*count != before).then_some(()));
    }
}

fn try_cancel(id: ObjectId, timed_out: bool) -> bool {
    let mut world = world::lock();
    let Some(request) = world.get_mut::<Request>(id).filter(|request| request.life.is_sent()) else { return false };
    request.sending.timed_out |= timed_out;
    let (irp, target) = (request.irp, request.sending.target);
    if let Some(target) = target.and_then(|target| world.get_mut::<Target>(target))
        && let Some(at) = target.waiting.iter().position(|&(waiting, _)| waiting == id)
    {
        target.waiting.remove(at);
        drop(world);
        send::not_sent(id, NtStatus::CANCELLED);
        return true;
    }
    // While somebody cancels it, its IRP must not go: who completes it meanwhile leaves the rest to the last of them.
    if let Some(request) = world.get_mut::<Request>(id) {
        request.sending.cancelling = request.sending.cancelling.saturating_add(1);
    }
    drop(world);
    // SAFETY: the IRP is that of a request which stays until `cancelling` is zero again.
    let called = unsafe { nt::IoCancelIrp(irp) } != 0;
    let mut world = world::lock();
    let Some(request) = world.get_mut::<Request>(id) else { return called };
    request.sending.cancelling = request.sending.cancelling.saturating_sub(1);
    let mine = request.sending.cancelling == 0 && core::mem::take(&mut request.sending.returned);
    drop(world);
    if mine {
        send::come_back(id);
    }
    called
}
