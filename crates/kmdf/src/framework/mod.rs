//! What this crate asks of the framework: one trait, whose functions are one call each.
//!
//! In a driver they are the framework's own functions (`kernel`). Anywhere else a test provides them (`host`), so that
//! the decisions of this crate also run on a development machine.

#[cfg(all(windows, feature = "kernel"))]
mod config;
#[cfg(not(all(windows, feature = "kernel")))]
mod host;
#[cfg(all(windows, feature = "kernel"))]
mod kernel;

#[cfg(not(all(windows, feature = "kernel")))]
pub use host::*;
#[cfg(all(windows, feature = "kernel"))]
pub use kernel::*;

use crate::Guid;
use core::ffi::c_void;
use netioctl_status::{NtError, NtStatus};

/// The kind of object that a context belongs to. The framework tells types of context apart by the address of their
/// descriptions, and there is one description for each of these. Which Rust type lies in the context follows from the
/// device of the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Of a device.
    Device,
    /// Of a file object, from its creation.
    File,
    /// Of a file object, added later.
    Extension,
    /// Of the default queue.
    Queue,
    /// Of a request.
    Request,
    /// Of a work item.
    WorkItem,
}

/// `EvtDestroyCallback`.
pub type Destroy = unsafe extern "C" fn(object: WDFOBJECT);

/// The context that an object is to have. The framework sets its memory to zero and aligns it to sixteen bytes.
#[cfg_attr(not(all(windows, feature = "kernel")), allow(dead_code, reason = "for the framework of a test"))]
#[derive(Clone, Copy, Debug)]
pub struct Context {
    pub role: Role,
    pub size: usize,
    pub destroy: Option<Destroy>,
}

/// `EvtDriverDeviceAdd`.
pub type DeviceAdd = unsafe extern "C" fn(driver: WDFDRIVER, init: PWDFDEVICE_INIT) -> i32;
/// `EvtDriverUnload`.
pub type Unload = unsafe extern "C" fn(driver: WDFDRIVER);
/// `EvtDeviceFileCreate`.
pub type FileCreate = unsafe extern "C" fn(device: WDFDEVICE, request: WDFREQUEST, file: WDFFILEOBJECT);
/// `EvtFileCleanup` and `EvtFileClose`.
pub type FileEnd = unsafe extern "C" fn(file: WDFFILEOBJECT);
/// `EvtDeviceSelfManagedIoFlush` and `EvtDeviceSelfManagedIoCleanup`.
pub type DeviceRemoved = unsafe extern "C" fn(device: WDFDEVICE);
/// `EvtIoDeviceControl`.
pub type IoDeviceControl =
    unsafe extern "C" fn(queue: WDFQUEUE, request: WDFREQUEST, output: usize, input: usize, code: u32);
/// `EvtIoCanceledOnQueue`.
pub type IoCanceledOnQueue = unsafe extern "C" fn(queue: WDFQUEUE, request: WDFREQUEST);
/// `EvtWorkItem`.
pub type WorkItemRun = unsafe extern "C" fn(item: WDFWORKITEM);

/// The parameters of a request with a control code.
#[derive(Clone, Copy, Debug, Default)]
pub struct ControlParameters {
    pub code: u32,
    pub input_length: usize,
    pub output_length: usize,
}

/// What the I/O manager says of who opens a handle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The access that has been granted (`ACCESS_STATE.PreviouslyGrantedAccess`).
    pub access: u32,
    /// The logon session (the authentication id of the effective token).
    pub logon_session: Option<u64>,
}

/// The functions of the framework, and what of the kernel goes with them.
///
/// # Safety of the functions
/// Every handle is valid, which is: its object has not been destroyed. Callbacks live as long as the driver. What else
/// a function asks for stands with it.
#[allow(clippy::missing_safety_doc, reason = "said once for all of them")]
pub trait Framework {
    /// `WdfDriverCreate`, at `PASSIVE_LEVEL`, with the arguments of the entry point.
    unsafe fn create_driver(
        &self,
        driver: *mut DRIVER_OBJECT,
        path: *const UNICODE_STRING,
        add: DeviceAdd,
        unload: Unload,
    ) -> Result<WDFDRIVER, NtError>;

    /// `WdfWaitLockCreate`, below the driver.
    unsafe fn create_wait_lock(&self, driver: WDFDRIVER) -> Result<WDFWAITLOCK, NtError>;
    /// `WdfWaitLockAcquire`, at `PASSIVE_LEVEL`, by a thread that does not hold it.
    unsafe fn acquire_wait_lock(&self, lock: WDFWAITLOCK) -> Result<(), NtError>;
    /// `WdfWaitLockRelease`, by the thread that holds it.
    unsafe fn release_wait_lock(&self, lock: WDFWAITLOCK);
    /// `KeAcquireSpinLockRaiseToDpc`, of a lock that began as zero; answers the IRQL before.
    unsafe fn acquire_spin_lock(&self, lock: *mut usize) -> u8;
    /// `KeReleaseSpinLock`, by who holds it, with the IRQL before.
    unsafe fn release_spin_lock(&self, lock: *mut usize, before: u8);

    /// `KeGetCurrentProcessorNumberEx`, at any IRQL: from 0, through all groups of processors.
    fn current_processor(&self) -> u32;

    /// `WdfFdoInitWdmGetPhysicalDevice`.
    unsafe fn physical_device(&self, init: PWDFDEVICE_INIT) -> PDEVICE_OBJECT;
    /// `IoSetDevicePropertyData` of the property `DEVPKEY_Device_DriverProblemDesc`, at `PASSIVE_LEVEL`: UTF-16 with zeros
    /// behind it; nothing takes it back.
    unsafe fn describe_problem(&self, device: PDEVICE_OBJECT, text: &[u16]);
    /// `WdfDeviceInitSetCharacteristics`, `FILE_DEVICE_SECURE_OPEN`.
    unsafe fn secure_open(&self, init: PWDFDEVICE_INIT);
    /// `WdfDeviceInitSetFileObjectConfig`.
    unsafe fn set_files(&self, init: PWDFDEVICE_INIT, create: FileCreate, end: FileEnd, context: Context);
    /// `WdfDeviceInitSetRequestAttributes`.
    unsafe fn set_requests(&self, init: PWDFDEVICE_INIT, context: Context);
    /// `WdfDeviceInitSetPnpPowerEventCallbacks`.
    unsafe fn set_removed(&self, init: PWDFDEVICE_INIT, removed: DeviceRemoved);
    /// `WdfDeviceCreate`: its callbacks come at `PASSIVE_LEVEL` and do not wait for one another. Consumes `init` on
    /// success.
    unsafe fn create_device(&self, init: PWDFDEVICE_INIT, context: Context) -> Result<WDFDEVICE, NtError>;
    /// `WdfDeviceCreateDeviceInterface`.
    unsafe fn create_interface(&self, device: WDFDEVICE, class: Guid) -> Result<(), NtError>;

    /// `WdfIoQueueCreate` of the default queue: parallel, without a limit, at `PASSIVE_LEVEL`, not power-managed.
    unsafe fn create_default_queue(
        &self,
        device: WDFDEVICE,
        control: IoDeviceControl,
        context: Context,
    ) -> Result<WDFQUEUE, NtError>;
    /// `WdfIoQueueCreate` of a manual queue, not power-managed. `file`: its parent; null for the device.
    unsafe fn create_manual_queue(
        &self,
        device: WDFDEVICE,
        file: WDFFILEOBJECT,
        canceled: IoCanceledOnQueue,
    ) -> Result<WDFQUEUE, NtError>;
    /// `WdfIoQueueGetDevice`.
    unsafe fn queue_device(&self, queue: WDFQUEUE) -> WDFDEVICE;
    /// `WdfIoQueueRetrieveNextRequest`: the request is the driver's then.
    unsafe fn retrieve_next(&self, queue: WDFQUEUE) -> Option<WDFREQUEST>;
    /// `WdfIoQueueRetrieveFoundRequest`: likewise. The request may have ended, if its handle is valid.
    unsafe fn retrieve_found(&self, queue: WDFQUEUE, request: WDFREQUEST) -> Option<WDFREQUEST>;
    /// `WdfIoQueuePurge`, without a callback.
    unsafe fn purge(&self, queue: WDFQUEUE);

    /// `WdfObjectGetTypedContextWorker`; null for an object without such a context.
    unsafe fn context(&self, object: WDFOBJECT, role: Role) -> *mut c_void;
    /// `WdfObjectAllocateContext`; answers the context that the object has already, if it has one.
    unsafe fn allocate_context(&self, object: WDFOBJECT, context: Context) -> Result<*mut c_void, NtError>;
    /// `WdfObjectReference`.
    unsafe fn reference(&self, object: WDFOBJECT);
    /// `WdfObjectDereference`, of a reference that was taken.
    unsafe fn dereference(&self, object: WDFOBJECT);
    /// `WdfObjectDelete`, of an object that the driver may delete.
    unsafe fn delete(&self, object: WDFOBJECT);

    /// `WdfFileObjectGetDevice`.
    unsafe fn file_device(&self, file: WDFFILEOBJECT) -> WDFDEVICE;

    /// `WdfRequestGetParameters`, of a request with a control code.
    unsafe fn control_parameters(&self, request: WDFREQUEST) -> ControlParameters;
    /// `WdfRequestGetParameters`, of a create request that the driver owns, at `PASSIVE_LEVEL`: its security context.
    unsafe fn caller(&self, request: WDFREQUEST) -> Caller;
    /// `WdfRequestGetIoQueue`; null for a request that came through none.
    unsafe fn request_queue(&self, request: WDFREQUEST) -> WDFQUEUE;
    /// `WdfRequestGetFileObject`; null for a request that came through none.
    unsafe fn request_file(&self, request: WDFREQUEST) -> WDFFILEOBJECT;
    /// `WdfRequestIsCanceled`, of a request that the driver owns.
    unsafe fn is_canceled(&self, request: WDFREQUEST) -> bool;
    /// `WdfRequestRetrieveInputBuffer`, of a request that the driver owns: at least `length` bytes, not 0.
    unsafe fn input_buffer(&self, request: WDFREQUEST, length: usize) -> Result<*mut c_void, NtError>;
    /// `WdfRequestRetrieveOutputBuffer`, likewise.
    unsafe fn output_buffer(&self, request: WDFREQUEST, length: usize) -> Result<*mut c_void, NtError>;
    /// `WdfRequestCompleteWithInformation`, of a request that the driver owns, and not any more afterwards.
    unsafe fn complete(&self, request: WDFREQUEST, status: NtStatus, information: usize);
    /// `WdfRequestForwardToIoQueue`, of a request that the driver owns, and not any more after success.
    unsafe fn forward(&self, request: WDFREQUEST, queue: WDFQUEUE) -> Result<(), NtError>;

    /// `WdfWorkItemCreate`, below a queue; runs are not serialized.
    unsafe fn create_work_item(
        &self,
        parent: WDFQUEUE,
        run: WorkItemRun,
        context: Context,
    ) -> Result<WDFWORKITEM, NtError>;
    /// `WdfWorkItemEnqueue`.
    unsafe fn enqueue(&self, item: WDFWORKITEM);
}
