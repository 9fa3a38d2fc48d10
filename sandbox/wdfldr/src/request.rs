//! `WDFREQUEST`: arrival, completion, and who owns it meanwhile.

use crate::call::{Call, REQUEST_FATAL_ERROR};
use crate::cancel;
use crate::device::Device;
use crate::file_end;
use crate::lock::Monitor;
use crate::nt::{self, FileObject, Irp, Mdl};
use crate::object::{self, Chosen};
use crate::queue::{self, IoQueue};
use crate::settings;
use crate::world::{self, Kind};
use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use verifier_abi::Violation;
use wdf_abi::{DriverGlobals, Function, Handle, HandleCallback};
use wdf_model::attributes::Accepts;
use wdf_model::buffer::{Method, Operation};
use wdf_model::irql::{DISPATCH_LEVEL, Irql};
use wdf_model::request::{Cancelable, Life, Place, Verifier};
use wdf_model::status::{self, Status};
use wdf_model::tree::ObjectId;

/// The object's data.
pub struct Request {
    pub irp: Irp,
    pub device: ObjectId,
    pub life: Life<ObjectId>,
    /// `EvtRequestCancel`.
    pub cancel: HandleCallback,
    /// Cancelled by the framework or the I/O manager.
    pub cancelled: bool,
    /// The driver acknowledged `EvtIoStop`.
    pub acknowledged: bool,
    /// The IRQL at which the request arrived.
    pub irql: Irql,
    pub major: u8,
    pub minor: u8,
    pub parameters: [usize; 4],
    pub file: FileObject,
    pub method: Method,
    pub input: Option<ObjectId>,
    pub output: Option<ObjectId>,
    /// MDLs made for the driver, freed at completion.
    pub mdls: Vec<Mdl>,
    /// The callback that the request was handed to, to name it in the log.
    pub handler: usize,
}

/// `WdfRequestTypeCreate`, `…Read`, `…Write`, `…DeviceControl`, `…DeviceControlInternal`, `…Other`.
pub const TYPE_CREATE: i32 = 0;
pub const TYPE_READ: i32 = 3;
pub const TYPE_WRITE: i32 = 4;
pub const TYPE_CONTROL: i32 = 14;
pub const TYPE_INTERNAL: i32 = 15;
const TYPE_OTHER: i32 = 28;
/// `UserMode`.
const USER_MODE: i8 = 1;
/// `WDF_REQUEST_FATAL_ERROR_INFORMATION_LENGTH_MISMATCH`, the bug check's second parameter.
const INFORMATION_LENGTH_MISMATCH: usize = 4;

/// Changes whenever a request is completed or acknowledged.
pub static PROGRESS: Monitor<u64> = Monitor::new(0);

impl Request {
    /// Whether it came with an IRP, which every request so far does.
    pub fn is_from_io_manager(&self) -> bool {
        !self.irp.is_null()
    }

    /// `WDF_REQUEST_TYPE`.
    pub fn kind(&self) -> i32 {
        match self.major {
            nt::IRP_MJ_CREATE => TYPE_CREATE,
            nt::IRP_MJ_READ => TYPE_READ,
            nt::IRP_MJ_WRITE => TYPE_WRITE,
            nt::IRP_MJ_DEVICE_CONTROL => TYPE_CONTROL,
            nt::IRP_MJ_INTERNAL_DEVICE_CONTROL => TYPE_INTERNAL,
            _ => TYPE_OTHER,
        }
    }

    pub fn operation(&self) -> Operation {
        match self.kind() {
            TYPE_READ => Operation::Read,
            TYPE_WRITE => Operation::Write,
            TYPE_CONTROL | TYPE_INTERNAL => Operation::Control,
            _ => Operation::Other,
        }
    }

    /// A 32-bit member of the parameters, which are aligned to eight.
    pub fn word(&self, index: usize) -> usize {
        self.parameters.get(index).map_or(0, |&value| value & 0xFFFF_FFFF)
    }

    /// Bytes towards the driver.
    pub fn input_length(&self) -> usize {
        match self.operation() {
            Operation::Control => self.word(1),
            Operation::Write => self.word(0),
            _ => 0,
        }
    }

    /// Bytes from the driver.
    pub fn output_length(&self) -> usize {
        match self.operation() {
            Operation::Control | Operation::Read => self.word(0),
            _ => 0,
        }
    }

    /// The largest `Information` that makes sense.
    fn information_limit(&self) -> usize {
        match self.operation() {
            Operation::Write => self.input_length(),
            Operation::Other => usize::MAX,
            _ => self.output_length(),
        }
    }

    /// Whether the framework's verifier stops the machine over `Information`: a success that claims more than there is
    /// room for. A driver that answers I/O control without output may say how much of the input it has used.
    fn is_fatal(&self, information: usize, status: Status) -> bool {
        let checked = match self.kind() {
            TYPE_READ | TYPE_WRITE => true,
            TYPE_CONTROL => self.irp.requestor_mode() == USER_MODE && self.output_length() > 0,
            _ => false,
        };
        checked && status::is_success(status) && information > self.information_limit()
    }
}

/// Makes a request of an IRP.
pub fn arrive(device: ObjectId, irp: Irp, irql: Irql) -> Result<ObjectId, Status> {
    let stack = irp.stack();
    let (major, parameters) = (stack.major(), stack.parameters());
    let mut world = world::lock();
    let owner = world.get::<Device>(device).ok_or(status::INVALID_DEVICE_REQUEST)?;
    let control = matches!(major, nt::IRP_MJ_DEVICE_CONTROL | nt::IRP_MJ_INTERNAL_DEVICE_CONTROL);
    let method = if control {
        Method::of_control_code(u32::try_from(parameters[2] & 0xFFFF_FFFF).unwrap_or(0))
    } else {
        transfer_method(owner.init.io_type)
    };
    let chosen = Chosen::from(owner.init.request_attributes, Accepts::PLAIN)?;
    let request = Request {
        irp,
        device,
        life: Life::new(),
        cancel: None,
        cancelled: false,
        acknowledged: false,
        irql,
        major,
        minor: stack.minor(),
        parameters,
        file: stack.file(),
        method,
        input: None,
        output: None,
        mdls: Vec::new(),
        handler: 0,
    };
    let call = Call(Function::WdfDeviceEnqueueRequest);
    let id = object::create(&mut world, call, &chosen, None, Kind::Request(Box::new(request)))?;
    if let Some(object) = world.objects.get_mut(id) {
        // The I/O manager's, not the driver's: what happens to it is accounted for by its own rules.
        object.creator = 0;
    }
    world.irps.insert(irp.address(), id);
    file_end::request_arrived(stack.file());
    Ok(id)
}

fn transfer_method(io_type: i32) -> Method {
    match io_type {
        crate::device::IO_DIRECT => Method::OutDirect,
        crate::device::IO_NEITHER => Method::Neither,
        _ => Method::Buffered,
    }
}

/// Completes a request wherever it is, and lets its queue go on.
pub fn finish(id: ObjectId, status: Status, information: Option<usize>, boost: i8) {
    let mut world = world::lock();
    let Some(request) = world.get_mut::<Request>(id) else { return };
    let (irp, queue) = (request.irp, request.life.queue());
    if matches!(request.life.place, Place::Completed) {
        return;
    }
    request.life.place = Place::Completed;
    let (kind, file, mdls) = (request.kind(), request.file, core::mem::take(&mut request.mdls));
    irp.swap_cancel_routine(None);
    world.irps.remove(&irp.address());
    if let Some(queue) = queue.and_then(|queue| world.get_mut::<IoQueue>(queue)) {
        queue.state.release(id);
        queue.state.remove_waiting(id);
    }
    drop(world);
    let order = object::clean_up(id);
    for mdl in mdls {
        // SAFETY: the MDL was allocated for this request and is freed once.
        unsafe { nt::IoFreeMdl(mdl) };
    }
    complete_irp(irp, status, information, boost);
    object::destroy_all(&order);
    file_end::request_completed(file);
    if kind == TYPE_CREATE && !status::is_success(status) {
        crate::file::forget(file);
    }
    PROGRESS.change(|count| *count = count.wrapping_add(1));
    if let Some(queue) = queue {
        queue::pump(queue);
    }
}

/// Gives an IRP back to the I/O manager.
pub fn complete_irp(irp: Irp, status: Status, information: Option<usize>, boost: i8) {
    irp.set_status(status);
    if let Some(information) = information {
        irp.set_information(information);
    }
    // SAFETY: the IRP is ours and is given back once.
    unsafe { nt::IofCompleteRequest(irp, boost) };
}

/// Completion by the driver.
fn complete(call: Call, handle: Handle, status: Status, information: Option<usize>, boost: i8) {
    let world = world::lock();
    let Ok(id) = world.check::<Request>(call, handle) else { return };
    let Some(request) = world.get::<Request>(id) else { return };
    let limit = request.information_limit();
    let information_now = information.unwrap_or_else(|| request.irp.information());
    let (life, fatal) = (request.life, request.is_fatal(information_now, status));
    drop(world);
    if matches!(life.place, Place::Completed) {
        call.report(Violation::RequestCompletedTwice, "the request has been completed before");
        return;
    }
    if !life.is_owned() {
        call.report(Violation::BadArgument, "the request waits in a queue and is not the driver's");
        return;
    }
    if life.cancelable == Cancelable::Yes {
        call.report(Violation::BadArgument, "the request is still marked cancelable");
    }
    // An error carries no data, so its Information harms nobody.
    let severity_error = (status.cast_unsigned() >> 30) == 3;
    if information_now > limit && !severity_error {
        let detail = format!("Information {information_now}, buffer of {limit}, status {status:#010x}");
        if fatal && settings::verifier() == Verifier::On {
            call.bug_check([REQUEST_FATAL_ERROR, INFORMATION_LENGTH_MISMATCH, 0], &detail);
        } else {
            call.report(Violation::InformationTooLarge, &detail);
        }
    }
    finish(id, status, information, boost);
}

/// `WdfRequestComplete`.
pub extern "system" fn request_complete(_globals: *const DriverGlobals, request: Handle, status: Status) {
    let call = Call::enter(Function::WdfRequestComplete, DISPATCH_LEVEL);
    complete(call, request, status, None, 0);
}

/// `WdfRequestCompleteWithPriorityBoost`.
pub extern "system" fn complete_with_boost(_globals: *const DriverGlobals, request: Handle, status: Status, boost: i8) {
    let call = Call::enter(Function::WdfRequestCompleteWithPriorityBoost, DISPATCH_LEVEL);
    complete(call, request, status, None, boost);
}

/// `WdfRequestCompleteWithInformation`.
pub extern "system" fn complete_with_information(
    _globals: *const DriverGlobals,
    request: Handle,
    status: Status,
    information: usize,
) {
    let call = Call::enter(Function::WdfRequestCompleteWithInformation, DISPATCH_LEVEL);
    complete(call, request, status, Some(information), 0);
}

/// `WdfRequestForwardToIoQueue`.
pub extern "system" fn forward(_globals: *const DriverGlobals, request: Handle, queue: Handle) -> Status {
    let call = Call::enter(Function::WdfRequestForwardToIoQueue, DISPATCH_LEVEL);
    move_to(call, request, queue).map_or_else(|status| status, |()| status::SUCCESS)
}

fn move_to(call: Call, request: Handle, queue: Handle) -> Result<(), Status> {
    let mut world = world::lock();
    let id = world.check::<Request>(call, request)?;
    let target = world.check::<IoQueue>(call, queue)?;
    let life = world.get::<Request>(id).map(|request| request.life).ok_or(status::INVALID_HANDLE)?;
    if !life.is_owned() || life.cancelable == Cancelable::Yes {
        call.report(Violation::BadArgument, "the request is not owned, or is marked cancelable");
        return Err(status::INVALID_DEVICE_REQUEST);
    }
    let source = life.queue();
    let queue = world.get_mut::<IoQueue>(target).ok_or(status::INVALID_HANDLE)?;
    queue.state.insert(id)?;
    if let Some(source) = source.and_then(|source| world.get_mut::<IoQueue>(source)) {
        source.state.release(id);
    }
    let cancelled = cancel::park(&mut world, id, target, true);
    drop(world);
    if cancelled {
        cancel::act(id);
    }
    if let Some(source) = source.filter(|&source| source != target) {
        queue::pump(source);
    }
    queue::pump(target);
    Ok(())
}

/// `WdfRequestRequeue`.
pub extern "system" fn requeue(_globals: *const DriverGlobals, request: Handle) -> Status {
    let call = Call::enter(Function::WdfRequestRequeue, DISPATCH_LEVEL);
    put_back(call, request).map_or_else(|status| status, |()| status::SUCCESS)
}

fn put_back(call: Call, request: Handle) -> Result<(), Status> {
    let mut world = world::lock();
    let id = world.check::<Request>(call, request)?;
    let life = world.get::<Request>(id).map(|request| request.life).ok_or(status::INVALID_HANDLE)?;
    let queue = life.queue().filter(|_| life.is_owned()).ok_or(status::INVALID_DEVICE_REQUEST)?;
    world.get_mut::<IoQueue>(queue).ok_or(status::INVALID_DEVICE_REQUEST)?.state.requeue(id)?;
    let cancelled = cancel::park(&mut world, id, queue, true);
    drop(world);
    if cancelled {
        cancel::act(id);
    }
    queue::pump(queue);
    Ok(())
}

/// `WdfRequestStopAcknowledge`.
pub extern "system" fn stop_acknowledge(_globals: *const DriverGlobals, handle: Handle, requeue: u8) {
    let call = Call::enter(Function::WdfRequestStopAcknowledge, DISPATCH_LEVEL);
    if requeue != 0 {
        if put_back(call, handle).is_err() {
            call.report(Violation::BadArgument, "the request cannot be put back into its queue");
        }
    } else {
        // A handle of another kind has been reported by then.
        let _reported = world::with::<Request, _>(call, handle, |request| request.acknowledged = true);
    }
    PROGRESS.change(|count| *count = count.wrapping_add(1));
}
