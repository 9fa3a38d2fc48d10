//! Addresses between NETIO's form and that of the ABI.

use core::net::{Ipv4Addr, Ipv6Addr};
use netio_sys::SOCKADDR_INET;
use netioctl_abi::{
    AF_INET, AF_INET6, AddressFamily,
    wire::{MAX_ZONE, has_zone},
};

/// An IP address with its zone, as both sides mean it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketAddress {
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address and its scope id (0: none).
    V6(Ipv6Addr, u32),
}

impl SocketAddress {
    /// From the fields of the ABI; `None` when bytes that an IPv4 address does not use are not zero, or when the scope
    /// id is no zone (it has level bits), or that of an address that has none ([`has_zone`]).
    #[must_use]
    pub fn new(family: AddressFamily, bytes: [u8; 16], scope_id: u32) -> Option<Self> {
        match family {
            AddressFamily::Ipv6 => {
                let address = bytes.into();
                let possible = scope_id == 0 || (scope_id <= MAX_ZONE && has_zone(address));
                possible.then_some(Self::V6(address, scope_id))
            }
            AddressFamily::Ipv4 => {
                let (address, rest) = bytes.split_first_chunk::<4>()?;
                (rest == [0; 12] && scope_id == 0).then(|| Self::V4((*address).into()))
            }
        }
    }

    /// The form that NETIO takes, with everything else zero.
    #[must_use]
    pub fn to_sockaddr(self) -> SOCKADDR_INET {
        match self {
            Self::V4(address) => {
                SOCKADDR_INET { si_family: AF_INET, sin_addr_or_flowinfo: address.octets(), ..SOCKADDR_INET::default() }
            }
            Self::V6(address, scope_id) => SOCKADDR_INET {
                si_family: AF_INET6,
                sin6_addr: address.octets(),
                sin6_scope_id: scope_id,
                ..SOCKADDR_INET::default()
            },
        }
    }

    /// 0.0.0.0 or ::.
    #[must_use]
    pub const fn is_unspecified(self) -> bool {
        match self {
            Self::V4(address) => address.is_unspecified(),
            Self::V6(address, _) => address.is_unspecified(),
        }
    }

    /// 127.0.0.0/8 or `::1`.
    #[must_use]
    pub const fn is_loopback(self) -> bool {
        match self {
            Self::V4(address) => address.is_loopback(),
            Self::V6(address, _) => address.is_loopback(),
        }
    }
}

/// The address fields of the ABI. An IPv4 address uses 16 of the 28 bytes of its `SOCKADDR_INET`; the other 12 are
/// unused, and are not copied.
pub(crate) fn address_fields(address: &SOCKADDR_INET) -> ([u8; 16], u32) {
    if address.si_family == AF_INET6 {
        return (address.sin6_addr, address.sin6_scope_id);
    }
    // Through a number, which has room for all of it: no loop over bytes.
    (u128::from(u32::from_le_bytes(address.sin_addr_or_flowinfo)).to_le_bytes(), 0)
}
