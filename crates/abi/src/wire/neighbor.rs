//! Neighbors: the request that names one, and the row of the table.

use super::{RequestHeader, enumerations, structures};
use crate::{AddressFamily, word::numbered_words};
use core::net::Ipv6Addr;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Most bytes that a physical address can have (`IF_MAX_PHYS_ADDRESS_LENGTH` of `ifdef.h`).
pub const MAX_PHYSICAL_ADDRESS: usize = 32;

/// Resolutions that run at the same time, those of all handles counted. One that was cancelled counts until the network
/// stack has given up on it.
pub const MAX_RESOLUTIONS: u32 = 16;

/// Resolutions of one handle that run at the same time, counted in the same way.
pub const MAX_HANDLE_RESOLUTIONS: u32 = 4;

/// Whether a scope id means something beside this address: it is link-local or multicast (RFC 4007, section 6).
#[must_use]
pub const fn has_zone(address: Ipv6Addr) -> bool {
    address.is_unicast_link_local() || address.is_multicast()
}

/// What names a neighbor in a request, and the length of the physical address where one follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct NeighborKey {
    /// Interface LUID; wins over the index when it is not 0.
    pub interface_luid: u64,
    /// Interface index in host byte order; looked at only when the LUID is 0. One of both must be given.
    pub interface_index: u32,
    /// `AF_INET` or `AF_INET6`.
    pub family: u16,
    /// Zero.
    pub reserved: u16,
    /// The address in network byte order: 4 bytes of IPv4 followed by zeros, or 16 bytes of IPv6.
    pub address: [u8; 16],
    /// IPv6 scope id in host byte order: 0, or the zone of a link-local or multicast address, at most
    /// [`MAX_ZONE`](super::MAX_ZONE).
    pub scope_id: u32,
    /// Bytes used of the physical address that follows, 1 to 32; 0 where none follows.
    pub physical_address_length: u32,
}

/// Names a neighbor and gives its physical address (`CreateIpNetEntry2`, `SetIpNetEntry2`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct NeighborRequest {
    /// Version of the client.
    pub header: RequestHeader,
    /// The neighbor.
    pub key: NeighborKey,
    /// The physical address; bytes beyond the length are zero.
    pub physical_address: [u8; MAX_PHYSICAL_ADDRESS],
}

/// Names a neighbor (`GetIpNetEntry2`, `DeleteIpNetEntry2`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct NeighborKeyRequest {
    /// Version of the client.
    pub header: RequestHeader,
    /// The neighbor; the length is 0.
    pub key: NeighborKey,
}

/// Asks the network for the physical address of a neighbor (`ResolveIpNetEntry2`). What the table knew of it is dropped
/// first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct ResolveNeighborRequest {
    /// Version of the client.
    pub header: RequestHeader,
    /// The neighbor; the length is 0.
    pub key: NeighborKey,
    /// The address to send from, in the form of the neighbor's; looked at if `source_family` is not 0.
    pub source: [u8; 16],
    /// IPv6 scope id of the source, as that of the neighbor.
    pub source_scope_id: u32,
    /// `AF_UNSPEC` for a source of the system's choice, else the family of the neighbor.
    pub source_family: u16,
    /// Zero.
    pub reserved: u16,
}

/// One neighbor of the table (`MIB_IPNET_ROW2`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct NeighborRow {
    /// Interface LUID: stable over reboots.
    pub interface_luid: u64,
    /// Interface index: may change when the interface is disabled and enabled.
    pub interface_index: u32,
    /// `AF_INET` or `AF_INET6`.
    pub family: u16,
    /// Bits of [`NeighborFlags`].
    pub flags: u16,
    /// The address in network byte order: 4 bytes of IPv4 followed by zeros, or 16 bytes of IPv6.
    pub address: [u8; 16],
    /// IPv6 scope id in host byte order; 0 for IPv4.
    pub scope_id: u32,
    /// `NL_NEIGHBOR_STATE` as a number; see [`NeighborState`].
    pub state: i32,
    /// Bytes used of `physical_address`, 0 to 32.
    pub physical_address_length: u32,
    /// `ReachabilityTime` in milliseconds: `LastUnreachable` when the neighbor is unreachable, else `LastReachable`.
    pub reachability_time: u32,
    /// The physical address; bytes beyond the length are zero.
    pub physical_address: [u8; MAX_PHYSICAL_ADDRESS],
}

impl NeighborRow {
    /// The family; `None` for a number that is neither IPv4 nor IPv6.
    #[must_use]
    pub const fn family(&self) -> Option<AddressFamily> {
        AddressFamily::from_raw(self.family)
    }

    /// The flags; unknown bits are kept.
    #[must_use]
    pub const fn flags(&self) -> NeighborFlags {
        NeighborFlags::from_bits_retain(self.flags)
    }

    /// The state; `None` for a number that `nldef.h` does not define.
    #[must_use]
    pub const fn state(&self) -> Option<NeighborState> {
        NeighborState::from_raw(self.state)
    }

    /// The bytes of the physical address that are in use.
    #[must_use]
    pub fn physical_address(&self) -> &[u8] {
        let length = usize::try_from(self.physical_address_length).unwrap_or(usize::MAX);
        self.physical_address.get(..length).unwrap_or(&self.physical_address)
    }
}

bitflags::bitflags! {
    /// Flags of a neighbor.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct NeighborFlags: u16 {
        /// The neighbor is a router.
        const ROUTER = 1 << 0;
        /// The neighbor does not answer.
        const UNREACHABLE = 1 << 1;
    }
}

/// State of a neighbor: `NL_NEIGHBOR_STATE` of `nldef.h`, named after RFC 4861, section 7.3.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(i32)]
pub enum NeighborState {
    /// Resolution failed.
    Unreachable = 0,
    /// Resolution is under way.
    Incomplete = 1,
    /// The neighbor is being probed again.
    Probe = 2,
    /// Waiting for a sign of life before probing.
    Delay = 3,
    /// Not confirmed for a while.
    Stale = 4,
    /// Confirmed within the reachable time.
    Reachable = 5,
    /// Static or well-known.
    Permanent = 6,
}

impl NeighborState {
    /// The state with this number.
    #[must_use]
    pub const fn from_raw(raw: i32) -> Option<Self> {
        Some(match raw {
            0 => Self::Unreachable,
            1 => Self::Incomplete,
            2 => Self::Probe,
            3 => Self::Delay,
            4 => Self::Stale,
            5 => Self::Reachable,
            6 => Self::Permanent,
            _ => return None,
        })
    }

    /// The state as `ip neigh` of iproute2 names it: `FAILED` is what Windows calls unreachable.
    #[must_use]
    pub const fn linux_name(self) -> &'static str {
        match self {
            Self::Unreachable => "FAILED",
            Self::Incomplete => "INCOMPLETE",
            Self::Probe => "PROBE",
            Self::Delay => "DELAY",
            Self::Stale => "STALE",
            Self::Reachable => "REACHABLE",
            Self::Permanent => "PERMANENT",
        }
    }
}

numbered_words! { NeighborState: i32 {
    Unreachable "Unreachable" or "failed";
    Incomplete "Incomplete";
    Probe "Probe";
    Delay "Delay";
    Stale "Stale";
    Reachable "Reachable";
    Permanent "Permanent";
} }

const _: () = {
    use core::mem::offset_of;
    assert!(size_of::<NeighborKey>() == 40);
    assert!(offset_of!(NeighborKey, address) == 16);
    assert!(size_of::<NeighborRequest>() == 80);
    assert!(offset_of!(NeighborRequest, key) == 8);
    assert!(offset_of!(NeighborRequest, physical_address) == 48);
    assert!(size_of::<NeighborKeyRequest>() == 48);
    assert!(offset_of!(NeighborKeyRequest, key) == 8);
    assert!(size_of::<ResolveNeighborRequest>() == 72);
    assert!(offset_of!(ResolveNeighborRequest, source) == 48);
    assert!(size_of::<NeighborRow>() == 80);
    assert!(offset_of!(NeighborRow, address) == 16);
    assert!(offset_of!(NeighborRow, state) == 36);
    assert!(offset_of!(NeighborRow, physical_address) == 48);
};

structures! {
    NeighborKey { interface_luid interface_index family reserved address scope_id physical_address_length }
    NeighborRequest { header key physical_address }
    NeighborKeyRequest { header key }
    ResolveNeighborRequest { header key source source_scope_id source_family reserved }
    NeighborRow {
        interface_luid interface_index family flags address scope_id state physical_address_length reachability_time
        physical_address
    }
}

enumerations! { NeighborState }
