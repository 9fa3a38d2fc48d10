//! The chain in one process: the client library talks to the real core of the driver, and the core to a NETIO in memory.
//!
//! What is left out is what needs a kernel: the I/O manager, KMDF, and the network. [`Memory`] has tables instead, changes
//! them by the rules of `netioapi.h`, and tells its listeners. [`Loopback`] does what the shell of the driver does: it
//! lets requests be served at once, wait or park, by the core's table. So a test of the command line, a fuzzer or Miri
//! runs the decoding, the checks and the conversions that the driver ships with, on any host.
//!
//! ```
//! use netio_sys::{MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, SOCKADDR_INET};
//! use netioctl_client::{Access, Family};
//! use netioctl_loopback::Loopback;
//!
//! let driver = Loopback::new();
//! driver.netio().update(|tables| {
//!     let interface = MIB_IPINTERFACE_ROW { Family: 2, InterfaceLuid: 6 << 48, InterfaceIndex: 12, ..Default::default() };
//!     tables.rows_mut().push(interface);
//!     let address = SOCKADDR_INET { si_family: 2, sin_addr_or_flowinfo: [192, 0, 2, 7], ..Default::default() };
//!     let neighbor = MIB_IPNET_ROW2 { Address: address, InterfaceLuid: 6 << 48, State: 5, ..Default::default() };
//!     tables.rows_mut().push(neighbor);
//! });
//! let device = driver.open(Access::Read)?;
//! assert_eq!(device.neighbor_table(Family::Both)?.rows()[0].address.to_string(), "192.0.2.7");
//! # Ok::<(), netioctl_client::Error>(())
//! ```
#![forbid(unsafe_code)]

mod alone;
mod driver;
mod handle;
mod listeners;
mod netio;
mod queue;
mod routes;
mod tables;

pub use alone::Alone;
pub use driver::Loopback;
pub use handle::Handle;
pub use netio::Memory;
pub use tables::Tables;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A test that fails with a lock held has said what is wrong; others need not.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
