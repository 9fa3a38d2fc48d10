//! What the driver decides, free of the kernel.
//!
//! A request reaches [`Service::dispatch`] as a control code, a private copy of the input, and the place for the
//! output. The operation table names for each control code what input it takes, how much output it needs and who
//! handles it; [`validate`] turns the bytes into values that NETIO may see; the handler calls NETIO through the trait
//! [`Netio`]; [`convert`] copies NETIO's rows field by field into the rows of the ABI, so that no padding byte and no
//! unused tail of kernel memory ever leaves.
//!
//! Nothing here allocates, waits, uses `unsafe`, or can panic on what a caller sends.
#![no_std]
#![forbid(unsafe_code)]
#![deny(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects
)]
#![cfg_attr(test, allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic))]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

mod batch;
pub mod convert;
mod handlers;
mod limit;
mod netio;
mod operation;
mod output;
mod service;
mod statistics;
pub mod status;
pub mod validate;
pub mod watch;

pub use limit::Limit;
pub use netio::{Netio, WaitLock};
pub use operation::{Course, InputSize, MAX_INPUT, OPERATIONS, Operation, OutputSize, find};
pub use output::Output;
pub use service::{Cancelled, Completion, Service};
