//! The queues of a device are made with it, not later.
#[path = "../sound/driver.rs"]
mod common;

use common::Adapter;
use kmdf::{DeviceInit, ManualQueue, NtError, PassiveLevel};

fn late(init: DeviceInit<'_>, at: PassiveLevel<'_>, adapter: fn() -> Adapter) -> Result<ManualQueue<Adapter>, NtError> {
    let mut kept = None;
    init.create::<Adapter>(
        at,
        |device| {
            kept = Some(device);
            Ok(adapter())
        },
        common::Control,
    )?;
    kept.ok_or(NtError::UNSUCCESSFUL)?.create_queue()
}

fn main() {}
