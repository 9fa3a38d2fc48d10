//! Between the rows of NETIO and the rows of the ABI, field by field.

use core::net::{Ipv4Addr, Ipv6Addr};
use netio_sys::{MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, NEIGHBOR_IS_ROUTER, NEIGHBOR_IS_UNREACHABLE, SOCKADDR_INET};
use netioctl_abi::{
    AF_INET, AF_INET6, AddressFamily,
    wire::{InterfaceRow, MAX_PHYSICAL_ADDRESS, MAX_ZONE, NeighborFlags, NeighborRow, has_zone},
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
/// nobody's and stay behind.
pub(crate) fn address_fields(address: &SOCKADDR_INET) -> ([u8; 16], u32) {
    if address.si_family == AF_INET6 {
        return (address.sin6_addr, address.sin6_scope_id);
    }
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(address.sin_addr_or_flowinfo) {
        *to = from;
    }
    (bytes, 0)
}

/// A neighbor, without the bytes behind its physical address.
#[must_use]
pub fn neighbor_row(row: &MIB_IPNET_ROW2) -> NeighborRow {
    let (address, scope_id) = address_fields(&row.Address);
    let length = row.PhysicalAddressLength.min(MAX_PHYSICAL_ADDRESS as u32);
    let mut physical_address = [0; MAX_PHYSICAL_ADDRESS];
    for (to, from) in physical_address.iter_mut().zip(row.PhysicalAddress).take(length as usize) {
        *to = from;
    }
    let mut flags = NeighborFlags::empty();
    flags.set(NeighborFlags::ROUTER, row.Flags & NEIGHBOR_IS_ROUTER != 0);
    flags.set(NeighborFlags::UNREACHABLE, row.Flags & NEIGHBOR_IS_UNREACHABLE != 0);
    NeighborRow {
        interface_luid: row.InterfaceLuid,
        interface_index: row.InterfaceIndex,
        family: row.Address.si_family,
        flags: flags.bits(),
        address,
        scope_id,
        state: row.State,
        physical_address_length: length,
        reachability_time: row.ReachabilityTime,
        physical_address,
    }
}

/// BOOLEAN to 0 or 1: NETIO may store any value but 0 for TRUE.
const fn flag(boolean: u8) -> u8 {
    (boolean != 0) as u8
}

/// An IP interface.
#[must_use]
pub fn interface_row(row: &MIB_IPINTERFACE_ROW) -> InterfaceRow {
    InterfaceRow {
        interface_luid: row.InterfaceLuid,
        interface_identifier: row.InterfaceIdentifier,
        interface_index: row.InterfaceIndex,
        family: row.Family,
        advertising_enabled: flag(row.AdvertisingEnabled),
        forwarding_enabled: flag(row.ForwardingEnabled),
        weak_host_send: flag(row.WeakHostSend),
        weak_host_receive: flag(row.WeakHostReceive),
        use_automatic_metric: flag(row.UseAutomaticMetric),
        use_neighbor_unreachability_detection: flag(row.UseNeighborUnreachabilityDetection),
        managed_address_configuration_supported: flag(row.ManagedAddressConfigurationSupported),
        other_stateful_configuration_supported: flag(row.OtherStatefulConfigurationSupported),
        advertise_default_route: flag(row.AdvertiseDefaultRoute),
        disable_default_routes: flag(row.DisableDefaultRoutes),
        connected: flag(row.Connected),
        supports_wake_up_patterns: flag(row.SupportsWakeUpPatterns),
        supports_neighbor_discovery: flag(row.SupportsNeighborDiscovery),
        supports_router_discovery: flag(row.SupportsRouterDiscovery),
        transmit_offload: row.TransmitOffload,
        receive_offload: row.ReceiveOffload,
        reserved: 0,
        nl_mtu: row.NlMtu,
        metric: row.Metric,
        max_reassembly_size: row.MaxReassemblySize,
        min_router_advertisement_interval: row.MinRouterAdvertisementInterval,
        max_router_advertisement_interval: row.MaxRouterAdvertisementInterval,
        router_discovery_behavior: row.RouterDiscoveryBehavior,
        dad_transmits: row.DadTransmits,
        base_reachable_time: row.BaseReachableTime,
        reachable_time: row.ReachableTime,
        retransmit_time: row.RetransmitTime,
        path_mtu_discovery_timeout: row.PathMtuDiscoveryTimeout,
        link_local_address_behavior: row.LinkLocalAddressBehavior,
        link_local_address_timeout: row.LinkLocalAddressTimeout,
        site_prefix_length: row.SitePrefixLength,
        zone_indices: row.ZoneIndices,
    }
}
