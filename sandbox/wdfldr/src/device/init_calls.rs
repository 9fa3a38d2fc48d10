//! What a driver says about a device before it is there.

use crate::argument::{Counted, Given};
use crate::call::Call;
use crate::device::init::{self, DeviceInit};
use crate::driver::data::Driver;
use crate::nt::DeviceObject;
use crate::world;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::constants::{WDF_DEVICE_IO_BUFFERED, WDF_DEVICE_LAST_CHANCE_SHUTDOWN, WDF_DEVICE_SHUTDOWN};
use wdf_abi::{DeviceNotice, FileObjectConfig, Guid, Handle, IoDefault, ObjectAttributes, PnpPowerEventCallbacks};

fn set(call: Call, init: Handle, change: impl FnOnce(&mut DeviceInit)) {
    // A handle of another kind has been reported by then; there is nobody to tell the status.
    let _reported = world::with::<DeviceInit, _>(call, init, change);
}

/// `WdfControlDeviceInitAllocate`.
pub fn control_allocate(call: Call, driver: Handle, sddl: Option<Counted<'_>>) -> Handle {
    if sddl.is_none() {
        call.report(Violation::BadArgument, "no SDDL string");
        return 0;
    }
    let driver = world::lock().check::<Driver>(call, driver);
    driver.and_then(|driver| DeviceInit::new(driver, None).publish(call)).map_or(0, world::handle)
}

/// `WdfDeviceInitFree`.
pub fn free(call: Call, init: Handle) {
    let found = world::lock().check::<DeviceInit>(call, init);
    if let Ok(id) = found {
        init::forget(id);
    }
}

/// `WdfDeviceInitSetIoType`.
pub fn set_io_type(call: Call, init: Handle, io_type: i32) {
    set(call, init, |init| init.io_type = io_type);
}

/// `WdfDeviceInitSetIoTypeEx`: size, type for read and write, type for I/O control, threshold.
pub fn set_io_type_ex(call: Call, init: Handle, config: Option<[i32; 4]>) {
    let read_write = config.map_or(WDF_DEVICE_IO_BUFFERED, |config| config[1]);
    set(call, init, |init| init.io_type = read_write);
}

/// `WdfDeviceInitSetExclusive`.
pub fn set_exclusive(call: Call, init: Handle, exclusive: u8) {
    set(call, init, |init| init.exclusive = exclusive != 0);
}

/// `WdfDeviceInitSetPowerNotPageable`.
pub fn set_power_not_pageable(call: Call, init: Handle) {
    set(call, init, |init| init.power_pageable = false);
}

/// `WdfDeviceInitSetPowerPageable`.
pub fn set_power_pageable(call: Call, init: Handle) {
    set(call, init, |init| init.power_pageable = true);
}

/// `WdfDeviceInitSetPowerPolicyOwnership`: power policy has no effect on this machine.
pub fn set_power_policy_ownership(call: Call, init: Handle, _owner: u8) {
    set(call, init, |_| {});
}

/// `WdfDeviceInitSetDeviceType`.
pub fn set_device_type(call: Call, init: Handle, kind: u32) {
    set(call, init, |init| init.device_type = kind);
}

/// `WdfDeviceInitSetDeviceClass`: the class matters to security descriptors, which Wine ignores.
pub fn set_device_class(call: Call, init: Handle, _class: Option<Guid>) {
    set(call, init, |_| {});
}

/// `WdfDeviceInitSetCharacteristics`.
pub fn set_characteristics(call: Call, init: Handle, characteristics: u32, or_in: u8) {
    set(call, init, |init| {
        let kept = if or_in == 0 { 0 } else { init.characteristics };
        init.characteristics = kept | characteristics;
    });
}

/// `WdfDeviceInitAssignName`.
pub fn assign_name(call: Call, init: Handle, name: Option<Counted<'_>>) -> NtStatus {
    let name = name.map(|name| name.text());
    set(call, init, |init| init.name = name);
    NtStatus::SUCCESS
}

/// `WdfDeviceInitAssignSDDLString`: kept to the extent that a device with one needs a name.
pub fn assign_sddl(call: Call, init: Handle, sddl: Option<Counted<'_>>) -> NtStatus {
    let present = sddl.is_some();
    set(call, init, |init| init.sddl = present);
    NtStatus::SUCCESS
}

/// A structure whose `Size` member is right.
fn sized<T>(call: Call, value: Option<T>, found: impl Fn(&T) -> u32, wanted: usize) -> Option<T> {
    let value = value.filter(|value| found(value) as usize == wanted);
    if value.is_none() {
        call.report(Violation::BadArgument, "wrong Size");
    }
    value
}

/// `WdfDeviceInitSetFileObjectConfig`.
pub fn set_file_object_config(call: Call, init: Handle, config: Option<FileObjectConfig>, attributes: Option<Given>) {
    let config = sized(call, config, |config| config.size, size_of::<FileObjectConfig>());
    set(call, init, |init| {
        init.file_config = config;
        init.file_attributes = attributes;
    });
}

/// `WdfDeviceInitSetRequestAttributes`.
pub fn set_request_attributes(call: Call, init: Handle, attributes: Option<Given>) {
    let attributes = sized(call, attributes, |attributes| attributes.raw.size, size_of::<ObjectAttributes>());
    set(call, init, |init| init.request_attributes = attributes);
}

/// `WdfDeviceInitSetIoInCallerContextCallback`.
pub fn set_in_caller_context(call: Call, init: Handle, callback: IoDefault) {
    set(call, init, |init| init.in_caller_context = callback);
}

/// `WdfDeviceInitSetPnpPowerEventCallbacks`.
pub fn set_pnp_power_callbacks(call: Call, init: Handle, callbacks: Option<PnpPowerEventCallbacks>) {
    let callbacks = sized(call, callbacks, |callbacks| callbacks.size, size_of::<PnpPowerEventCallbacks>());
    set(call, init, |init| init.pnp = callbacks);
}

/// `WdfControlDeviceInitSetShutdownNotification`: called for `IRP_MJ_SHUTDOWN`. As in the framework, flags add up, and without
/// any the function is never called.
pub fn set_shutdown_notification(call: Call, init: Handle, function: DeviceNotice, flags: u8) {
    let flags = i32::from(flags);
    if function.is_none() {
        call.null_parameter("no EvtDeviceShutdownNotification");
    } else if world::with::<DeviceInit, _>(call, init, |init| !init.is_control()) == Ok(true) {
        call.report(Violation::BadArgument, "the init is not one of a control device");
    } else if flags & !(WDF_DEVICE_SHUTDOWN | WDF_DEVICE_LAST_CHANCE_SHUTDOWN) != 0 {
        call.report(Violation::BadArgument, "no such flags");
    } else {
        set(call, init, |init| {
            init.shutdown = function;
            init.shutdown_flags |= flags;
        });
    }
}

/// `WdfFdoInitSetFilter`.
pub fn set_filter(call: Call, init: Handle) {
    set(call, init, |init| init.filter = true);
}

/// `WdfFdoInitWdmGetPhysicalDevice`.
pub fn physical_device(call: Call, init: Handle) -> Option<DeviceObject> {
    let pdo = world::with::<DeviceInit, _>(call, init, |init| init.pdo);
    pdo.ok().flatten()
}
