//! Safe NETIO for the kernel: [`Netio`] is the API as a trait, `Kernel` the one of the running kernel.
//!
//! Each method takes proof of `PASSIVE_LEVEL` ([`netioctl_irql::PassiveLevel`]) and plain values or rows of its own,
//! never a caller's memory; tables come back as [`MibTable`], which gives the memory back exactly once. An error is the
//! status that NETIO returned (see [`check`] for what counts as one).
//!
//! `Kernel` calls `Netio.lib`, so it exists with the feature `kernel` only (`cargo doc --features kernel` shows it on
//! any host). All else is plain Rust and tested on every host:
//!
//! ```
//! use netioctl_status::NtError;
//!
//! assert_eq!(netio::check(0), Ok(()));
//! assert_eq!(netio::check(0xC000_0225_u32.cast_signed()), Err(NtError::NOT_FOUND));
//! // A Win32 code, where a page of the documentation names one.
//! assert_eq!(netio::check(1168), Err(NtError::NOT_FOUND));
//! ```
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]
#![no_std]

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod api;
mod status;
mod table;

pub use api::{Netio, RouteQuery};
pub use status::check;
pub use table::{Free, MibTable, RawTable, TableRow};

#[cfg(feature = "kernel")]
mod compartment;
#[cfg(feature = "kernel")]
mod kernel;
#[cfg(feature = "kernel")]
mod notify;
#[cfg(feature = "kernel")]
pub use compartment::Compartment;
#[cfg(feature = "kernel")]
pub use kernel::Kernel;
#[cfg(feature = "kernel")]
pub use notify::{Listener, Registration, notify_ip_interface_change, notify_unicast_ip_address_change};
