//! Whoever holds a spin lock does not run at PASSIVE_LEVEL.
use kmdf::{PassiveLevel, SpinLock};

fn wait(_at: PassiveLevel<'_>) {}

fn wrong(lock: &SpinLock<u32>, at: PassiveLevel<'_>) {
    lock.locked(|_, _| wait(at));
}

fn main() {}
