//! The framework of the running kernel.

use super::{
    Caller, Context, ControlParameters, DeviceAdd, DeviceRemoved, FileCreate, FileEnd, Framework, IoCanceledOnQueue,
    IoDeviceControl, Role, Unload, WorkItemRun, config,
};
use crate::{
    Guid,
    structure::{ROLES, attributes, passive_attributes, structure_size},
};
use core::{ffi::c_void, ptr};
use netioctl_status::{NtError, NtStatus};
use wdk_sys::{
    DEVPROPKEY, FILE_DEVICE_SECURE_OPEN, GUID, LUID, WDF_NO_OBJECT_ATTRIBUTES, WDF_OBJECT_ATTRIBUTES,
    WDF_REQUEST_PARAMETERS, call_unsafe_wdf_function_binding,
    ntddk::{
        IoSetDevicePropertyData, KeAcquireSpinLockRaiseToDpc, KeGetCurrentProcessorNumberEx, KeReleaseSpinLock,
        SeQueryAuthenticationIdToken,
    },
};
pub use wdk_sys::{
    DRIVER_OBJECT, PDEVICE_OBJECT, PWDFDEVICE_INIT, UNICODE_STRING, WDFDEVICE, WDFDRIVER, WDFFILEOBJECT, WDFOBJECT,
    WDFQUEUE, WDFREQUEST, WDFWAITLOCK, WDFWORKITEM,
};

/// The framework that the driver is bound to.
pub struct Bound;

/// The framework.
pub const fn framework() -> Bound {
    Bound
}

/// On a host, other threads may run here.
pub const fn step() {}

/// The tag of this crate's references in the debugger.
const TAG: *mut c_void = ptr::without_provenance_mut(u32::from_le_bytes(*b"kmdf") as usize);

/// `DEVPKEY_Device_DriverProblemDesc`.
static DRIVER_PROBLEM: DEVPROPKEY = DEVPROPKEY {
    fmtid: GUID {
        Data1: 0x540b_947e,
        Data2: 0x8b40,
        Data3: 0x45bc,
        Data4: [0xa8, 0xa2, 0x6a, 0x0b, 0x89, 0x4c, 0xbd, 0xa2],
    },
    pid: 11,
};

/// `DEVPROP_TYPE_EMPTY` and `DEVPROP_TYPE_STRING`.
const EMPTY: u32 = 0;
const STRING: u32 = 0x12;

/// Calls a function of the framework whose answer is a status.
macro_rules! checked {
    ($($call:tt)*) => {
        // SAFETY: the caller vouches for the handles; whatever else is passed lives through the call.
        NtError::check(unsafe { call_unsafe_wdf_function_binding!($($call)*) })
    };
}

/// Calls a function of the framework whose answer is not a status.
macro_rules! call {
    ($($call:tt)*) => {
        // SAFETY: the caller vouches for the handles; whatever else is passed lives through the call.
        unsafe { call_unsafe_wdf_function_binding!($($call)*) }
    };
}

impl Framework for Bound {
    unsafe fn create_driver(
        &self,
        driver: *mut DRIVER_OBJECT,
        path: *const UNICODE_STRING,
        add: DeviceAdd,
        unload: Unload,
    ) -> Result<WDFDRIVER, NtError> {
        let mut config = config::driver(add, unload);
        let mut made: WDFDRIVER = ptr::null_mut();
        checked!(WdfDriverCreate, driver, path, WDF_NO_OBJECT_ATTRIBUTES, &raw mut config, &raw mut made)?;
        Ok(made)
    }

    unsafe fn create_wait_lock(&self, driver: WDFDRIVER) -> Result<WDFWAITLOCK, NtError> {
        let mut attributes = WDF_OBJECT_ATTRIBUTES { ParentObject: driver.cast(), ..attributes() };
        let mut lock: WDFWAITLOCK = ptr::null_mut();
        checked!(WdfWaitLockCreate, &raw mut attributes, &raw mut lock)?;
        Ok(lock)
    }

    unsafe fn acquire_wait_lock(&self, lock: WDFWAITLOCK) -> Result<(), NtError> {
        checked!(WdfWaitLockAcquire, lock, ptr::null_mut())
    }

    unsafe fn release_wait_lock(&self, lock: WDFWAITLOCK) {
        call!(WdfWaitLockRelease, lock);
    }

    unsafe fn acquire_spin_lock(&self, lock: *mut usize) -> u8 {
        // SAFETY: the lock is a KSPIN_LOCK, for which zero is what KeInitializeSpinLock writes; nothing here runs above
        // DISPATCH_LEVEL.
        unsafe { KeAcquireSpinLockRaiseToDpc(lock.cast()) }
    }

    unsafe fn release_spin_lock(&self, lock: *mut usize, before: u8) {
        // SAFETY: the caller holds the lock, and came from this level.
        unsafe { KeReleaseSpinLock(lock.cast(), before) };
    }

    fn current_processor(&self) -> u32 {
        // SAFETY: without a place for the number within the group, it takes nothing and answers the number over all.
        unsafe { KeGetCurrentProcessorNumberEx(ptr::null_mut()) }
    }

    unsafe fn physical_device(&self, init: PWDFDEVICE_INIT) -> PDEVICE_OBJECT {
        call!(WdfFdoInitWdmGetPhysicalDevice, init)
    }

    unsafe fn describe_problem(&self, device: PDEVICE_OBJECT, text: &[u16]) {
        let (kind, data) =
            if text.is_empty() { (EMPTY, ptr::null_mut()) } else { (STRING, text.as_ptr().cast_mut().cast()) };
        let size = u32::try_from(size_of_val(text)).unwrap_or(0);
        // SAFETY: the caller vouches for the device and for PASSIVE_LEVEL; key and text live through the call, which
        // copies them. No locale, and not kept beyond the next start.
        let _ = unsafe { IoSetDevicePropertyData(device, &raw const DRIVER_PROBLEM, 0, 0, kind, size, data) };
    }

    unsafe fn secure_open(&self, init: PWDFDEVICE_INIT) {
        call!(WdfDeviceInitSetCharacteristics, init, FILE_DEVICE_SECURE_OPEN, 1);
    }

    unsafe fn set_files(&self, init: PWDFDEVICE_INIT, create: FileCreate, end: FileEnd, context: Context) {
        let mut files = config::files(create, end);
        let mut attributes = context.added_to(passive_attributes());
        call!(WdfDeviceInitSetFileObjectConfig, init, &raw mut files, &raw mut attributes);
    }

    unsafe fn set_requests(&self, init: PWDFDEVICE_INIT, context: Context) {
        let mut attributes = context.added_to(attributes());
        call!(WdfDeviceInitSetRequestAttributes, init, &raw mut attributes);
    }

    unsafe fn set_removed(&self, init: PWDFDEVICE_INIT, removed: DeviceRemoved) {
        let mut callbacks = config::removal(removed);
        call!(WdfDeviceInitSetPnpPowerEventCallbacks, init, &raw mut callbacks);
    }

    unsafe fn create_device(&self, mut init: PWDFDEVICE_INIT, context: Context) -> Result<WDFDEVICE, NtError> {
        let mut attributes = context.added_to(passive_attributes());
        let mut device: WDFDEVICE = ptr::null_mut();
        checked!(WdfDeviceCreate, &raw mut init, &raw mut attributes, &raw mut device)?;
        Ok(device)
    }

    unsafe fn create_interface(&self, device: WDFDEVICE, class: Guid) -> Result<(), NtError> {
        let class = GUID { Data1: class.0, Data2: class.1, Data3: class.2, Data4: class.3 };
        checked!(WdfDeviceCreateDeviceInterface, device, &raw const class, ptr::null())
    }

    unsafe fn create_default_queue(
        &self,
        device: WDFDEVICE,
        control: IoDeviceControl,
        context: Context,
    ) -> Result<WDFQUEUE, NtError> {
        let mut config = config::default_queue(control);
        let mut attributes = context.added_to(passive_attributes());
        let mut queue: WDFQUEUE = ptr::null_mut();
        checked!(WdfIoQueueCreate, device, &raw mut config, &raw mut attributes, &raw mut queue)?;
        Ok(queue)
    }

    unsafe fn create_manual_queue(
        &self,
        device: WDFDEVICE,
        file: WDFFILEOBJECT,
        canceled: IoCanceledOnQueue,
    ) -> Result<WDFQUEUE, NtError> {
        let mut config = config::manual_queue(canceled);
        let mut attributes = WDF_OBJECT_ATTRIBUTES { ParentObject: file.cast(), ..attributes() };
        let mut queue: WDFQUEUE = ptr::null_mut();
        checked!(WdfIoQueueCreate, device, &raw mut config, &raw mut attributes, &raw mut queue)?;
        Ok(queue)
    }

    unsafe fn queue_device(&self, queue: WDFQUEUE) -> WDFDEVICE {
        call!(WdfIoQueueGetDevice, queue)
    }

    unsafe fn retrieve_next(&self, queue: WDFQUEUE) -> Option<WDFREQUEST> {
        let mut request: WDFREQUEST = ptr::null_mut();
        checked!(WdfIoQueueRetrieveNextRequest, queue, &raw mut request).ok()?;
        Some(request)
    }

    unsafe fn retrieve_found(&self, queue: WDFQUEUE, request: WDFREQUEST) -> Option<WDFREQUEST> {
        let mut taken: WDFREQUEST = ptr::null_mut();
        checked!(WdfIoQueueRetrieveFoundRequest, queue, request, &raw mut taken).ok()?;
        Some(taken)
    }

    unsafe fn purge(&self, queue: WDFQUEUE) {
        call!(WdfIoQueuePurge, queue, None, ptr::null_mut());
    }

    unsafe fn context(&self, object: WDFOBJECT, role: Role) -> *mut c_void {
        call!(WdfObjectGetTypedContextWorker, object, ROLES.info(role))
    }

    unsafe fn allocate_context(&self, object: WDFOBJECT, context: Context) -> Result<*mut c_void, NtError> {
        let mut attributes = context.added_to(attributes());
        let mut memory: *mut c_void = ptr::null_mut();
        checked!(WdfObjectAllocateContext, object, &raw mut attributes, &raw mut memory)?;
        Ok(memory)
    }

    unsafe fn reference(&self, object: WDFOBJECT) {
        call!(WdfObjectReferenceActual, object, TAG, 0, ptr::null());
    }

    unsafe fn dereference(&self, object: WDFOBJECT) {
        call!(WdfObjectDereferenceActual, object, TAG, 0, ptr::null());
    }

    unsafe fn delete(&self, object: WDFOBJECT) {
        call!(WdfObjectDelete, object);
    }

    unsafe fn file_device(&self, file: WDFFILEOBJECT) -> WDFDEVICE {
        call!(WdfFileObjectGetDevice, file)
    }

    unsafe fn control_parameters(&self, request: WDFREQUEST) -> ControlParameters {
        // SAFETY: as the caller says.
        let parameters = unsafe { parameters(request) };
        // SAFETY: these are the parameters of a request with a control code.
        let control = unsafe { parameters.Parameters.DeviceIoControl };
        ControlParameters {
            code: control.IoControlCode,
            input_length: control.InputBufferLength,
            output_length: control.OutputBufferLength,
        }
    }

    unsafe fn caller(&self, request: WDFREQUEST) -> Caller {
        // SAFETY: as the caller says.
        let parameters = unsafe { parameters(request) };
        // SAFETY: these are the parameters of a create request.
        let create = unsafe { parameters.Parameters.Create };
        // SAFETY: the I/O manager's memory, which stays as long as the request is not completed, or null.
        let Some(context) = (unsafe { create.SecurityContext.as_ref() }) else { return Caller::default() };
        // SAFETY: as above.
        let Some(state) = (unsafe { context.AccessState.as_ref() }) else { return Caller::default() };
        let subject = &state.SubjectSecurityContext;
        // As SeQuerySubjectContextToken does: the token of a thread that impersonates is the one that it impersonates
        // with.
        let token = if subject.ClientToken.is_null() { subject.PrimaryToken } else { subject.ClientToken };
        let mut session = LUID::default();
        let known = !token.is_null() && {
            // SAFETY: the subject context holds the token; the caller vouches for PASSIVE_LEVEL.
            NtStatus(unsafe { SeQueryAuthenticationIdToken(token, &raw mut session) }).is_success()
        };
        let logon_session =
            known.then(|| u64::from(session.HighPart.cast_unsigned()) << 32 | u64::from(session.LowPart));
        Caller { access: state.PreviouslyGrantedAccess, logon_session }
    }

    unsafe fn request_queue(&self, request: WDFREQUEST) -> WDFQUEUE {
        call!(WdfRequestGetIoQueue, request)
    }

    unsafe fn request_file(&self, request: WDFREQUEST) -> WDFFILEOBJECT {
        call!(WdfRequestGetFileObject, request)
    }

    unsafe fn is_canceled(&self, request: WDFREQUEST) -> bool {
        call!(WdfRequestIsCanceled, request) != 0
    }

    unsafe fn input_buffer(&self, request: WDFREQUEST, length: usize) -> Result<*mut c_void, NtError> {
        let mut buffer: *mut c_void = ptr::null_mut();
        checked!(WdfRequestRetrieveInputBuffer, request, length, &raw mut buffer, ptr::null_mut())?;
        Ok(buffer)
    }

    unsafe fn output_buffer(&self, request: WDFREQUEST, length: usize) -> Result<*mut c_void, NtError> {
        let mut buffer: *mut c_void = ptr::null_mut();
        checked!(WdfRequestRetrieveOutputBuffer, request, length, &raw mut buffer, ptr::null_mut())?;
        Ok(buffer)
    }

    unsafe fn complete(&self, request: WDFREQUEST, status: NtStatus, information: usize) {
        call!(WdfRequestCompleteWithInformation, request, status.0, information as u64);
    }

    unsafe fn forward(&self, request: WDFREQUEST, queue: WDFQUEUE) -> Result<(), NtError> {
        checked!(WdfRequestForwardToIoQueue, request, queue)
    }

    unsafe fn create_work_item(
        &self,
        parent: WDFQUEUE,
        run: WorkItemRun,
        context: Context,
    ) -> Result<WDFWORKITEM, NtError> {
        let mut config = config::work_item(run);
        let mut attributes = WDF_OBJECT_ATTRIBUTES { ParentObject: parent.cast(), ..context.added_to(attributes()) };
        let mut item: WDFWORKITEM = ptr::null_mut();
        checked!(WdfWorkItemCreate, &raw mut config, &raw mut attributes, &raw mut item)?;
        Ok(item)
    }

    unsafe fn enqueue(&self, item: WDFWORKITEM) {
        call!(WdfWorkItemEnqueue, item);
    }
}

/// `WdfRequestGetParameters`.
///
/// # Safety
/// The handle is valid.
unsafe fn parameters(request: WDFREQUEST) -> WDF_REQUEST_PARAMETERS {
    // The one structure whose size has 16 bits.
    let size = u16::try_from(structure_size::<WDF_REQUEST_PARAMETERS>()).unwrap_or(u16::MAX);
    let mut parameters = WDF_REQUEST_PARAMETERS { Size: size, ..WDF_REQUEST_PARAMETERS::default() };
    call!(WdfRequestGetParameters, request, &raw mut parameters);
    parameters
}
