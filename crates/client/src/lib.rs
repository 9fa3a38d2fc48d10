//! User-mode client of the netioctl driver: finds the device, opens it, and turns its control codes into methods.
//!
//! ```no_run
//! use netioctl_client::{Access, Device, Family};
//!
//! let device = Device::open(Access::Read)?;
//! for neighbor in &device.neighbor_table(Family::Ipv4)? {
//!     println!("{} is at {}", neighbor.address, neighbor.physical_address);
//! }
//! # Ok::<(), netioctl_client::Error>(())
//! ```
//!
//! The device exists on Windows only (and under Wine). The crate compiles elsewhere so that everything above the
//! operating system can be tested there: [`Device::over`] takes any [`Transport`]; [`Device::open`] and the functions
//! of [`driver`] answer [`Error::NotWindows`].
//!
//! Fixed-width structures without pointers travel, so 32-bit and 64-bit processes work alike. Only installing the
//! driver needs a process of the machine's own width.
#![cfg_attr(not(windows), forbid(unsafe_code))]

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod address;
mod advice;
mod cancel;
mod decode;
mod device;
pub mod driver;
mod error;
mod failure;
mod interface;
mod link;
mod neighbor;
mod packed;
mod route;
#[cfg(feature = "serde")]
mod serial;
mod statistics;
mod table;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod transport;
mod unicast;
mod watch;

#[cfg(not(windows))]
#[path = "other.rs"]
mod sys;
#[cfg(windows)]
#[path = "windows/mod.rs"]
mod sys;

pub use address::{Family, PhysicalAddress, PhysicalAddressError};
pub use cancel::Canceller;
#[cfg(feature = "async")]
pub use device::AsyncDevice;
pub use device::{Access, Device, Version, flush_ip_net_table};
pub use error::{Error, ErrorKind};
pub use failure::{Failure, win32_name};
pub use interface::{Interface, InterfaceChange, InterfaceKey, InterfaceLuid, InterfaceLuidError};
pub use link::{Link, LinkCounters};
pub use neighbor::{Neighbor, NeighborChange, NeighborKey, NeighborUpdate};
pub use netioctl_abi as abi;
pub use netioctl_abi::wire::{
    self, AdminStatus, ChangeKind, DadState, InterfaceMember, LinkFlags, MAX_BATCH, MAX_HANDLE_RESOLUTIONS,
    MAX_PENDING_EVENTS, MAX_RESOLUTIONS, MAX_SESSION_WATCHES, MediaConnectState, NeighborFlags, NeighborState, Offload,
    OperStatus, PrefixOrigin, RouteOrigin, RouteProtocol, SuffixOrigin, WatchSources,
};
pub use netioctl_abi::{AddressFamily, Capabilities, ControlCode, NtStatus, Operation, UnknownNumber, UnknownWord};
pub use packed::{PackedRows, PackedTable};
pub use route::{BestRoute, Route, RouteQuery};
pub use statistics::Statistics;
pub use table::{MAX_TABLE_BYTES, MAX_TABLE_TRIES, START_TABLE_BYTES, Table};
#[cfg(feature = "async")]
pub use transport::Ending;
pub use transport::Transport;
pub use unicast::UnicastAddress;
#[cfg(feature = "async")]
pub use watch::AsyncWatch;
pub use watch::{Change, Changes, Watch};

#[cfg(windows)]
#[doc(hidden)]
pub use sys::removal::Functions as RemovalNotifications;

/// The alias of an interface, the connection name that people see and may change ("Ethernet 2").
///
/// `None` if the system gives none (`ConvertInterfaceLuidToAlias` fails), or if it is not Windows.
#[must_use]
pub fn interface_alias(luid: InterfaceLuid) -> Option<String> {
    sys::names::alias(luid)
}

/// The stable name of an interface, made of its type and number (`ethernet_32775`).
///
/// `None` if the system gives none (`ConvertInterfaceLuidToNameW` fails), or if it is not Windows.
#[must_use]
pub fn interface_name(luid: InterfaceLuid) -> Option<String> {
    sys::names::name(luid)
}

/// The path under which the device is opened, for programs that issue `DeviceIoControl` themselves.
///
/// # Errors
/// [`Error::DriverNotFound`] without a device, [`Error::Setup`] if the system does not tell, [`Error::NotWindows`].
pub fn device_path() -> Result<String, Error> {
    sys::device_path()
}
