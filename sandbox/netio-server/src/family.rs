//! The two address families, as Windows and as Linux number them.

use netio_wire::{AF_INET, AF_INET6};
use netlink_packet_route::AddressFamily;
use std::net::IpAddr;

/// An address family that a neighbor or an interface row can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// `AF_INET`.
    Ipv4,
    /// `AF_INET6`.
    Ipv6,
}

impl Family {
    /// Both, in the order of their blocks in a table of `AF_UNSPEC`.
    pub const ALL: [Self; 2] = [Self::Ipv4, Self::Ipv6];

    /// The family that Windows gives this number.
    #[must_use]
    pub const fn from_windows(number: u16) -> Option<Self> {
        match number {
            AF_INET => Some(Self::Ipv4),
            AF_INET6 => Some(Self::Ipv6),
            _ => None,
        }
    }

    /// The number that Windows gives it.
    #[must_use]
    pub const fn windows(self) -> u16 {
        match self {
            Self::Ipv4 => AF_INET,
            Self::Ipv6 => AF_INET6,
        }
    }

    /// The number that Linux gives it.
    #[must_use]
    pub const fn linux(self) -> AddressFamily {
        match self {
            Self::Ipv4 => AddressFamily::Inet,
            Self::Ipv6 => AddressFamily::Inet6,
        }
    }

    /// The family of an address.
    #[must_use]
    pub const fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::Ipv4,
            IpAddr::V6(_) => Self::Ipv6,
        }
    }
}
