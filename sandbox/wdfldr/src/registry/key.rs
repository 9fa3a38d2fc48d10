//! `WDFKEY`: an open key with a handle of the framework.

use crate::argument::{Given, Out};
use crate::call::Call;
use crate::nt::Pointer;
use crate::object::life;
use crate::registry::raw::Key;
use crate::world::{self, Kind};
use alloc::sync::Arc;
use core::ptr::null_mut;
use netioctl_status::NtStatus;
use wdf_abi::Handle;
use wdf_model::attributes::Accepts;

/// Makes an object of an open key.
pub fn publish(call: Call, attributes: Option<Given>, key: Key, out: Out<Handle>) -> Result<(), NtStatus> {
    if out.is_missing() {
        call.null_parameter("no place for the handle");
        return Err(NtStatus::INVALID_PARAMETER);
    }
    life::hand_out(life::make_plain(call, attributes, Accepts::PLAIN, Arc::new(key)), out)
}

/// The key of a handle.
pub fn of(call: Call, key: Handle) -> Result<Arc<Key>, NtStatus> {
    world::with::<Arc<Key>, _>(call, key, |key| Arc::clone(key))
}

/// `WdfRegistryClose`.
pub fn close(call: Call, key: Handle) {
    let found = world::lock().check::<Arc<Key>>(call, key);
    if let Ok(id) = found {
        life::delete(id);
    }
}

/// `WdfRegistryWdmGetHandle`.
pub fn handle(call: Call, key: Handle) -> Pointer {
    of(call, key).map_or(null_mut(), |key| key.handle())
}

/// `WdfRegistryRemoveKey`: the handle of a removed key goes with it.
pub fn remove_key(call: Call, key: Handle) -> Result<(), NtStatus> {
    of(call, key)?.delete()?;
    close(call, key);
    Ok(())
}

impl Kind for Arc<Key> {
    const NAME: &'static str = "WDFKEY";

    fn needs_passive(&self) -> bool {
        true
    }
}
