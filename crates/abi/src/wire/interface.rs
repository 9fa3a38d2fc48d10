//! IP interfaces: the row of the table.

use super::{RequestHeader, structures};
use crate::AddressFamily;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Greatest `metric` that can be set (`NL_MAX_METRIC_COMPONENT` of `nldef.h`).
pub const MAX_METRIC: u32 = (1 << 31) - 1;

/// Greatest `dad_transmits` that can be set. An address stays tentative for that many times `retransmit_time`
/// (RFC 4862, section 5.4, which sets no limit).
pub const MAX_DAD_TRANSMITS: u32 = 100;

/// Greatest `base_reachable_time` that can be set, in milliseconds: an hour (`AdvReachableTime` of RFC 4861,
/// section 6.2.1).
pub const MAX_BASE_REACHABLE_TIME: u32 = 3_600_000;

/// Greatest `retransmit_time` that can be set, in milliseconds: ten times `RETRANS_TIMER` (RFC 4861, section 10, which
/// sets no limit). A resolution that nobody answers takes three times as long, and the removal of the driver waits for
/// it.
pub const MAX_RETRANSMIT_TIME: u32 = 10_000;

/// Greatest `path_mtu_discovery_timeout` that can be set, in milliseconds: a day (RFC 8201, section 5.3, asks for five
/// minutes at least and recommends ten).
pub const MAX_PATH_MTU_DISCOVERY_TIMEOUT: u32 = 86_400_000;

/// Greatest `link_local_address_timeout` that can be set, in milliseconds: an hour.
pub const MAX_LINK_LOCAL_ADDRESS_TIMEOUT: u32 = 3_600_000;

/// Greatest `site_prefix_length` that can be set.
pub const MAX_SITE_PREFIX_LENGTH: u32 = 128;

/// Greatest zone id: of the 32 bits of a `SCOPE_ID` (`ws2ipdef.h`), the top four are the scope level.
pub const MAX_ZONE: u32 = (1 << 28) - 1;

/// One IP interface (`MIB_IPINTERFACE_ROW)`: an interface has a row for each family that is bound to it.
///
/// Booleans are 0 or 1. Times are in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct InterfaceRow {
    /// Interface LUID: stable over reboots.
    pub interface_luid: u64,
    /// Reserved by Windows.
    pub interface_identifier: u64,
    /// Interface index: may change when the interface is disabled and enabled.
    pub interface_index: u32,
    /// `AF_INET` or `AF_INET6`.
    pub family: u16,
    /// Router advertisements are sent.
    pub advertising_enabled: u8,
    /// Packets are forwarded.
    pub forwarding_enabled: u8,
    /// Packets may leave with the address of another interface.
    pub weak_host_send: u8,
    /// Packets for the address of another interface are accepted.
    pub weak_host_receive: u8,
    /// The metric follows the link speed.
    pub use_automatic_metric: u8,
    /// Unreachable neighbors are detected (RFC 4861, section 7.3).
    pub use_neighbor_unreachability_detection: u8,
    /// Router advertisements announce DHCPv6 addresses.
    pub managed_address_configuration_supported: u8,
    /// Router advertisements announce other DHCPv6 configuration.
    pub other_stateful_configuration_supported: u8,
    /// The default route is advertised.
    pub advertise_default_route: u8,
    /// Default routes through this interface are ignored.
    pub disable_default_routes: u8,
    /// The link has media, and the protocol runs.
    pub connected: u8,
    /// The adapter can wake the machine by a pattern.
    pub supports_wake_up_patterns: u8,
    /// The link has neighbor discovery (or ARP).
    pub supports_neighbor_discovery: u8,
    /// The link has router discovery.
    pub supports_router_discovery: u8,
    /// What the adapter computes for sent packets: bits of [`Offload`].
    pub transmit_offload: u8,
    /// What the adapter checks on received packets: bits of [`Offload`].
    pub receive_offload: u8,
    /// Zero.
    pub reserved: u16,
    /// Link-layer independent MTU in bytes; 0xFFFFFFFF on the loopback interface of Windows.
    pub nl_mtu: u32,
    /// Metric that is added to the metric of each route through this interface.
    pub metric: u32,
    /// Reserved by Windows.
    pub max_reassembly_size: u32,
    /// Least interval between router advertisements, in seconds.
    pub min_router_advertisement_interval: u32,
    /// Greatest interval between router advertisements, in seconds.
    pub max_router_advertisement_interval: u32,
    /// `NL_ROUTER_DISCOVERY_BEHAVIOR`: disabled 0, enabled 1, by DHCP 2, unchanged -1.
    pub router_discovery_behavior: i32,
    /// Probes of duplicate address detection; 0 switches it off (RFC 4862, section 5.1).
    pub dad_transmits: u32,
    /// Base of the random reachable time (RFC 4861, section 6.3.2).
    pub base_reachable_time: u32,
    /// The reachable time now in use.
    pub reachable_time: u32,
    /// Time between two solicitations of a neighbor.
    pub retransmit_time: u32,
    /// Time after which a learned path MTU is forgotten.
    pub path_mtu_discovery_timeout: u32,
    /// `NL_LINK_LOCAL_ADDRESS_BEHAVIOR`: never 0, delayed 1, always 2, unchanged -1.
    pub link_local_address_behavior: i32,
    /// Time until a delayed link-local address is made.
    pub link_local_address_timeout: u32,
    /// Prefix length of a site address.
    pub site_prefix_length: u32,
    /// Zone id for each scope level, indexed by `SCOPE_LEVEL`.
    pub zone_indices: [u32; 16],
}

impl InterfaceRow {
    /// The family; `None` for a number that is neither IPv4 nor IPv6.
    #[must_use]
    pub const fn family(&self) -> Option<AddressFamily> {
        AddressFamily::from_raw(self.family)
    }
}

/// Names an IP interface (`GetIpInterfaceEntry`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct InterfaceKeyRequest {
    /// Version of the client.
    pub header: RequestHeader,
    /// Interface LUID; wins over the index when it is not 0.
    pub interface_luid: u64,
    /// Interface index in host byte order; looked at only when the LUID is 0. One of both must be given.
    pub interface_index: u32,
    /// `AF_INET` or `AF_INET6`.
    pub family: u16,
    /// Zero.
    pub reserved: u16,
}

/// Changes an IP interface (SetIpInterfaceEntry): the named members of `row`, and no others.
///
/// Changes through the driver come one after the other, so none undoes another that names different members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct SetInterfaceRequest {
    /// Version of the client.
    pub header: RequestHeader,
    /// Bits of [`InterfaceMember`]: the members to change; at least one.
    pub members: u64,
    /// LUID, index and family name the interface; of the rest, the members named are looked at. Booleans are 0 or 1.
    pub row: InterfaceRow,
}

bitflags::bitflags! {
    /// The members of an interface row that can be set. All others are read-only.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct InterfaceMember: u64 {
        /// `advertising_enabled`
        const ADVERTISING_ENABLED = 1 << 0;
        /// `forwarding_enabled`
        const FORWARDING_ENABLED = 1 << 1;
        /// `weak_host_send`
        const WEAK_HOST_SEND = 1 << 2;
        /// `weak_host_receive`
        const WEAK_HOST_RECEIVE = 1 << 3;
        /// `use_automatic_metric`: must be off for a metric to stay.
        const USE_AUTOMATIC_METRIC = 1 << 4;
        /// `use_neighbor_unreachability_detection`
        const USE_NEIGHBOR_UNREACHABILITY_DETECTION = 1 << 5;
        /// `managed_address_configuration_supported`
        const MANAGED_ADDRESS_CONFIGURATION_SUPPORTED = 1 << 6;
        /// `other_stateful_configuration_supported`
        const OTHER_STATEFUL_CONFIGURATION_SUPPORTED = 1 << 7;
        /// `advertise_default_route`
        const ADVERTISE_DEFAULT_ROUTE = 1 << 8;
        /// `disable_default_routes`
        const DISABLE_DEFAULT_ROUTES = 1 << 9;
        /// `nl_mtu`, not 0
        const NL_MTU = 1 << 10;
        /// `metric`, at most [`MAX_METRIC`]
        const METRIC = 1 << 11;
        /// `router_discovery_behavior`, 0 to 2
        const ROUTER_DISCOVERY_BEHAVIOR = 1 << 12;
        /// `dad_transmits`, at most [`MAX_DAD_TRANSMITS`]
        const DAD_TRANSMITS = 1 << 13;
        /// `base_reachable_time`, 1 to [`MAX_BASE_REACHABLE_TIME`]
        const BASE_REACHABLE_TIME = 1 << 14;
        /// `retransmit_time`, 1 to [`MAX_RETRANSMIT_TIME`]
        const RETRANSMIT_TIME = 1 << 15;
        /// `path_mtu_discovery_timeout`, 1 to [`MAX_PATH_MTU_DISCOVERY_TIMEOUT`]
        const PATH_MTU_DISCOVERY_TIMEOUT = 1 << 16;
        /// `link_local_address_behavior`, 0 to 2
        const LINK_LOCAL_ADDRESS_BEHAVIOR = 1 << 17;
        /// `link_local_address_timeout`, at most [`MAX_LINK_LOCAL_ADDRESS_TIMEOUT`]
        const LINK_LOCAL_ADDRESS_TIMEOUT = 1 << 18;
        /// `site_prefix_length`; IPv6 only, at most [`MAX_SITE_PREFIX_LENGTH`]
        const SITE_PREFIX_LENGTH = 1 << 19;
        /// `zone_indices`, each at most [`MAX_ZONE`]
        const ZONE_INDICES = 1 << 20;
    }
}

bitflags::bitflags! {
    /// Offload abilities (NL_INTERFACE_OFFLOAD_ROD of `nldef.h`).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct Offload: u8 {
        /// IP header checksum.
        const NL_CHECKSUM = 0x01;
        /// IP header with options.
        const NL_OPTIONS = 0x02;
        /// UDP checksum.
        const TL_DATAGRAM_CHECKSUM = 0x04;
        /// TCP checksum.
        const TL_STREAM_CHECKSUM = 0x08;
        /// TCP checksum with options.
        const TL_STREAM_OPTIONS = 0x10;
        /// Fast path.
        const FAST_PATH = 0x20;
        /// Large send offload, version 1.
        const LARGE_SEND = 0x40;
        /// Large send offload, version 2.
        const GIANT_SEND = 0x80;
    }
}

const _: () = {
    use core::mem::offset_of;
    assert!(size_of::<InterfaceKeyRequest>() == 24);
    assert!(size_of::<SetInterfaceRequest>() == 176);
    assert!(offset_of!(SetInterfaceRequest, row) == 16);
    assert!(size_of::<InterfaceRow>() == 160);
    assert!(offset_of!(InterfaceRow, family) == 20);
    assert!(offset_of!(InterfaceRow, receive_offload) == 37);
};

structures! {
    InterfaceRow {
        interface_luid interface_identifier interface_index family advertising_enabled forwarding_enabled weak_host_send
        weak_host_receive use_automatic_metric use_neighbor_unreachability_detection
        managed_address_configuration_supported other_stateful_configuration_supported advertise_default_route
        disable_default_routes connected supports_wake_up_patterns supports_neighbor_discovery supports_router_discovery
        transmit_offload receive_offload reserved nl_mtu metric max_reassembly_size min_router_advertisement_interval
        max_router_advertisement_interval router_discovery_behavior dad_transmits base_reachable_time reachable_time
        retransmit_time path_mtu_discovery_timeout link_local_address_behavior link_local_address_timeout
        site_prefix_length zone_indices
    }
    InterfaceKeyRequest { header interface_luid interface_index family reserved }
    SetInterfaceRequest { header members row }
}
