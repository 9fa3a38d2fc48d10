//! What a request answers about itself, and its buffers.

use crate::call::Call;
use crate::memory::Memory;
use crate::nt::{self, Irp, Mdl, Pointer};
use crate::object::{self, Chosen};
use crate::request::{self, Request};
use crate::world::{self, Kind};
use alloc::boxed::Box;
use core::ptr::{null, null_mut};
use verifier_abi::Violation;
use wdf_abi::{DriverGlobals, Function, Handle, RequestParameters};
use wdf_model::attributes::Accepts;
use wdf_model::buffer::{self, Direction, Method, Place};
use wdf_model::irql::DISPATCH_LEVEL;
use wdf_model::status::{self, Status};

fn ask<R>(function: Function, request: Handle, none: R, answer: impl FnOnce(&mut Request) -> R) -> R {
    let call = Call::enter(function, DISPATCH_LEVEL);
    world::with::<Request, _>(call, request, answer).unwrap_or(none)
}

/// `WdfRequestGetParameters`.
pub extern "system" fn parameters(_globals: *const DriverGlobals, handle: Handle, out: *mut RequestParameters) {
    let call = Call::enter(Function::WdfRequestGetParameters, DISPATCH_LEVEL);
    let size = nt::read(out.cast_const()).map(|parameters| usize::from(parameters.size));
    if size != Some(size_of::<RequestParameters>()) {
        call.report(Violation::BadArgument, "wrong Size");
        return;
    }
    if let Ok(found) = world::with::<Request, _>(call, handle, |request| describe(request)) {
        nt::write(out, found);
    }
}

/// The parameters as `WDF_REQUEST_PARAMETERS`.
pub fn describe(request: &Request) -> RequestParameters {
    let [first, second, third, fourth] = request.parameters;
    let kind = request.kind();
    let transfer = matches!(kind, request::TYPE_READ | request::TYPE_WRITE);
    let control = matches!(kind, request::TYPE_CONTROL | request::TYPE_INTERNAL);
    RequestParameters {
        size: size_of::<RequestParameters>() as u16,
        minor_function: request.minor,
        request_type: kind,
        word0: if transfer || control { request.word(0) } else { first },
        word1: if transfer || control { request.word(1) } else { second },
        word2: if control { request.word(2) } else { third },
        word3: if transfer { 0 } else { fourth },
    }
}

/// `WdfRequestSetInformation`.
pub extern "system" fn set_information(_globals: *const DriverGlobals, request: Handle, information: usize) {
    let function = Function::WdfRequestSetInformation;
    ask(function, request, (), |request| request.irp.set_information(information));
}

/// `WdfRequestGetInformation`.
pub extern "system" fn get_information(_globals: *const DriverGlobals, request: Handle) -> usize {
    ask(Function::WdfRequestGetInformation, request, 0, |request| request.irp.information())
}

/// `WdfRequestGetStatus`.
pub extern "system" fn get_status(_globals: *const DriverGlobals, request: Handle) -> Status {
    ask(Function::WdfRequestGetStatus, request, status::INVALID_HANDLE, |request| request.irp.status())
}

/// `WdfRequestGetRequestorMode`.
pub extern "system" fn requestor_mode(_globals: *const DriverGlobals, request: Handle) -> i8 {
    ask(Function::WdfRequestGetRequestorMode, request, 0, |request| request.irp.requestor_mode())
}

/// `WdfRequestGetRequestorProcessId`.
pub extern "system" fn requestor_process(_globals: *const DriverGlobals, request: Handle) -> u32 {
    let irp = ask(Function::WdfRequestGetRequestorProcessId, request, Irp::NULL, |request| request.irp);
    if irp.is_null() {
        return 0;
    }
    // SAFETY: the IRP belongs to the request, which the driver owns.
    unsafe { nt::IoGetRequestorProcessId(irp) }
}

/// `WdfRequestIsFrom32BitProcess`: programs of this machine are 64-bit.
pub extern "system" fn is_from_32_bit(_globals: *const DriverGlobals, request: Handle) -> u8 {
    ask(Function::WdfRequestIsFrom32BitProcess, request, 0, |_| 0)
}

/// `WdfRequestIsReserved`: no queue here reserves requests.
pub extern "system" fn is_reserved(_globals: *const DriverGlobals, request: Handle) -> u8 {
    ask(Function::WdfRequestIsReserved, request, 0, |_| 0)
}

/// `WdfRequestGetIoQueue`.
pub extern "system" fn io_queue(_globals: *const DriverGlobals, request: Handle) -> Handle {
    ask(Function::WdfRequestGetIoQueue, request, 0, |request| world::handle_or_null(request.life.queue()))
}

/// `WdfRequestWdmGetIrp`.
pub extern "system" fn wdm_irp(_globals: *const DriverGlobals, request: Handle) -> Irp {
    ask(Function::WdfRequestWdmGetIrp, request, Irp::NULL, |request| request.irp)
}

/// `WdfRequestGetFileObject`.
pub extern "system" fn file_object(_globals: *const DriverGlobals, request: Handle) -> Handle {
    let call = Call::enter(Function::WdfRequestGetFileObject, DISPATCH_LEVEL);
    let world = world::lock();
    let Ok(id) = world.check::<Request>(call, request) else { return 0 };
    let file = world.get::<Request>(id).map_or(0, |request| request.file.address());
    world::handle_or_null(world.files.get(&file).copied())
}

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
    let kind = Kind::Memory(Box::new(Memory::of_request(address, size)));
    let made = object::create(&mut world, call, &chosen, Some(id), kind)?;
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
