//! Capabilities, idle and wake settings: devices here have no power states but on and off, so what a driver says of others is
//! checked and has no further effect.

use crate::argument::Unused;
use crate::call::Call;
use crate::device::data::Device;
use crate::device::init::DeviceInit;
use crate::world;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::Handle;
use wdf_abi::constants::{
    INDEX_WDF_DEVICE_PNP_CAPABILITIES, INDEX_WDF_DEVICE_POWER_CAPABILITIES,
    INDEX_WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS, INDEX_WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS,
    INDEX_WDF_FDO_EVENT_CALLBACKS, INDEX_WDF_POWER_POLICY_EVENT_CALLBACKS,
};
use wdf_abi::releases::NEWEST;

/// Whether a structure has the size of this release or of an older one.
fn sized(index: i32, given: Option<u32>) -> Result<(), NtStatus> {
    let newest = usize::try_from(index).ok().and_then(|index| NEWEST.structure_size(index)).unwrap_or(0);
    match given {
        None => Err(NtStatus::INVALID_PARAMETER),
        Some(size) if size != 0 && size as usize <= newest => Ok(()),
        Some(_) => Err(NtStatus::INFO_LENGTH_MISMATCH),
    }
}

/// The device is one of PnP's, and the structure is one.
fn check(call: Call, device: Handle, index: i32, given: Option<u32>) -> Result<(), NtStatus> {
    let control = world::with::<Device, _>(call, device, |device| device.is_control())?;
    sized(index, given)?;
    if control { Err(NtStatus::INVALID_DEVICE_REQUEST) } else { Ok(()) }
}

fn expect(call: Call, outcome: Result<(), NtStatus>) {
    if let Err(status) = outcome
        && status != NtStatus::INVALID_HANDLE
    {
        let detail = alloc::format!("the structure or the device is not one for this: {:#010x}", status.bits());
        call.report(Violation::BadArgument, &detail);
    }
}

/// `WdfDeviceSetPnpCapabilities`.
pub fn pnp_capabilities(call: Call, device: Handle, given: Option<u32>) {
    expect(call, check(call, device, INDEX_WDF_DEVICE_PNP_CAPABILITIES, given));
}

/// `WdfDeviceSetPowerCapabilities`.
pub fn power_capabilities(call: Call, device: Handle, given: Option<u32>) {
    expect(call, check(call, device, INDEX_WDF_DEVICE_POWER_CAPABILITIES, given));
}

/// `WdfDeviceAssignS0IdleSettings`: the device never idles.
pub fn idle(call: Call, device: Handle, given: Option<u32>) -> Result<(), NtStatus> {
    check(call, device, INDEX_WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS, given)
}

/// `WdfDeviceAssignSxWakeSettings`: the system never sleeps.
pub fn wake(call: Call, device: Handle, given: Option<u32>) -> Result<(), NtStatus> {
    check(call, device, INDEX_WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS, given)
}

/// `WdfDeviceStopIdleNoTrack`: the device is on, once it has been started.
pub fn stop_idle(call: Call, device: Handle, _wait: u8) -> Result<(), NtStatus> {
    let working = world::with::<Device, _>(call, device, |device| device.working)?;
    if working { Ok(()) } else { Err(NtStatus::INVALID_DEVICE_STATE) }
}

/// `WdfDeviceStopIdleActual`.
pub fn stop_idle_tracked(
    call: Call,
    device: Handle,
    wait: u8,
    _tag: Unused,
    _line: i32,
    _file: Unused,
) -> Result<(), NtStatus> {
    stop_idle(call, device, wait)
}

/// `WdfDeviceResumeIdleNoTrack`.
pub fn resume_idle(call: Call, device: Handle) {
    known(call, device);
}

/// `WdfDeviceResumeIdleActual`.
pub fn resume_idle_tracked(call: Call, device: Handle, _tag: Unused, _line: i32, _file: Unused) {
    known(call, device);
}

fn known(call: Call, device: Handle) {
    // A handle of another kind has been reported by then.
    let _reported = world::lock().check::<Device>(call, device);
}

/// `WdfDeviceGetSystemPowerAction`: `PowerActionNone`.
pub fn system_power_action(call: Call, device: Handle) -> i32 {
    known(call, device);
    0
}

/// `WdfDeviceSetStaticStopRemove` and others with a number.
pub fn flag(call: Call, device: Handle, _value: u8) {
    known(call, device);
}

/// `WdfDeviceSetSpecialFileSupport`.
pub fn special_file(call: Call, device: Handle, _kind: i32, _supported: u8) {
    known(call, device);
}

/// `WdfDeviceSetBusInformationForChildren`: there are no children.
pub fn bus_information(call: Call, device: Handle, _given: Unused) {
    known(call, device);
}

/// `WdfFdoInitSetEventCallbacks`: a device without hardware has no resources to filter.
pub fn fdo_callbacks(call: Call, init: Handle, given: Option<u32>) {
    init_callbacks(call, init, INDEX_WDF_FDO_EVENT_CALLBACKS, given);
}

/// `WdfDeviceInitSetPowerPolicyEventCallbacks`: nothing wakes the device.
pub fn power_policy_callbacks(call: Call, init: Handle, given: Option<u32>) {
    init_callbacks(call, init, INDEX_WDF_POWER_POLICY_EVENT_CALLBACKS, given);
}

fn init_callbacks(call: Call, init: Handle, index: i32, given: Option<u32>) {
    let known = world::lock().check::<DeviceInit>(call, init);
    expect(call, known.and_then(|_| sized(index, given)));
}

/// `WdfDeviceSetAlignmentRequirement`.
pub fn set_alignment(call: Call, device: Handle, alignment: u32) {
    let object = world::with::<Device, _>(call, device, |device| device.object).ok().flatten();
    if let Some(object) = object {
        object.set_alignment(alignment);
    }
}

/// `WdfDeviceGetAlignmentRequirement`.
pub fn alignment(call: Call, device: Handle) -> u32 {
    let object = world::with::<Device, _>(call, device, |device| device.object).ok().flatten();
    object.map_or(0, crate::nt::DeviceObject::alignment)
}

/// `WdfDeviceSetFailed`: PnP here neither removes nor restarts a device for it.
pub fn set_failed(call: Call, device: Handle, _action: i32) {
    known(call, device);
    call.report(Violation::BadArgument, "the driver says that its device has failed");
}
