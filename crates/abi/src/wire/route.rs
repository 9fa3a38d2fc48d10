//! Routes: the row of the table, and the request for the one that a packet takes.

use super::{RequestHeader, enumerations, structures};
use crate::word::numbered_words;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, TryFromBytes};

/// One route (`MIB_IPFORWARD_ROW2`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct RouteRow {
    /// Interface LUID: stable over reboots.
    pub interface_luid: u64,
    /// The network that the route leads to, in network byte order; IPv4 uses the first four bytes, the rest is zero.
    pub destination: [u8; 16],
    /// The router, in the form of the destination; unspecified where the destination is on the link.
    pub next_hop: [u8; 16],
    /// Interface index: may change when the interface is disabled and enabled.
    pub interface_index: u32,
    /// IPv6 scope id of the destination; 0 for IPv4 and for addresses without a zone.
    pub destination_scope_id: u32,
    /// IPv6 scope id of the router; 0 for IPv4 and for addresses without a zone.
    pub next_hop_scope_id: u32,
    /// Seconds for which the route is valid from now on; all ones for ever.
    pub valid_lifetime: u32,
    /// Seconds for which the route is preferred from now on; all ones for ever.
    pub preferred_lifetime: u32,
    /// Metric of the route. That of its interface is added to it when routes are compared.
    pub metric: u32,
    /// A [`RouteProtocol`], or a number of a newer system.
    pub protocol: i32,
    /// Seconds since the route was made or changed.
    pub age: u32,
    /// A [`RouteOrigin`], or a number of a newer system.
    pub origin: i32,
    /// `AF_INET` or `AF_INET6`.
    pub family: u16,
    /// Bits of the destination that count: 0 to 32 or 128.
    pub prefix_length: u8,
    /// Bits of the site prefix.
    pub site_prefix_length: u8,
    /// 1 if the route leads to this machine itself, else 0.
    pub loopback: u8,
    /// 1 if addresses are made of the prefix, else 0.
    pub autoconfigure_address: u8,
    /// 1 if the route is told in router advertisements, else 0.
    pub publish: u8,
    /// 1 if the route lives as long as its interface, else 0.
    pub immortal: u8,
    /// Zero.
    pub reserved: u32,
}

/// Asks which route a packet takes (`GetBestRoute2`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct BestRouteRequest {
    /// Version of the client.
    pub header: RequestHeader,
    /// LUID of the interface that the packet is to leave through; wins over the index when it is not 0.
    pub interface_luid: u64,
    /// Index of that interface, looked at only when the LUID is 0; with both 0 any interface will do.
    pub interface_index: u32,
    /// `AF_INET` or `AF_INET6`.
    pub family: u16,
    /// `AF_UNSPEC` for a source of the system's choice, else the family of the destination.
    pub source_family: u16,
    /// Where the packet is to go, in network byte order: 4 bytes of IPv4 followed by zeros, or 16 bytes of IPv6.
    pub destination: [u8; 16],
    /// The address to send from, in the form of the destination; looked at if `source_family` is not 0.
    pub source: [u8; 16],
    /// IPv6 scope id of the destination: 0, or the zone of a link-local or multicast address, at most
    /// [`MAX_ZONE`](super::MAX_ZONE).
    pub destination_scope_id: u32,
    /// IPv6 scope id of the source, as that of the destination.
    pub source_scope_id: u32,
}

/// The route that a packet takes, and its source address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct BestRouteReply {
    /// The route that the packet takes.
    pub route: RouteRow,
    /// The address that it is sent from, in the form of the destination of the route.
    pub source: [u8; 16],
    /// IPv6 scope id of that address.
    pub source_scope_id: u32,
    /// Zero.
    pub reserved: u32,
}

/// Who made a route: `NL_ROUTE_PROTOCOL` of `nldef.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, TryFromBytes, Immutable, KnownLayout)]
#[repr(i32)]
pub enum RouteProtocol {
    /// Another source.
    Other = 1,
    /// The stack itself, such as for an address of this machine.
    Local = 2,
    /// Set by hand or by a program.
    NetMgmt = 3,
    /// An ICMP redirect.
    Icmp = 4,
    /// EGP.
    Egp = 5,
    /// GGP.
    Ggp = 6,
    /// Hello.
    Hello = 7,
    /// RIP.
    Rip = 8,
    /// IS-IS.
    IsIs = 9,
    /// ES-IS.
    EsIs = 10,
    /// IGRP.
    Cisco = 11,
    /// BBN SPF.
    Bbn = 12,
    /// OSPF.
    Ospf = 13,
    /// BGP.
    Bgp = 14,
    /// IDPR.
    Idpr = 15,
    /// EIGRP.
    Eigrp = 16,
    /// DVMRP.
    Dvmrp = 17,
    /// RPL.
    Rpl = 18,
    /// DHCP.
    Dhcp = 19,
    /// A routing protocol, kept as if set by hand.
    NtAutostatic = 10002,
    /// Set by hand in the routing service.
    NtStatic = 10006,
    /// As before, but no call is made for it.
    NtStaticNonDod = 10007,
}

/// Where a route is from: `NL_ROUTE_ORIGIN` of `nldef.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, TryFromBytes, Immutable, KnownLayout)]
#[repr(i32)]
pub enum RouteOrigin {
    /// Set by hand.
    Manual = 0,
    /// A route that everybody knows, such as that of multicast.
    WellKnown = 1,
    /// DHCP.
    Dhcp = 2,
    /// A router advertisement.
    RouterAdvertisement = 3,
    /// A 6to4 tunnel.
    SixToFour = 4,
}

numbered_words! { RouteProtocol: i32 {
    Other "other";
    Local "local";
    NetMgmt "static";
    Icmp "redirect";
    Egp "egp";
    Ggp "ggp";
    Hello "hello";
    Rip "rip";
    IsIs "isis";
    EsIs "esis";
    Cisco "igrp";
    Bbn "bbn";
    Ospf "ospf";
    Bgp "bgp";
    Idpr "idpr";
    Eigrp "eigrp";
    Dvmrp "dvmrp";
    Rpl "rpl";
    Dhcp "dhcp";
    NtAutostatic "autostatic";
    NtStatic "static-ras";
    NtStaticNonDod "static-non-dod";
} }

numbered_words! { RouteOrigin: i32 {
    Manual "manual";
    WellKnown "well-known";
    Dhcp "dhcp";
    RouterAdvertisement "router";
    SixToFour "6to4";
} }

const _: () = {
    use core::mem::offset_of;
    assert!(size_of::<RouteRow>() == 88);
    assert!(offset_of!(RouteRow, next_hop) == 24);
    assert!(offset_of!(RouteRow, interface_index) == 40);
    assert!(offset_of!(RouteRow, metric) == 60);
    assert!(offset_of!(RouteRow, family) == 76);
    assert!(offset_of!(RouteRow, immortal) == 83);
    assert!(size_of::<BestRouteRequest>() == 64);
    assert!(offset_of!(BestRouteRequest, destination) == 24);
    assert!(size_of::<BestRouteReply>() == 112);
};

structures! {
    RouteRow {
        interface_luid destination next_hop interface_index destination_scope_id next_hop_scope_id
        valid_lifetime preferred_lifetime metric protocol age origin family prefix_length site_prefix_length
        loopback autoconfigure_address publish immortal reserved
    }
    BestRouteRequest {
        header interface_luid interface_index family source_family destination source destination_scope_id
        source_scope_id
    }
    BestRouteReply { route source source_scope_id reserved }
}

enumerations! { RouteProtocol RouteOrigin }
