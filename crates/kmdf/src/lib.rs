//! A safe subset of KMDF: driver, device, queue, request.
//!
//! All that the framework asks of a driver in unsafe code is in this crate. A driver implements [`Driver`] and
//! [`DeviceControl`], whose functions get and give safe values; the callbacks that the framework really calls are in
//! one module, `trampolines`. Rules of KMDF that can be broken by order or by number are held by types: a
//! [`DeviceInit`] is consumed by the creation of its device, and a [`Request`] is completed exactly once.
#![no_std]

mod context;
mod deferred;
mod device;
mod driver;
mod parking;
mod queue;
mod reference;
mod request;
mod structure;
mod sync;
mod trampolines;

pub use deferred::{Finish, MAX_DEFERRED_INPUT, MAX_DEFERRED_OUTPUT, Work};
pub use device::{Device, DeviceInit, Guid};
pub use driver::{Driver, DriverHandle, create_driver};
pub use parking::{File, Lot, Parking, Parks};
pub use queue::{DeviceControl, create_default_queue};
pub use request::{Cancellation, Direct, Request};
pub use sync::{SpinLock, WaitGuard, WaitLock};
pub use wdk_sys::{DRIVER_OBJECT, NTSTATUS, UNICODE_STRING};

/// Turns the status of a framework call into a result.
fn check(status: NTSTATUS) -> Result<(), NTSTATUS> {
    if wdk::nt_success(status) { Ok(()) } else { Err(status) }
}

/// The size of a framework structure, as its member `Size` wants it.
const fn size_of_u32<T>() -> u32 {
    let size = size_of::<T>();
    assert!(size <= u32::MAX as usize);
    size as u32
}
