//! The way into a driver is its entry point, with the objects of the kernel's loader.
#![forbid(unsafe_code)]
#[path = "../sound/driver.rs"]
mod common;

use kmdf::{Driver, entry};

fn enter<D: Driver>(driver: &mut entry::DRIVER_OBJECT, path: &entry::UNICODE_STRING) -> i32 {
    entry::enter::<D>(driver, path)
}

fn main() {}
