//! The buffers of a request.

use crate::call::Call;
use crate::memory::Memory;
use crate::nt::{Irp, Mdl, Pointer};
use crate::object::attributes::Chosen;
use crate::object::life;
use crate::request::data::Request;
use crate::{nt, world};
use core::ptr::{null, null_mut};
use wdf_abi::{DriverGlobals, Function, Handle};
use wdf_model::attributes::Accepts;
use wdf_model::buffer::{Direction, Method, Place};
use wdf_model::irql::DISPATCH_LEVEL;
use wdf_model::status::Status;
use wdf_model::{buffer, status};

fn length_of(request: &Request, direction: Direction) -> usize {
    match direction {
        Direction::Input => request.input_length(),
        Direction::Output => request.output_length(),
    }
}

/// The kernel address and length of a buffer.
fn locate(request: &Request, direction: Direction, minimum: usize) -> Result<(Pointer, usize), Status> {
    let length = length_of(request, direction);
    let address = match buffer::locate(request.operation(), request.method, direction, length, minimum)? {
        Place::SystemBuffer => request.irp.system_buffer(),
        Place::UserBuffer => null_mut(),
        Place::Mdl => system_address(request.irp.mdl()).ok_or(status::INSUFFICIENT_RESOURCES)?,
    };
    Ok((address, length))
}

/// `MmGetSystemAddressForMdlSafe`.
fn system_address(mdl: Mdl) -> Option<Pointer> {
    if mdl.is_null() {
        return None;
    }
    if mdl.mdl_flags() & (nt::MDL_MAPPED_TO_SYSTEM_VA | nt::MDL_SOURCE_IS_NONPAGED_POOL) != 0 {
        return Some(mdl.system_address());
    }
    // SAFETY: the I/O manager locked the pages of the MDL; MmCached, kernel mode, normal priority.
    let address = unsafe { nt::MmMapLockedPagesSpecifyCache(mdl, 0, 1, null_mut(), 0, 16) };
    (!address.is_null()).then_some(address)
}

fn retrieve(
    function: Function,
    handle: Handle,
    out: *mut Pointer,
    out_length: *mut usize,
    find: impl FnOnce(&Request) -> Result<(Pointer, usize), Status>,
) -> Status {
    let call = Call::enter(function, DISPATCH_LEVEL);
    let found = world::with::<Request, _>(call, handle, |request| find(request)).unwrap_or_else(Err);
    let (address, length) = found.unwrap_or((null_mut(), 0));
    nt::write(out, address);
    nt::write(out_length, length);
    found.map_or_else(|status| status, |_| status::SUCCESS)
}

/// `WdfRequestRetrieveInputBuffer`.
pub extern "system" fn input_buffer(
    _globals: *const DriverGlobals,
    request: Handle,
    minimum: usize,
    out: *mut Pointer,
    length: *mut usize,
) -> Status {
    let find = |request: &Request| locate(request, Direction::Input, minimum);
    retrieve(Function::WdfRequestRetrieveInputBuffer, request, out, length, find)
}

/// `WdfRequestRetrieveOutputBuffer`.
pub extern "system" fn output_buffer(
    _globals: *const DriverGlobals,
    request: Handle,
    minimum: usize,
    out: *mut Pointer,
    length: *mut usize,
) -> Status {
    let find = |request: &Request| locate(request, Direction::Output, minimum);
    retrieve(Function::WdfRequestRetrieveOutputBuffer, request, out, length, find)
}

fn locate_unsafe(request: &Request, direction: Direction, minimum: usize) -> Result<(Pointer, usize), Status> {
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

/// `WdfRequestRetrieveUnsafeUserInputBuffer`.
pub extern "system" fn unsafe_input(
    _globals: *const DriverGlobals,
    request: Handle,
    minimum: usize,
    out: *mut Pointer,
    length: *mut usize,
) -> Status {
    let find = |request: &Request| locate_unsafe(request, Direction::Input, minimum);
    retrieve(Function::WdfRequestRetrieveUnsafeUserInputBuffer, request, out, length, find)
}

/// `WdfRequestRetrieveUnsafeUserOutputBuffer`.
pub extern "system" fn unsafe_output(
    _globals: *const DriverGlobals,
    request: Handle,
    minimum: usize,
    out: *mut Pointer,
    length: *mut usize,
) -> Status {
    let find = |request: &Request| locate_unsafe(request, Direction::Output, minimum);
    retrieve(Function::WdfRequestRetrieveUnsafeUserOutputBuffer, request, out, length, find)
}

fn memory(function: Function, handle: Handle, direction: Direction, out: *mut Handle) -> Status {
    let call = Call::enter(function, DISPATCH_LEVEL);
    match make_memory(call, handle, direction) {
        Ok(memory) => {
            nt::write(out, memory);
            status::SUCCESS
        }
        Err(status) => status,
    }
}

/// The memory object of a direction, made at the first time of asking; it goes with the request.
fn make_memory(call: Call, handle: Handle, direction: Direction) -> Result<Handle, Status> {
    let mut world = world::lock();
    let id = world.check::<Request>(call, handle)?;
    let request = world.get::<Request>(id).ok_or(status::INVALID_HANDLE)?;
    let known = if direction == Direction::Input { request.input } else { request.output };
    if let Some(known) = known {
        return Ok(world::handle(known));
    }
    let (address, size) = locate(request, direction, 0)?;
    let chosen = Chosen::read(null(), Accepts::PLAIN)?;
    let made = life::create(&mut world, call, &chosen, Some(id), Memory::of_request(address, size))?;
    if let Some(request) = world.get_mut::<Request>(id) {
        *(if direction == Direction::Input { &mut request.input } else { &mut request.output }) = Some(made);
    }
    Ok(world::handle(made))
}

/// `WdfRequestRetrieveInputMemory`.
pub extern "system" fn input_memory(_globals: *const DriverGlobals, request: Handle, out: *mut Handle) -> Status {
    memory(Function::WdfRequestRetrieveInputMemory, request, Direction::Input, out)
}

/// `WdfRequestRetrieveOutputMemory`.
pub extern "system" fn output_memory(_globals: *const DriverGlobals, request: Handle, out: *mut Handle) -> Status {
    memory(Function::WdfRequestRetrieveOutputMemory, request, Direction::Output, out)
}

fn mdl(function: Function, handle: Handle, direction: Direction, out: *mut Mdl) -> Status {
    let call = Call::enter(function, DISPATCH_LEVEL);
    let found = world::with::<Request, _>(call, handle, |request| find_mdl(request, direction)).unwrap_or_else(Err);
    nt::write(out, found.unwrap_or(Mdl::NULL));
    found.map_or_else(|status| status, |_| status::SUCCESS)
}

fn find_mdl(request: &mut Request, direction: Direction) -> Result<Mdl, Status> {
    if request.method == Method::Neither && request.operation() == buffer::Operation::Control {
        return Err(status::INVALID_DEVICE_REQUEST);
    }
    let length = length_of(request, direction);
    let place = buffer::locate(request.operation(), request.method, direction, length, 0)?;
    if place == Place::Mdl {
        return Ok(request.irp.mdl());
    }
    let bytes = u32::try_from(length).map_err(|_| status::INVALID_PARAMETER)?;
    // SAFETY: the system buffer has that many bytes; the MDL is not tied to the IRP.
    let mdl = unsafe { nt::IoAllocateMdl(request.irp.system_buffer(), bytes, 0, 0, Irp::NULL) };
    if mdl.is_null() {
        return Err(status::INSUFFICIENT_RESOURCES);
    }
    // SAFETY: the MDL describes the system buffer, which is not paged.
    unsafe { nt::MmBuildMdlForNonPagedPool(mdl) };
    request.mdls.push(mdl);
    Ok(mdl)
}

/// `WdfRequestRetrieveInputWdmMdl`.
pub extern "system" fn input_mdl(_globals: *const DriverGlobals, request: Handle, out: *mut Mdl) -> Status {
    mdl(Function::WdfRequestRetrieveInputWdmMdl, request, Direction::Input, out)
}

/// `WdfRequestRetrieveOutputWdmMdl`.
pub extern "system" fn output_mdl(_globals: *const DriverGlobals, request: Handle, out: *mut Mdl) -> Status {
    mdl(Function::WdfRequestRetrieveOutputWdmMdl, request, Direction::Output, out)
}
