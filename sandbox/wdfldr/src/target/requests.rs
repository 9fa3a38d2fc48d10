//! Requests that a driver makes, and what it sets of those that it sends.

use crate::argument::{Given, InOut, Out};
use crate::call::Call;
use crate::compartment;
use crate::driver::data::Driver;
use crate::nt::{self, Pointer};
use crate::object::attributes::Chosen;
use crate::object::life;
use crate::request::data::{Request, Sending};
use crate::target::data::Target;
use crate::target::format_calls;
use crate::world;
use alloc::vec::Vec;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::{CompletionParams, Handle, RequestCompletion, ReuseParams};
use wdf_model::attributes::Accepts;
use wdf_model::buffer::Method;
use wdf_model::irql::PASSIVE_LEVEL;
use wdf_model::request::Life;
use wdf_model::tree::ObjectId;

/// `WdfRequestCreate`.
pub fn create(call: Call, attributes: Option<Given>, target: Handle, out: Out<Handle>) -> Result<(), NtStatus> {
    if out.is_missing() {
        call.null_parameter("no place for the handle");
        return Err(NtStatus::INVALID_PARAMETER);
    }
    life::hand_out(make(call, attributes, target), out)
}

/// Makes a request with an IRP that is large enough for a target, if one is named.
pub fn make(call: Call, attributes: Option<Given>, target: Handle) -> Result<ObjectId, NtStatus> {
    let chosen = Chosen::check(attributes, Accepts::PLAIN)?;
    let mut world = world::lock();
    let named = if target == 0 { None } else { Some(world.check::<Target>(call, target)?) };
    let found = named.and_then(|target| world.get::<Target>(target));
    let size = found.and_then(|target| target.object).map_or(1, nt::DeviceObject::stack_size);
    let driver = life::driver_of(call).filter(|&driver| world.get::<Driver>(driver).is_some());
    let driver = driver.ok_or(NtStatus::INVALID_DEVICE_STATE)?;
    let device = found.map_or(driver, |target| target.device);
    // SAFETY: an IRP of any size may be asked for.
    let irp = unsafe { nt::IoAllocateIrp(size.max(1), 0) }.ok_or(NtStatus::INSUFFICIENT_RESOURCES)?;
    let request = Request {
        irp,
        device,
        life: Life::new(),
        cancel: None,
        cancelled: false,
        acknowledged: false,
        irql: PASSIVE_LEVEL,
        compartment: compartment::PRIMARY,
        major: NO_MAJOR,
        minor: 0,
        parameters: [0; 4],
        file: None,
        method: Method::Neither,
        input: None,
        output: None,
        mdls: Vec::new(),
        handler: 0,
        sending: Sending { own: true, ..Sending::default() },
    };
    let made = life::create(&mut world, call, &chosen, named.or(Some(driver)), request);
    if made.is_err() {
        // SAFETY: the IRP was just allocated, and the request that it was for is not there.
        unsafe { nt::IoFreeIrp(irp) };
    }
    made
}

/// A request that the driver made is of no type until it is made ready for a target.
const NO_MAJOR: u8 = u8::MAX;

/// `WdfRequestReuse`.
pub fn reuse(call: Call, request: Handle, given: Option<ReuseParams>) -> Result<(), NtStatus> {
    let given = given.filter(|given| given.size == wdf_abi::size::<ReuseParams>());
    let given = given.ok_or(NtStatus::INVALID_PARAMETER)?;
    let mut world = world::lock();
    let id = world.check::<Request>(call, request)?;
    let data = world.get_mut::<Request>(id).ok_or(NtStatus::INVALID_HANDLE)?;
    if !data.life.is_owned() {
        drop(world);
        call.report(Violation::BadArgument, "the request was sent and has not come back");
        return Err(NtStatus::INVALID_DEVICE_REQUEST);
    }
    if given.flags != 0 {
        drop(world);
        call.report(Violation::MissingFunction, "a request does not get another IRP");
        return Err(NtStatus::NOT_IMPLEMENTED);
    }
    let (irp, own, status) = (data.irp, data.sending.own, NtStatus(given.status));
    let unused = format_calls::forget(&mut world, id);
    if let Some(data) = world.get_mut::<Request>(id) {
        data.sending = Sending { own, ..Sending::default() };
    }
    drop(world);
    if own {
        // SAFETY: the IRP was allocated for this request, which is not with another driver.
        unsafe { nt::IoReuseIrp(irp, status) };
    } else {
        irp.set_status(status);
    }
    unused.into_iter().for_each(life::release);
    Ok(())
}

/// `WdfRequestChangeTarget`: whether the request can be sent there.
pub fn change_target(call: Call, request: Handle, target: Handle) -> Result<(), NtStatus> {
    let world = world::lock();
    let id = world.check::<Request>(call, request)?;
    let target = world.check::<Target>(call, target)?;
    let object = world.get::<Target>(target).and_then(|target| target.object).ok_or(NtStatus::INVALID_DEVICE_STATE)?;
    let fits = world.get::<Request>(id).is_some_and(|request| request.irp.has_room_for(object));
    if fits { Ok(()) } else { Err(NtStatus::REQUEST_NOT_ACCEPTED) }
}

/// `WdfRequestAllocateTimer`: every request can be timed here.
pub fn allocate_timer(call: Call, request: Handle) -> Result<(), NtStatus> {
    world::lock().check::<Request>(call, request).map(drop)
}

/// `WdfRequestSetCompletionRoutine`.
pub fn set_completion(call: Call, request: Handle, function: RequestCompletion, context: Pointer) {
    let context = context.expose_provenance();
    let sent = world::with::<Request, _>(call, request, |request| {
        let sent = request.life.is_sent();
        if !sent {
            request.sending.completion = (function, context);
        }
        sent
    });
    if sent == Ok(true) {
        call.report(Violation::BadArgument, "the request was sent and has not come back");
    }
}

/// `WdfRequestGetCompletionParams`.
pub fn completion_params(call: Call, request: Handle, out: InOut<CompletionParams>) {
    if out.get().map(|given| given.size) != Some(wdf_abi::size::<CompletionParams>()) {
        call.report(Violation::BadArgument, "wrong Size");
        return;
    }
    if let Ok(outcome) = world::with::<Request, _>(call, request, |request| request.sending.outcome) {
        out.set(CompletionParams { size: wdf_abi::size::<CompletionParams>(), ..outcome });
    }
}
