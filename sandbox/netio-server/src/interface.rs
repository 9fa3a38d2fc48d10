//! The row of NETIO that shows one family of one link.
//!
//! | member | where Linux has no counterpart |
//! |---|---|
//! | `WeakHostSend`, `WeakHostReceive` | 0, as on a fresh Windows; Linux has no switch, and behaves as a weak host |
//! | `UseAutomaticMetric`, `Metric` | 1, and 25 (75 for loopback): Linux has metrics of routes only |
//! | `Min`/`MaxRouterAdvertisementInterval` | 200 and 600 |
//! | `LinkLocalAddressBehavior` of IPv4 | `LinkLocalAlwaysOff`: the kernel makes no IPv4 link-local addresses |
//! | `DadTransmits` of IPv4 | 0: the kernel does no duplicate address detection there |
//! | `NlMtu` of loopback | 0xFFFFFFFF, as on Windows: nothing limits it |
//! | `SitePrefixLength` | 64 for both families, as Windows returns |
//! | `SupportsWakeUpPatterns`, `TransmitOffload`, `ReceiveOffload` | 0: not read from the card |
//! | `MaxReassemblySize`, `InterfaceIdentifier`, `AdvertisingEnabled`, `AdvertiseDefaultRoute`, `LinkLocalAddressTimeout` | 0 |

use crate::{
    family::Family,
    kernel::Timing,
    link::{Ipv6Link, Link, if_type},
};
use netio_sys::MIB_IPINTERFACE_ROW;
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
pub fn row(link: &Link, family: Family, context: Context<'_>) -> Option<MIB_IPINTERFACE_ROW> {
    let mut row = match family {
        Family::Ipv4 => ipv4(link, link.ipv4_forwarding?),
        Family::Ipv6 => ipv6(link, link.ipv6.as_ref()?),
    };
    row.Family = family.windows();
    row.InterfaceLuid = link.luid()?;
    row.InterfaceIndex = link.index;
    row.MinRouterAdvertisementInterval = 200;
    row.MaxRouterAdvertisementInterval = 600;
    row.UseAutomaticMetric = 1;
    row.Metric = 25;
    if link.if_type == if_type::SOFTWARE_LOOPBACK {
        row.Metric = 75;
        row.NlMtu = u32::MAX;
    }
    row.SitePrefixLength = 64;
    row.PathMtuDiscoveryTimeout = context.mtu_expires[usize::from(family == Family::Ipv6)];
    fill_link(&mut row, link);
    let timing = context.timings.iter().find(|timing| timing.link == link.index && timing.family == family);
    if let Some(timing) = timing {
        row.BaseReachableTime = timing.base_reachable;
        row.ReachableTime = timing.reachable;
        row.RetransmitTime = timing.retransmit;
    }
    Some(row)
}

fn fill_link(row: &mut MIB_IPINTERFACE_ROW, link: &Link) {
    let lacks = |flags| u8::from(!link.flags.intersects(flags));
    row.UseNeighborUnreachabilityDetection = lacks(LinkFlags::Noarp | LinkFlags::Loopback);
    row.SupportsNeighborDiscovery = lacks(LinkFlags::Noarp | LinkFlags::Loopback | LinkFlags::Pointopoint);
    let multicast = link.flags.contains(LinkFlags::Multicast) && !link.flags.contains(LinkFlags::Loopback);
    row.SupportsRouterDiscovery = u8::from(multicast);
}

fn ipv4(link: &Link, forwarding: bool) -> MIB_IPINTERFACE_ROW {
    MIB_IPINTERFACE_ROW {
        ForwardingEnabled: u8::from(forwarding),
        RouterDiscoveryBehavior: router_discovery::DHCP,
        LinkLocalAddressBehavior: link_local::ALWAYS_OFF,
        NlMtu: link.mtu,
        Connected: u8::from(link.is_connected()),
        ..MIB_IPINTERFACE_ROW::default()
    }
}

fn ipv6(link: &Link, ipv6: &Ipv6Link) -> MIB_IPINTERFACE_ROW {
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
    MIB_IPINTERFACE_ROW {
        ForwardingEnabled: u8::from(conf.forwarding != 0),
        ManagedAddressConfigurationSupported: u8::from(ipv6.flags.contains(Inet6IfaceFlags::RaManaged)),
        OtherStatefulConfigurationSupported: u8::from(ipv6.flags.contains(Inet6IfaceFlags::Otherconf)),
        RouterDiscoveryBehavior: if accepts { router_discovery::ENABLED } else { router_discovery::DISABLED },
        DadTransmits: dad_transmits,
        LinkLocalAddressBehavior: match ipv6.address_mode {
            In6AddrGenMode::None => link_local::ALWAYS_OFF,
            _ => link_local::ALWAYS_ON,
        },
        ZoneIndices: zone_indices,
        NlMtu: u32::try_from(conf.mtu6).unwrap_or(link.mtu),
        Connected: u8::from(link.is_connected() && ipv6.flags.contains(Inet6IfaceFlags::Ready)),
        DisableDefaultRoutes: u8::from(conf.accept_ra_defrtr == 0),
        ..MIB_IPINTERFACE_ROW::default()
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
        assert_eq!((row.Family, row.InterfaceIndex, row.NlMtu, row.Connected), (2, 2, 1500, 1));
        assert_eq!((row.BaseReachableTime, row.ReachableTime, row.RetransmitTime), (30_000, 21_000, 1_000));
        assert_eq!((row.RouterDiscoveryBehavior, row.DadTransmits, row.SitePrefixLength), (2, 0, 64));
        assert_eq!((row.PathMtuDiscoveryTimeout, row.ZoneIndices), (600_000, [0; 16]));
    }

    #[test]
    fn an_ipv6_row_shows_zones_and_router_discovery() {
        let mut link = testing::ethernet();
        let shown = row(&link, Family::Ipv6, context()).unwrap();
        assert_eq!((shown.Family, shown.RouterDiscoveryBehavior, shown.DadTransmits), (23, 1, 1));
        assert_eq!((shown.ZoneIndices[1], shown.ZoneIndices[2], shown.PathMtuDiscoveryTimeout), (2, 2, 500_000));
        link.ipv6.as_mut().unwrap().conf.forwarding = 1;
        let router = row(&link, Family::Ipv6, context()).unwrap();
        assert_eq!((router.ForwardingEnabled, router.RouterDiscoveryBehavior), (1, 0));
    }

    #[test]
    fn a_family_that_is_not_bound_has_no_row() {
        assert!(row(&testing::ethernet_without_ipv6(), Family::Ipv6, context()).is_none());
    }

    #[test]
    fn a_link_that_is_down_is_not_connected_in_spite_of_its_carrier() {
        let mut link = testing::ethernet();
        link.flags.remove(LinkFlags::Up | LinkFlags::LowerUp);
        assert_eq!(row(&link, Family::Ipv4, context()).unwrap().Connected, 0);
    }

    #[test]
    fn loopback_discovers_nobody() {
        let row = row(&testing::loopback(), Family::Ipv4, context()).unwrap();
        assert_eq!(
            (row.UseNeighborUnreachabilityDetection, row.SupportsNeighborDiscovery, row.SupportsRouterDiscovery),
            (0, 0, 0)
        );
        assert_eq!((row.Metric, row.NlMtu), (75, u32::MAX));
    }
}
