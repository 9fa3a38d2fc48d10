//! The callbacks that the framework calls, all in one place.

use crate::{DeviceControl, DeviceInit, Driver, Request, deferred};
use wdk_sys::{NTSTATUS, PWDFDEVICE_INIT, STATUS_SUCCESS, ULONG, WDFDRIVER, WDFQUEUE, WDFREQUEST, WDFWORKITEM};

/// EvtDriverDeviceAdd.
pub unsafe extern "C" fn device_add<D: Driver>(_driver: WDFDRIVER, init: PWDFDEVICE_INIT) -> NTSTATUS {
    // SAFETY: the framework lends the initialisation to this callback alone.
    let init = unsafe { DeviceInit::from_raw(init) };
    D::add_device(init).err().unwrap_or(STATUS_SUCCESS)
}

/// EvtIoDeviceControl.
pub unsafe extern "C" fn io_device_control<H: DeviceControl>(
    queue: WDFQUEUE,
    request: WDFREQUEST,
    output_length: usize,
    input_length: usize,
    code: ULONG,
) {
    // SAFETY: the framework presents a request to one handler, which owns it from here on, with its true lengths.
    let request = unsafe { Request::from_raw(queue, request, output_length, input_length) };
    H::device_control(request, code);
}

/// EvtWorkItemFunc of deferred work.
pub unsafe extern "C" fn deferred_work(item: WDFWORKITEM) {
    // SAFETY: only `Request::defer` makes items with this callback, and the framework runs each once.
    unsafe { deferred::run(item) };
}

/// EvtRequestCancel of deferred work.
pub unsafe extern "C" fn deferred_cancel(request: WDFREQUEST) {
    // SAFETY: only `Request::defer` marks requests with this callback.
    unsafe { deferred::cancel(request) };
}
