//! What a request answers about itself.

use crate::call::Call;
use crate::nt::Irp;
use crate::request::data::Request;
use crate::{nt, world};
use verifier_abi::Violation;
use wdf_abi::{DriverGlobals, Function, Handle, RequestParameters};
use wdf_model::irql::DISPATCH_LEVEL;
use wdf_model::status;
use wdf_model::status::Status;

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
    if let Ok(found) = world::with::<Request, _>(call, handle, |request| request.describe()) {
        nt::write(out, found);
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
