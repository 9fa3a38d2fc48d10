//! A driver makes a request ready for a target.

use crate::call::Call;
use crate::nt::{Pointer, Stack};
use crate::object::life;
use crate::request::data::Request;
use crate::target::data::Target;
use crate::target::format::{Format, Operation};
use crate::target::source::Source;
use crate::world::{self, World};
use alloc::vec::Vec;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::{Handle, MemoryOffset};
use wdf_model::tree::ObjectId;

/// Makes a request ready for a target, whatever it was ready for before.
pub fn format(
    call: Call,
    target: Handle,
    request: Handle,
    operation: Operation,
    input: Source,
    output: Source,
) -> Result<(), NtStatus> {
    let mut world = world::lock();
    let target = world.check::<Target>(call, target)?;
    let id = owned(call, &world, request)?;
    let (input, output) = (input.find(call, &world)?, output.find(call, &world)?);
    let target = world.get::<Target>(target).ok_or(NtStatus::INVALID_HANDLE)?;
    let (device, file) = (target.object.ok_or(NtStatus::INVALID_DEVICE_STATE)?, target.file);
    let unused = forget(&mut world, id);
    let data = world.get_mut::<Request>(id).ok_or(NtStatus::INVALID_HANDLE)?;
    let made = Format::fill(data.irp, device, file, operation, input, output);
    let made = made.map(|format| {
        let memories: Vec<ObjectId> = format.memories().collect();
        data.sending.format = Some(format);
        memories
    });
    for memory in made.iter().flatten() {
        world.objects.reference(*memory);
    }
    drop(world);
    unused.into_iter().for_each(life::release);
    made.map(drop)
}

/// The request, if the driver may make it ready.
fn owned(call: Call, world: &World, request: Handle) -> Result<ObjectId, NtStatus> {
    let id = world.check::<Request>(call, request)?;
    if world.get::<Request>(id).is_some_and(|request| request.life.is_owned()) {
        return Ok(id);
    }
    call.report(Violation::BadArgument, "the request is not the driver's");
    Err(NtStatus::INVALID_DEVICE_REQUEST)
}

/// Undoes what a request was made ready for, and answers the memory objects that are used no more.
pub fn forget(world: &mut World, id: ObjectId) -> Vec<ObjectId> {
    let Some(request) = world.get_mut::<Request>(id) else { return Vec::new() };
    let irp = request.irp;
    request.sending.format.take().map(|format| format.undo(irp)).unwrap_or_default()
}

/// `WdfRequestFormatRequestUsingCurrentType`.
pub fn using_current_type(call: Call, request: Handle) {
    copy(call, request, None);
}

/// `WdfRequestWdmFormatUsingStackLocation`.
pub fn using_stack_location(call: Call, request: Handle, stack: Pointer) {
    // SAFETY: the framework's contract asks the driver for a stack location.
    match unsafe { Stack::at(stack) } {
        Some(stack) => copy(call, request, Some(stack)),
        None => call.null_parameter("no stack location"),
    }
}

fn copy(call: Call, request: Handle, from: Option<Stack>) {
    let mut world = world::lock();
    let Ok(id) = owned(call, &world, request) else { return };
    let unused = forget(&mut world, id);
    let Some(data) = world.get_mut::<Request>(id) else { return };
    let (irp, own) = (data.irp, data.sending.own);
    let room = irp.current_location() > 1;
    if room && (from.is_some() || !own) {
        // SAFETY: it is a stack location, the driver's or the current one of a request that came from above.
        unsafe { irp.copy_to_next(from.unwrap_or_else(|| irp.stack())) };
        data.sending.format = Some(Format::unchanged(data.kind()));
    }
    drop(world);
    unused.into_iter().for_each(life::release);
    if !room {
        call.report(Violation::BadArgument, "there is no device below: the IRP has no stack location left");
    } else if own && from.is_none() {
        call.report(Violation::BadArgument, "a request that the driver made has no current type");
    }
}

/// `WdfIoTargetFormatRequestForRead`.
pub fn read(
    call: Call,
    target: Handle,
    request: Handle,
    output: Handle,
    offset: Option<MemoryOffset>,
    at: Option<i64>,
) -> Result<(), NtStatus> {
    let operation = Operation::Read(at.unwrap_or(0));
    format(call, target, request, operation, Source::None, Source::memory(output, offset))
}

/// `WdfIoTargetFormatRequestForWrite`.
pub fn write(
    call: Call,
    target: Handle,
    request: Handle,
    input: Handle,
    offset: Option<MemoryOffset>,
    at: Option<i64>,
) -> Result<(), NtStatus> {
    let operation = Operation::Write(at.unwrap_or(0));
    format(call, target, request, operation, Source::memory(input, offset), Source::None)
}

macro_rules! controls {
    ($($name:ident $function:ident: $internal:literal;)*) => {
        $(#[doc = concat!("`", stringify!($function), "`.")]
        #[allow(clippy::too_many_arguments, reason = "the framework's function has as many")]
        pub fn $name(
            call: Call,
            target: Handle,
            request: Handle,
            code: u32,
            input: Handle,
            input_offset: Option<MemoryOffset>,
            output: Handle,
            output_offset: Option<MemoryOffset>,
        ) -> Result<(), NtStatus> {
            let operation = Operation::Control { internal: $internal, code };
            let (input, output) = (Source::memory(input, input_offset), Source::memory(output, output_offset));
            format(call, target, request, operation, input, output)
        })*
    };
}

controls! {
    control WdfIoTargetFormatRequestForIoctl: false;
    internal_control WdfIoTargetFormatRequestForInternalIoctl: true;
}
