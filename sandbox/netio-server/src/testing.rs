//! Links for unit tests, as a veth and `lo` look.

use crate::{
    link::{Ipv6Link, Link, if_type},
    validate::Host,
};
use netlink_packet_route::link::{In6AddrGenMode, Inet6DevConf, Inet6IfaceFlags, LinkFlags, State};

pub fn ethernet() -> Link {
    Link {
        index: 2,
        name: "veth0".to_owned(),
        if_type: if_type::ETHERNET_CSMACD,
        physical: vec![2, 0, 0, 0, 0, 1],
        flags: LinkFlags::Up | LinkFlags::LowerUp | LinkFlags::Broadcast | LinkFlags::Multicast,
        mtu: 1500,
        carrier: true,
        state: State::Up,
        ipv4_forwarding: Some(false),
        ipv6: Some(ipv6()),
    }
}

pub fn ethernet_without_ipv6() -> Link {
    Link { index: 3, name: "veth1".to_owned(), ipv6: None, ..ethernet() }
}

pub fn loopback() -> Link {
    Link {
        index: 1,
        name: "lo".to_owned(),
        if_type: if_type::SOFTWARE_LOOPBACK,
        physical: vec![0; 6],
        flags: LinkFlags::Up | LinkFlags::LowerUp | LinkFlags::Loopback,
        mtu: 65536,
        state: State::Unknown,
        ..ethernet()
    }
}

pub fn host() -> Host {
    Host { links: vec![loopback(), ethernet(), ethernet_without_ipv6()], ipv4: true, ipv6: true }
}

fn ipv6() -> Ipv6Link {
    let mut conf = Inet6DevConf::default();
    conf.mtu6 = 1500;
    conf.accept_ra = 1;
    conf.accept_dad = 1;
    conf.dad_transmits = 1;
    conf.accept_ra_defrtr = 1;
    Ipv6Link { conf, flags: Inet6IfaceFlags::Ready, address_mode: In6AddrGenMode::Eui64 }
}
