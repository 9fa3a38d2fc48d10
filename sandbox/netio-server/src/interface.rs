//! The row of NETIO that shows one family of one link.
//!
//! | member | where Linux has no counterpart |
//! |---|---|
//! | `WeakHostSend`, `WeakHostReceive` | 0, as on a fresh Windows; Linux has no switch, and behaves as a weak host |
//! | `UseAutomaticMetric`, `Metric` | 1, and 25 (75 for loopback): Linux has metrics of routes only |
//! | `Min`/`MaxRouterAdvertisementInterval` | 200 and 600 |
//! | `LinkLocalAddressBehavior` of IPv4 | `LinkLocalAlwaysOff`: the kernel makes no IPv4 link-local addresses |
//! | `DadTransmits` of IPv4 | 0: the kernel does no duplicate address detection there |
//! | `SitePrefixLength` | 64 for both families, as Windows returns |
//! | `SupportsWakeUpPatterns`, `TransmitOffload`, `ReceiveOffload` | 0: not read from the card |
//! | `MaxReassemblySize`, `InterfaceIdentifier`, `AdvertisingEnabled`, `AdvertiseDefaultRoute`, `LinkLocalAddressTimeout` | 0 |

use crate::{
    family::Family,
    kernel::Timing,
    link::{Ipv6Link, Link, if_type},
};
use netio_wire::row::IpInterfaceRow;
use netlink_packet_route::link::{In6AddrGenMode, Inet6IfaceFlags, LinkFlags};

/// Values of `NL_ROUTER_DISCOVERY_BEHAVIOR`.
mod router_discovery {
    pub const DISABLED: i32 = 0;
    pub const ENABLED: i32 = 1;
    pub const DHCP: i32 = 2;
}

/// Values of `NL_LINK_LOCAL_ADDRESS_BEHAVIOR`.
mod link_local {
    pub const ALWAYS_OFF: i32 = 0;
    pub const ALWAYS_ON: i32 = 2;
}

const SCOPE_LEVEL_INTERFACE: usize = 1;
const SCOPE_LEVEL_LINK: usize = 2;

/// What a row shows beside the link itself.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Timing of neighbor discovery on every link.
    pub timings: &'a [Timing],
    /// Milliseconds until a path MTU is forgotten (`route.mtu_expires`), for IPv4 and IPv6.
    pub mtu_expires: [u32; 2],
}

/// The row of a link for a family, unless the family is not bound to it.
#[must_use]
pub fn row(link: &Link, family: Family, context: Context<'_>) -> Option<IpInterfaceRow> {
    let mut row = match family {
        Family::Ipv4 => ipv4(link, link.ipv4_forwarding?),
        Family::Ipv6 => ipv6(link, link.ipv6.as_ref()?),
    };
    row.family = family.windows();
    row.interface_luid = link.luid()?;
    row.interface_index = link.index;
    row.min_router_advertisement_interval = 200;
    row.max_router_advertisement_interval = 600;
    row.use_automatic_metric = 1;
    row.metric = if link.if_type == if_type::SOFTWARE_LOOPBACK { 75 } else { 25 };
    row.site_prefix_length = 64;
    row.path_mtu_discovery_timeout = context.mtu_expires[usize::from(family == Family::Ipv6)];
    fill_link(&mut row, link);
    let timing = context.timings.iter().find(|timing| timing.link == link.index && timing.family == family);
    if let Some(timing) = timing {
        row.base_reachable_time = timing.base_reachable;
        row.reachable_time = timing.reachable;
        row.retransmit_time = timing.retransmit;
    }
    Some(row)
}

fn fill_link(row: &mut IpInterfaceRow, link: &Link) {
    let lacks = |flags| u8::from(!link.flags.intersects(flags));
    row.use_neighbor_unreachability_detection = lacks(LinkFlags::Noarp | LinkFlags::Loopback);
    row.supports_neighbor_discovery = lacks(LinkFlags::Noarp | LinkFlags::Loopback | LinkFlags::Pointopoint);
    let multicast = link.flags.contains(LinkFlags::Multicast) && !link.flags.contains(LinkFlags::Loopback);
    row.supports_router_discovery = u8::from(multicast);
}

fn ipv4(link: &Link, forwarding: bool) -> IpInterfaceRow {
    IpInterfaceRow {
        forwarding_enabled: u8::from(forwarding),
        router_discovery_behavior: router_discovery::DHCP,
        link_local_address_behavior: link_local::ALWAYS_OFF,
        nl_mtu: link.mtu,
        connected: u8::from(link.is_connected()),
        ..IpInterfaceRow::new()
    }
}

fn ipv6(link: &Link, ipv6: &Ipv6Link) -> IpInterfaceRow {
    let conf = &ipv6.conf;
    let accepts = match conf.accept_ra {
        0 => false,
        1 => conf.forwarding == 0,
        _ => true,
    };
    let dad_transmits = if conf.accept_dad > 0 { u32::try_from(conf.dad_transmits).unwrap_or(0) } else { 0 };
    let mut zone_indices = [0; 16];
    zone_indices[SCOPE_LEVEL_INTERFACE] = link.index;
    zone_indices[SCOPE_LEVEL_LINK] = link.index;
    IpInterfaceRow {
        forwarding_enabled: u8::from(conf.forwarding != 0),
        managed_address_configuration_supported: u8::from(ipv6.flags.contains(Inet6IfaceFlags::RaManaged)),
        other_stateful_configuration_supported: u8::from(ipv6.flags.contains(Inet6IfaceFlags::Otherconf)),
        router_discovery_behavior: if accepts { router_discovery::ENABLED } else { router_discovery::DISABLED },
        dad_transmits,
        link_local_address_behavior: match ipv6.address_mode {
            In6AddrGenMode::None => link_local::ALWAYS_OFF,
            _ => link_local::ALWAYS_ON,
        },
        zone_indices,
        nl_mtu: u32::try_from(conf.mtu6).unwrap_or(link.mtu),
        connected: u8::from(link.is_connected() && ipv6.flags.contains(Inet6IfaceFlags::Ready)),
        disable_default_routes: u8::from(conf.accept_ra_defrtr == 0),
        ..IpInterfaceRow::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    const TIMING: Timing = Timing {
        link: 2,
        family: Family::Ipv4,
        base_reachable: 30_000,
        reachable: 21_000,
        retransmit: 1_000,
        probes: 3,
    };

    fn context() -> Context<'static> {
        Context { timings: &[TIMING], mtu_expires: [600_000, 500_000] }
    }

    #[test]
    fn an_ipv4_row_shows_the_link() {
        let row = row(&testing::ethernet(), Family::Ipv4, context()).unwrap();
        assert_eq!((row.family, row.interface_index, row.nl_mtu, row.connected), (2, 2, 1500, 1));
        assert_eq!((row.base_reachable_time, row.reachable_time, row.retransmit_time), (30_000, 21_000, 1_000));
        assert_eq!((row.router_discovery_behavior, row.dad_transmits, row.site_prefix_length), (2, 0, 64));
        assert_eq!((row.path_mtu_discovery_timeout, row.zone_indices), (600_000, [0; 16]));
    }

    #[test]
    fn an_ipv6_row_shows_zones_and_router_discovery() {
        let mut link = testing::ethernet();
        let shown = row(&link, Family::Ipv6, context()).unwrap();
        assert_eq!((shown.family, shown.router_discovery_behavior, shown.dad_transmits), (23, 1, 1));
        assert_eq!((shown.zone_indices[1], shown.zone_indices[2], shown.path_mtu_discovery_timeout), (2, 2, 500_000));
        link.ipv6.as_mut().unwrap().conf.forwarding = 1;
        let router = row(&link, Family::Ipv6, context()).unwrap();
        assert_eq!((router.forwarding_enabled, router.router_discovery_behavior), (1, 0));
    }

    #[test]
    fn a_family_that_is_not_bound_has_no_row() {
        assert!(row(&testing::ethernet_without_ipv6(), Family::Ipv6, context()).is_none());
    }

    #[test]
    fn a_link_that_is_down_is_not_connected_in_spite_of_its_carrier() {
        let mut link = testing::ethernet();
        link.flags.remove(LinkFlags::Up | LinkFlags::LowerUp);
        assert_eq!(row(&link, Family::Ipv4, context()).unwrap().connected, 0);
    }

    #[test]
    fn loopback_discovers_nobody() {
        let row = row(&testing::loopback(), Family::Ipv4, context()).unwrap();
        assert_eq!(
            (row.use_neighbor_unreachability_detection, row.supports_neighbor_discovery, row.supports_router_discovery),
            (0, 0, 0)
        );
        assert_eq!(row.metric, 75);
    }
}
