//! The header of every request, and the small requests.

use super::structures;
use crate::{ABI_MAJOR, ABI_MINOR};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Begins every input that is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct RequestHeader {
    /// Major version that the client was built for; another than the driver's is refused.
    pub abi_major: u16,
    /// Minor version that the client was built for; any is accepted.
    pub abi_minor: u16,
    /// Zero.
    pub reserved: u32,
}

impl RequestHeader {
    /// The header of a client built with this crate.
    pub const CURRENT: Self = Self { abi_major: ABI_MAJOR, abi_minor: ABI_MINOR, reserved: 0 };
}

/// Asks for a table that has rows of a family (`GetIpInterfaceTable`, `GetIpNetTable2`, `GetUnicastIpAddressTable`,
/// `GetIpForwardTable2`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct FamilyRequest {
    /// Version of the client.
    pub header: RequestHeader,
    /// `AF_UNSPEC` (both), `AF_INET` or `AF_INET6`.
    pub family: u16,
    /// Zero.
    pub reserved: [u16; 3],
}

impl FamilyRequest {
    /// A request for the rows of `family`.
    #[must_use]
    pub const fn new(family: u16) -> Self {
        Self { header: RequestHeader::CURRENT, family, reserved: [0; 3] }
    }
}

/// Asks to flush the neighbor table (`FlushIpNetTable2`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct FlushNeighborsRequest {
    /// Version of the client.
    pub header: RequestHeader,
    /// `AF_UNSPEC` (both), `AF_INET` or `AF_INET6`.
    pub family: u16,
    /// Zero.
    pub reserved: u16,
    /// Interface index in host byte order; 0 flushes all interfaces.
    pub interface_index: u32,
}

impl FlushNeighborsRequest {
    /// A request to flush the neighbors of `family` on one interface, or on all (index 0).
    #[must_use]
    pub const fn new(family: u16, interface_index: u32) -> Self {
        Self { header: RequestHeader::CURRENT, family, reserved: 0, interface_index }
    }
}

const _: () = {
    assert!(size_of::<RequestHeader>() == 8);
    assert!(size_of::<FamilyRequest>() == 16);
    assert!(size_of::<FlushNeighborsRequest>() == 16);
    assert!(core::mem::offset_of!(FamilyRequest, family) == 8);
    assert!(core::mem::offset_of!(FlushNeighborsRequest, interface_index) == 12);
};

structures! {
    RequestHeader { abi_major abi_minor reserved }
    FamilyRequest { header family reserved }
    FlushNeighborsRequest { header family reserved interface_index }
}
