//! The devices are told that the system goes down.

use driver_parts::{print, wdf};
use wdk_sys::{_WDF_DEVICE_SHUTDOWN_FLAGS, PWDFDEVICE_INIT, UCHAR, WDFDEVICE};

/// Before the file systems are flushed, and afterwards.
const EARLY: i32 = _WDF_DEVICE_SHUTDOWN_FLAGS::WdfDeviceShutdown;
const LATE: i32 = _WDF_DEVICE_SHUTDOWN_FLAGS::WdfDeviceLastChanceShutdown;

/// The first device is told twice.
pub fn tell_front(init: PWDFDEVICE_INIT) {
    wdf!(WdfControlDeviceInitSetShutdownNotification, init, Some(front), flags(EARLY | LATE));
}

/// The second device is told once.
pub fn tell_back(init: PWDFDEVICE_INIT) {
    wdf!(WdfControlDeviceInitSetShutdownNotification, init, Some(back), flags(EARLY));
}

fn flags(flags: i32) -> UCHAR {
    UCHAR::try_from(flags).unwrap_or(0)
}

unsafe extern "C" fn front(_device: WDFDEVICE) {
    print(c"control: the first device shuts down\n");
}

unsafe extern "C" fn back(_device: WDFDEVICE) {
    print(c"control: the second device shuts down\n");
}
