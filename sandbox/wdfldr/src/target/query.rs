//! What a target answers about itself.

use crate::call::Call;
use crate::nt::{DeviceObject, FileObject, Pointer};
use crate::target::data::Target;
use crate::world;
use core::ptr::{null_mut, with_exposed_provenance_mut};
use wdf_abi::Handle;

fn ask<R>(call: Call, target: Handle, none: R, answer: impl FnOnce(&mut Target) -> R) -> R {
    world::with::<Target, _>(call, target, answer).unwrap_or(none)
}

/// `WdfIoTargetGetState`.
pub fn state(call: Call, target: Handle) -> i32 {
    ask(call, target, 0, |target| target.state as i32)
}

/// `WdfIoTargetGetDevice`.
pub fn device(call: Call, target: Handle) -> Handle {
    ask(call, target, 0, |target| world::handle(target.device))
}

/// `WdfIoTargetWdmGetTargetDeviceObject`.
pub fn device_object(call: Call, target: Handle) -> Option<DeviceObject> {
    ask(call, target, None, |target| target.object)
}

/// `WdfIoTargetWdmGetTargetPhysicalDevice`: known of the device below alone.
pub fn physical_device(call: Call, target: Handle) -> Option<DeviceObject> {
    let device = ask(call, target, None, |target| target.local.then_some(target.device))?;
    world::lock().get::<crate::device::data::Device>(device).and_then(|device| device.init.pdo)
}

/// `WdfIoTargetWdmGetTargetFileObject`.
pub fn file_object(call: Call, target: Handle) -> Option<FileObject> {
    ask(call, target, None, |target| target.file)
}

/// `WdfIoTargetWdmGetTargetFileHandle`.
pub fn file_handle(call: Call, target: Handle) -> Pointer {
    ask(call, target, null_mut(), |target| with_exposed_provenance_mut(target.handle))
}
