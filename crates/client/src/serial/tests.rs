//! What is written is read again, whatever the driver may say.

use crate::{
    Interface, InterfaceKey, InterfaceLuid, Neighbor, NeighborChange, NeighborKey, NeighborUpdate, PhysicalAddress,
    Statistics, UnicastAddress, decode::Row,
};
use netioctl_abi::wire::{AddressRow, InterfaceRow, NeighborRow, StatisticsRow};
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
