//! What a driver says about a device before it is there.

use crate::call::Call;
use crate::device::init;
use crate::device::init::DeviceInit;
use crate::driver::data::Driver;
use crate::nt::DeviceObject;
use crate::{caller, nt, world};
use verifier_abi::Violation;
use wdf_abi::constants::WDF_DEVICE_IO_BUFFERED;
use wdf_abi::{
    DriverGlobals, FileObjectConfig, Function, Guid, Handle, IoDefault, ObjectAttributes, PnpPowerEventCallbacks,
    UnicodeString,
};
use wdf_model::irql::PASSIVE_LEVEL;
use wdf_model::status;
use wdf_model::status::Status;

fn set(function: Function, init: Handle, change: impl FnOnce(&mut DeviceInit)) {
    let call = Call::enter(function, PASSIVE_LEVEL);
    // A handle of another kind has been reported by then; there is nobody to tell the status.
    let _reported = world::with::<DeviceInit, _>(call, init, change);
}

/// `WdfControlDeviceInitAllocate`.
pub extern "system" fn control_allocate(
    _globals: *const DriverGlobals,
    driver: Handle,
    sddl: *const UnicodeString,
) -> Handle {
    let call = Call::enter(Function::WdfControlDeviceInitAllocate, PASSIVE_LEVEL);
    if sddl.is_null() {
        call.report(Violation::BadArgument, "no SDDL string");
        return 0;
    }
    let driver = world::lock().check::<Driver>(call, driver);
    driver.and_then(|driver| DeviceInit::new(driver, None).publish(call)).map_or(0, world::handle)
}

/// `WdfDeviceInitFree`.
pub extern "system" fn free(_globals: *const DriverGlobals, init: Handle) {
    let call = Call::enter(Function::WdfDeviceInitFree, PASSIVE_LEVEL);
    let found = world::lock().check::<DeviceInit>(call, init);
    if let Ok(id) = found {
        init::forget(id);
    }
}

/// `WdfDeviceInitSetIoType`.
pub extern "system" fn set_io_type(_globals: *const DriverGlobals, init: Handle, io_type: i32) {
    set(Function::WdfDeviceInitSetIoType, init, |init| init.io_type = io_type);
}

/// `WdfDeviceInitSetIoTypeEx`: size, type for read and write, type for I/O control, threshold.
pub extern "system" fn set_io_type_ex(_globals: *const DriverGlobals, init: Handle, config: *const [i32; 4]) {
    let read_write = nt::read(config).map_or(WDF_DEVICE_IO_BUFFERED, |config| config[1]);
    set(Function::WdfDeviceInitSetIoTypeEx, init, |init| init.io_type = read_write);
}

/// `WdfDeviceInitSetExclusive`.
pub extern "system" fn set_exclusive(_globals: *const DriverGlobals, init: Handle, exclusive: u8) {
    set(Function::WdfDeviceInitSetExclusive, init, |init| init.exclusive = exclusive != 0);
}

/// `WdfDeviceInitSetPowerNotPageable`.
pub extern "system" fn set_power_not_pageable(_globals: *const DriverGlobals, init: Handle) {
    set(Function::WdfDeviceInitSetPowerNotPageable, init, |init| init.power_pageable = false);
}

/// `WdfDeviceInitSetPowerPageable`.
pub extern "system" fn set_power_pageable(_globals: *const DriverGlobals, init: Handle) {
    set(Function::WdfDeviceInitSetPowerPageable, init, |init| init.power_pageable = true);
}

/// `WdfDeviceInitSetPowerPolicyOwnership`: power policy has no effect on this machine.
pub extern "system" fn set_power_policy_ownership(_globals: *const DriverGlobals, init: Handle, _owner: u8) {
    set(Function::WdfDeviceInitSetPowerPolicyOwnership, init, |_| {});
}

/// `WdfDeviceInitSetDeviceType`.
pub extern "system" fn set_device_type(_globals: *const DriverGlobals, init: Handle, kind: u32) {
    set(Function::WdfDeviceInitSetDeviceType, init, |init| init.device_type = kind);
}

/// `WdfDeviceInitSetDeviceClass`: the class matters to security descriptors, which Wine ignores.
pub extern "system" fn set_device_class(_globals: *const DriverGlobals, init: Handle, _class: *const Guid) {
    set(Function::WdfDeviceInitSetDeviceClass, init, |_| {});
}

/// `WdfDeviceInitSetCharacteristics`.
pub extern "system" fn set_characteristics(
    _globals: *const DriverGlobals,
    init: Handle,
    characteristics: u32,
    or_in: u8,
) {
    set(Function::WdfDeviceInitSetCharacteristics, init, |init| {
        let kept = if or_in == 0 { 0 } else { init.characteristics };
        init.characteristics = kept | characteristics;
    });
}

/// `WdfDeviceInitAssignName`.
pub extern "system" fn assign_name(_globals: *const DriverGlobals, init: Handle, name: *const UnicodeString) -> Status {
    let name = nt::text(name);
    set(Function::WdfDeviceInitAssignName, init, |init| init.name = name);
    status::SUCCESS
}

/// `WdfDeviceInitAssignSDDLString`: kept to the extent that a device with one needs a name.
pub extern "system" fn assign_sddl(_globals: *const DriverGlobals, init: Handle, sddl: *const UnicodeString) -> Status {
    let present = !sddl.is_null();
    set(Function::WdfDeviceInitAssignSDDLString, init, |init| init.sddl = present);
    status::SUCCESS
}

fn sized<T: Copy>(call: Function, value: *const T, size: impl Fn(&T) -> u32) -> Option<T> {
    let found = nt::read(value).filter(|value| size(value) as usize == size_of::<T>());
    if found.is_none() {
        caller::report(Violation::BadArgument, call.name(), "wrong Size");
    }
    found
}

/// `WdfDeviceInitSetFileObjectConfig`.
pub extern "system" fn set_file_object_config(
    _globals: *const DriverGlobals,
    init: Handle,
    config: *const FileObjectConfig,
    attributes: *const ObjectAttributes,
) {
    let function = Function::WdfDeviceInitSetFileObjectConfig;
    let config = sized(function, config, |config| config.size);
    let attributes = nt::read(attributes);
    set(function, init, |init| {
        init.file_config = config;
        init.file_attributes = attributes;
    });
}

/// `WdfDeviceInitSetRequestAttributes`.
pub extern "system" fn set_request_attributes(
    _globals: *const DriverGlobals,
    init: Handle,
    attributes: *const ObjectAttributes,
) {
    let function = Function::WdfDeviceInitSetRequestAttributes;
    let attributes = sized(function, attributes, |attributes| attributes.size);
    set(function, init, |init| init.request_attributes = attributes);
}

/// `WdfDeviceInitSetIoInCallerContextCallback`.
pub extern "system" fn set_in_caller_context(_globals: *const DriverGlobals, init: Handle, callback: IoDefault) {
    set(Function::WdfDeviceInitSetIoInCallerContextCallback, init, |init| init.in_caller_context = callback);
}

/// `WdfDeviceInitSetPnpPowerEventCallbacks`.
pub extern "system" fn set_pnp_power_callbacks(
    _globals: *const DriverGlobals,
    init: Handle,
    callbacks: *const PnpPowerEventCallbacks,
) {
    let function = Function::WdfDeviceInitSetPnpPowerEventCallbacks;
    let callbacks = sized(function, callbacks, |callbacks| callbacks.size);
    set(function, init, |init| init.pnp = callbacks);
}

/// `WdfFdoInitWdmGetPhysicalDevice`.
pub extern "system" fn physical_device(_globals: *const DriverGlobals, init: Handle) -> DeviceObject {
    let call = Call::enter(Function::WdfFdoInitWdmGetPhysicalDevice, PASSIVE_LEVEL);
    let pdo = world::with::<DeviceInit, _>(call, init, |init| init.pdo);
    pdo.ok().flatten().unwrap_or(DeviceObject::NULL)
}
