//! The members of an IP interface that can be set, and what they can be set to.

use core::ops::RangeInclusive;
use netio_sys::MIB_IPINTERFACE_ROW;
use netioctl_abi::wire::{
    InterfaceMember, InterfaceRow, MAX_BASE_REACHABLE_TIME, MAX_DAD_TRANSMITS, MAX_LINK_LOCAL_ADDRESS_TIMEOUT,
    MAX_METRIC, MAX_PATH_MTU_DISCOVERY_TIMEOUT, MAX_RETRANSMIT_TIME, MAX_SITE_PREFIX_LENGTH, MAX_ZONE,
};

/// A member that can be set.
pub struct Member<T> {
    bit: InterfaceMember,
    /// What can be set. NETIO reads some of the other values as "unchanged": 0xFF in a BOOLEAN, -1 in a behavior, 0 in
    /// a time and the MTU, all bits elsewhere.
    range: RangeInclusive<T>,
    place: fn(&mut MIB_IPINTERFACE_ROW) -> &mut T,
    value: fn(&InterfaceRow) -> T,
}

impl<T: Copy + PartialOrd> Member<T> {
    /// Whether it is not named, or can have the value that it is given.
    pub fn takes(&self, named: InterfaceMember, row: &InterfaceRow) -> bool {
        !named.contains(self.bit) || self.range.contains(&(self.value)(row))
    }

    /// Whether the row holds a value that cannot be set.
    pub fn leaves(&self, row: &mut MIB_IPINTERFACE_ROW) -> bool {
        !self.range.contains((self.place)(row))
    }

    /// Puts it into a row of NETIO if it is named.
    pub fn apply(&self, named: InterfaceMember, from: &InterfaceRow, to: &mut MIB_IPINTERFACE_ROW) {
        if named.contains(self.bit) {
            *(self.place)(to) = (self.value)(from);
        }
    }
}

/// What a zone id can be.
pub const ZONES: RangeInclusive<u32> = 0..=MAX_ZONE;

/// Lists members: bit, range, place in a row of NETIO, place in a row of the ABI.
macro_rules! members {
    ($($bit:ident, $range:expr, $place:ident, $value:ident;)+) => {
        &[$(Member {
            bit: InterfaceMember::$bit,
            range: $range,
            place: |to| &mut to.$place,
            value: |from| from.$value,
        }),+]
    };
}

pub const BOOLEANS: &[Member<u8>] = members! {
    ADVERTISING_ENABLED, 0..=1, AdvertisingEnabled, advertising_enabled;
    FORWARDING_ENABLED, 0..=1, ForwardingEnabled, forwarding_enabled;
    WEAK_HOST_SEND, 0..=1, WeakHostSend, weak_host_send;
    WEAK_HOST_RECEIVE, 0..=1, WeakHostReceive, weak_host_receive;
    USE_AUTOMATIC_METRIC, 0..=1, UseAutomaticMetric, use_automatic_metric;
    USE_NEIGHBOR_UNREACHABILITY_DETECTION, 0..=1,
        UseNeighborUnreachabilityDetection, use_neighbor_unreachability_detection;
    MANAGED_ADDRESS_CONFIGURATION_SUPPORTED, 0..=1,
        ManagedAddressConfigurationSupported, managed_address_configuration_supported;
    OTHER_STATEFUL_CONFIGURATION_SUPPORTED, 0..=1,
        OtherStatefulConfigurationSupported, other_stateful_configuration_supported;
    ADVERTISE_DEFAULT_ROUTE, 0..=1, AdvertiseDefaultRoute, advertise_default_route;
    DISABLE_DEFAULT_ROUTES, 0..=1, DisableDefaultRoutes, disable_default_routes;
};

/// Values of `NL_ROUTER_DISCOVERY_BEHAVIOR` and `NL_LINK_LOCAL_ADDRESS_BEHAVIOR`: "unchanged" is said by not naming the
/// member.
pub const BEHAVIORS: &[Member<i32>] = members! {
    ROUTER_DISCOVERY_BEHAVIOR, 0..=2, RouterDiscoveryBehavior, router_discovery_behavior;
    LINK_LOCAL_ADDRESS_BEHAVIOR, 0..=2, LinkLocalAddressBehavior, link_local_address_behavior;
};

pub const NUMBERS: &[Member<u32>] = members! {
    NL_MTU, 1..=u32::MAX, NlMtu, nl_mtu;
    METRIC, 0..=MAX_METRIC, Metric, metric;
    DAD_TRANSMITS, 0..=MAX_DAD_TRANSMITS, DadTransmits, dad_transmits;
    BASE_REACHABLE_TIME, 1..=MAX_BASE_REACHABLE_TIME, BaseReachableTime, base_reachable_time;
    RETRANSMIT_TIME, 1..=MAX_RETRANSMIT_TIME, RetransmitTime, retransmit_time;
    PATH_MTU_DISCOVERY_TIMEOUT, 1..=MAX_PATH_MTU_DISCOVERY_TIMEOUT,
        PathMtuDiscoveryTimeout, path_mtu_discovery_timeout;
    LINK_LOCAL_ADDRESS_TIMEOUT, 0..=MAX_LINK_LOCAL_ADDRESS_TIMEOUT,
        LinkLocalAddressTimeout, link_local_address_timeout;
    SITE_PREFIX_LENGTH, 0..=MAX_SITE_PREFIX_LENGTH, SitePrefixLength, site_prefix_length;
};
