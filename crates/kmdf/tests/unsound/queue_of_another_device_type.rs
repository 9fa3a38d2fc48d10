//! A device has the handler, the files and the queues that its type says.
#[path = "../sound/driver.rs"]
mod common;

use common::{Adapter, Job};
use kmdf::{DeviceInit, NtError, PassiveLevel};

fn other_handler(init: DeviceInit<'_>, at: PassiveLevel<'_>, adapter: fn() -> Adapter) -> Result<(), NtError> {
    init.create::<Adapter>(at, |_| Ok(adapter()), Job)
}

fn main() {}
