//! A driver object is lent by the framework, and not made up.
#[path = "../sound/driver.rs"]
mod common;

use kmdf::{DriverInit, WaitLock};

fn create(lock: &WaitLock<()>) {
    let _ = lock.create(&DriverInit { handle: core::ptr::null_mut(), entry: core::marker::PhantomData });
}

fn main() {}
