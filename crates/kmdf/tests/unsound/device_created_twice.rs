//! An initialisation makes one device: queues, files and interface come with it, in one order, and never again.
#[path = "../sound/driver.rs"]
mod common;

use common::{Adapter, Control};
use kmdf::{DeviceInit, NtError, PassiveLevel};

fn twice(init: DeviceInit<'_>, at: PassiveLevel<'_>, adapter: fn() -> Adapter) -> Result<(), NtError> {
    init.create::<Adapter>(at, |_| Ok(adapter()), Control)?;
    init.create::<Adapter>(at, |_| Ok(adapter()), Control)
}

fn main() {}
