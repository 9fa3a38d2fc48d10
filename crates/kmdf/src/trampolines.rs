//! The callbacks that the framework calls, all in one place.

use crate::{DeviceControl, DeviceInit, Driver, File, Lot, Parking, Parks, Request, deferred};
use wdk_sys::{
    NTSTATUS, PWDFDEVICE_INIT, STATUS_SUCCESS, ULONG, WDFDEVICE, WDFDRIVER, WDFFILEOBJECT, WDFQUEUE, WDFREQUEST,
    WDFWORKITEM,
};

/// EvtDriverDeviceAdd.
pub unsafe extern "C" fn device_add<D: Driver>(_driver: WDFDRIVER, init: PWDFDEVICE_INIT) -> NTSTATUS {
    // SAFETY: the framework lends the initialisation to this callback alone.
    let init = unsafe { DeviceInit::from_raw(init) };
    D::add_device(init).err().unwrap_or(STATUS_SUCCESS)
}

/// EvtDriverUnload.
pub unsafe extern "C" fn unload<D: Driver>(_driver: WDFDRIVER) {
    D::unload();
}

/// EvtFileCleanup and EvtFileClose.
pub unsafe extern "C" fn file_closed<P: Parks>(handle: WDFFILEOBJECT) {
    // SAFETY: the framework lends the file object to this callback.
    let file = unsafe { File::from_raw(handle) };
    file.close();
    P::file_closed(&file);
    file.end_work(P::cancelled);
}

/// EvtDeviceSelfManagedIoFlush and EvtDeviceSelfManagedIoCleanup.
pub unsafe extern "C" fn device_removed<P: Parks>(device: WDFDEVICE) {
    // SAFETY: the framework lends our device to this callback.
    if let Some(events) = unsafe { Parking::of_device(device, Lot::Events) } {
        P::device_removed(&events);
        events.shut();
    }
    // SAFETY: as above.
    if let Some(work) = unsafe { Parking::of_device(device, Lot::Work) } {
        work.shut();
    }
}

/// EvtIoCanceledOnQueue.
pub unsafe extern "C" fn io_canceled<P: Parks>(_queue: WDFQUEUE, request: WDFREQUEST) {
    // SAFETY: the framework hands the request over to be completed.
    P::cancelled(unsafe { Request::from_handle(request) });
}

/// EvtIoDeviceControl.
pub unsafe extern "C" fn io_device_control<H: DeviceControl>(
    _queue: WDFQUEUE,
    request: WDFREQUEST,
    output_length: usize,
    input_length: usize,
    code: ULONG,
) {
    // SAFETY: the framework presents a request to one handler, which owns it from here on, with its true lengths.
    let request = unsafe { Request::from_raw(request, code, output_length, input_length) };
    H::device_control(request);
}

/// EvtWorkItemFunc of deferred work.
pub unsafe extern "C" fn deferred_work(item: WDFWORKITEM) {
    // SAFETY: only `Request::defer` makes items with this callback, and the framework runs each once.
    unsafe { deferred::run(item) };
}
