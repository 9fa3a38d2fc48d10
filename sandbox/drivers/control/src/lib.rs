//! A driver without plug and play: two control devices, of which the first asks the second for its answers.
//!
//! The second has a manual queue, which a work item empties. The first opens it by name when it is first asked, sends it
//! requests that it makes itself, and takes a buffer of the caller's as it is.
#![no_std]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

extern crate wdk_panic;

mod shutdown;

use core::ptr::null_mut;
use driver_parts::{ContextType, SUCCESS, attributes, bytes, check, counted, given, outcome, size, utf16, wdf};
use wdk_sys::{
    _WDF_DRIVER_INIT_FLAGS, _WDF_IO_QUEUE_DISPATCH_TYPE, _WDF_IO_TARGET_OPEN_TYPE, _WDF_IO_TARGET_PURGE_IO_ACTION,
    _WDF_IO_TARGET_SENT_IO_ACTION, _WDF_IO_TARGET_STATE, _WDF_TRI_STATE, FILE_READ_DATA, FILE_WRITE_DATA, NTSTATUS,
    PCUNICODE_STRING, PDRIVER_OBJECT, PVOID, PWDF_REQUEST_COMPLETION_PARAMS, STATUS_INVALID_DEVICE_REQUEST, ULONG,
    WDF_DRIVER_CONFIG, WDF_IO_QUEUE_CONFIG, WDF_IO_TARGET_OPEN_PARAMS, WDF_WORKITEM_CONFIG, WDFCONTEXT, WDFDEVICE,
    WDFDRIVER, WDFIOTARGET, WDFMEMORY, WDFQUEUE, WDFREQUEST, WDFWORKITEM,
};

/// `CTL_CODE(FILE_DEVICE_UNKNOWN, 0x900, METHOD_BUFFERED, FILE_ANY_ACCESS)`: the input, the other way round.
const REVERSE: ULONG = 0x22 << 16 | 0x900 << 2;
/// The same with 0x902, and with 0x903: while the second device is stopped, which starts afterwards; and after a purge.
const REVERSE_LATER: ULONG = 0x22 << 16 | 0x902 << 2;
const REVERSE_PURGED: ULONG = 0x22 << 16 | 0x903 << 2;
/// `CTL_CODE(FILE_DEVICE_UNKNOWN, 0x901, METHOD_NEITHER, FILE_ANY_ACCESS)`: the sum of the input's bytes.
const SUM: ULONG = 0x22 << 16 | 0x901 << 2 | 3;

/// `D:P(A;;GA;;;SY)(A;;GA;;;BA)`: for the system and administrators.
static SDDL: [u16; 27] = utf16(b"D:P(A;;GA;;;SY)(A;;GA;;;BA)");
static FRONT: [u16; 24] = utf16(br"\Device\DriverTestsFront");
static FRONT_LINK: [u16; 27] = utf16(br"\DosDevices\ControlForTests");
static BACK: [u16; 23] = utf16(br"\Device\DriverTestsBack");

/// What the first device keeps.
#[repr(C)]
struct Front {
    /// The second device, once it is open.
    back: WDFIOTARGET,
}

/// What the second device keeps.
#[repr(C)]
struct Back {
    queue: WDFQUEUE,
    work: WDFWORKITEM,
}

static FRONT_CONTEXT: ContextType = ContextType::new(b"Front\0", size_of::<Front>());
static BACK_CONTEXT: ContextType = ContextType::new(b"Back\0", size_of::<Back>());

driver_parts::driver_entry!(start);

fn start(driver: PDRIVER_OBJECT, path: PCUNICODE_STRING) -> NTSTATUS {
    let mut config = WDF_DRIVER_CONFIG {
        Size: size::<WDF_DRIVER_CONFIG>(),
        EvtDriverUnload: Some(unload),
        DriverInitFlags: _WDF_DRIVER_INIT_FLAGS::WdfDriverInitNonPnpDriver.cast_unsigned(),
        ..WDF_DRIVER_CONFIG::default()
    };
    let mut handle: WDFDRIVER = null_mut();
    check!(wdf!(WdfDriverCreate, driver, path, null_mut(), &raw mut config, &raw mut handle));
    check!(create_back(handle));
    create_front(handle)
}

unsafe extern "C" fn unload(_driver: WDFDRIVER) {}

fn create_device(driver: WDFDRIVER, name: &[u16], context: &'static ContextType, device: &mut WDFDEVICE) -> NtStatusOr {
    let mut init = wdf!(WdfControlDeviceInitAllocate, driver, given(&counted(&SDDL)));
    if init.is_null() {
        return Err(wdk_sys::STATUS_INSUFFICIENT_RESOURCES);
    }
    let name = counted(name);
    let mut with_context = context.attributes();
    let mut status = wdf!(WdfDeviceInitAssignName, init, given(&name));
    if status == SUCCESS && core::ptr::eq(context, &raw const FRONT_CONTEXT) {
        wdf!(WdfDeviceInitSetIoInCallerContextCallback, init, Some(in_caller_context));
        shutdown::tell_front(init);
    } else if status == SUCCESS {
        shutdown::tell_back(init);
    }
    if status == SUCCESS {
        status = wdf!(WdfDeviceCreate, &raw mut init, &raw mut with_context, device);
    }
    if status != SUCCESS && !init.is_null() {
        wdf!(WdfDeviceInitFree, init);
    }
    if status < 0 { Err(status) } else { Ok(()) }
}

type NtStatusOr = Result<(), NTSTATUS>;

fn create_back(driver: WDFDRIVER) -> NTSTATUS {
    let mut device: WDFDEVICE = null_mut();
    if let Err(status) = create_device(driver, &BACK, &BACK_CONTEXT, &mut device) {
        return status;
    }
    // SAFETY: the device has this context, and nobody else knows of it yet.
    let back = unsafe { &mut *BACK_CONTEXT.of::<Back>(device.cast()) };
    let mut config = WDF_IO_QUEUE_CONFIG {
        Size: size::<WDF_IO_QUEUE_CONFIG>(),
        DispatchType: _WDF_IO_QUEUE_DISPATCH_TYPE::WdfIoQueueDispatchManual,
        PowerManaged: _WDF_TRI_STATE::WdfFalse,
        DefaultQueue: 1,
        ..WDF_IO_QUEUE_CONFIG::default()
    };
    check!(wdf!(WdfIoQueueCreate, device, &raw mut config, null_mut(), &raw mut back.queue));
    let mut work = WDF_WORKITEM_CONFIG {
        Size: size::<WDF_WORKITEM_CONFIG>(),
        EvtWorkItemFunc: Some(empty_queue),
        AutomaticSerialization: 0,
    };
    let mut below_device = attributes();
    below_device.ParentObject = device.cast();
    check!(wdf!(WdfWorkItemCreate, &raw mut work, &raw mut below_device, &raw mut back.work));
    check!(wdf!(WdfIoQueueReadyNotify, back.queue, Some(something_waits), back.work.cast()));
    wdf!(WdfControlFinishInitializing, device);
    SUCCESS
}

unsafe extern "C" fn something_waits(_queue: WDFQUEUE, work: WDFCONTEXT) {
    wdf!(WdfWorkItemEnqueue, work.cast());
}

unsafe extern "C" fn empty_queue(work: WDFWORKITEM) {
    let device = wdf!(WdfWorkItemGetParentObject, work);
    // SAFETY: the device has this context, which nobody changes any more.
    let queue = unsafe { (*BACK_CONTEXT.of::<Back>(device)).queue };
    let mut request: WDFREQUEST = null_mut();
    while wdf!(WdfIoQueueRetrieveNextRequest, queue, &raw mut request) == SUCCESS {
        reverse(request);
    }
}

fn reverse(request: WDFREQUEST) {
    let (mut input, mut output, mut length, mut room) = (null_mut(), null_mut(), 0, 0);
    let mut status = wdf!(WdfRequestRetrieveInputBuffer, request, 1, &raw mut input, &raw mut length);
    if status == SUCCESS {
        status = wdf!(WdfRequestRetrieveOutputBuffer, request, length, &raw mut output, &raw mut room);
    }
    if status == SUCCESS {
        // SAFETY: a buffered request has one buffer for both directions, with that many bytes.
        unsafe { core::slice::from_raw_parts_mut(output.cast::<u8>(), length) }.reverse();
    }
    wdf!(WdfRequestCompleteWithInformation, request, status, if status == SUCCESS { bytes(length) } else { 0 });
}

fn create_front(driver: WDFDRIVER) -> NTSTATUS {
    let mut device: WDFDEVICE = null_mut();
    if let Err(status) = create_device(driver, &FRONT, &FRONT_CONTEXT, &mut device) {
        return status;
    }
    check!(wdf!(WdfDeviceCreateSymbolicLink, device, given(&counted(&FRONT_LINK))));
    let mut config = WDF_IO_QUEUE_CONFIG {
        Size: size::<WDF_IO_QUEUE_CONFIG>(),
        DispatchType: _WDF_IO_QUEUE_DISPATCH_TYPE::WdfIoQueueDispatchSequential,
        PowerManaged: _WDF_TRI_STATE::WdfFalse,
        DefaultQueue: 1,
        EvtIoDeviceControl: Some(control),
        ..WDF_IO_QUEUE_CONFIG::default()
    };
    check!(wdf!(WdfIoQueueCreate, device, &raw mut config, null_mut(), null_mut()));
    wdf!(WdfControlFinishInitializing, device);
    SUCCESS
}

/// The second device, which is opened when it is first needed.
fn back(device: WDFDEVICE, target: &mut WDFIOTARGET) -> NTSTATUS {
    // SAFETY: the device has this context, and its queue hands out one request at a time.
    let front = unsafe { &mut *FRONT_CONTEXT.of::<Front>(device.cast()) };
    if front.back.is_null() {
        let mut made: WDFIOTARGET = null_mut();
        check!(wdf!(WdfIoTargetCreate, device, null_mut(), &raw mut made));
        let mut parameters = WDF_IO_TARGET_OPEN_PARAMS {
            Size: size::<WDF_IO_TARGET_OPEN_PARAMS>(),
            Type: _WDF_IO_TARGET_OPEN_TYPE::WdfIoTargetOpenByName,
            TargetDeviceName: counted(&BACK),
            DesiredAccess: FILE_READ_DATA | FILE_WRITE_DATA,
            ..WDF_IO_TARGET_OPEN_PARAMS::default()
        };
        let status = wdf!(WdfIoTargetOpen, made, &raw mut parameters);
        if status < 0 {
            wdf!(WdfObjectDelete, made.cast());
            return status;
        }
        front.back = made;
    }
    *target = front.back;
    SUCCESS
}

unsafe extern "C" fn control(queue: WDFQUEUE, request: WDFREQUEST, _output: usize, _input: usize, code: ULONG) {
    let status = match code {
        REVERSE => ask_back(wdf!(WdfIoQueueGetDevice, queue), request),
        REVERSE_LATER => ask_later(wdf!(WdfIoQueueGetDevice, queue), request),
        REVERSE_PURGED => ask_purged(wdf!(WdfIoQueueGetDevice, queue), request),
        _ => STATUS_INVALID_DEVICE_REQUEST,
    };
    if status < 0 {
        wdf!(WdfRequestComplete, request, status);
    }
}

/// What is sent to a target that is stopped waits until it starts.
fn ask_later(device: WDFDEVICE, request: WDFREQUEST) -> NTSTATUS {
    let mut target: WDFIOTARGET = null_mut();
    check!(back(device, &mut target));
    wdf!(WdfIoTargetStop, target, _WDF_IO_TARGET_SENT_IO_ACTION::WdfIoTargetWaitForSentIoToComplete);
    let status = ask_back(device, request);
    if wdf!(WdfIoTargetGetState, target) != _WDF_IO_TARGET_STATE::WdfIoTargetStopped {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    check!(wdf!(WdfIoTargetStart, target));
    status
}

/// What is sent to a target after a purge is refused until it starts.
fn ask_purged(device: WDFDEVICE, request: WDFREQUEST) -> NTSTATUS {
    let mut target: WDFIOTARGET = null_mut();
    check!(back(device, &mut target));
    wdf!(WdfIoTargetPurge, target, _WDF_IO_TARGET_PURGE_IO_ACTION::WdfIoTargetPurgeIoAndWait);
    let status = ask_back(device, request);
    check!(wdf!(WdfIoTargetStart, target));
    status
}

/// Sends the second device a request of its own with the buffers of this one, which is completed when it comes back.
fn ask_back(device: WDFDEVICE, request: WDFREQUEST) -> NTSTATUS {
    let mut target: WDFIOTARGET = null_mut();
    check!(back(device, &mut target));
    let (mut input, mut output): (WDFMEMORY, WDFMEMORY) = (null_mut(), null_mut());
    check!(wdf!(WdfRequestRetrieveInputMemory, request, &raw mut input));
    check!(wdf!(WdfRequestRetrieveOutputMemory, request, &raw mut output));
    let mut own: WDFREQUEST = null_mut();
    let mut below_target = attributes();
    below_target.ParentObject = target.cast();
    check!(wdf!(WdfRequestCreate, &raw mut below_target, target, &raw mut own));
    let status = wdf!(WdfIoTargetFormatRequestForIoctl, target, own, REVERSE, input, null_mut(), output, null_mut());
    if status == SUCCESS {
        wdf!(WdfRequestSetCompletionRoutine, own, Some(answered), request.cast());
        if wdf!(WdfRequestSend, own, target, null_mut()) != 0 {
            return SUCCESS;
        }
    }
    let status = if status < 0 { status } else { wdf!(WdfRequestGetStatus, own) };
    wdf!(WdfObjectDelete, own.cast());
    status
}

unsafe extern "C" fn answered(
    own: WDFREQUEST,
    _target: WDFIOTARGET,
    parameters: PWDF_REQUEST_COMPLETION_PARAMS,
    request: WDFCONTEXT,
) {
    // SAFETY: the framework passes the parameters for the time of the call.
    let (status, information) = unsafe { outcome(parameters) };
    wdf!(WdfObjectDelete, own.cast());
    wdf!(WdfRequestCompleteWithInformation, request.cast(), status, information);
}

/// In the thread of the caller, whose buffers can be locked there alone.
unsafe extern "C" fn in_caller_context(device: WDFDEVICE, request: WDFREQUEST) {
    let mut parameters =
        wdk_sys::WDF_REQUEST_PARAMETERS { Size: parameters_size(), ..wdk_sys::WDF_REQUEST_PARAMETERS::default() };
    wdf!(WdfRequestGetParameters, request, &raw mut parameters);
    // SAFETY: every member of the union is a number; the type says which it is, and the code of others is not ours.
    let code = unsafe { parameters.Parameters.DeviceIoControl.IoControlCode };
    if parameters.Type == wdk_sys::_WDF_REQUEST_TYPE::WdfRequestTypeDeviceControl && code == SUM {
        sum(request);
        return;
    }
    let status = wdf!(WdfDeviceEnqueueRequest, device, request);
    if status < 0 {
        wdf!(WdfRequestComplete, request, status);
    }
}

const fn parameters_size() -> u16 {
    #[expect(clippy::cast_possible_truncation, reason = "the structure has 40 bytes")]
    let size = size::<wdk_sys::WDF_REQUEST_PARAMETERS>() as u16;
    size
}

fn sum(request: WDFREQUEST) {
    let status = add_up(request);
    wdf!(WdfRequestCompleteWithInformation, request, status, u64::from(status == SUCCESS));
}

/// Puts the sum of the input's bytes into the first byte of the output.
fn add_up(request: WDFREQUEST) -> NTSTATUS {
    let (mut input, mut output): (PVOID, PVOID) = (null_mut(), null_mut());
    let (mut length, mut room) = (0, 0);
    let (mut read, mut written): (WDFMEMORY, WDFMEMORY) = (null_mut(), null_mut());
    check!(wdf!(WdfRequestRetrieveUnsafeUserInputBuffer, request, 1, &raw mut input, &raw mut length));
    check!(wdf!(WdfRequestRetrieveUnsafeUserOutputBuffer, request, 1, &raw mut output, &raw mut room));
    check!(wdf!(WdfRequestProbeAndLockUserBufferForRead, request, input, length, &raw mut read));
    check!(wdf!(WdfRequestProbeAndLockUserBufferForWrite, request, output, room, &raw mut written));
    let mut bytes = 0;
    let locked = wdf!(WdfMemoryGetBuffer, read, &raw mut bytes).cast::<u8>();
    // SAFETY: the memory object has that many bytes.
    let bytes = unsafe { core::slice::from_raw_parts(locked, bytes) };
    let mut sum = bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    wdf!(WdfMemoryCopyFromBuffer, written, 0, (&raw mut sum).cast(), 1)
}
