//! Changing an IP interface.

use crate::InterfaceKey;
use netioctl_abi::{
    AddressFamily,
    wire::{InterfaceMember, InterfaceRow, RequestHeader, SetInterfaceRequest},
};
use std::time::Duration;
use zerocopy::FromZeros;

/// What is to change about an IP interface: the members that are named, and no others.
///
/// Nothing is checked here: the driver and the network stack decide what is valid. The driver takes times from 1 ms up
/// to what [`InterfaceMember`] gives, and ends a change of anything else with `STATUS_INVALID_PARAMETER`.
///
/// ```
/// use netioctl_client::{AddressFamily, InterfaceChange, InterfaceKey};
///
/// let change = InterfaceChange::new(InterfaceKey::Index(12), AddressFamily::Ipv4)
///     .use_automatic_metric(false)
///     .metric(10)
///     .forwarding_enabled(true);
/// assert!(!change.is_empty());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub struct InterfaceChange {
    members: InterfaceMember,
    row: InterfaceRow,
}

impl InterfaceChange {
    /// No change yet of the interface of this family.
    pub fn new(interface: InterfaceKey, family: AddressFamily) -> Self {
        let (interface_luid, interface_index) = interface.to_wire();
        let row = InterfaceRow { interface_luid, interface_index, family: family.raw(), ..InterfaceRow::new_zeroed() };
        Self { members: InterfaceMember::empty(), row }
    }

    /// The members that are to change.
    #[must_use]
    pub const fn members(&self) -> InterfaceMember {
        self.members
    }

    /// Nothing is to change; the driver refuses such a request.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The request, for programs that send it themselves (see [`crate::Device::raw_control`]).
    #[must_use]
    pub const fn to_request(&self) -> SetInterfaceRequest {
        SetInterfaceRequest { header: RequestHeader::CURRENT, members: self.members.bits(), row: self.row }
    }
}

/// Declares a method for each member that can be set.
macro_rules! members {
    ($($(#[$doc:meta])* $name:ident: $type:ty, $member:ident, |$value:ident| $wire:expr;)+) => {
        impl InterfaceChange {
            $($(#[$doc])* pub fn $name(mut self, $value: $type) -> Self {
                self.members |= InterfaceMember::$member;
                self.row.$name = $wire;
                self
            })+
        }

        #[cfg(test)]
        fn all_members() -> InterfaceMember {
            [$(InterfaceMember::$member),+].into_iter().collect()
        }
    };
}

members! {
    /// Whether router advertisements are sent.
    advertising_enabled: bool, ADVERTISING_ENABLED, |value| value.into();
    /// Whether packets are forwarded.
    forwarding_enabled: bool, FORWARDING_ENABLED, |value| value.into();
    /// Whether packets may leave with the address of another interface.
    weak_host_send: bool, WEAK_HOST_SEND, |value| value.into();
    /// Whether packets for the address of another interface are accepted.
    weak_host_receive: bool, WEAK_HOST_RECEIVE, |value| value.into();
    /// Whether the metric follows the link speed; a metric of one's own stays only if not.
    use_automatic_metric: bool, USE_AUTOMATIC_METRIC, |value| value.into();
    /// Whether unreachable neighbors are detected (RFC 4861, section 7.3).
    use_neighbor_unreachability_detection: bool, USE_NEIGHBOR_UNREACHABILITY_DETECTION, |value| value.into();
    /// Whether router advertisements announce DHCPv6 addresses.
    managed_address_configuration_supported: bool, MANAGED_ADDRESS_CONFIGURATION_SUPPORTED, |value| value.into();
    /// Whether router advertisements announce other DHCPv6 configuration.
    other_stateful_configuration_supported: bool, OTHER_STATEFUL_CONFIGURATION_SUPPORTED, |value| value.into();
    /// Whether the default route is advertised.
    advertise_default_route: bool, ADVERTISE_DEFAULT_ROUTE, |value| value.into();
    /// Whether default routes through this interface are ignored.
    disable_default_routes: bool, DISABLE_DEFAULT_ROUTES, |value| value.into();
    /// MTU of the network layer in bytes, 1 or more.
    nl_mtu: u32, NL_MTU, |value| value;
    /// Metric that is added to the metric of each route through this interface, at most 2^31 - 1.
    metric: u32, METRIC, |value| value;
    /// `NL_ROUTER_DISCOVERY_BEHAVIOR`: disabled 0, enabled 1, by DHCP 2.
    router_discovery_behavior: i32, ROUTER_DISCOVERY_BEHAVIOR, |value| value;
    /// Probes of duplicate address detection, at most 100; 0 switches it off (RFC 4862, section 5.1).
    dad_transmits: u32, DAD_TRANSMITS, |value| value;
    /// Base of the random reachable time (RFC 4861, section 6.3.2), in whole milliseconds, at most an hour.
    base_reachable_time: Duration, BASE_REACHABLE_TIME, |value| milliseconds(value);
    /// Time between two solicitations of a neighbor, in whole milliseconds, at most ten seconds.
    retransmit_time: Duration, RETRANSMIT_TIME, |value| milliseconds(value);
    /// Time after which a learned path MTU is forgotten, in whole milliseconds, at most a day.
    path_mtu_discovery_timeout: Duration, PATH_MTU_DISCOVERY_TIMEOUT, |value| milliseconds(value);
    /// `NL_LINK_LOCAL_ADDRESS_BEHAVIOR`: never 0, delayed 1, always 2.
    link_local_address_behavior: i32, LINK_LOCAL_ADDRESS_BEHAVIOR, |value| value;
    /// Time until a delayed link-local address is made, in whole milliseconds, at most an hour; 0 is possible.
    link_local_address_timeout: Duration, LINK_LOCAL_ADDRESS_TIMEOUT, |value| milliseconds(value);
    /// Prefix length of a site address, 0 to 128; IPv6 only.
    site_prefix_length: u32, SITE_PREFIX_LENGTH, |value| value;
    /// Zone id of 28 bits for each scope level, indexed by `SCOPE_LEVEL`; all of them change.
    zone_indices: [u32; 16], ZONE_INDICES, |value| value;
}

/// Times beyond 49 days are as long as they can be.
fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_can_be_named_and_only_the_named_ones_are() {
        assert_eq!(all_members(), InterfaceMember::all());
        let change = InterfaceChange::new(InterfaceKey::Index(3), AddressFamily::Ipv6)
            .weak_host_send(true)
            .base_reachable_time(Duration::from_secs(30))
            .router_discovery_behavior(2);
        let request = change.to_request();
        let named = InterfaceMember::WEAK_HOST_SEND
            | InterfaceMember::BASE_REACHABLE_TIME
            | InterfaceMember::ROUTER_DISCOVERY_BEHAVIOR;
        assert_eq!(request.members, named.bits());
        assert_eq!((request.row.interface_index, request.row.family), (3, 23));
        assert_eq!((request.row.weak_host_send, request.row.base_reachable_time), (1, 30_000));
        assert_eq!((request.row.router_discovery_behavior, request.row.metric), (2, 0));
    }
}
