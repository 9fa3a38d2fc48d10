//! An upper filter: it stands before the device of another driver and sends what it gets on to it. Writes are given away;
//! reads come back, and their letters are made upper case; and an I/O control of its own lets it ask the device itself.
#![no_std]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

extern crate wdk_panic;

mod own;
mod watch;

use core::ffi::c_void;
use core::ptr::null_mut;
use driver_parts::{SUCCESS, attributes, check, outcome, size, wdf};
use wdk_sys::{
    _WDF_IO_QUEUE_DISPATCH_TYPE, _WDF_MEMORY_DESCRIPTOR_TYPE, _WDF_REQUEST_SEND_OPTIONS_FLAGS, _WDF_TRI_STATE,
    NTSTATUS, PCUNICODE_STRING, PDRIVER_OBJECT, PVOID, PWDF_REQUEST_COMPLETION_PARAMS, PWDFDEVICE_INIT,
    STATUS_INVALID_DEVICE_REQUEST, ULONG, WDF_DRIVER_CONFIG, WDF_IO_QUEUE_CONFIG, WDF_MEMORY_DESCRIPTOR,
    WDF_REQUEST_SEND_OPTIONS, WDFCONTEXT, WDFDEVICE, WDFDRIVER, WDFIOTARGET, WDFQUEUE, WDFREQUEST,
};

/// `CTL_CODE(FILE_DEVICE_UNKNOWN, 0x900, METHOD_BUFFERED, FILE_ANY_ACCESS)`: write the input below, and read it again.
const ROUND_TRIP: ULONG = 0x22 << 16 | 0x900 << 2;
/// The same with 0x901: read below, with less time than that takes.
const IMPATIENT: ULONG = 0x22 << 16 | 0x901 << 2;

/// With 0x903: ask the device below by its interface. With 0x904: read below, and give the read up.
const ASK: ULONG = 0x22 << 16 | 0x903 << 2;
const GIVE_UP: ULONG = 0x22 << 16 | 0x904 << 2;
/// With 0x905, and with 0x906: wait for news from below, for as long as the device lasts, and as long as it has power.
const WATCH: ULONG = 0x22 << 16 | 0x905 << 2;
const WATCH_WITH_POWER: ULONG = 0x22 << 16 | 0x906 << 2;

/// `IRP_MJ_DEVICE_CONTROL`.
const CONTROL: u8 = 0x0e;

driver_parts::driver_entry!(start);

fn start(driver: PDRIVER_OBJECT, path: PCUNICODE_STRING) -> NTSTATUS {
    let mut config = WDF_DRIVER_CONFIG {
        Size: size::<WDF_DRIVER_CONFIG>(),
        EvtDriverDeviceAdd: Some(device_add),
        ..WDF_DRIVER_CONFIG::default()
    };
    wdf!(WdfDriverCreate, driver, path, null_mut(), &raw mut config, null_mut())
}

extern "C" fn device_add(_driver: WDFDRIVER, mut init: PWDFDEVICE_INIT) -> NTSTATUS {
    wdf!(WdfFdoInitSetFilter, init);
    check!(wdf!(WdfDeviceInitAssignWdmIrpPreprocessCallback, init, Some(own::preprocess), CONTROL, null_mut(), 0));
    let mut device: WDFDEVICE = null_mut();
    let mut plain = attributes();
    check!(wdf!(WdfDeviceCreate, &raw mut init, &raw mut plain, &raw mut device));
    let mut config = WDF_IO_QUEUE_CONFIG {
        Size: size::<WDF_IO_QUEUE_CONFIG>(),
        DispatchType: _WDF_IO_QUEUE_DISPATCH_TYPE::WdfIoQueueDispatchParallel,
        PowerManaged: _WDF_TRI_STATE::WdfFalse,
        DefaultQueue: 1,
        EvtIoRead: Some(read),
        EvtIoWrite: Some(write),
        EvtIoDeviceControl: Some(control),
        ..WDF_IO_QUEUE_CONFIG::default()
    };
    config.Settings.Parallel.NumberOfPresentedRequests = ULONG::MAX;
    wdf!(WdfIoQueueCreate, device, &raw mut config, null_mut(), null_mut())
}

fn below(queue: WDFQUEUE) -> WDFIOTARGET {
    let device = wdf!(WdfIoQueueGetDevice, queue);
    wdf!(WdfDeviceGetIoTarget, device)
}

fn refused(request: WDFREQUEST) {
    let status = wdf!(WdfRequestGetStatus, request);
    wdf!(WdfRequestComplete, request, status);
}

unsafe extern "C" fn write(queue: WDFQUEUE, request: WDFREQUEST, _length: usize) {
    let mut options = WDF_REQUEST_SEND_OPTIONS {
        Size: size::<WDF_REQUEST_SEND_OPTIONS>(),
        Flags: _WDF_REQUEST_SEND_OPTIONS_FLAGS::WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET.cast_unsigned(),
        Timeout: 0,
    };
    if wdf!(WdfRequestSend, request, below(queue), &raw mut options) == 0 {
        refused(request);
    }
}

unsafe extern "C" fn read(queue: WDFQUEUE, request: WDFREQUEST, _length: usize) {
    wdf!(WdfRequestFormatRequestUsingCurrentType, request);
    wdf!(WdfRequestSetCompletionRoutine, request, Some(read_came_back), null_mut());
    if wdf!(WdfRequestSend, request, below(queue), null_mut()) == 0 {
        refused(request);
    }
}

unsafe extern "C" fn read_came_back(
    request: WDFREQUEST,
    _target: WDFIOTARGET,
    parameters: PWDF_REQUEST_COMPLETION_PARAMS,
    _context: WDFCONTEXT,
) {
    // SAFETY: the framework passes the parameters for the time of the call.
    let (status, information) = unsafe { outcome(parameters) };
    if status == SUCCESS {
        let (mut buffer, mut length) = (null_mut(), 0);
        if wdf!(WdfRequestRetrieveOutputBuffer, request, 1, &raw mut buffer, &raw mut length) == SUCCESS {
            let length = length.min(usize::try_from(information).unwrap_or(0));
            // SAFETY: the request has that many bytes.
            unsafe { core::slice::from_raw_parts_mut(buffer.cast::<u8>(), length) }.make_ascii_uppercase();
        }
    }
    wdf!(WdfRequestComplete, request, status);
}

unsafe extern "C" fn control(queue: WDFQUEUE, request: WDFREQUEST, output: usize, input: usize, code: ULONG) {
    if code == IMPATIENT {
        wdf!(WdfRequestComplete, request, read_impatiently(below(queue)));
        return;
    }
    if code == GIVE_UP {
        let status = own::give_up(queue, request);
        if status < 0 {
            wdf!(WdfRequestComplete, request, status);
        }
        return;
    }
    if code == WATCH || code == WATCH_WITH_POWER {
        wdf!(WdfRequestComplete, request, watch::begin(queue, code == WATCH_WITH_POWER));
        return;
    }
    if code == ASK {
        answer(request, own::ask(queue));
        return;
    }
    if code != ROUND_TRIP {
        // Not ours: it goes on.
        wdf!(WdfRequestFormatRequestUsingCurrentType, request);
        wdf!(WdfRequestSetCompletionRoutine, request, Some(came_back), null_mut());
        if wdf!(WdfRequestSend, request, below(queue), null_mut()) == 0 {
            refused(request);
        }
        return;
    }
    let mut buffer = null_mut();
    let mut status = wdf!(WdfRequestRetrieveInputBuffer, request, 1, &raw mut buffer, null_mut());
    let mut bytes = 0;
    if status == SUCCESS {
        status = if output < input {
            STATUS_INVALID_DEVICE_REQUEST
        } else {
            round_trip(below(queue), buffer, input, &mut bytes)
        };
    }
    wdf!(WdfRequestCompleteWithInformation, request, status, driver_parts::bytes(bytes));
}

fn answer(request: WDFREQUEST, answer: Result<own::Answer, NTSTATUS>) {
    let size = size_of::<own::Answer>();
    let mut buffer = null_mut();
    let status = wdf!(WdfRequestRetrieveOutputBuffer, request, size, &raw mut buffer, null_mut());
    match answer {
        Ok(answer) if status == SUCCESS => {
            // SAFETY: the buffer has room for it.
            unsafe { buffer.cast::<own::Answer>().write_unaligned(answer) };
            wdf!(WdfRequestCompleteWithInformation, request, SUCCESS, driver_parts::bytes(size));
        }
        Ok(_) => wdf!(WdfRequestComplete, request, status),
        Err(status) => wdf!(WdfRequestComplete, request, status),
    }
}

/// The device takes fifty milliseconds, and gets five: a request with a time limit is cancelled.
fn read_impatiently(target: WDFIOTARGET) -> NTSTATUS {
    let mut byte = 0_u8;
    let mut descriptor = WDF_MEMORY_DESCRIPTOR {
        Type: _WDF_MEMORY_DESCRIPTOR_TYPE::WdfMemoryDescriptorTypeBuffer,
        ..Default::default()
    };
    descriptor.u.BufferType.Buffer = (&raw mut byte).cast();
    descriptor.u.BufferType.Length = 1;
    let mut options = WDF_REQUEST_SEND_OPTIONS {
        Size: size::<WDF_REQUEST_SEND_OPTIONS>(),
        Flags: _WDF_REQUEST_SEND_OPTIONS_FLAGS::WDF_REQUEST_SEND_OPTION_TIMEOUT.cast_unsigned(),
        Timeout: TIME / 100,
    };
    wdf!(
        WdfIoTargetSendReadSynchronously,
        target,
        null_mut(),
        &raw mut descriptor,
        null_mut(),
        &raw mut options,
        null_mut()
    )
}

/// Half a second, in 100 ns units from now.
const TIME: i64 = -5_000_000;

/// Requests of the driver's own: a buffered I/O control has one buffer for both directions.
fn round_trip(target: WDFIOTARGET, buffer: PVOID, length: usize, bytes: &mut usize) -> NTSTATUS {
    let mut descriptor = WDF_MEMORY_DESCRIPTOR {
        Type: _WDF_MEMORY_DESCRIPTOR_TYPE::WdfMemoryDescriptorTypeBuffer,
        ..Default::default()
    };
    descriptor.u.BufferType.Buffer = buffer;
    descriptor.u.BufferType.Length = ULONG::try_from(length).unwrap_or(0);
    let mut options = WDF_REQUEST_SEND_OPTIONS {
        Size: size::<WDF_REQUEST_SEND_OPTIONS>(),
        Flags: _WDF_REQUEST_SEND_OPTIONS_FLAGS::WDF_REQUEST_SEND_OPTION_TIMEOUT.cast_unsigned(),
        Timeout: TIME,
    };
    check!(wdf!(
        WdfIoTargetSendWriteSynchronously,
        target,
        null_mut(),
        &raw mut descriptor,
        null_mut(),
        &raw mut options,
        null_mut()
    ));
    // SAFETY: the buffer has that many bytes; what is read below has to come from the device.
    unsafe { buffer.cast::<u8>().write_bytes(0, length) };
    let mut read = 0;
    check!(wdf!(
        WdfIoTargetSendReadSynchronously,
        target,
        null_mut(),
        &raw mut descriptor,
        null_mut(),
        &raw mut options,
        &raw mut read
    ));
    *bytes = usize::try_from(read).unwrap_or(0);
    SUCCESS
}

unsafe extern "C" fn came_back(
    request: WDFREQUEST,
    _target: WDFIOTARGET,
    _parameters: PWDF_REQUEST_COMPLETION_PARAMS,
    _context: *mut c_void,
) {
    let status = wdf!(WdfRequestGetStatus, request);
    wdf!(WdfRequestComplete, request, status);
}
