//! `WDFDRIVER`: what is known of a driver.

use crate::client::Client;
use crate::nt::DriverObject;
use crate::world::{Kind, World};
use crate::{client, world};
use alloc::sync::Arc;
use alloc::vec::Vec;
use wdf_abi::DriverConfig;
use wdf_model::execution::Execution;
use wdf_model::tree::ObjectId;

/// `WDFDRIVER`.
pub struct Driver {
    pub client: Arc<Client>,
    pub config: DriverConfig,
    pub execution: Execution,
    /// The registry path, terminated.
    pub registry_path: Vec<u16>,
}

/// The driver object of a client.
pub fn of_driver_object(driver: DriverObject) -> Option<ObjectId> {
    let handle = client::by_driver_object(driver)?.handle();
    (handle != 0).then(|| world::id(handle))
}

impl Kind for Driver {
    const NAME: &'static str = "WDFDRIVER";

    fn needs_passive(&self) -> bool {
        true
    }

    fn refuses_delete(&self, _world: &World, _id: ObjectId) -> Option<&'static str> {
        Some("the driver object is the framework's to delete")
    }
}
