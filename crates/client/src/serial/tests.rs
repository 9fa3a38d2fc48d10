//! What is written is read again, whatever the driver may say.

use crate::{
    BestRoute, Capabilities, Change, Changes, Interface, InterfaceKey, InterfaceLuid, Link, Neighbor, NeighborChange,
    NeighborKey, NeighborUpdate, PhysicalAddress, Route, Statistics, UnicastAddress, Version, WatchSources,
    decode::Row,
};
use netioctl_abi::{
    AddressFamily,
    wire::{AddressRow, BestRouteReply, InterfaceRow, LinkRow, NeighborRow, RouteRow, StatisticsRow},
};
use proptest::{collection::vec, prelude::*};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;
use std::{fmt::Debug, net::IpAddr};
use zerocopy::FromBytes;

/// `FILETIME` of the end of the year 9999: later times have no text.
const END_OF_TIME: u64 = (253_402_300_799 + 11_644_473_600) * 10_000_000;

fn comes_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), value, "{text}");
}

fn bytes_of<T>() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), size_of::<T>())
}

const FAMILIES: [u16; 2] = [netioctl_abi::AF_INET, netioctl_abi::AF_INET6];

proptest! {
    #[test]
    fn neighbors_come_back(bytes in bytes_of::<NeighborRow>(), length in 0..=32_u32, state in -1..9, v6: bool) {
        let row = NeighborRow::read_from_bytes(&bytes).unwrap();
        let row = NeighborRow { physical_address_length: length, state, family: FAMILIES[usize::from(v6)], ..row };
        comes_back(&Neighbor::from_wire(&row).unwrap());
    }

    #[test]
    fn addresses_come_back(bytes in bytes_of::<AddressRow>(), created in 0..END_OF_TIME, word in -1..7, v6: bool) {
        let row = AddressRow::read_from_bytes(&bytes).unwrap();
        let family = FAMILIES[usize::from(v6)];
        let row = AddressRow { creation_time: created, family, dad_state: word, prefix_origin: word, ..row };
        comes_back(&UnicastAddress::from_wire(&row).unwrap());
        comes_back(&UnicastAddress::from_wire(&AddressRow { suffix_origin: word, valid_lifetime: u32::MAX, ..row }).unwrap());
    }

    #[test]
    fn interfaces_come_back(bytes in bytes_of::<InterfaceRow>(), v6: bool) {
        let row = InterfaceRow::read_from_bytes(&bytes).unwrap();
        comes_back(&Interface::from_wire(&InterfaceRow { family: FAMILIES[usize::from(v6)], ..row }).unwrap());
    }

    #[test]
    fn links_come_back(bytes in bytes_of::<LinkRow>(), length in 0..=32_u32, word in -1..9, speed: Option<u64>) {
        let row = LinkRow::read_from_bytes(&bytes).unwrap();
        let row = LinkRow { physical_address_length: length, oper_status: word, admin_status: word, ..row };
        comes_back(&Link::from_wire(&row).unwrap());
        let speed = speed.unwrap_or(u64::MAX);
        comes_back(&Link::from_wire(&LinkRow { media_connect_state: word, transmit_link_speed: speed, ..row }).unwrap());
    }

    #[test]
    fn routes_come_back(bytes in bytes_of::<RouteRow>(), word in -1..20, on_link: bool, v6: bool) {
        let row = RouteRow::read_from_bytes(&bytes).unwrap();
        let next_hop = if on_link { [0; 16] } else { row.next_hop };
        let row = RouteRow { family: FAMILIES[usize::from(v6)], protocol: word, next_hop, ..row };
        comes_back(&Route::from_wire(&row).unwrap());
        let row = RouteRow { origin: word, valid_lifetime: u32::MAX, ..row };
        let best = BestRouteReply { route: row, ..zerocopy::FromZeros::new_zeroed() };
        comes_back(&BestRoute::from_wire(&best).unwrap());
    }

    #[test]
    fn events_come_back(
        (raw_kind, bit, sequence, notifications) in (any::<u8>(), 0..32_u32, any::<u64>(), any::<u32>()),
        (luid, interface_index, scope_id) in any::<(u64, u32, u32)>(),
        (address, family, lost) in any::<(Option<IpAddr>, Option<bool>, u64)>(),
    ) {
        let family = family.map(|v6| if v6 { AddressFamily::Ipv6 } else { AddressFamily::Ipv4 });
        let source = WatchSources::from_bits_retain(1 << bit);
        let interface_luid = InterfaceLuid(luid);
        let change = Change {
            sequence, source, raw_kind, interface_luid, interface_index, family, address, scope_id, notifications,
        };
        comes_back(&Changes { events: vec![change, change], lost });
    }

    #[test]
    fn versions_come_back(abi: (u16, u16), driver: (u16, u16, u16), bits: u64) {
        comes_back(&Version { abi, driver, capabilities: Capabilities::from_bits_retain(bits) });
    }

    #[test]
    fn counters_come_back(bytes in bytes_of::<StatisticsRow>()) {
        comes_back(&Statistics::from_wire(&StatisticsRow::read_from_bytes(&bytes).unwrap()).unwrap());
    }

    #[test]
    fn changes_come_back(address: IpAddr, luid: Option<u64>, index: u32, zone: u32, mac in vec(any::<u8>(), 0..=32)) {
        let interface = luid.map_or(InterfaceKey::Index(index), |luid| InterfaceLuid(luid).into());
        let key = NeighborKey::new(interface, address).with_scope_id(zone);
        let update = NeighborUpdate::of(key, PhysicalAddress::new(&mac).unwrap());
        comes_back(&update);
        for change in [NeighborChange::Delete(key), NeighborChange::Set(update), NeighborChange::Replace(update)] {
            comes_back(&change);
        }
    }
}

#[test]
fn the_names_are_those_of_the_command() {
    let row = json!({
        "dst": "fe80::2", "dev": "Ethernet 2", "lladdr": "02:00:00:00:77:02", "router": null, "state": ["FAILED"],
        "ifindex": 12, "luid": "0x0006008007000000", "scope_id": 12, "reachability_ms": 1500,
    });
    let neighbor: Neighbor = serde_json::from_value(row.clone()).unwrap();
    assert!(neighbor.is_router() && neighbor.raw_state == 0);
    let mut expected = row.clone();
    expected.as_object_mut().unwrap().remove("dev");
    assert_eq!(serde_json::to_value(neighbor).unwrap(), expected);
    // Who names both means the LUID, as the driver does.
    let key: NeighborKey = serde_json::from_value(row).unwrap();
    let luid = InterfaceLuid(0x0006_0080_0700_0000);
    assert_eq!(key, NeighborKey::new(luid.into(), "fe80::2".parse().unwrap()).with_scope_id(12));
    let wrong =
        [json!({"dst": "x"}), json!({"dst": "::1", "state": ["X"], "ifindex": 1, "luid": "0x1", "reachability_ms": 0})];
    assert!(wrong.into_iter().all(|row| serde_json::from_value::<Neighbor>(row).is_err()));
}

#[test]
fn links_and_routes_have_the_names_of_the_command() {
    let link = json!({
        "ifindex": 12, "ifname": "Ethernet 2", "name": "ethernet_32775", "luid": "0x0006008007000000", "if_type": 6,
        "family": "inet", "mtu": 1500, "description": "Adapter", "operstate": "UP", "admin_status": "up",
        "media_connect_state": "connected", "address": "02:00:00:00:77:01", "link_mtu": 1500,
        "transmit_link_speed": 1_000_000_000, "link_flags": ["connector_present", "0x100"],
        "addresses": ["192.0.2.1/24"], "rx_bytes": 1, "rx_packets": 2, "rx_errors": 3, "rx_dropped": 4, "tx_bytes": 5,
    });
    let read: Link = serde_json::from_value(link.clone()).unwrap();
    assert_eq!((read.alias.as_str(), read.flags.bits(), read.raw_oper_status), ("Ethernet 2", 0x104, 1));
    assert_eq!((read.received.octets, read.received.errors, read.sent.octets), (1, 3, 5));
    let mut written = serde_json::to_value(&read).unwrap();
    for member in ["ifname", "luid", "operstate", "address", "link_mtu", "transmit_link_speed", "link_flags"] {
        assert_eq!(written[member], link[member], "{member}");
    }
    let guid = "{00112233-4455-6677-8899-AABBCCDDEEFF}";
    written["interface_guid"] = json!(guid);
    let read: Link = serde_json::from_value(written).unwrap();
    assert_eq!(read.interface_guid[..9], [0x33, 0x22, 0x11, 0, 0x55, 0x44, 0x77, 0x66, 0x88]);
    assert_eq!(serde_json::to_value(&read).unwrap()["interface_guid"], guid);
    let route = json!({
        "dst": "default", "gateway": "192.0.2.254", "dev": "Ethernet 2", "protocol": "local", "metric": 300,
        "ifindex": 12, "luid": "0x0006008007000000", "family": "inet", "prefix": "0.0.0.0/0", "route_metric": 256,
        "origin": "manual", "valid_life_time": 4_294_967_295_u32, "preferred_life_time": 7, "age": 9,
        "loopback": false, "publish": false, "autoconfigure_address": false, "immortal": true, "prefsrc": "192.0.2.1",
    });
    let read: BestRoute = serde_json::from_value(route).unwrap();
    assert_eq!((read.source, read.route.metric), ("192.0.2.1".parse().unwrap(), 256));
    assert_eq!((read.route.prefix_length, read.route.valid_lifetime), (0, None));
    for prefix in ["192.0.2.0", "x/24", "192.0.2.0/x"] {
        let mut wrong = serde_json::to_value(&read.route).unwrap();
        wrong["prefix"] = json!(prefix);
        assert!(serde_json::from_value::<Route>(wrong).is_err(), "{prefix}");
    }
}

#[test]
fn events_and_versions_have_the_names_of_the_command() {
    let event = json!({
        "event": "removed", "time": "2026-11-22T10:00:00Z", "source": "address", "ifindex": 12, "ifname": "Ethernet 2",
        "luid": "0x0006008007000000", "if_type": 6, "family": "inet", "address": "192.0.2.1",
    });
    let read: Change = serde_json::from_value(event).unwrap();
    assert_eq!((read.source, read.raw_kind, read.notifications), (WatchSources::ADDRESSES, 2, 1));
    assert_eq!((read.family, read.address), (Some(AddressFamily::Ipv4), "192.0.2.1".parse().ok()));
    assert!(serde_json::from_value::<Change>(json!({ "event": "gone", "source": "address" })).is_err());
    let read: Version = serde_json::from_value(json!({ "driver_version": "0.1.0 (ABI 1.5)" })).unwrap();
    assert_eq!((read.driver, read.abi, read.capabilities), ((0, 1, 0), (1, 5), Capabilities::empty()));
    for wrong in ["0.1.0", "0.1 (ABI 1.5)", "0.1.0 (ABI 1)", "0.1.0 (ABI 1.x)"] {
        assert!(serde_json::from_value::<Version>(json!({ "driver_version": wrong })).is_err(), "{wrong}");
    }
}
