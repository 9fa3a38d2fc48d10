//! Safe NETIO.
//!
//! Each wrapper takes proof of PASSIVE_LEVEL ([`netioctl_irql::PassiveLevel`]) and plain values or rows of its own,
//! never a caller's memory; tables come back as [`MibTable`], which gives the memory back exactly once. An error is
//! the NTSTATUS as NETIO returned it (see [`check`] for what counts as one).
//!
//! The wrappers exist for Windows only; the guard and the status rule are plain Rust and tested on every host.
#![no_std]

mod status;
mod table;

pub use status::check;
pub use table::{MibTable, RawTable};

#[cfg(windows)]
mod calls;
#[cfg(windows)]
mod compartment;
#[cfg(windows)]
mod notify;
#[cfg(windows)]
pub use calls::*;
#[cfg(windows)]
pub use compartment::Compartment;
#[cfg(windows)]
pub use notify::{ChangeSink, Registration, notify_ip_interface_change, notify_unicast_ip_address_change};
