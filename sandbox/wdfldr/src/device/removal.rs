//! What a device does when it goes.

use crate::device::data::Device;
use crate::world::{Kind, Task, World};
use crate::{nt, shutdown, world};
use alloc::boxed::Box;
use wdf_model::tree::ObjectId;

/// Takes the device from the I/O manager's sight.
pub fn disconnect(id: ObjectId) {
    let mut world = world::lock();
    let Some(device) = world.get_mut::<Device>(id) else { return };
    let (object, attached) = (device.object.take(), device.attached.take());
    let link = device.link.take();
    if let Some(object) = object {
        world.devices.remove(&object.address());
    }
    drop(world);
    if let Some(link) = link {
        let name = nt::counted(&link);
        // SAFETY: the name is a local.
        unsafe { nt::IoDeleteSymbolicLink(&raw const name) };
    }
    if let Some(attached) = attached {
        // SAFETY: this is the device that ours was attached to, and it is detached once.
        unsafe { nt::IoDetachDevice(attached) };
    }
    if let Some(object) = object {
        shutdown::forget(object);
        // SAFETY: the device is ours and is deleted once.
        unsafe { nt::IoDeleteDevice(object) };
    }
}

impl Kind for Device {
    const NAME: &'static str = "WDFDEVICE";

    fn needs_passive(&self) -> bool {
        true
    }

    fn refuses_delete(&self, _world: &World, _id: ObjectId) -> Option<&'static str> {
        (!self.is_control()).then_some("a PnP device is the framework's to delete")
    }

    fn disconnect(&self, id: ObjectId) -> Option<Task> {
        Some(Box::new(move || disconnect(id)))
    }

    fn release(self: Box<Self>) {
        for interface in &self.interfaces {
            interface.free();
        }
    }
}
