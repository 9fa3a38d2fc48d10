//! Completion, by the driver and by the framework.

use crate::call::Call;
use crate::file::data::forget;
use crate::file::{end, refused};
use crate::nt::{DeviceObject, Irp};
use crate::object::life;
use crate::queue::data::IoQueue;
use crate::queue::run;
use crate::request::data::{PROGRESS, Request};
use crate::{irp, nt, schedule, settings, world};
use alloc::format;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::Handle;
use wdf_abi::constants::{
    WDF_REQUEST_FATAL_ERROR, WDF_REQUEST_FATAL_ERROR_INFORMATION_LENGTH_MISMATCH, WDF_REQUEST_TYPE_CREATE,
};
use wdf_model::request::{Cancelable, Place, Verifier};
use wdf_model::tree::ObjectId;

/// Completes a request wherever it is, and lets its queue go on.
pub fn finish(id: ObjectId, status: NtStatus, information: Option<usize>, boost: i8) {
    end(id, Some(status), |irp| irp::complete(irp, status, information, boost));
}

/// Gives a request to a device below, which completes it (`WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET`).
pub fn give_away(id: ObjectId, device: DeviceObject) {
    end(id, None, |irp| {
        irp.skip_stack();
        // SAFETY: the device below is there as long as ours, and takes the IRP over.
        unsafe { nt::IofCallDriver(device, irp) };
    });
}

/// Ends a request: everything of it that is the framework's goes, and then its IRP, as `last` says.
fn end(id: ObjectId, status: Option<NtStatus>, last: impl FnOnce(Irp)) {
    let mut world = world::lock();
    let Some(request) = world.get_mut::<Request>(id) else { return };
    let (irp, queue) = (request.irp, request.life.queue());
    if matches!(request.life.place, Place::Completed) {
        return;
    }
    request.life.place = Place::Completed;
    let (kind, device, file) = (request.kind(), request.device, request.file);
    let mdls = core::mem::take(&mut request.mdls);
    irp.swap_cancel_routine(None);
    world.irps.remove(&irp.address());
    if let Some(queue) = queue.and_then(|queue| world.get_mut::<IoQueue>(queue)) {
        queue.state.release(id);
        queue.state.remove_waiting(id);
    }
    drop(world);
    let order = life::clean_up(id);
    for mdl in mdls {
        // SAFETY: the MDL was allocated for this request and is freed once.
        unsafe { nt::IoFreeMdl(mdl) };
    }
    let failed = status.filter(|status| kind == WDF_REQUEST_TYPE_CREATE && !status.is_success());
    // All that is looked up by the address of a file object comes before its IRP goes: afterwards the address may be that of
    // another one.
    if let Some((file, status)) = file.zip(failed) {
        refused::note(file, status);
        forget(device, file);
    }
    let close = end::request_leaves(device, file);
    last(irp);
    schedule::point("completed");
    life::destroy_all(&order);
    if let Some(close) = close {
        close.carry_out();
    }
    PROGRESS.change(|count| *count = count.wrapping_add(1));
    if let Some(queue) = queue {
        run::pump(queue);
    }
}

/// Completion by the driver.
fn complete(call: Call, handle: Handle, status: NtStatus, information: Option<usize>, boost: i8) {
    let world = world::lock();
    let Ok(id) = world.check::<Request>(call, handle) else { return };
    let Some(request) = world.get::<Request>(id) else { return };
    let limit = request.information_limit();
    let information_now = information.unwrap_or_else(|| request.irp.information());
    let (life, own, fatal) = (request.life, request.sending.own, request.is_fatal(information_now, status));
    drop(world);
    if matches!(life.place, Place::Completed) {
        call.report(Violation::RequestCompletedTwice, "the request has been completed before");
        return;
    }
    if own {
        call.report(Violation::BadArgument, "the driver made the request: it is deleted, not completed");
        return;
    }
    if !life.is_owned() {
        call.report(Violation::BadArgument, "the request waits in a queue or was sent, and is not the driver's");
        return;
    }
    if life.cancelable == Cancelable::Yes {
        call.report(Violation::BadArgument, "the request is still marked cancelable");
    }
    // An error carries no data, so its Information harms nobody.
    if information_now > limit && !status.is_error() {
        let detail = format!("Information {information_now}, buffer of {limit}, status {:#010x}", status.bits());
        if fatal && settings::verifier() == Verifier::On {
            let why = WDF_REQUEST_FATAL_ERROR_INFORMATION_LENGTH_MISMATCH;
            call.bug_check(WDF_REQUEST_FATAL_ERROR, why, 0, &detail);
        } else {
            call.report(Violation::InformationTooLarge, &detail);
        }
    }
    finish(id, status, information, boost);
}

/// `WdfRequestComplete`.
pub fn request_complete(call: Call, request: Handle, status: NtStatus) {
    complete(call, request, status, None, 0);
}

/// `WdfRequestCompleteWithPriorityBoost`.
pub fn complete_with_boost(call: Call, request: Handle, status: NtStatus, boost: i8) {
    complete(call, request, status, None, boost);
}

/// `WdfRequestCompleteWithInformation`.
pub fn complete_with_information(call: Call, request: Handle, status: NtStatus, information: usize) {
    complete(call, request, status, Some(information), 0);
}
