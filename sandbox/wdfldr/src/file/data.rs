//! `WDFFILEOBJECT`: what is known of an open file.

use crate::inside::FILES;
use crate::nt::FileObject;
use crate::object::life;
use crate::world::{self, Kind, Task, World};
use alloc::boxed::Box;
use wdf_abi::{FileObjectConfig, UnicodeString};
use wdf_model::tree::ObjectId;

/// The object's data.
pub struct File {
    pub object: FileObject,
    pub device: ObjectId,
    pub config: FileObjectConfig,
    pub name: UnicodeString,
}

/// Deletes the framework's file object.
pub fn forget(device: ObjectId, object: FileObject) {
    let id = world::lock().files.remove(&(device, object.address()));
    if let Some(id) = id {
        life::delete(id);
    }
}

/// The framework's file object, and what the driver wants to be told of it.
pub fn config_of(device: ObjectId, object: FileObject) -> Option<(ObjectId, FileObjectConfig)> {
    let world = world::lock();
    let id = world.files.get(&(device, object.address())).copied()?;
    world.get::<File>(id).map(|file| (id, file.config))
}

impl Kind for File {
    const NAME: &'static str = "WDFFILEOBJECT";

    fn refuses_delete(&self, _world: &World, _id: ObjectId) -> Option<&'static str> {
        Some("a file object goes with its handle")
    }

    /// It goes with its device as well, whose removal Wine does not hold back for open handles. A handle that is closed
    /// afterwards finds nothing; one that is being closed has its callbacks first.
    fn quiesce(&self, _id: ObjectId) -> Option<Task> {
        let (device, object) = (self.device, self.object.address());
        Some(Box::new(move || {
            world::lock().files.remove(&(device, object));
            FILES.wait(object);
        }))
    }
}
