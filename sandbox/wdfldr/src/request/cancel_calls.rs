//! A driver marks a request cancelable, and unmarks it.

use crate::call::Call;
use crate::request::cancel;
use crate::request::data::Request;
use crate::{settings, world};
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::{Handle, HandleCallback};
use wdf_model::request::{Cancelable, Verifier};
use wdf_model::tree::ObjectId;

/// `WdfRequestMarkCancelableEx`.
pub fn mark_ex(call: Call, request: Handle, function: HandleCallback) -> Result<(), NtStatus> {
    mark(call, request, function).map(drop)
}

fn mark(call: Call, handle: Handle, function: HandleCallback) -> Result<ObjectId, NtStatus> {
    let mut world = world::lock();
    let id = world.check::<Request>(call, handle)?;
    let request = world.get_mut::<Request>(id).ok_or(NtStatus::INVALID_HANDLE)?;
    if !request.life.is_owned() || function.is_none() {
        call.report(Violation::BadArgument, "the request is not owned, or there is no callback");
        return Err(NtStatus::INVALID_DEVICE_REQUEST);
    }
    if request.life.is_marked() {
        call.report(Violation::BadArgument, "the request is marked cancelable already");
    }
    let marked = request.life.mark(request.irp.is_cancelled(), settings::verifier());
    if marked != Err(NtStatus::INVALID_DEVICE_REQUEST) {
        request.cancel = function;
    }
    marked?;
    request.irp.swap_cancel_routine(Some(cancel::routine));
    if request.irp.is_cancelled() && request.irp.swap_cancel_routine(None).is_some() {
        request.life.cancelable = Cancelable::No;
        return Err(NtStatus::CANCELLED);
    }
    Ok(id)
}

/// `WdfRequestMarkCancelable`: a request that is cancelled already is cancelled inside the call.
pub fn mark_void(call: Call, request: Handle, function: HandleCallback) {
    if mark(call, request, function) != Err(NtStatus::CANCELLED) {
        return;
    }
    let marked = world::with::<Request, _>(call, request, |request| request.life.cancelable = Cancelable::Yes);
    if marked.is_ok() {
        cancel::act(world::id(request));
    }
}

/// `WdfRequestUnmarkCancelable`.
pub fn unmark(call: Call, request: Handle) -> Result<(), NtStatus> {
    let (before, unmarked) = world::with::<Request, _>(call, request, |request| {
        let marked = request.life.cancelable == Cancelable::Yes;
        let in_flight = marked && request.irp.swap_cancel_routine(None).is_none();
        (request.life.cancelable, request.life.unmark(in_flight, settings::verifier()))
    })?;
    if unmarked.is_err() && before == Cancelable::No {
        call.report(Violation::BadArgument, "the request is not marked cancelable");
    }
    unmarked
}

/// `WdfRequestIsCanceled`.
pub fn is_canceled(call: Call, request: Handle) -> u8 {
    let answer = world::with::<Request, _>(call, request, |request| {
        (request.life.may_ask_whether_cancelled(), request.cancelled || request.irp.is_cancelled())
    });
    let Ok((allowed, cancelled)) = answer else { return 0 };
    if !allowed {
        call.report(Violation::BadArgument, "the request is marked cancelable: EvtRequestCancel tells of cancellation");
    }
    u8::from(cancelled && (allowed || settings::verifier() == Verifier::Off))
}
