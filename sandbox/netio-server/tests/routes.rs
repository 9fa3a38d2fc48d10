//! Link and route rows, on the real stack.
#![cfg(target_os = "linux")]

mod support;

use netio_sys::{MIB_IF_ROW2, MIB_IPFORWARD_ROW2, SOCKADDR_INET};
use netio_wire::{AF_INET, AF_INET6, AF_UNSPEC, BestRoute, BestRouteRequest, Operation, Row, row};
use netioctl_status::NtStatus;
use std::{collections::BTreeSet, net::IpAddr};
use support::{call, in_private_network, ip, table, whole};
use zerocopy::{FromBytes, FromZeros};

fn best(to: &str, index: u32, source: Option<&str>) -> Result<(MIB_IPFORWARD_ROW2, IpAddr), NtStatus> {
    let address = |text: &str| row::socket_address(text.parse().unwrap()).image();
    let request = BestRouteRequest {
        index,
        has_source: u32::from(source.is_some()),
        source: source.map_or(SOCKADDR_INET::default().image(), address),
        destination: address(to),
        ..BestRouteRequest::new_zeroed()
    };
    let answer = call(Operation::GetBestRoute2, &request)?;
    let best = BestRoute::read_from_bytes(&answer).unwrap();
    Ok((whole(&best.route), row::ip(&whole::<SOCKADDR_INET>(&best.source).clone()).unwrap()))
}

fn shown(row: &MIB_IPFORWARD_ROW2) -> (u32, String, u8, String, u32) {
    let address = |address| row::ip(address).unwrap().to_string();
    let prefix = &row.DestinationPrefix;
    (row.InterfaceIndex, address(&prefix.Prefix), prefix.PrefixLength, address(&row.NextHop), row.Metric)
}

#[test]
fn every_route_has_a_row_for_each_link_that_it_leads_through() {
    in_private_network("every_route_has_a_row_for_each_link_that_it_leads_through", |network| {
        let (a, b) = (network.a, network.b);
        ip("route add 198.51.100.0/25 via 10.1.0.2 metric 7");
        ip("route add 203.0.113.0/24 nexthop via 10.1.0.2 nexthop via 10.2.0.2");
        ip("route add default via 10.2.0.2 proto dhcp");
        ip("route add blackhole 192.0.2.0/24");
        ip("route add 192.0.2.0/25 via 10.1.0.2 table 77");
        ip("route add 2001:db8::/32 via fd00:1::2 expires 1000");
        let rows: Vec<MIB_IPFORWARD_ROW2> = table(Operation::GetIpForwardTable2, AF_UNSPEC).unwrap();
        let all: BTreeSet<_> = rows.iter().map(shown).collect();
        let is_there = |index, to: &str, prefix, via: &str, metric| {
            let entry = (index, to.to_owned(), prefix, via.to_owned(), metric);
            assert!(all.contains(&entry), "{entry:?} in {all:#?}");
        };
        is_there(a, "10.1.0.0", 24, "0.0.0.0", 0);
        is_there(a, "10.1.0.1", 32, "0.0.0.0", 0);
        is_there(a, "198.51.100.0", 25, "10.1.0.2", 7);
        is_there(a, "203.0.113.0", 24, "10.1.0.2", 0);
        is_there(b, "203.0.113.0", 24, "10.2.0.2", 0);
        is_there(b, "0.0.0.0", 0, "10.2.0.2", 0);
        is_there(a, "fd00:1::", 64, "::", 256);
        assert!(!all.iter().any(|(_, to, ..)| to == "192.0.2.0"), "{all:#?}");
        let of = |to: &str, prefix| {
            let same = |row: &&MIB_IPFORWARD_ROW2| (shown(row).1.as_str(), shown(row).2) == (to, prefix);
            *rows.iter().find(same).unwrap()
        };
        assert_eq!((of("0.0.0.0", 0).Protocol, of("0.0.0.0", 0).Origin), (19, 2));
        assert_eq!((of("10.1.0.1", 32).Loopback, of("10.1.0.0", 24).Loopback), (1, 0));
        assert_eq!((of("10.1.0.0", 24).Immortal, of("198.51.100.0", 25).ValidLifetime), (1, u32::MAX));
        assert!((901..=1000).contains(&of("2001:db8::", 32).ValidLifetime));
        let families = [AF_INET, AF_INET6]
            .map(|family| table::<MIB_IPFORWARD_ROW2>(Operation::GetIpForwardTable2, family).unwrap().len());
        assert_eq!(families.iter().sum::<usize>(), rows.len());
        assert_eq!(table::<MIB_IPFORWARD_ROW2>(Operation::GetIpForwardTable2, 10), Err(NtStatus::INVALID_PARAMETER));
    });
}

#[test]
fn a_packet_takes_the_route_that_linux_chooses() {
    in_private_network("a_packet_takes_the_route_that_linux_chooses", |network| {
        assert_eq!(best("203.0.113.7", 0, None), Err(NtStatus::NETWORK_UNREACHABLE));
        assert_eq!(best("0.0.0.0", 0, None), Err(NtStatus::NETWORK_UNREACHABLE));
        ip("route add default via 10.2.0.2 metric 9");
        ip("route add default via 10.1.0.2 metric 10");
        ip("address add 10.1.0.77/24 dev a0");
        let (route, from) = best("10.1.0.2", 0, None).unwrap();
        assert_eq!((shown(&route).1.as_str(), from.to_string()), ("10.1.0.0", "10.1.0.1".to_owned()));
        let (_, from) = best("10.1.0.2", 0, Some("10.1.0.77")).unwrap();
        assert_eq!(from.to_string(), "10.1.0.77");
        for to in ["203.0.113.7", "0.0.0.0"] {
            let (route, from) = best(to, 0, None).unwrap();
            assert_eq!((shown(&route).3.as_str(), from.to_string()), ("10.2.0.2", "10.2.0.1".to_owned()), "{to}");
            let (route, from) = best(to, network.a, None).unwrap();
            assert_eq!((route.InterfaceIndex, from.to_string()), (network.a, "10.1.0.1".to_owned()), "{to}");
        }
        let (route, from) = best("fd00:1::9", 0, None).unwrap();
        assert_eq!((route.DestinationPrefix.PrefixLength, from.to_string()), (64, "fd00:1::1".to_owned()));
        assert_eq!(best("10.1.0.2", 0x00ff_fff0, None), Err(NtStatus::OBJECT_NAME_NOT_FOUND));
        assert_eq!(best("10.1.0.2", 0, Some("fd00:1::1")), Err(NtStatus::INVALID_PARAMETER));
    });
}

#[test]
fn every_link_has_a_row_whatever_is_bound_to_it() {
    in_private_network("every_link_has_a_row_whatever_is_bound_to_it", |network| {
        ip("link set b0 alias Сеть");
        ip("link set b0 down");
        let rows: Vec<MIB_IF_ROW2> = table(Operation::GetIfTable2, AF_UNSPEC).unwrap();
        let of = |index| *rows.iter().find(|row| row.InterfaceIndex == index).unwrap();
        let text = |units: &[u16]| {
            let end = units.iter().position(|unit| *unit == 0).unwrap();
            String::from_utf16(&units[..end]).unwrap()
        };
        let (a, b) = (of(network.a), of(network.b));
        assert_eq!((text(&a.Alias), text(&a.Description)), ("a0".to_owned(), "Virtual Ethernet pair".to_owned()));
        assert_eq!((text(&b.Alias), text(&b.Description)), ("b0".to_owned(), "Сеть".to_owned()));
        assert_eq!((a.OperStatus, a.AdminStatus, b.OperStatus, b.AdminStatus), (1, 1, 2, 2));
        assert_eq!((a.PhysicalAddressLength, a.Mtu, a.Type), (6, 1500, 6));
        // What sysfs shows here is another network stack.
        assert_eq!((a.TransmitLinkSpeed, a.ReceiveLinkSpeed), (u64::MAX, u64::MAX));
        assert!(rows.iter().any(|row| row.Type == 24 && row.PhysicalAddressLength == 0));
    });
}
