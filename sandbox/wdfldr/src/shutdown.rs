//! The system goes down: devices that want to be told, and how they are told.
//!
//! Wine takes the wishes and never tells anybody, so both are here. A device is told with `IRP_MJ_SHUTDOWN`, and the driver
//! is not unloaded afterwards.

use crate::device::ask;
use crate::lock::Mutex;
use crate::nt::{self, DeviceObject};
use alloc::vec::Vec;
use netioctl_status::NtStatus;
use wdf_abi::constants::{WDF_DEVICE_LAST_CHANCE_SHUTDOWN, WDF_DEVICE_SHUTDOWN};

/// When a device is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// While the file systems are still there.
    First,
    /// When they have been flushed.
    Last,
}

/// A device that wants to be told.
struct Wish {
    device: DeviceObject,
    when: When,
}

// SAFETY: a device belongs to no thread.
unsafe impl Send for Wish {}

/// In the order in which they came.
static WISHES: Mutex<Vec<Wish>> = Mutex::new(Vec::new());

/// `IoRegisterShutdownNotification`.
pub unsafe extern "system" fn register(device: Option<DeviceObject>) -> NtStatus {
    wish(device, When::First)
}

/// `IoRegisterLastChanceShutdownNotification`.
pub unsafe extern "system" fn register_last_chance(device: Option<DeviceObject>) -> NtStatus {
    wish(device, When::Last)
}

/// `IoUnregisterShutdownNotification`: takes both wishes back.
pub unsafe extern "system" fn unregister(device: Option<DeviceObject>) {
    device.into_iter().for_each(forget);
}

/// `IoDeleteDevice`: a device that goes is not told any more.
pub unsafe extern "system" fn delete_device(device: Option<DeviceObject>) {
    if let Some(device) = device {
        forget(device);
        // SAFETY: the driver's promise: the device is its own, and is deleted once.
        unsafe { nt::IoDeleteDevice(device) };
    }
}

fn wish(device: Option<DeviceObject>, when: When) -> NtStatus {
    let Some(device) = device else { return NtStatus::INVALID_PARAMETER };
    WISHES.lock().push(Wish { device, when });
    NtStatus::SUCCESS
}

/// What a control device of the framework has asked for (`WDF_DEVICE_SHUTDOWN_FLAGS`).
pub fn wish_for(device: DeviceObject, flags: i32) {
    let wishes = [(WDF_DEVICE_SHUTDOWN, When::First), (WDF_DEVICE_LAST_CHANCE_SHUTDOWN, When::Last)];
    let wanted = wishes.into_iter().filter(|(flag, _)| flags & flag != 0);
    WISHES.lock().extend(wanted.map(|(_, when)| Wish { device, when }));
}

/// A device goes.
pub fn forget(device: DeviceObject) {
    WISHES.lock().retain(|wish| wish.device != device);
}

/// Tells all devices: first those that want to know early, and of either kind the last that asked first, as Windows does.
#[unsafe(no_mangle)]
extern "system" fn SandboxShutDown() {
    for when in [When::First, When::Last] {
        while let Some(device) = next(when) {
            tell(device);
        }
    }
}

fn next(when: When) -> Option<DeviceObject> {
    let mut wishes = WISHES.lock();
    let at = wishes.iter().rposition(|wish| wish.when == when)?;
    Some(wishes.remove(at).device)
}

/// Sends a device `IRP_MJ_SHUTDOWN`, and waits until its driver has completed it; nobody minds what it answers.
fn tell(device: DeviceObject) {
    // SAFETY: the device is there until it is forgotten.
    let top = unsafe { nt::IoGetAttachedDevice(device) };
    let _answer = ask::send(top, nt::IRP_MJ_SHUTDOWN, 0, [0; 4]);
}
