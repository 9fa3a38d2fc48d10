//! What a device answers about itself.

use crate::call::Call;
use crate::device::data::Device;
use crate::nt::{self, DeviceObject, FileObject};
use crate::{settings, text, world};
use core::ptr::from_ref;
use verifier_abi::Violation;
use wdf_abi::releases::{DEVICE_STATE, RELEASES};
use wdf_abi::{DeviceState, DriverGlobals, Function, Handle, UnicodeString};
use wdf_model::irql::{DISPATCH_LEVEL, PASSIVE_LEVEL};
use wdf_model::status::{self, Status};

fn ask<R>(function: Function, device: Handle, none: R, answer: impl FnOnce(&mut Device) -> R) -> R {
    let call = Call::enter(function, DISPATCH_LEVEL);
    world::with::<Device, _>(call, device, answer).unwrap_or(none)
}

/// `WdfDeviceWdmGetDeviceObject`.
pub extern "system" fn device_object(_globals: *const DriverGlobals, device: Handle) -> DeviceObject {
    ask(Function::WdfDeviceWdmGetDeviceObject, device, DeviceObject::NULL, |device| device.object)
}

/// `WdfDeviceWdmGetAttachedDevice`.
pub extern "system" fn attached_device(_globals: *const DriverGlobals, device: Handle) -> DeviceObject {
    ask(Function::WdfDeviceWdmGetAttachedDevice, device, DeviceObject::NULL, |device| device.attached)
}

/// `WdfDeviceWdmGetPhysicalDevice`.
pub extern "system" fn physical_device(_globals: *const DriverGlobals, device: Handle) -> DeviceObject {
    ask(Function::WdfDeviceWdmGetPhysicalDevice, device, DeviceObject::NULL, |device| {
        device.init.pdo.unwrap_or(DeviceObject::NULL)
    })
}

/// `WdfWdmDeviceGetWdfDeviceHandle`.
pub extern "system" fn device_handle(_globals: *const DriverGlobals, device: DeviceObject) -> Handle {
    Call::enter(Function::WdfWdmDeviceGetWdfDeviceHandle, DISPATCH_LEVEL);
    world::handle_or_null(world::lock().devices.get(&device.address()).copied())
}

/// `WdfDeviceGetDriver`.
pub extern "system" fn driver(_globals: *const DriverGlobals, device: Handle) -> Handle {
    ask(Function::WdfDeviceGetDriver, device, 0, |device| world::handle(device.driver))
}

/// `WdfDeviceGetDefaultQueue`.
pub extern "system" fn default_queue(_globals: *const DriverGlobals, device: Handle) -> Handle {
    ask(Function::WdfDeviceGetDefaultQueue, device, 0, |device| world::handle_or_null(device.default_queue))
}

/// `WdfDeviceGetFileObject`.
pub extern "system" fn file_object(_globals: *const DriverGlobals, _device: Handle, file: FileObject) -> Handle {
    Call::enter(Function::WdfDeviceGetFileObject, DISPATCH_LEVEL);
    world::handle_or_null(world::lock().files.get(&file.address()).copied())
}

/// `WdfDeviceGetCharacteristics`.
pub extern "system" fn characteristics(_globals: *const DriverGlobals, device: Handle) -> u32 {
    ask(Function::WdfDeviceGetCharacteristics, device, 0, |device| device.object.characteristics())
}

/// `WdfDeviceSetCharacteristics`.
pub extern "system" fn set_characteristics(_globals: *const DriverGlobals, device: Handle, value: u32) {
    ask(Function::WdfDeviceSetCharacteristics, device, (), |device| device.object.set_characteristics(value));
}

/// `WdfDeviceGetDevicePnpState`.
pub extern "system" fn pnp_state(_globals: *const DriverGlobals, device: Handle) -> i32 {
    ask(Function::WdfDeviceGetDevicePnpState, device, 0, |device| device.pnp_state.pnp)
}

/// `WdfDeviceGetDevicePowerState`.
pub extern "system" fn power_state(_globals: *const DriverGlobals, device: Handle) -> i32 {
    ask(Function::WdfDeviceGetDevicePowerState, device, 0, |device| device.pnp_state.power)
}

/// `WdfDeviceGetDevicePowerPolicyState`.
pub extern "system" fn power_policy_state(_globals: *const DriverGlobals, device: Handle) -> i32 {
    ask(Function::WdfDeviceGetDevicePowerPolicyState, device, 0, |device| device.pnp_state.policy)
}

/// Tri-states after the `Size` member that a `WDF_DEVICE_STATE` has room for: those of this release, or of any older.
fn state_flags(size: Option<u32>) -> Option<usize> {
    let size = size? as usize;
    let known = RELEASES.iter().filter(|known| known.minor <= settings::release().minor);
    let fits = known.into_iter().any(|known| known.structure_size(DEVICE_STATE) == Some(size));
    fits.then(|| size / size_of::<u32>() - 1)
}

/// `WdfDeviceGetDeviceState`.
pub extern "system" fn state(_globals: *const DriverGlobals, device: Handle, out: *mut DeviceState) {
    let found = ask(Function::WdfDeviceGetDeviceState, device, [0; 7], |device| device.state);
    let size: *mut u32 = out.cast();
    let Some(count) = state_flags(nt::read(size.cast_const())) else {
        Call(Function::WdfDeviceGetDeviceState).report(Violation::BadArgument, "wrong Size");
        return;
    };
    let flags: *mut i32 = size.wrapping_add(1).cast();
    for (index, flag) in found.into_iter().take(count).enumerate() {
        nt::write(flags.wrapping_add(index), flag);
    }
}

/// `WdfDeviceSetDeviceState`.
pub extern "system" fn set_state(_globals: *const DriverGlobals, device: Handle, wanted: *const DeviceState) {
    let size: *const u32 = wanted.cast();
    let Some(count) = state_flags(nt::read(size)) else {
        Call(Function::WdfDeviceSetDeviceState).report(Violation::BadArgument, "wrong Size");
        return;
    };
    let flags: *const i32 = size.wrapping_add(1).cast();
    ask(Function::WdfDeviceSetDeviceState, device, (), |device| {
        for (index, flag) in device.state.iter_mut().take(count).enumerate() {
            *flag = nt::read(flags.wrapping_add(index)).unwrap_or(*flag);
        }
    });
}

/// `WdfControlFinishInitializing`.
pub extern "system" fn finish_initializing(_globals: *const DriverGlobals, device: Handle) {
    let call = Call::enter(Function::WdfControlFinishInitializing, PASSIVE_LEVEL);
    let control = world::with::<Device, _>(call, device, |device| {
        device.finished = true;
        device.object.set_flags(device.object.flags() & !nt::DO_DEVICE_INITIALIZING);
        device.control
    });
    if control == Ok(false) {
        call.report(Violation::BadArgument, "not a control device");
    }
}

/// `WdfDeviceRetrieveDeviceName`.
pub extern "system" fn retrieve_name(_globals: *const DriverGlobals, device: Handle, string: Handle) -> Status {
    let call = Call::enter(Function::WdfDeviceRetrieveDeviceName, PASSIVE_LEVEL);
    match world::with::<Device, _>(call, device, |device| device.init.name.clone()) {
        Ok(Some(name)) => text::assign(call, string, name),
        Ok(None) => status::INVALID_PARAMETER,
        Err(status) => status,
    }
}

/// `WdfDeviceCreateSymbolicLink`: one link for each device; only a named device has one.
pub extern "system" fn create_symbolic_link(
    _globals: *const DriverGlobals,
    device: Handle,
    link: *const UnicodeString,
) -> Status {
    let call = Call::enter(Function::WdfDeviceCreateSymbolicLink, PASSIVE_LEVEL);
    let Some(link) = nt::text(link) else { return status::INVALID_PARAMETER };
    let target = world::with::<Device, _>(call, device, |device| match (&device.link, &device.init.name) {
        (Some(_), _) => Err(status::INVALID_DEVICE_REQUEST),
        (None, Some(name)) => Ok(name.clone()),
        (None, None) => Err(status::INVALID_DEVICE_STATE),
    });
    let target = match target {
        Ok(Ok(target)) => target,
        Ok(Err(status)) | Err(status) => return status,
    };
    let (name, to) = (nt::counted(&link), nt::counted(&target));
    // SAFETY: both names are locals.
    let status = unsafe { nt::IoCreateSymbolicLink(from_ref(&name), from_ref(&to)) };
    if status::is_success(status) {
        // The handle was checked above.
        let _checked = world::with::<Device, _>(call, device, |device| device.link = Some(link));
    }
    status
}
