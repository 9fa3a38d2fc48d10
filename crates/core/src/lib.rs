//! What the driver decides, free of the kernel.
//!
//! A request reaches [`Service::dispatch`] as an entry of the driver's table, a private copy of the input, and the place
//! for the output. The table has an entry for each operation of the contract, made by the compiler from the handlers
//! ([`Serve`]). The request is decoded and checked in one place (`netioctl_abi`); [`validate`] turns its fields into values
//! that NETIO may see; the handler calls NETIO through the trait [`Netio`], and copies NETIO's rows field by field
//! into the rows of the ABI, so that no padding byte and no unused tail of kernel memory ever leaves.
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

mod address;
mod answer;
mod atomic;
mod call;
mod handlers;
mod limit;
mod output;
mod quota;
mod roll;
mod service;
mod statistics;
mod table;
pub mod validate;
pub mod watch;

pub use answer::{Answer, Rows};
pub use call::{Call, Circumstances};
pub use handlers::interface_row;
pub use limit::Limit;
pub use netio::{Netio, RouteQuery, TableRow};
pub use output::Output;
pub use quota::{Client, MAX_WATCHES, WatchPermit, WatchQuota, Watches};
pub use roll::Roll;
pub use service::{Completion, Service, Shell};
pub use statistics::{Processor, Statistics};
pub use table::{Ask, Entry, Park, Run, Serve, Serving, Wait};
