//! IP interfaces: keys and changes.

use super::{family, some_interface};
use netio_sys::MIB_IPINTERFACE_ROW;
use netioctl_abi::{
    AddressFamily, NtStatus,
    wire::{InterfaceKeyRequest, InterfaceMember, InterfaceRow, SetInterfaceRequest},
};

/// NL_MAX_METRIC_COMPONENT of `nldef.h`.
const MAX_METRIC: u32 = i32::MAX.cast_unsigned();

/// Bits of the longest prefix.
const MAX_PREFIX_LENGTH: u32 = 128;

/// Values of NL_ROUTER_DISCOVERY_BEHAVIOR and NL_LINK_LOCAL_ADDRESS_BEHAVIOR that mean something here: "unchanged" is
/// said by not naming the member.
const BEHAVIORS: core::ops::RangeInclusive<i32> = 0..=2;

/// The row that GetIpInterfaceEntry takes: keys, and zeros everywhere else.
///
/// # Errors
/// STATUS_INVALID_PARAMETER for a family that is neither IPv4 nor IPv6, or for LUID and index both 0.
pub fn interface_key(request: &InterfaceKeyRequest) -> Result<MIB_IPINTERFACE_ROW, NtStatus> {
    let family = family(request.family)?;
    some_interface(request.interface_luid, request.interface_index)?;
    Ok(key_row(family, request.interface_luid, request.interface_index))
}

/// A row with these keys, and zeros everywhere else.
fn key_row(family: AddressFamily, luid: u64, index: u32) -> MIB_IPINTERFACE_ROW {
    MIB_IPINTERFACE_ROW {
        Family: family.raw(),
        InterfaceLuid: luid,
        InterfaceIndex: index,
        ..MIB_IPINTERFACE_ROW::default()
    }
}

/// A change of an interface whose values have been checked.
#[derive(Clone, Copy, Debug)]
pub struct InterfaceChange {
    family: AddressFamily,
    members: InterfaceMember,
    row: InterfaceRow,
}

impl InterfaceChange {
    /// Checks a request.
    ///
    /// # Errors
    /// STATUS_INVALID_PARAMETER as for [`interface_key`]; for no member, or one that is unknown; for a named boolean
    /// that is neither 0 nor 1, a metric above 2^31 - 1, a behavior outside 0 to 2, a prefix length above 128 or for
    /// IPv4.
    pub fn new(request: &SetInterfaceRequest) -> Result<Self, NtStatus> {
        let row = request.row;
        let members = InterfaceMember::from_bits(request.members).ok_or(NtStatus::INVALID_PARAMETER)?;
        let change = Self { family: family(row.family)?, members, row };
        some_interface(row.interface_luid, row.interface_index)?;
        if members.is_empty() || !change.values_are_possible() {
            return Err(NtStatus::INVALID_PARAMETER);
        }
        Ok(change)
    }

    fn values_are_possible(&self) -> bool {
        let Self { family, members, row } = self;
        let possible = |member, value: bool| !members.contains(member) || value;
        BOOLEANS.iter().all(|(member, _, value)| possible(*member, value(row) <= 1))
            && possible(InterfaceMember::METRIC, row.metric <= MAX_METRIC)
            && possible(InterfaceMember::ROUTER_DISCOVERY_BEHAVIOR, BEHAVIORS.contains(&row.router_discovery_behavior))
            && possible(
                InterfaceMember::LINK_LOCAL_ADDRESS_BEHAVIOR,
                BEHAVIORS.contains(&row.link_local_address_behavior),
            )
            && possible(
                InterfaceMember::SITE_PREFIX_LENGTH,
                *family == AddressFamily::Ipv6 && row.site_prefix_length <= MAX_PREFIX_LENGTH,
            )
    }

    /// The keys, to get the row that is to be changed.
    #[must_use]
    pub fn key(&self) -> MIB_IPINTERFACE_ROW {
        key_row(self.family, self.row.interface_luid, self.row.interface_index)
    }

    /// Puts the named members into a row of NETIO, and makes the row one that NETIO takes back: for IPv4 it gives out
    /// a site prefix length that it then refuses.
    pub fn apply(&self, to: &mut MIB_IPINTERFACE_ROW) {
        let from = &self.row;
        for (member, place, value) in BOOLEANS {
            if self.members.contains(*member) {
                *place(to) = value(from);
            }
        }
        for (member, place, value) in NUMBERS {
            if self.members.contains(*member) {
                *place(to) = value(from);
            }
        }
        if self.members.contains(InterfaceMember::ROUTER_DISCOVERY_BEHAVIOR) {
            to.RouterDiscoveryBehavior = from.router_discovery_behavior;
        }
        if self.members.contains(InterfaceMember::LINK_LOCAL_ADDRESS_BEHAVIOR) {
            to.LinkLocalAddressBehavior = from.link_local_address_behavior;
        }
        if self.members.contains(InterfaceMember::ZONE_INDICES) {
            to.ZoneIndices = from.zone_indices;
        }
        if self.family == AddressFamily::Ipv4 {
            to.SitePrefixLength = 0;
        }
    }
}

/// A member: its bit, its place in a row of NETIO, and its value in a row of the ABI.
type Member<T> = (InterfaceMember, fn(&mut MIB_IPINTERFACE_ROW) -> &mut T, fn(&InterfaceRow) -> T);

const BOOLEANS: &[Member<u8>] = &[
    (InterfaceMember::ADVERTISING_ENABLED, |to| &mut to.AdvertisingEnabled, |from| from.advertising_enabled),
    (InterfaceMember::FORWARDING_ENABLED, |to| &mut to.ForwardingEnabled, |from| from.forwarding_enabled),
    (InterfaceMember::WEAK_HOST_SEND, |to| &mut to.WeakHostSend, |from| from.weak_host_send),
    (InterfaceMember::WEAK_HOST_RECEIVE, |to| &mut to.WeakHostReceive, |from| from.weak_host_receive),
    (InterfaceMember::USE_AUTOMATIC_METRIC, |to| &mut to.UseAutomaticMetric, |from| from.use_automatic_metric),
    (
        InterfaceMember::USE_NEIGHBOR_UNREACHABILITY_DETECTION,
        |to| &mut to.UseNeighborUnreachabilityDetection,
        |from| from.use_neighbor_unreachability_detection,
    ),
    (
        InterfaceMember::MANAGED_ADDRESS_CONFIGURATION_SUPPORTED,
        |to| &mut to.ManagedAddressConfigurationSupported,
        |from| from.managed_address_configuration_supported,
    ),
    (
        InterfaceMember::OTHER_STATEFUL_CONFIGURATION_SUPPORTED,
        |to| &mut to.OtherStatefulConfigurationSupported,
        |from| from.other_stateful_configuration_supported,
    ),
    (InterfaceMember::ADVERTISE_DEFAULT_ROUTE, |to| &mut to.AdvertiseDefaultRoute, |from| from.advertise_default_route),
    (InterfaceMember::DISABLE_DEFAULT_ROUTES, |to| &mut to.DisableDefaultRoutes, |from| from.disable_default_routes),
];

const NUMBERS: &[Member<u32>] = &[
    (InterfaceMember::NL_MTU, |to| &mut to.NlMtu, |from| from.nl_mtu),
    (InterfaceMember::METRIC, |to| &mut to.Metric, |from| from.metric),
    (InterfaceMember::DAD_TRANSMITS, |to| &mut to.DadTransmits, |from| from.dad_transmits),
    (InterfaceMember::BASE_REACHABLE_TIME, |to| &mut to.BaseReachableTime, |from| from.base_reachable_time),
    (InterfaceMember::RETRANSMIT_TIME, |to| &mut to.RetransmitTime, |from| from.retransmit_time),
    (
        InterfaceMember::PATH_MTU_DISCOVERY_TIMEOUT,
        |to| &mut to.PathMtuDiscoveryTimeout,
        |from| from.path_mtu_discovery_timeout,
    ),
    (
        InterfaceMember::LINK_LOCAL_ADDRESS_TIMEOUT,
        |to| &mut to.LinkLocalAddressTimeout,
        |from| from.link_local_address_timeout,
    ),
    (InterfaceMember::SITE_PREFIX_LENGTH, |to| &mut to.SitePrefixLength, |from| from.site_prefix_length),
];
