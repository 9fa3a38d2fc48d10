//! The drivers that are bound.

use crate::lock::Mutex;
use crate::nt::DriverObject;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use wdf_abi::{DriverGlobals, Handle};

/// A driver that is bound.
pub struct Client {
    pub driver: DriverObject,
    globals: *mut DriverGlobals,
    pub registry_path: Vec<u16>,
    /// Where its image lies.
    pub image: usize,
}

// SAFETY: the driver object and the globals belong to the driver as a whole, not to one of its threads.
unsafe impl Send for Client {}
// SAFETY: as above; the globals are written while the driver is bound and unbound only.
unsafe impl Sync for Client {}

static CLIENTS: Mutex<Vec<Arc<Client>>> = Mutex::new(Vec::new());

/// Notes a driver, and answers the globals that it passes with every call from now on.
pub fn add(driver: DriverObject, registry_path: Vec<u16>, image: usize) -> *mut DriverGlobals {
    let globals = Box::into_raw(Box::new(DriverGlobals {
        driver: 0,
        driver_flags: 0,
        driver_tag: 0,
        driver_name: [0; 32],
        displace_driver_unload: 0,
    }));
    CLIENTS.lock().push(Arc::new(Client { driver, globals, registry_path, image }));
    globals
}

/// Forgets a driver by its globals, which stay as long as the answer does.
pub fn remove(globals: usize) -> Option<Arc<Client>> {
    let mut clients = CLIENTS.lock();
    let at = clients.iter().position(|client| client.globals.addr() == globals)?;
    Some(clients.remove(at))
}

/// The driver with these globals.
pub fn by_globals(globals: usize) -> Option<Arc<Client>> {
    CLIENTS.lock().iter().find(|client| client.globals.addr() == globals).cloned()
}

/// The driver with this driver object.
pub fn by_driver_object(driver: DriverObject) -> Option<Arc<Client>> {
    CLIENTS.lock().iter().find(|client| client.driver == driver).cloned()
}

impl Client {
    /// The handle of its driver object, 0 while there is none.
    pub fn handle(&self) -> Handle {
        // SAFETY: the globals were made with this client and go with it.
        unsafe { (*self.globals).driver }
    }

    /// Tells the driver the handle of its driver object; 0 takes it back.
    pub fn publish(&self, driver: Handle) {
        // SAFETY: as above; the driver is created and destroyed by one thread.
        unsafe { (*self.globals).driver = driver };
    }

    /// Tells the driver its pool tag, and the entry stub that the framework unloads the driver.
    pub fn configure(&self, tag: u32) {
        // SAFETY: as for `publish`.
        unsafe { (*self.globals).driver_tag = tag };
        // SAFETY: as for `publish`.
        unsafe { (*self.globals).displace_driver_unload = 1 };
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // SAFETY: the globals came from a box in `add`; the driver is unbound, and no client refers to them any more.
        drop(unsafe { Box::from_raw(self.globals) });
    }
}
