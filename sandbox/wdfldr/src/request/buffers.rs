//! The buffers of a request.

use crate::argument::Out;
use crate::call::Call;
use crate::memory::Memory;
use crate::nt::{Mdl, Pointer};
use crate::object::attributes::Chosen;
use crate::object::life;
use crate::request::data::Request;
use crate::{nt, world};
use core::ptr::null_mut;
use netioctl_status::NtStatus;
use wdf_abi::Handle;
use wdf_model::attributes::Accepts;
use wdf_model::buffer;
use wdf_model::buffer::{Direction, Method, Place};
use wdf_model::tree::ObjectId;

fn length_of(request: &Request, direction: Direction) -> usize {
    match direction {
        Direction::Input => request.input_length(),
        Direction::Output => request.output_length(),
    }
}

/// The kernel address and length of a buffer.
fn locate(request: &Request, direction: Direction, minimum: usize) -> Result<(Pointer, usize), NtStatus> {
    let length = length_of(request, direction);
    let address = match buffer::locate(request.operation(), request.method, direction, length, minimum)? {
        Place::SystemBuffer => request.irp.system_buffer(),
        Place::UserBuffer => null_mut(),
        Place::Mdl => system_address(request.irp.mdl()).ok_or(NtStatus::INSUFFICIENT_RESOURCES)?,
    };
    Ok((address, length))
}

/// `MmGetSystemAddressForMdlSafe`.
pub fn system_address(mdl: Option<Mdl>) -> Option<Pointer> {
    let mdl = mdl?;
    if mdl.mdl_flags() & (nt::MDL_MAPPED_TO_SYSTEM_VA | nt::MDL_SOURCE_IS_NONPAGED_POOL) != 0 {
        return Some(mdl.system_address());
    }
    // SAFETY: the I/O manager locked the pages of the MDL; MmCached, kernel mode, normal priority.
    let address = unsafe { nt::MmMapLockedPagesSpecifyCache(mdl, 0, 1, null_mut(), 0, 16) };
    (!address.is_null()).then_some(address)
}

fn retrieve(
    call: Call,
    handle: Handle,
    out: Out<Pointer>,
    out_length: Out<usize>,
    find: impl FnOnce(&Request) -> Result<(Pointer, usize), NtStatus>,
) -> Result<(), NtStatus> {
    let found = world::with::<Request, _>(call, handle, |request| find(request)).unwrap_or_else(Err);
    let (address, length) = found.unwrap_or((null_mut(), 0));
    out.set(address);
    out_length.set(length);
    found.map(drop)
}

fn locate_unsafe(request: &Request, direction: Direction, minimum: usize) -> Result<(Pointer, usize), NtStatus> {
    let length = length_of(request, direction);
    buffer::unsafe_user(request.operation(), request.method, direction, length, minimum)?;
    let address = match (request.operation(), direction) {
        (buffer::Operation::Control, Direction::Input) => {
            request.parameters.get(3).map_or(null_mut(), |&a| core::ptr::with_exposed_provenance_mut(a))
        }
        _ => request.irp.user_buffer(),
    };
    Ok((address, length))
}

macro_rules! retrievals {
    ($($name:ident $function:ident: $locate:ident $direction:ident;)*) => {
        $(#[doc = concat!("`", stringify!($function), "`.")]
        pub fn $name(
            call: Call,
            request: Handle,
            minimum: usize,
            out: Out<Pointer>,
            length: Out<usize>,
        ) -> Result<(), NtStatus> {
            retrieve(call, request, out, length, |request| $locate(request, Direction::$direction, minimum))
        })*
    };
}

retrievals! {
    input_buffer WdfRequestRetrieveInputBuffer: locate Input;
    output_buffer WdfRequestRetrieveOutputBuffer: locate Output;
    unsafe_input WdfRequestRetrieveUnsafeUserInputBuffer: locate_unsafe Input;
    unsafe_output WdfRequestRetrieveUnsafeUserOutputBuffer: locate_unsafe Output;
}

/// The memory object of a direction. It is made when it is first asked for, and deleted with the request.
fn memory(call: Call, handle: Handle, direction: Direction) -> Result<ObjectId, NtStatus> {
    let mut world = world::lock();
    let id = world.check::<Request>(call, handle)?;
    let request = world.get::<Request>(id).ok_or(NtStatus::INVALID_HANDLE)?;
    let known = if direction == Direction::Input { request.input } else { request.output };
    if let Some(known) = known {
        return Ok(known);
    }
    let (address, size) = locate(request, direction, 0)?;
    let chosen = Chosen::check(None, Accepts::PLAIN)?;
    let made = life::create(&mut world, call, &chosen, Some(id), Memory::of_request(address, size))?;
    if let Some(request) = world.get_mut::<Request>(id) {
        *(if direction == Direction::Input { &mut request.input } else { &mut request.output }) = Some(made);
    }
    Ok(made)
}

/// `WdfRequestRetrieveInputMemory`.
pub fn input_memory(call: Call, request: Handle, out: Out<Handle>) -> Result<(), NtStatus> {
    life::hand_out(memory(call, request, Direction::Input), out)
}

/// `WdfRequestRetrieveOutputMemory`.
pub fn output_memory(call: Call, request: Handle, out: Out<Handle>) -> Result<(), NtStatus> {
    life::hand_out(memory(call, request, Direction::Output), out)
}

fn mdl(call: Call, handle: Handle, direction: Direction, out: Out<Option<Mdl>>) -> Result<(), NtStatus> {
    let found = world::with::<Request, _>(call, handle, |request| find_mdl(request, direction)).unwrap_or_else(Err);
    out.set(found.ok());
    found.map(drop)
}

fn find_mdl(request: &mut Request, direction: Direction) -> Result<Mdl, NtStatus> {
    if request.method == Method::Neither && request.operation() == buffer::Operation::Control {
        return Err(NtStatus::INVALID_DEVICE_REQUEST);
    }
    let length = length_of(request, direction);
    let place = buffer::locate(request.operation(), request.method, direction, length, 0)?;
    if place == Place::Mdl {
        return request.irp.mdl().ok_or(NtStatus::INSUFFICIENT_RESOURCES);
    }
    let bytes = u32::try_from(length).map_err(|_| NtStatus::INVALID_PARAMETER)?;
    // SAFETY: the system buffer has that many bytes; the MDL is not tied to the IRP.
    let mdl = unsafe { nt::IoAllocateMdl(request.irp.system_buffer(), bytes, 0, 0, None) };
    let mdl = mdl.ok_or(NtStatus::INSUFFICIENT_RESOURCES)?;
    // SAFETY: the MDL describes the system buffer, which is not paged.
    unsafe { nt::MmBuildMdlForNonPagedPool(mdl) };
    request.mdls.push(mdl);
    Ok(mdl)
}

/// `WdfRequestRetrieveInputWdmMdl`.
pub fn input_mdl(call: Call, request: Handle, out: Out<Option<Mdl>>) -> Result<(), NtStatus> {
    mdl(call, request, Direction::Input, out)
}

/// `WdfRequestRetrieveOutputWdmMdl`.
pub fn output_mdl(call: Call, request: Handle, out: Out<Option<Mdl>>) -> Result<(), NtStatus> {
    mdl(call, request, Direction::Output, out)
}
