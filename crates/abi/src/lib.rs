//! The contract between the netioctl driver and user mode.
//!
//! Everything that both sides must agree on is here and only here: the device interface, the control codes, the
//! structures that travel through `DeviceIoControl`, the [operations](operation), the version rules and the statuses. The structures hold
//! fixed-width integers in native (little-endian) byte order, no pointers and no padding, so a 32-bit and a 64-bit
//! process see the same bytes. The derives of `zerocopy` prove at compile time that no padding exists.
//!
//! # Version rules
//! Every input begins with a [`wire::RequestHeader`]. A driver refuses another major version with
//! [`NtStatus::REVISION_MISMATCH`]; minor versions only add control codes, capabilities and meanings for fields that
//! were reserved (zero) before.
//!
//! # Example
//! What a client sends to read the neighbors of IPv4:
//!
//! ```
//! use netioctl_abi::{AF_INET, Operation, wire::FamilyRequest};
//! use zerocopy::IntoBytes;
//!
//! let code = Operation::GetNeighborTable.code();
//! let request = FamilyRequest::new(AF_INET);
//! assert_eq!(code.raw(), 0xa1f7_6010);
//! assert_eq!(request.as_bytes().len(), 16);
//! ```
#![no_std]
#![forbid(unsafe_code)]

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod address;
mod control_code;
pub mod operation;
mod reply;
mod request;
mod status;
pub mod wire;
mod word;

pub use address::{AF_INET, AF_INET6, AF_UNSPEC, AddressFamily};
pub use control_code::{Access, ControlCode, Method};
pub use netioctl_status::{NtError, NtStatus, StatusInfo};
pub use operation::{ABI_MAJOR, ABI_MINOR, Capabilities, Contract, Course, Operation};
pub use reply::{Events, OutputSize, Reply, Statuses, Table};
pub use request::{Batch, BatchEntries, InputSize, Request, RequestStructure};
pub use status::{STATUSES, statuses};
pub use word::{UnknownNumber, UnknownWord};

/// The device interface class that the driver registers, and that a client looks for
/// (`WdfDeviceCreateDeviceInterface`, `SetupDiGetClassDevsW`): `{6F3B2C1E-8D4A-4E57-9A70-5B1D0C92E6A4}`, as the
/// fields of a Windows `GUID`.
pub const INTERFACE_GUID: (u32, u16, u16, [u8; 8]) =
    (0x6f3b_2c1e, 0x8d4a, 0x4e57, [0x9a, 0x70, 0x5b, 0x1d, 0x0c, 0x92, 0xe6, 0xa4]);

/// Hardware id of the root-enumerated device that the INF matches.
pub const HARDWARE_ID: &str = r"ROOT\netioctl";
