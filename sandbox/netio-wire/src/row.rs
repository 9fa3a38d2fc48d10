//! Memory images of the `netioapi.h` structures that cross the wire, padding included.

use crate::{AF_INET, AF_INET6, POISON};
use core::mem::offset_of;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use zerocopy::{FromBytes, FromZeros, Immutable, IntoBytes, KnownLayout};

/// `IF_MAX_PHYS_ADDRESS_LENGTH`.
pub const MAX_PHYSICAL_ADDRESS: usize = 32;

/// Values of `NL_NEIGHBOR_STATE`.
pub mod state {
    /// `NlnsUnreachable`.
    pub const UNREACHABLE: i32 = 0;
    /// `NlnsIncomplete`.
    pub const INCOMPLETE: i32 = 1;
    /// `NlnsProbe`.
    pub const PROBE: i32 = 2;
    /// `NlnsDelay`.
    pub const DELAY: i32 = 3;
    /// `NlnsStale`.
    pub const STALE: i32 = 4;
    /// `NlnsReachable`.
    pub const REACHABLE: i32 = 5;
    /// `NlnsPermanent`.
    pub const PERMANENT: i32 = 6;
}

/// Bits of `MIB_IPNET_ROW2::Flags`.
pub mod flags {
    /// `IsRouter`.
    pub const IS_ROUTER: u8 = 0x01;
    /// `IsUnreachable`.
    pub const IS_UNREACHABLE: u8 = 0x02;
}

/// `SOCKADDR_INET`: 28 bytes, of which an IPv4 address uses 16.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
pub struct SocketAddress {
    /// `si_family`.
    pub family: u16,
    /// Port, network order; 0 in a neighbor's key.
    pub port: u16,
    /// `sin_addr`, or `sin6_flowinfo`.
    pub ipv4_or_flow: [u8; 4],
    /// `sin6_addr`; for IPv4 `sin_zero` and then padding.
    pub ipv6: [u8; 16],
    /// `sin6_scope_id`; padding for IPv4.
    pub scope_id: u32,
}

impl SocketAddress {
    /// The image of an address: port, flow and scope are zero, and what IPv4 leaves unused is poisoned.
    #[must_use]
    pub fn new(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(v4) => {
                let (zero, unused) = ([0; 8], [POISON; 8]);
                let mut ipv6 = [0; 16];
                ipv6[..8].copy_from_slice(&zero);
                ipv6[8..].copy_from_slice(&unused);
                Self {
                    family: AF_INET,
                    port: 0,
                    ipv4_or_flow: v4.octets(),
                    ipv6,
                    scope_id: u32::from_ne_bytes([POISON; 4]),
                }
            }
            IpAddr::V6(v6) => Self { family: AF_INET6, port: 0, ipv4_or_flow: [0; 4], ipv6: v6.octets(), scope_id: 0 },
        }
    }

    /// The address, unless the family is another than IPv4 and IPv6.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match self.family {
            AF_INET => Some(IpAddr::V4(Ipv4Addr::from(self.ipv4_or_flow))),
            AF_INET6 => Some(IpAddr::V6(Ipv6Addr::from(self.ipv6))),
            _ => None,
        }
    }
}

/// `MIB_IPNET_ROW2`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[allow(missing_docs, reason = "the names are those of netioapi.h")]
pub struct IpNetRow {
    pub address: SocketAddress,
    pub interface_index: u32,
    pub interface_luid: u64,
    pub physical_address: [u8; MAX_PHYSICAL_ADDRESS],
    pub physical_address_length: u32,
    pub state: i32,
    pub flags: u8,
    pub padding: [u8; 3],
    pub reachability_time: u32,
}

impl IpNetRow {
    /// A row with every byte poisoned except the address and the physical address, which is cut at 32 bytes.
    #[must_use]
    pub fn poisoned(address: IpAddr, physical_address: &[u8]) -> Self {
        let mut image = [POISON; MAX_PHYSICAL_ADDRESS];
        let mut length = 0;
        for (slot, byte) in image.iter_mut().zip(physical_address) {
            *slot = *byte;
            length += 1;
        }
        Self {
            address: SocketAddress::new(address),
            interface_index: u32::from_ne_bytes([POISON; 4]),
            interface_luid: u64::from_ne_bytes([POISON; 8]),
            physical_address: image,
            physical_address_length: length,
            state: i32::from_ne_bytes([POISON; 4]),
            flags: POISON,
            padding: [POISON; 3],
            reachability_time: u32::from_ne_bytes([POISON; 4]),
        }
    }

    /// The physical address, unless its length cannot be right.
    #[must_use]
    pub fn physical(&self) -> Option<&[u8]> {
        self.physical_address.get(..usize::try_from(self.physical_address_length).ok()?)
    }
}

/// `MIB_IPINTERFACE_ROW`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[allow(missing_docs, reason = "the names are those of netioapi.h")]
pub struct IpInterfaceRow {
    pub family: u16,
    pub padding_family: [u8; 6],
    pub interface_luid: u64,
    pub interface_index: u32,
    pub max_reassembly_size: u32,
    pub interface_identifier: u64,
    pub min_router_advertisement_interval: u32,
    pub max_router_advertisement_interval: u32,
    pub advertising_enabled: u8,
    pub forwarding_enabled: u8,
    pub weak_host_send: u8,
    pub weak_host_receive: u8,
    pub use_automatic_metric: u8,
    pub use_neighbor_unreachability_detection: u8,
    pub managed_address_configuration_supported: u8,
    pub other_stateful_configuration_supported: u8,
    pub advertise_default_route: u8,
    pub padding_behavior: [u8; 3],
    pub router_discovery_behavior: i32,
    pub dad_transmits: u32,
    pub base_reachable_time: u32,
    pub retransmit_time: u32,
    pub path_mtu_discovery_timeout: u32,
    pub link_local_address_behavior: i32,
    pub link_local_address_timeout: u32,
    pub zone_indices: [u32; 16],
    pub site_prefix_length: u32,
    pub metric: u32,
    pub nl_mtu: u32,
    pub connected: u8,
    pub supports_wake_up_patterns: u8,
    pub supports_neighbor_discovery: u8,
    pub supports_router_discovery: u8,
    pub reachable_time: u32,
    pub transmit_offload: u8,
    pub receive_offload: u8,
    pub disable_default_routes: u8,
    pub padding_end: u8,
}

impl IpInterfaceRow {
    /// A row with the padding poisoned and everything else zero.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            family: 0,
            padding_family: [POISON; 6],
            interface_luid: 0,
            interface_index: 0,
            max_reassembly_size: 0,
            interface_identifier: 0,
            min_router_advertisement_interval: 0,
            max_router_advertisement_interval: 0,
            advertising_enabled: 0,
            forwarding_enabled: 0,
            weak_host_send: 0,
            weak_host_receive: 0,
            use_automatic_metric: 0,
            use_neighbor_unreachability_detection: 0,
            managed_address_configuration_supported: 0,
            other_stateful_configuration_supported: 0,
            advertise_default_route: 0,
            padding_behavior: [POISON; 3],
            router_discovery_behavior: 0,
            dad_transmits: 0,
            base_reachable_time: 0,
            retransmit_time: 0,
            path_mtu_discovery_timeout: 0,
            link_local_address_behavior: 0,
            link_local_address_timeout: 0,
            zone_indices: [0; 16],
            site_prefix_length: 0,
            metric: 0,
            nl_mtu: 0,
            connected: 0,
            supports_wake_up_patterns: 0,
            supports_neighbor_discovery: 0,
            supports_router_discovery: 0,
            reachable_time: 0,
            transmit_offload: 0,
            receive_offload: 0,
            disable_default_routes: 0,
            padding_end: POISON,
        }
    }

    /// The row of a change notification: every byte is poisoned but the family and the ids.
    #[must_use]
    pub fn of_event(family: u16, luid: u64, index: u32) -> Self {
        let mut row = Self::new_zeroed();
        row.as_mut_bytes().fill(POISON);
        Self { family, interface_luid: luid, interface_index: index, ..row }
    }
}

impl Default for IpInterfaceRow {
    fn default() -> Self {
        Self::new()
    }
}

/// What precedes the rows of a `MIB_…_TABLE`; the first row follows at once.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
pub struct TableHeader {
    /// `NumEntries`.
    pub num_entries: u32,
    /// Padding, poisoned.
    pub padding: [u8; 4],
}

impl TableHeader {
    /// The header of a table of `num_entries` rows.
    #[must_use]
    pub const fn new(num_entries: u32) -> Self {
        Self { num_entries, padding: [POISON; 4] }
    }
}

/// Asserts a structure's size and the offsets of its members.
macro_rules! assert_layout {
    ($type:ty, $size:literal, $($member:ident @ $offset:literal),+ $(,)?) => {
        const _: () = assert!(size_of::<$type>() == $size);
        $(const _: () = assert!(offset_of!($type, $member) == $offset);)+
    };
}

assert_layout!(SocketAddress, 28, family @ 0, port @ 2, ipv4_or_flow @ 4, ipv6 @ 8, scope_id @ 24);
assert_layout!(
    IpNetRow, 88,
    address @ 0, interface_index @ 28, interface_luid @ 32, physical_address @ 40, physical_address_length @ 72,
    state @ 76, flags @ 80, reachability_time @ 84,
);
assert_layout!(
    IpInterfaceRow, 168,
    family @ 0, interface_luid @ 8, interface_index @ 16, max_reassembly_size @ 20, interface_identifier @ 24,
    min_router_advertisement_interval @ 32, max_router_advertisement_interval @ 36, advertising_enabled @ 40,
    forwarding_enabled @ 41, weak_host_send @ 42, weak_host_receive @ 43, use_automatic_metric @ 44,
    use_neighbor_unreachability_detection @ 45, managed_address_configuration_supported @ 46,
    other_stateful_configuration_supported @ 47, advertise_default_route @ 48, router_discovery_behavior @ 52,
    dad_transmits @ 56, base_reachable_time @ 60, retransmit_time @ 64, path_mtu_discovery_timeout @ 68,
    link_local_address_behavior @ 72, link_local_address_timeout @ 76, zone_indices @ 80, site_prefix_length @ 144,
    metric @ 148, nl_mtu @ 152, connected @ 156, supports_wake_up_patterns @ 157, supports_neighbor_discovery @ 158,
    supports_router_discovery @ 159, reachable_time @ 160, transmit_offload @ 164, receive_offload @ 165,
    disable_default_routes @ 166,
);
assert_layout!(TableHeader, 8, num_entries @ 0);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_address_survives_its_image(address: IpAddr) {
            prop_assert_eq!(SocketAddress::new(address).ip(), Some(address));
        }

        #[test]
        fn whatever_a_row_does_not_define_is_poison(address: IpAddr, physical in proptest::collection::vec(any::<u8>(), 0..40)) {
            let row = IpNetRow::poisoned(address, &physical);
            let kept = physical.len().min(MAX_PHYSICAL_ADDRESS);
            prop_assert_eq!(row.physical(), Some(&physical[..kept]));
            let bytes = row.as_bytes();
            prop_assert!(bytes[40 + kept..72].iter().all(|byte| *byte == POISON));
            prop_assert!(bytes[81..84].iter().all(|byte| *byte == POISON));
            if address.is_ipv4() {
                prop_assert!(bytes[8..16].iter().all(|byte| *byte == 0));
                prop_assert!(bytes[16..28].iter().all(|byte| *byte == POISON));
            }
        }

        #[test]
        fn a_physical_address_longer_than_its_array_is_no_address(length in 33u32..) {
            let mut row = IpNetRow::poisoned(IpAddr::V4(Ipv4Addr::LOCALHOST), &[]);
            row.physical_address_length = length;
            prop_assert_eq!(row.physical(), None);
        }
    }

    #[test]
    fn the_padding_of_an_interface_row_and_of_a_table_is_poison() {
        let row = IpInterfaceRow::new();
        let bytes = row.as_bytes();
        for range in [2..8, 49..52, 167..168] {
            assert!(bytes[range].iter().all(|byte| *byte == POISON));
        }
        assert!(TableHeader::new(3).as_bytes()[4..].iter().all(|byte| *byte == POISON));
    }

    #[test]
    fn the_row_of_an_event_names_the_interface_and_nothing_else() {
        let row = IpInterfaceRow::of_event(AF_INET6, 6 << 48 | 2 << 24, 2);
        assert_eq!((row.family, row.interface_luid, row.interface_index), (AF_INET6, 6 << 48 | 2 << 24, 2));
        assert!(row.as_bytes()[20..].iter().all(|byte| *byte == POISON));
    }

    #[test]
    fn another_family_has_no_address() {
        let mut image = SocketAddress::new(IpAddr::V4(Ipv4Addr::LOCALHOST));
        image.family = 10;
        assert_eq!(image.ip(), None);
    }
}
