//! Neighbors, on the real stack.
#![cfg(target_os = "linux")]

mod support;

use macaddr::MacAddr6;
use netio_sys::{MIB_IPNET_ROW2, NEIGHBOR_IS_ROUTER};
use netio_wire::{
    AF_INET, AF_INET6, AF_UNSPEC, Operation,
    row::{self, state},
};
use netioctl_status::NtStatus;
use std::{collections::BTreeSet, net::IpAddr};
use support::{MAC, Network, address, create, flush, get, in_private_network, ip, neighbors, row, set, wait_until};
use witness::{Neighbor, Request};

/// What both sides can say of a neighbor.
type Seen = (String, IpAddr, Option<String>, i32, bool);

fn seen_by_linux(neighbor: &Neighbor) -> Seen {
    let state = match neighbor.state[0].as_str() {
        "PERMANENT" | "NOARP" => state::PERMANENT,
        "REACHABLE" => state::REACHABLE,
        "STALE" => state::STALE,
        "DELAY" => state::DELAY,
        "PROBE" => state::PROBE,
        "FAILED" => state::UNREACHABLE,
        "INCOMPLETE" => state::INCOMPLETE,
        other => panic!("unexpected state {other}"),
    };
    (neighbor.dev.clone(), neighbor.dst, neighbor.lladdr.clone(), state, neighbor.router)
}

fn seen_by_netio(network: &Network, row: &MIB_IPNET_ROW2) -> Seen {
    let names = [(1, "lo"), (network.a, "a0"), (network.b, "b0")];
    let name = names.iter().find(|(index, _)| *index == row.InterfaceIndex).unwrap().1;
    let bytes: Option<[u8; 6]> = row::physical(row).and_then(|bytes| bytes.try_into().ok());
    let known = bytes.filter(|_| row.State != state::UNREACHABLE);
    let mac = known.map(|bytes| MacAddr6::from(bytes).to_string().to_lowercase());
    (name.to_owned(), address(row), mac, row.State, row.Flags & NEIGHBOR_IS_ROUTER != 0)
}

fn is_added(row: &MIB_IPNET_ROW2, listed: &BTreeSet<Seen>, network: &Network) -> bool {
    let well_known = ["224.0.0.22", "239.255.255.250", "ff02::16"].map(|group| group.parse::<IpAddr>().unwrap());
    well_known.contains(&address(row)) && !listed.contains(&seen_by_netio(network, row))
}

#[test]
fn every_row_is_linuxs_or_well_known() {
    in_private_network("every_row_is_linuxs_or_well_known", |network| {
        let mut witness = network.witness();
        for line in [
            "neigh add 10.1.0.20 lladdr 02:00:00:00:00:20 dev a0 nud permanent",
            "neigh add 10.2.0.21 lladdr 02:00:00:00:00:21 dev b0 nud stale",
            "neigh add fd00:1::22 lladdr 02:00:00:00:00:22 dev a0 nud permanent router",
            "neigh add 10.1.0.23 dev a0 nud failed",
        ] {
            ip(line);
        }
        witness.run(&Request::Ping { address: "10.1.0.2".parse().unwrap(), dev: None }).unwrap();
        wait_until("10.1.0.2 answers", || get(&row("10.1.0.2", network.a)).is_ok_and(|row| row.State == 5));
        let shown = neighbors(AF_UNSPEC).unwrap();
        let linux: BTreeSet<_> = witness
            .neighbors()
            .unwrap()
            .iter()
            .filter(|neighbor| neighbor.dst != IpAddr::from([0, 0, 0, 0]))
            .map(seen_by_linux)
            .collect();
        let netio: BTreeSet<_> =
            shown.iter().filter(|row| !is_added(row, &linux, network)).map(|row| seen_by_netio(network, row)).collect();
        assert_eq!(netio, linux);
        assert!(linux.len() > 5, "{linux:?}");
    });
}

#[test]
fn a_table_has_both_families_without_any_order() {
    in_private_network("a_table_has_both_families_without_any_order", |network| {
        for host in 20..40 {
            ip(&format!("neigh add 10.1.0.{host} lladdr 02:00:00:00:00:20 dev a0 nud permanent"));
        }
        let both = neighbors(AF_UNSPEC).unwrap();
        let well_known = |group: &str, index| {
            let group: IpAddr = group.parse().unwrap();
            both.iter().any(|row| (address(row), row.InterfaceIndex, row.State) == (group, index, state::PERMANENT))
        };
        for index in [network.a, network.b, 1] {
            assert!(well_known("224.0.0.22", index), "interface {index}");
            assert!(well_known("239.255.255.250", index), "interface {index}");
        }
        assert!(well_known("ff02::16", network.b));
        let blocks = || neighbors(AF_UNSPEC).unwrap().is_sorted_by_key(|row| row.Address.si_family);
        assert!((0..5).any(|_| !blocks()), "the families are always in the same order");
        let order = || neighbors(AF_INET).unwrap().iter().map(address).collect::<Vec<_>>();
        let first = order();
        assert!((0..5).any(|_| order() != first), "always in the same order");
        assert!(neighbors(AF_INET6).unwrap().iter().all(|row| row.Address.si_family == AF_INET6));
    });
}

#[test]
fn set_replaces_what_exists_and_makes_it_permanent() {
    in_private_network("set_replaces_what_exists_and_makes_it_permanent", |network| {
        for (address, family) in [("10.1.0.30", "-4"), ("fd00:1::30", "-6")] {
            let wanted = row(address, network.a);
            assert_eq!(set(&wanted), Err(NtStatus::NOT_FOUND), "{address}");
            ip(&format!("{family} neigh add {address} lladdr 02:00:00:00:00:30 dev a0 nud stale"));
            assert_eq!(set(&wanted), Ok(()));
            let now = get(&row(address, network.a)).unwrap();
            assert_eq!((row::physical(&now), now.State, now.Flags), (Some(MAC.as_slice()), state::PERMANENT, 0));
            assert_eq!((now.InterfaceIndex, now.InterfaceLuid >> 24), (network.a, 6 << 24 | u64::from(network.a)));
        }
        let linux = network.witness().neighbors().unwrap();
        assert_eq!(linux.iter().filter(|row| row.lladdr.as_deref() == Some("02:00:00:00:00:09")).count(), 2);
    });
}

#[test]
fn wrong_rows_are_refused_and_change_nothing() {
    in_private_network("wrong_rows_are_refused_and_change_nothing", |network| {
        ip("neigh add 10.1.0.30 lladdr 02:00:00:00:00:30 dev a0 nud permanent");
        let good = row("10.1.0.30", network.a);
        let family = |family| {
            let mut row = good;
            row.Address.si_family = family;
            row
        };
        for (what, row, expected) in [
            ("family 0", family(0), NtStatus::INVALID_PARAMETER),
            ("family of Linux's IPv6", family(10), NtStatus::INVALID_PARAMETER),
            ("no interface", MIB_IPNET_ROW2 { InterfaceIndex: 0, ..good }, NtStatus::OBJECT_NAME_NOT_FOUND),
            ("unknown index", MIB_IPNET_ROW2 { InterfaceIndex: 999, ..good }, NtStatus::OBJECT_NAME_NOT_FOUND),
            ("unknown LUID", MIB_IPNET_ROW2 { InterfaceLuid: 1, ..good }, NtStatus::NOT_FOUND),
            ("unspecified", row("0.0.0.0", network.a), NtStatus::INVALID_PARAMETER),
            ("loopback", row("127.0.0.1", network.a), NtStatus::INVALID_PARAMETER),
            ("loopback", row("::1", network.a), NtStatus::INVALID_PARAMETER),
            ("broadcast", row("255.255.255.255", network.a), NtStatus::INVALID_PARAMETER),
            ("no length", MIB_IPNET_ROW2 { PhysicalAddressLength: 0, ..good }, NtStatus::INVALID_PARAMETER),
            ("short", MIB_IPNET_ROW2 { PhysicalAddressLength: 5, ..good }, NtStatus::INVALID_PARAMETER),
            ("long", MIB_IPNET_ROW2 { PhysicalAddressLength: 8, ..good }, NtStatus::INVALID_PARAMETER),
            ("too long", MIB_IPNET_ROW2 { PhysicalAddressLength: 33, ..good }, NtStatus::INVALID_PARAMETER),
            ("other link", MIB_IPNET_ROW2 { InterfaceIndex: network.b, ..good }, NtStatus::NOT_FOUND),
            ("loopback interface", row("10.1.0.30", 1), NtStatus::NOT_FOUND),
        ] {
            assert_eq!(set(&row), Err(expected), "{what}");
        }
        assert_eq!(row::physical(&get(&good).unwrap()), Some([2, 0, 0, 0, 0, 0x30].as_slice()));
    });
}

#[test]
fn the_luid_wins_over_the_index() {
    in_private_network("the_luid_wins_over_the_index", |network| {
        ip("neigh add 10.1.0.30 lladdr 02:00:00:00:00:30 dev a0 nud permanent");
        let luid = get(&row("10.1.0.30", network.a)).unwrap().InterfaceLuid;
        let wrong_index = MIB_IPNET_ROW2 { InterfaceLuid: luid, ..row("10.1.0.30", network.b) };
        assert_eq!(set(&wrong_index), Ok(()));
        let found = get(&MIB_IPNET_ROW2 { InterfaceLuid: luid, ..row("10.1.0.30", 0) }).unwrap();
        assert_eq!((found.InterfaceIndex, row::physical(&found)), (network.a, Some(MAC.as_slice())));
    });
}

#[test]
fn create_makes_what_does_not_exist_in_any_state() {
    in_private_network("create_makes_what_does_not_exist_in_any_state", |network| {
        let wanted = row("10.1.0.40", network.a);
        assert_eq!(create(&wanted), Ok(()));
        assert_eq!(create(&wanted), Err(NtStatus::DUPLICATE_OBJECTID));
        ip("neigh add 10.1.0.41 dev a0 nud failed");
        assert_eq!(create(&row("10.1.0.41", network.a)), Err(NtStatus::DUPLICATE_OBJECTID));
        let leftover = std::process::Command::new("ip").args(["neigh", "add", "10.1.0.42", "dev", "a0"]).output();
        assert!(!leftover.unwrap().status.success(), "this leaves an entry without state behind");
        assert_eq!(create(&row("10.1.0.42", network.a)), Ok(()));
        assert_eq!(get(&row("10.1.0.42", network.a)).unwrap().State, state::PERMANENT);
        assert_eq!(create(&row("10.1.0.43", 1)), Err(NtStatus::NOT_SUPPORTED), "lo forgets IPv4 keys");
    });
}

#[test]
fn delete_removes_any_row_once() {
    in_private_network("delete_removes_any_row_once", |network| {
        ip("neigh add fd00:1::50 lladdr 02:00:00:00:00:50 dev a0 nud permanent");
        let doomed = MIB_IPNET_ROW2 { PhysicalAddressLength: 0, ..row("fd00:1::50", network.a) };
        assert_eq!(support::change(Operation::DeleteIpNetEntry2, &doomed), Ok(()));
        assert_eq!(support::change(Operation::DeleteIpNetEntry2, &doomed), Err(NtStatus::NOT_FOUND));
        assert_eq!(get(&doomed), Err(NtStatus::NOT_FOUND));
        let well_known = row("224.0.0.22", network.a);
        assert_eq!(support::change(Operation::DeleteIpNetEntry2, &well_known), Ok(()));
        assert!(get(&well_known).is_ok(), "a well-known row is there again");
    });
}

fn fill() {
    ip("neigh add 10.1.0.60 lladdr 02:00:00:00:00:60 dev a0 nud permanent");
    ip("neigh add 10.1.0.61 lladdr 02:00:00:00:00:61 dev a0 nud stale");
    ip("neigh add 10.1.0.62 dev a0 nud failed");
    ip("neigh add fd00:1::63 lladdr 02:00:00:00:00:63 dev a0 nud reachable");
    ip("neigh add 10.2.0.64 lladdr 02:00:00:00:00:64 dev b0 nud permanent");
    ip("neigh add fe80::65 lladdr 02:00:00:00:00:65 dev b0 nud permanent");
}

fn left() -> Vec<String> {
    let rows = neighbors(AF_UNSPEC).unwrap();
    let mut left: Vec<_> =
        rows.iter().map(address).filter(|address| !address.is_multicast()).map(|address| address.to_string()).collect();
    left.sort();
    left
}

#[test]
fn a_flush_takes_the_family_and_the_interface_and_leaves_the_well_known() {
    in_private_network("a_flush_takes_the_family_and_the_interface_and_leaves_the_well_known", |network| {
        fill();
        let all = ["10.1.0.60", "10.1.0.61", "10.1.0.62", "10.2.0.64", "fd00:1::63", "fe80::65"];
        assert_eq!(left(), all);
        assert_eq!(flush(10, 0), Err(NtStatus::INVALID_PARAMETER));
        assert_eq!(flush(AF_INET, 999), Err(NtStatus::NOT_FOUND));
        assert_eq!(left(), all);
        assert_eq!(flush(AF_INET, network.a), Ok(()));
        assert_eq!(left(), ["10.2.0.64", "fd00:1::63", "fe80::65"]);
        assert_eq!(flush(AF_INET6, 0), Ok(()));
        assert_eq!(left(), ["10.2.0.64"]);
        assert_eq!(flush(AF_UNSPEC, 0), Ok(()));
        assert!(left().is_empty());
        let linux = network.witness().neighbors().unwrap();
        assert!(linux.iter().all(|neighbor| neighbor.state == ["NOARP"]), "{linux:?}");
        assert!(linux.iter().any(|neighbor| neighbor.dst.is_multicast()), "well-known rows stay");
        assert!(neighbors(AF_INET).unwrap().len() >= 3);
    });
}

#[test]
fn a_flush_keeps_permanent_rows_if_told_to() {
    in_private_network("a_flush_keeps_permanent_rows_if_told_to", |network| {
        network.restart(&["--flush-keeps-permanent", "--flush-unknown-interface", "success"]);
        fill();
        assert_eq!(flush(AF_UNSPEC, 0), Ok(()));
        assert_eq!(left(), ["10.1.0.60", "10.2.0.64", "fe80::65"]);
        assert_eq!(flush(AF_UNSPEC, 999), Ok(()));
    });
}
