//! Address families as `ws2def.h` numbers them.

use crate::word::words;
use core::net::IpAddr;

/// Both families (`AF_UNSPEC`).
pub const AF_UNSPEC: u16 = 0;
/// IPv4 (`AF_INET`).
pub const AF_INET: u16 = 2;
/// IPv6 (`AF_INET6` of Windows; Linux uses 10).
pub const AF_INET6: u16 = 23;

/// The family of an address or of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AddressFamily {
    /// `AF_INET`.
    Ipv4,
    /// `AF_INET6`.
    Ipv6,
}

impl AddressFamily {
    /// The family with this number; `None` for `AF_UNSPEC` and everything unknown.
    #[must_use]
    pub const fn from_raw(raw: u16) -> Option<Self> {
        match raw {
            AF_INET => Some(Self::Ipv4),
            AF_INET6 => Some(Self::Ipv6),
            _ => None,
        }
    }

    /// The number of the family, `AF_INET` or `AF_INET6`.
    #[must_use]
    pub const fn raw(self) -> u16 {
        match self {
            Self::Ipv4 => AF_INET,
            Self::Ipv6 => AF_INET6,
        }
    }
}

words! { AddressFamily: u16 {
    Ipv4 "IPv4" or "inet";
    Ipv6 "IPv6" or "inet6";
} }

impl From<AddressFamily> for u16 {
    fn from(family: AddressFamily) -> Self {
        family.raw()
    }
}

impl From<IpAddr> for AddressFamily {
    /// The family of the address.
    fn from(address: IpAddr) -> Self {
        if address.is_ipv4() { Self::Ipv4 } else { Self::Ipv6 }
    }
}
