//! The row of NETIO that shows a route.
//!
//! | member | how it is found |
//! |---|---|
//! | `Metric` | Linux's priority; Windows adds the metric of the interface to it |
//! | `Protocol` | local for what leads to the machine, DHCP, routing protocols by name, and "set by hand" for all else |
//! | `Origin` | router advertisements and DHCP; well-known for what the kernel made, else manual |
//! | `Loopback` | what leads to the machine itself |
//! | `ValidLifetime`, `PreferredLifetime` | seconds until a route of IPv6 expires |
//! | `SitePrefixLength`, `AutoconfigureAddress`, `Publish`, `Age` | 0: Linux has no counterpart |
//! | `Immortal` | what the kernel made |

use crate::family::Family;
use netio_sys::{IP_ADDRESS_PREFIX, MIB_IPFORWARD_ROW2};
use netio_wire::row;
use netlink_packet_route::{
    AddressFamily,
    route::{RouteAddress, RouteAttribute, RouteHeader, RouteMessage, RouteProtocol, RouteType},
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// `RT_TABLE_LOCAL`: addresses of the machine, broadcast and multicast.
const LOCAL_TABLE: u8 = 255;
/// `rta_expires` counts in hundredths of a second.
const TICKS: u32 = 100;

/// A route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The link.
    pub link: u32,
    destination: IpAddr,
    prefix: u8,
    next_hop: IpAddr,
    metric: u32,
    kind: RouteType,
    maker: RouteProtocol,
    expires: Option<u32>,
}

impl Route {
    /// The routes that an `RTM_NEWROUTE` message describes: one for each link that it leads through. Those of other tables
    /// than the main and the local one, which only rules lead to, and those that lead nowhere, are left out.
    #[must_use]
    pub fn from_message(message: &RouteMessage) -> Vec<Self> {
        let header = &message.header;
        let leads = matches!(
            header.kind,
            RouteType::Unicast | RouteType::Local | RouteType::Broadcast | RouteType::Anycast | RouteType::Multicast
        );
        let (Some(family), true) = (family(header.address_family), leads && is_known(header)) else {
            return Vec::new();
        };
        let mut route = Self {
            link: 0,
            destination: unspecified(family),
            prefix: header.destination_prefix_length,
            next_hop: unspecified(family),
            metric: 0,
            kind: header.kind,
            maker: header.protocol,
            expires: None,
        };
        let mut hops = Vec::new();
        for attribute in &message.attributes {
            match attribute {
                RouteAttribute::Oif(link) => route.link = *link,
                RouteAttribute::Destination(address) => route.destination = ip(address).unwrap_or(route.destination),
                RouteAttribute::Gateway(address) => route.next_hop = ip(address).unwrap_or(route.next_hop),
                RouteAttribute::Priority(priority) => route.metric = *priority,
                RouteAttribute::CacheInfo(info) if info.expires > 0 => route.expires = Some(info.expires / TICKS),
                RouteAttribute::MultiPath(all) => hops.extend(all.iter().map(|hop| route.over(hop))),
                _ => {}
            }
        }
        if hops.is_empty() { vec![route] } else { hops }
    }

    fn over(&self, hop: &netlink_packet_route::route::RouteNextHop) -> Self {
        let gateway = hop.attributes.iter().find_map(|attribute| match attribute {
            RouteAttribute::Gateway(address) => ip(address),
            _ => None,
        });
        Self { link: hop.interface_index, next_hop: gateway.unwrap_or(self.next_hop), ..self.clone() }
    }

    /// The row of the route, over a link with this LUID.
    #[must_use]
    pub fn row(&self, luid: u64) -> MIB_IPFORWARD_ROW2 {
        let forever = self.expires.unwrap_or(u32::MAX);
        MIB_IPFORWARD_ROW2 {
            InterfaceLuid: luid,
            InterfaceIndex: self.link,
            DestinationPrefix: IP_ADDRESS_PREFIX {
                Prefix: row::socket_address(self.destination),
                PrefixLength: self.prefix,
            },
            NextHop: {
                let mut hop = row::socket_address(self.next_hop);
                if matches!(self.next_hop, IpAddr::V6(v6) if v6.is_unicast_link_local()) {
                    hop.sin6_scope_id = self.link;
                }
                hop
            },
            ValidLifetime: forever,
            PreferredLifetime: forever,
            Metric: self.metric,
            Protocol: self.protocol(),
            Loopback: u8::from(self.kind == RouteType::Local),
            Immortal: u8::from(self.maker == RouteProtocol::Kernel),
            Origin: match self.maker {
                RouteProtocol::Kernel => 1,
                RouteProtocol::Dhcp => 2,
                RouteProtocol::Ra => 3,
                _ => 0,
            },
            ..MIB_IPFORWARD_ROW2::default()
        }
    }

    /// It is a default route; among several the one with the least metric counts.
    #[must_use]
    pub fn default_metric(&self) -> Option<u32> {
        (self.prefix == 0 && self.kind == RouteType::Unicast).then_some(self.metric)
    }

    fn protocol(&self) -> i32 {
        const LOCAL: i32 = 2;
        const NET_MGMT: i32 = 3;
        match self.maker {
            RouteProtocol::Kernel => LOCAL,
            RouteProtocol::IcmpRedirect => 4,
            RouteProtocol::Rip => 8,
            RouteProtocol::Isis => 9,
            RouteProtocol::Ospf => 13,
            RouteProtocol::Bgp => 14,
            RouteProtocol::Eigrp => 16,
            RouteProtocol::Dhcp => 19,
            _ => NET_MGMT,
        }
    }
}

/// The address that packets on this route are sent from, if the message says so.
#[must_use]
pub fn source(message: &RouteMessage) -> Option<IpAddr> {
    message.attributes.iter().find_map(|attribute| match attribute {
        RouteAttribute::PrefSource(address) => ip(address),
        _ => None,
    })
}

const fn is_known(header: &RouteHeader) -> bool {
    header.table == RouteHeader::RT_TABLE_MAIN || header.table == LOCAL_TABLE
}

const fn family(family: AddressFamily) -> Option<Family> {
    match family {
        AddressFamily::Inet => Some(Family::Ipv4),
        AddressFamily::Inet6 => Some(Family::Ipv6),
        _ => None,
    }
}

const fn unspecified(family: Family) -> IpAddr {
    match family {
        Family::Ipv4 => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        Family::Ipv6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    }
}

fn ip(address: &RouteAddress) -> Option<IpAddr> {
    match address {
        RouteAddress::Inet(v4) => Some((*v4).into()),
        RouteAddress::Inet6(v6) => Some((*v6).into()),
        _ => None,
    }
}
