//! What a device answers about itself.

use crate::argument::{Counted, StateFlags};
use crate::call::Call;
use crate::device::data::Device;
use crate::nt::{self, DeviceObject, FileObject};
use crate::{settings, text, world};
use alloc::vec::Vec;
use core::ptr::from_ref;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::Handle;
use wdf_abi::releases::{DEVICE_STATE, RELEASES};

fn ask<R>(call: Call, device: Handle, none: R, answer: impl FnOnce(&mut Device) -> R) -> R {
    world::with::<Device, _>(call, device, answer).unwrap_or(none)
}

/// `WdfDeviceWdmGetDeviceObject`.
pub fn device_object(call: Call, device: Handle) -> Option<DeviceObject> {
    ask(call, device, None, |device| device.object)
}

/// `WdfDeviceWdmGetAttachedDevice`.
pub fn attached_device(call: Call, device: Handle) -> Option<DeviceObject> {
    ask(call, device, None, |device| device.attached)
}

/// `WdfDeviceWdmGetPhysicalDevice`.
pub fn physical_device(call: Call, device: Handle) -> Option<DeviceObject> {
    ask(call, device, None, |device| device.init.pdo)
}

/// `WdfWdmDeviceGetWdfDeviceHandle`.
pub fn device_handle(_call: Call, device: Option<DeviceObject>) -> Handle {
    world::handle_or_null(device.and_then(|device| world::lock().devices.get(&device.address()).copied()))
}

/// `WdfDeviceGetDriver`.
pub fn driver(call: Call, device: Handle) -> Handle {
    ask(call, device, 0, |device| world::handle(device.driver))
}

/// `WdfDeviceGetDefaultQueue`.
pub fn default_queue(call: Call, device: Handle) -> Handle {
    ask(call, device, 0, |device| world::handle_or_null(device.default_queue))
}

/// `WdfDeviceGetFileObject`.
pub fn file_object(_call: Call, device: Handle, file: Option<FileObject>) -> Handle {
    let device = world::id(device);
    world::handle_or_null(file.and_then(|file| world::lock().files.get(&(device, file.address())).copied()))
}

/// `WdfDeviceGetCharacteristics`.
pub fn characteristics(call: Call, device: Handle) -> u32 {
    ask(call, device, 0, |device| device.object.map_or(0, DeviceObject::characteristics))
}

/// `WdfDeviceSetCharacteristics`.
pub fn set_characteristics(call: Call, device: Handle, value: u32) {
    let object = ask(call, device, None, |device| device.object);
    if let Some(object) = object {
        object.set_characteristics(value);
    }
}

/// `WdfDeviceGetDevicePnpState`.
pub fn pnp_state(call: Call, device: Handle) -> i32 {
    ask(call, device, 0, |device| device.pnp_state.pnp)
}

/// `WdfDeviceGetDevicePowerState`.
pub fn power_state(call: Call, device: Handle) -> i32 {
    ask(call, device, 0, |device| device.pnp_state.power)
}

/// `WdfDeviceGetDevicePowerPolicyState`.
pub fn power_policy_state(call: Call, device: Handle) -> i32 {
    ask(call, device, 0, |device| device.pnp_state.policy)
}

/// Tri-states after the `Size` member that a `WDF_DEVICE_STATE` has room for: those of this release, or of any older.
fn state_flags(size: Option<u32>) -> Option<usize> {
    let size = size? as usize;
    let known = RELEASES.iter().filter(|known| known.minor <= settings::release().minor);
    let fits = known.into_iter().any(|known| known.structure_size(DEVICE_STATE) == Some(size));
    fits.then(|| size / size_of::<u32>() - 1)
}

/// `WdfDeviceGetDeviceState`.
pub fn state(call: Call, device: Handle, mut out: StateFlags) {
    let found = ask(call, device, [0; 7], |device| device.state);
    match state_flags(out.size) {
        Some(count) => out.set(found.get(..count).unwrap_or(&[])),
        None => call.report(Violation::BadArgument, "wrong Size"),
    }
}

/// `WdfDeviceSetDeviceState`.
pub fn set_state(call: Call, device: Handle, mut wanted: StateFlags) {
    match state_flags(wanted.size) {
        Some(count) => ask(call, device, (), |device| wanted.get(device.state.get_mut(..count).unwrap_or(&mut []))),
        None => call.report(Violation::BadArgument, "wrong Size"),
    }
}

/// `WdfControlFinishInitializing`.
pub fn finish_initializing(call: Call, device: Handle) {
    let control = world::with::<Device, _>(call, device, |device| {
        device.finished = true;
        if let Some(object) = device.object {
            object.set_flags(object.flags() & !nt::DO_DEVICE_INITIALIZING);
        }
        device.is_control()
    });
    if control == Ok(false) {
        call.report(Violation::BadArgument, "not a control device");
    }
}

/// `WdfDeviceRetrieveDeviceName`.
pub fn retrieve_name(call: Call, device: Handle, string: Handle) -> Result<(), NtStatus> {
    let name = world::with::<Device, _>(call, device, |device| device.init.name.clone())?;
    text::assign(call, string, name.ok_or(NtStatus::INVALID_PARAMETER)?)
}

/// `WdfDeviceCreateSymbolicLink`: one link for each device. It leads to the device if that has a name, and otherwise to
/// the physical device of its stack, which always has; a control device has none.
pub fn create_symbolic_link(call: Call, device: Handle, link: Option<Counted<'_>>) -> Result<(), NtStatus> {
    let link = link.ok_or(NtStatus::INVALID_PARAMETER)?.text();
    let target = world::with::<Device, _>(call, device, |device| match (&device.link, &device.init.name) {
        (Some(_), _) => Err(NtStatus::INVALID_DEVICE_REQUEST),
        (None, Some(name)) => Ok((Some(name.clone()), None)),
        (None, None) => Ok((None, Some(device.init.pdo.ok_or(NtStatus::INVALID_DEVICE_STATE)?))),
    })??;
    let target = match target {
        (Some(name), _) => name,
        (None, Some(physical)) => name_of(physical)?,
        (None, None) => return Err(NtStatus::INVALID_DEVICE_STATE),
    };
    let (name, to) = (nt::counted(&link), nt::counted(&target));
    // SAFETY: both names are locals.
    let status = unsafe { nt::IoCreateSymbolicLink(from_ref(&name), from_ref(&to)) };
    if !status.is_success() {
        return Err(status);
    }
    world::with::<Device, _>(call, device, |device| device.link = Some(link))
}

/// Longest name of a device that Wine gives, in characters.
const LONGEST_NAME: usize = 128;

/// `DevicePropertyPhysicalDeviceObjectName`.
const OBJECT_NAME: i32 = 11;

/// The name of a physical device.
fn name_of(physical: DeviceObject) -> Result<Vec<u16>, NtStatus> {
    let mut name = alloc::vec![0_u16; LONGEST_NAME];
    let mut needed = 0;
    let room = u32::try_from(size_of_val(&*name)).unwrap_or(0);
    // SAFETY: the device is there as long as the one of this driver that is attached to it; the room is as long as told.
    let status =
        unsafe { nt::IoGetDeviceProperty(physical, OBJECT_NAME, room, name.as_mut_ptr().cast(), &raw mut needed) };
    if !status.is_success() {
        return Err(status);
    }
    let length = name.iter().position(|&unit| unit == 0).unwrap_or(name.len());
    name.truncate(length);
    Ok(name)
}
