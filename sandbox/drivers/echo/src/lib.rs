//! A PnP function driver that keeps what was written, and answers reads with it after a while: a sequential queue, a timer,
//! and requests that can be cancelled meanwhile.
#![no_std]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

extern crate wdk_panic;

mod facts;
mod news;

use core::ptr::null_mut;
use driver_parts::{ContextType, SUCCESS, attributes, bytes, check, given, size, wdf};
use wdk_sys::{
    _WDF_IO_QUEUE_DISPATCH_TYPE, _WDF_SYNCHRONIZATION_SCOPE, _WDF_TRI_STATE, BOOLEAN, GUID, NTSTATUS, PCUNICODE_STRING,
    PDRIVER_OBJECT, PWDFDEVICE_INIT, STATUS_BUFFER_OVERFLOW, STATUS_CANCELLED, STATUS_INVALID_DEVICE_REQUEST, ULONG,
    WDF_DRIVER_CONFIG, WDF_INTERRUPT_CONFIG, WDF_IO_QUEUE_CONFIG, WDF_TIMER_CONFIG, WDFDEVICE, WDFDRIVER, WDFINTERRUPT,
    WDFOBJECT, WDFQUEUE, WDFREQUEST, WDFTIMER,
};

/// How programs find the device.
const INTERFACE: GUID =
    GUID { Data1: 0x6d17_28a5, Data2: 0x3f2b, Data3: 0x4c10, Data4: [0x9e, 0x41, 0x52, 0x0b, 0x6c, 0x11, 0x9a, 0x01] };
/// As much is kept.
const MOST: usize = 4096;
/// A read or write is answered after so long, in 100 ns units from now.
const WHILE: i64 = -500_000;

/// What the queue keeps.
#[repr(C)]
struct Echo {
    timer: WDFTIMER,
    /// Of a device without hardware: its DPC is queued by the driver itself.
    interrupt: WDFINTERRUPT,
    /// The request that waits for the timer.
    request: WDFREQUEST,
    length: usize,
    bytes: [u8; MOST],
}

static ECHO: ContextType = ContextType::new(b"Echo\0", size_of::<Echo>());

/// `CTL_CODE(FILE_DEVICE_UNKNOWN, 0x910, METHOD_BUFFERED, FILE_ANY_ACCESS)`: what the device has been answered.
const REPORT: ULONG = 0x22 << 16 | 0x910 << 2;

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
    let mut device: WDFDEVICE = null_mut();
    let mut serialized = attributes();
    // The callbacks of queue and timer and cancellations take turns.
    serialized.SynchronizationScope = _WDF_SYNCHRONIZATION_SCOPE::WdfSynchronizationScopeDevice;
    check!(wdf!(WdfDeviceCreate, &raw mut init, &raw mut serialized, &raw mut device));
    check!(wdf!(WdfDeviceCreateDeviceInterface, device, given(&INTERFACE), null_mut()));
    check!(facts::expose(device));
    facts::ask(device);
    check!(create_queue(device));
    news::prepare(device)
}

fn create_queue(device: WDFDEVICE) -> NTSTATUS {
    let mut config = WDF_IO_QUEUE_CONFIG {
        Size: size::<WDF_IO_QUEUE_CONFIG>(),
        DispatchType: _WDF_IO_QUEUE_DISPATCH_TYPE::WdfIoQueueDispatchSequential,
        PowerManaged: _WDF_TRI_STATE::WdfUseDefault,
        DefaultQueue: 1,
        EvtIoRead: Some(read),
        EvtIoWrite: Some(write),
        EvtIoDeviceControl: Some(control),
        ..WDF_IO_QUEUE_CONFIG::default()
    };
    let mut with_echo = ECHO.attributes();
    let mut queue: WDFQUEUE = null_mut();
    check!(wdf!(WdfIoQueueCreate, device, &raw mut config, &raw mut with_echo, &raw mut queue));
    let mut timer = WDF_TIMER_CONFIG {
        Size: size::<WDF_TIMER_CONFIG>(),
        EvtTimerFunc: Some(time_is_over),
        AutomaticSerialization: 1,
        ..WDF_TIMER_CONFIG::default()
    };
    let mut below_queue = attributes();
    below_queue.ParentObject = queue.cast();
    let echo = echo(queue);
    check!(wdf!(WdfTimerCreate, &raw mut timer, &raw mut below_queue, &raw mut echo.timer));
    let mut interrupt = WDF_INTERRUPT_CONFIG {
        Size: size::<WDF_INTERRUPT_CONFIG>(),
        ShareVector: _WDF_TRI_STATE::WdfUseDefault,
        ReportInactiveOnPowerDown: _WDF_TRI_STATE::WdfUseDefault,
        AutomaticSerialization: 1,
        EvtInterruptIsr: Some(interrupted),
        EvtInterruptDpc: Some(answer),
        ..WDF_INTERRUPT_CONFIG::default()
    };
    wdf!(WdfInterruptCreate, device, &raw mut interrupt, null_mut(), &raw mut echo.interrupt)
}

/// Not ours: there is no hardware.
unsafe extern "C" fn interrupted(_interrupt: WDFINTERRUPT, _message: ULONG) -> BOOLEAN {
    0
}

fn echo(queue: WDFQUEUE) -> &'static mut Echo {
    // SAFETY: the queue hands out one request at a time, so that one callback at a time has its context.
    unsafe { &mut *ECHO.of::<Echo>(queue.cast()) }
}

unsafe extern "C" fn write(queue: WDFQUEUE, request: WDFREQUEST, length: usize) {
    let mut buffer = null_mut();
    let status = wdf!(WdfRequestRetrieveInputBuffer, request, 1, &raw mut buffer, null_mut());
    let echo = echo(queue);
    if status < 0 || length > MOST {
        let status = if status < 0 { status } else { STATUS_BUFFER_OVERFLOW };
        wdf!(WdfRequestComplete, request, status);
        return;
    }
    // SAFETY: the request has that many bytes, and the context has room for them.
    unsafe { echo.bytes.as_mut_ptr().copy_from(buffer.cast(), length) };
    echo.length = length;
    facts::written();
    answer_later(echo, request, length);
}

unsafe extern "C" fn read(queue: WDFQUEUE, request: WDFREQUEST, length: usize) {
    let mut buffer = null_mut();
    let status = wdf!(WdfRequestRetrieveOutputBuffer, request, 1, &raw mut buffer, null_mut());
    let echo = echo(queue);
    if status < 0 || echo.length == 0 {
        let status = if status < 0 { status } else { STATUS_INVALID_DEVICE_REQUEST };
        wdf!(WdfRequestComplete, request, status);
        return;
    }
    let length = length.min(echo.length);
    // SAFETY: both have that many bytes.
    unsafe { echo.bytes.as_ptr().copy_to(buffer.cast(), length) };
    answer_later(echo, request, length);
}

unsafe extern "C" fn control(queue: WDFQUEUE, request: WDFREQUEST, _output: usize, _input: usize, code: ULONG) {
    if news::kept(wdf!(WdfIoQueueGetDevice, queue), request, code) {
        return;
    }
    let mut buffer = null_mut();
    let mut status = STATUS_INVALID_DEVICE_REQUEST;
    let mut length = 0;
    if code == REPORT {
        let size = size_of::<facts::Report>();
        status = wdf!(WdfRequestRetrieveOutputBuffer, request, size, &raw mut buffer, null_mut());
        if status == SUCCESS {
            // SAFETY: the buffer has room for it.
            unsafe { buffer.cast::<facts::Report>().write_unaligned(facts::report()) };
            length = size;
        }
    }
    wdf!(WdfRequestCompleteWithInformation, request, status, bytes(length));
}

fn answer_later(echo: &mut Echo, request: WDFREQUEST, length: usize) {
    wdf!(WdfRequestSetInformation, request, bytes(length));
    echo.request = request;
    let status = wdf!(WdfRequestMarkCancelableEx, request, Some(cancel));
    if status < 0 {
        echo.request = null_mut();
        wdf!(WdfRequestComplete, request, status);
        return;
    }
    // It was not armed: one request is under way at a time.
    let _armed = wdf!(WdfTimerStart, echo.timer, WHILE);
}

unsafe extern "C" fn time_is_over(timer: WDFTIMER) {
    let queue = wdf!(WdfTimerGetParentObject, timer);
    let queued = wdf!(WdfInterruptQueueDpcForIsr, echo(queue.cast()).interrupt);
    debug_assert!(queued != 0, "one request is under way at a time");
}

unsafe extern "C" fn answer(_interrupt: WDFINTERRUPT, device: WDFOBJECT) {
    let echo = echo(wdf!(WdfDeviceGetDefaultQueue, device.cast()));
    let request = core::mem::replace(&mut echo.request, null_mut());
    if !request.is_null() && wdf!(WdfRequestUnmarkCancelable, request) != STATUS_CANCELLED {
        wdf!(WdfRequestComplete, request, SUCCESS);
    }
}

unsafe extern "C" fn cancel(request: WDFREQUEST) {
    let queue = wdf!(WdfRequestGetIoQueue, request);
    echo(queue).request = null_mut();
    wdf!(WdfRequestCompleteWithInformation, request, STATUS_CANCELLED, 0);
}
