//! What a request answers about itself.

use crate::argument::InOut;
use crate::call::Call;
use crate::nt::FileObject;
use crate::nt::Irp;
use crate::request::data::Request;
use crate::{nt, world};
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::{Handle, RequestParameters};

fn ask<R>(call: Call, request: Handle, none: R, answer: impl FnOnce(&mut Request) -> R) -> R {
    world::with::<Request, _>(call, request, answer).unwrap_or(none)
}

/// `WdfRequestGetParameters`.
pub fn parameters(call: Call, handle: Handle, out: InOut<RequestParameters>) {
    let size = out.get().map(|parameters| usize::from(parameters.size));
    if size != Some(size_of::<RequestParameters>()) {
        call.report(Violation::BadArgument, "wrong Size");
        return;
    }
    if let Ok(found) = world::with::<Request, _>(call, handle, |request| request.describe()) {
        out.set(found);
    }
}

/// `WdfRequestSetInformation`.
pub fn set_information(call: Call, request: Handle, information: usize) {
    ask(call, request, (), |request| request.irp.set_information(information));
}

/// `WdfRequestGetInformation`.
pub fn get_information(call: Call, request: Handle) -> usize {
    ask(call, request, 0, |request| request.irp.information())
}

/// `WdfRequestGetStatus`.
pub fn get_status(call: Call, request: Handle) -> NtStatus {
    ask(call, request, NtStatus::INVALID_HANDLE, |request| request.irp.status())
}

/// `WdfRequestGetRequestorMode`.
pub fn requestor_mode(call: Call, request: Handle) -> i8 {
    ask(call, request, 0, |request| request.irp.requestor_mode())
}

/// `WdfRequestGetRequestorProcessId`.
pub fn requestor_process(call: Call, request: Handle) -> u32 {
    let Some(irp) = ask(call, request, None, |request| Some(request.irp)) else { return 0 };
    // SAFETY: the IRP belongs to the request, which the driver owns.
    unsafe { nt::IoGetRequestorProcessId(irp) }
}

/// `WdfRequestIsFrom32BitProcess`: programs of this machine are 64-bit.
pub fn is_from_32_bit(call: Call, request: Handle) -> u8 {
    ask(call, request, 0, |_| 0)
}

/// `WdfRequestIsReserved`: no queue here reserves requests.
pub fn is_reserved(call: Call, request: Handle) -> u8 {
    ask(call, request, 0, |_| 0)
}

/// `WdfRequestGetIoQueue`.
pub fn io_queue(call: Call, request: Handle) -> Handle {
    ask(call, request, 0, |request| world::handle_or_null(request.life.queue()))
}

/// `WdfRequestWdmGetIrp`.
pub fn wdm_irp(call: Call, request: Handle) -> Option<Irp> {
    ask(call, request, None, |request| Some(request.irp))
}

/// `WdfRequestGetFileObject`.
pub fn file_object(call: Call, request: Handle) -> Handle {
    let world = world::lock();
    let Ok(id) = world.check::<Request>(call, request) else { return 0 };
    let Some((device, file)) = world.get::<Request>(id).map(|request| (request.device, request.file)) else { return 0 };
    world::handle_or_null(world.files.get(&(device, file.map_or(0, FileObject::address))).copied())
}
