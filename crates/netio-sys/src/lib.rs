//! Raw FFI of `netioapi.h` as a kernel build sees it.
//!
//! C names are kept. Every size and offset is asserted at compile time, for every target, with the numbers that
//! `netioapi.h` of SDK 10.0.28000 has for x64 (they are the same on ARM64 and on 32-bit x86). BOOLEANs are `u8`, since
//! NETIO may store 0xFF in them, and enumerations are integers, since a newer system may know more values than we do.
//!
//! The functions exist with the feature `functions` only, which on Windows also links `Netio.lib` and `ndis.lib`. In a
//! kernel build they return an NTSTATUS; the functions of the same names in `iphlpapi.dll` return a Win32 code.
//!
//! ```
//! use netio_sys::MIB_IPINTERFACE_ROW;
//!
//! // The keys of a row; NETIO fills in the rest.
//! let row = MIB_IPINTERFACE_ROW { Family: 23, InterfaceIndex: 7, ..MIB_IPINTERFACE_ROW::default() };
//! assert_eq!((row.InterfaceLuid, size_of_val(&row)), (0, 168));
//! ```
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]
#![no_std]
#![allow(non_snake_case, non_camel_case_types, non_upper_case_globals)]

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod address;
mod interface;
mod link;
mod neighbor;
mod route;
mod unicast;

pub use address::*;
pub use interface::*;
pub use link::*;
pub use neighbor::*;
pub use route::*;
pub use unicast::*;

#[cfg(feature = "functions")]
mod compartment;
#[cfg(feature = "functions")]
pub use compartment::*;
#[cfg(feature = "functions")]
mod mib;
#[cfg(feature = "functions")]
pub use mib::*;
#[cfg(feature = "functions")]
mod ntoskrnl;
#[cfg(feature = "functions")]
pub use ntoskrnl::*;

/// Result of a kernel function: negative for warnings and errors.
pub type NTSTATUS = i32;
/// Address family: `AF_UNSPEC` 0, `AF_INET` 2, `AF_INET6` 23 (`ws2def.h`).
pub type ADDRESS_FAMILY = u16;
/// Interface index in host byte order (`ifdef.h`).
pub type NET_IFINDEX = u32;
/// Interface LUID: `IfType` in bits 48 to 63, `NetLuidIndex` in bits 24 to 47, the rest zero (`ifdef.h`).
pub type NET_LUID = u64;
/// Network compartment: UNSPECIFIED 0, PRIMARY 1 (`ifdef.h`).
pub type COMPARTMENT_ID = u32;
/// TRUE is any value but 0.
pub type BOOLEAN = u8;
