//! A safe subset of KMDF: driver, device, file object, queue, request, work item, locks.
//!
//! All of the unsafe code that a driver needs for the framework is in this crate. A driver implements [`Driver`],
//! [`Device`], [`File`] and [`IoQueue`], whose functions get and give safe values; [`driver_entry!`] makes it the driver
//! of its image.
//!
//! Types enforce what KMDF's documentation asks of a driver:
//!
//! - A [`DeviceInit`] is consumed by the one function that creates the device with everything that belongs to it, in
//!   the only order in which no callback sees half of it.
//! - A [`Request`] is completed exactly once. Work can be deferred ([`Presented::defer`]) only from a request that the
//!   callback of its queue lends.
//! - Contexts are Rust values: made before anybody can get to them, of a size and alignment that the compiler has
//!   checked, dropped once, when the last reference to their object is gone.
//! - A callback that the framework calls at `PASSIVE_LEVEL` by its configuration is handed the proof, a
//!   [`PassiveLevel`]; any other gets a [`DispatchLevel`], with which nothing can be called that waits.
//! - An error is an [`NtError`], which is never a success.
//!
//! Off Windows, and without the feature `kernel`, a stand-in takes the place of the framework's functions, so that a
//! driver's code over this crate compiles, and this crate's own decisions are tested, on any host.
#![no_std]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

#[cfg(any(test, feature = "machine"))]
extern crate std;

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod buffers;
mod context;
mod device;
mod driver;
mod file;
mod file_object;
mod framework;
#[cfg(any(test, feature = "machine"))]
#[doc(hidden)]
pub mod machine;
mod open_file;
mod presented;
mod problem;
mod processor;
mod queue;
mod reference;
mod request;
#[cfg(all(windows, feature = "kernel"))]
mod structure;
mod sync;
#[cfg(test)]
mod tests;
mod work_item;

pub use buffers::{Cancellation, Direct};
pub use device::{Device, DeviceInit, Guid, NewDevice};
pub use driver::{Driver, DriverInit};
pub use file::{Create, File};
pub use file_object::FileObject;
pub use netioctl_irql::{DispatchLevel, PassiveLevel};
pub use netioctl_status::{NtError, NtStatus};
pub use open_file::OpenFile;
pub use presented::Presented;
pub use processor::current_processor;
pub use queue::{IoQueue, ManualQueue};
pub use request::Request;
pub use sync::{SpinLock, WaitGuard, WaitLock};
pub use work_item::{Waiting, Work};
pub use write_only::WriteOnly;

/// For [`driver_entry!`] alone.
#[doc(hidden)]
pub mod entry {
    pub use crate::{
        driver::enter,
        framework::{DRIVER_OBJECT, UNICODE_STRING},
    };
}
