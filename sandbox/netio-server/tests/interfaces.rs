//! Interface rows, on the real stack.
#![cfg(target_os = "linux")]

mod support;

use netio_sys::MIB_IPINTERFACE_ROW;
use netio_wire::{AF_INET, AF_INET6, AF_UNSPEC, FamilyRequest, InterfaceId, Operation, Row};
use netioctl_status::NtStatus;
use std::{collections::BTreeSet, fs};
use support::{call, fill, in_private_network, index, interfaces, ip, neighbors, row, set, wait_until, whole};
use witness::Request;
use zerocopy::FromBytes;

fn entry(family: u16, index: u32) -> Result<MIB_IPINTERFACE_ROW, NtStatus> {
    let mut key = MIB_IPINTERFACE_ROW::default();
    (key.Family, key.InterfaceIndex) = (family, index);
    fill(Operation::GetIpInterfaceEntry, &key)
}

#[test]
fn every_link_has_a_row_for_each_family() {
    in_private_network("every_link_has_a_row_for_each_family", |network| {
        ip("link set a0 mtu 1400");
        let links: serde_json::Value = network.witness().ask(&Request::Links {}).unwrap();
        let expected: BTreeSet<_> = links["links"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|link| {
                let (index, mtu) = (link["ifindex"].as_u64().unwrap(), link["mtu"].as_u64().unwrap());
                // Nothing limits what Windows loops back.
                let mtu = if index == 1 { u32::MAX.into() } else { mtu };
                [(AF_INET, index, mtu), (AF_INET6, index, mtu)]
            })
            .collect();
        let rows = interfaces(AF_UNSPEC).unwrap();
        let shown: BTreeSet<_> =
            rows.iter().map(|row| (row.Family, row.InterfaceIndex.into(), row.NlMtu.into())).collect();
        assert_eq!((&shown, rows.len()), (&expected, shown.len()));
        assert!(expected.contains(&(AF_INET, network.a.into(), 1400)));
        for row in &rows {
            assert_eq!(row.InterfaceLuid & 0xff_ffff, 0);
            let index = (row.InterfaceLuid >> 24) & 0xff_ffff;
            assert_eq!(index, u64::from(row.InterfaceIndex));
            let if_type = if row.InterfaceIndex == 1 { 24 } else { 6 };
            assert_eq!(row.InterfaceLuid >> 48, if_type);
            assert_eq!((row.BaseReachableTime, row.RetransmitTime), (30_000, 1_000));
            assert!((15_000..=45_000).contains(&row.ReachableTime), "{}", row.ReachableTime);
            assert_eq!(row.PathMtuDiscoveryTimeout, 600_000);
        }
        assert_eq!(interfaces(AF_INET).unwrap().len() + interfaces(AF_INET6).unwrap().len(), rows.len());
        assert_eq!(interfaces(10).unwrap_err(), NtStatus::INVALID_PARAMETER);
    });
}

#[test]
fn a_row_follows_the_link() {
    in_private_network("a_row_follows_the_link", |network| {
        assert_eq!(entry(AF_INET, network.b).unwrap().Connected, 1);
        network.witness().run(&Request::Link { dev: "b0".to_owned(), up: false }).unwrap();
        assert_eq!(entry(AF_INET, network.b).unwrap().Connected, 0);
        network.witness().run(&Request::Link { dev: "b0".to_owned(), up: true }).unwrap();
        wait_until("b0 is connected", || entry(AF_INET, network.b).unwrap().Connected == 1);
        fs::write("/proc/sys/net/ipv4/conf/a0/forwarding", "1").unwrap();
        fs::write("/proc/sys/net/ipv6/conf/a0/forwarding", "1").unwrap();
        assert_eq!(entry(AF_INET, network.a).unwrap().ForwardingEnabled, 1);
        let router = entry(AF_INET6, network.a).unwrap();
        assert_eq!((router.ForwardingEnabled, router.RouterDiscoveryBehavior), (1, 0));
        ip("ntable change name arp_cache dev a0 retrans 500");
        assert_eq!(entry(AF_INET, network.a).unwrap().RetransmitTime, 500);
    });
}

fn set_entry(row: &MIB_IPINTERFACE_ROW) -> Result<MIB_IPINTERFACE_ROW, NtStatus> {
    fill(Operation::SetIpInterfaceEntry, row)
}

#[test]
fn what_is_read_and_changed_can_be_set() {
    in_private_network("what_is_read_and_changed_can_be_set", |network| {
        let before = entry(AF_INET, network.a).unwrap();
        assert_eq!(set_entry(&before).unwrap_err(), NtStatus::INVALID_PARAMETER, "the site prefix length of IPv4");
        let wanted = MIB_IPINTERFACE_ROW {
            InterfaceLuid: 0,
            SitePrefixLength: 0,
            ForwardingEnabled: 1,
            NlMtu: 1400,
            RetransmitTime: 500,
            WeakHostSend: 1,
            UseAutomaticMetric: 0,
            Metric: 7,
            ..before
        };
        assert_eq!(set_entry(&wanted).unwrap().InterfaceLuid, before.InterfaceLuid);
        let after = entry(AF_INET, network.a).unwrap();
        let expected = MIB_IPINTERFACE_ROW { SitePrefixLength: 64, ReachableTime: after.ReachableTime, ..wanted };
        assert_eq!(after, MIB_IPINTERFACE_ROW { InterfaceLuid: before.InterfaceLuid, ..expected });
        let links: serde_json::Value = network.witness().ask(&Request::Links {}).unwrap();
        let mtu =
            links["links"].as_array().unwrap().iter().find(|link| link["ifname"] == "a0").unwrap()["mtu"].as_u64();
        assert_eq!(mtu, Some(1400));
        assert_eq!(fs::read_to_string("/proc/sys/net/ipv4/conf/a0/forwarding").unwrap().trim(), "1");
        assert_eq!(entry(AF_INET, network.b).unwrap().ForwardingEnabled, 0);
    });
}

#[test]
fn what_is_initialized_and_changed_leaves_the_rest() {
    in_private_network("what_is_initialized_and_changed_leaves_the_rest", |network| {
        for family in [AF_INET, AF_INET6] {
            let before = entry(family, network.a).unwrap();
            let initial = call(Operation::InitializeIpInterfaceEntry, &()).unwrap();
            let mut row = whole::<MIB_IPINTERFACE_ROW>(&initial);
            assert_eq!((row.Family, row.InterfaceLuid, row.InterfaceIndex), (0, 0, 0));
            (row.Family, row.InterfaceIndex, row.DisableDefaultRoutes) = (family, network.a, 1);
            set_entry(&row).unwrap();
            let after = entry(family, network.a).unwrap();
            assert_eq!(after, MIB_IPINTERFACE_ROW { DisableDefaultRoutes: 1, ..before });
        }
        assert_eq!(fs::read_to_string("/proc/sys/net/ipv6/conf/a0/accept_ra_defrtr").unwrap().trim(), "0");
        network.restart(&["--initialize", "zeros"]);
        let zeros = call(Operation::InitializeIpInterfaceEntry, &()).unwrap();
        assert_eq!(zeros, MIB_IPINTERFACE_ROW::default().image());
    });
}

#[test]
fn what_linux_refuses_is_refused() {
    in_private_network("what_linux_refuses_is_refused", |network| {
        let row = MIB_IPINTERFACE_ROW { SitePrefixLength: 0, ..entry(AF_INET, network.a).unwrap() };
        let changed = [
            MIB_IPINTERFACE_ROW { NlMtu: 575, ..row },
            MIB_IPINTERFACE_ROW { NlMtu: 100_000, ..row },
            MIB_IPINTERFACE_ROW { Metric: 1 << 31, ..row },
            MIB_IPINTERFACE_ROW { RouterDiscoveryBehavior: 3, ..row },
            MIB_IPINTERFACE_ROW { Family: AF_UNSPEC, ..row },
        ];
        for row in changed {
            assert_eq!(set_entry(&row).unwrap_err(), NtStatus::INVALID_PARAMETER, "{row:?}");
        }
        let unknown = MIB_IPINTERFACE_ROW { InterfaceLuid: 0, InterfaceIndex: 999, ..row };
        assert_eq!(set_entry(&unknown).unwrap_err(), NtStatus::OBJECT_NAME_NOT_FOUND);
    });
}

#[test]
fn a_family_that_is_switched_off_has_no_row() {
    in_private_network("a_family_that_is_switched_off_has_no_row", |network| {
        fs::write("/proc/sys/net/ipv6/conf/b0/disable_ipv6", "1").unwrap();
        assert_eq!(entry(AF_INET6, network.b).unwrap_err(), NtStatus::NOT_FOUND);
        assert!(interfaces(AF_INET6).unwrap().iter().all(|row| row.InterfaceIndex != network.b));
        assert!(neighbors(AF_INET6).unwrap().iter().all(|row| row.InterfaceIndex != network.b));
        assert_eq!(set(&row("fe80::9", network.b)), Err(NtStatus::NOT_FOUND));
        assert!(entry(AF_INET, network.b).is_ok());
    });
}

#[test]
fn an_interface_that_has_just_appeared_has_no_row() {
    in_private_network("an_interface_that_has_just_appeared_has_no_row", |network| {
        network.restart(&["--appearing", "600000"]);
        assert!(entry(AF_INET, network.a).is_ok(), "it was there before");
        ip("link add new0 type veth peer name new2");
        let new = index("new0");
        assert_eq!(entry(AF_INET, new).unwrap_err(), NtStatus::NOT_FOUND);
        assert!(interfaces(AF_UNSPEC).unwrap().iter().all(|row| row.InterfaceIndex != new));
        network.restart(&["--appearing", "50"]);
        entry(AF_INET, 1).unwrap();
        ip("link add new1 type veth peer name new3");
        let new = index("new1");
        wait_until("the row is there", || entry(AF_INET, new).is_ok());
    });
}

#[test]
fn a_wrong_key_is_refused() {
    in_private_network("a_wrong_key_is_refused", |network| {
        assert_eq!(entry(AF_UNSPEC, network.a).unwrap_err(), NtStatus::INVALID_PARAMETER);
        assert_eq!(entry(AF_INET, 0).unwrap_err(), NtStatus::OBJECT_NAME_NOT_FOUND);
        assert_eq!(entry(AF_INET, 999).unwrap_err(), NtStatus::OBJECT_NAME_NOT_FOUND);
    });
}

#[test]
fn ids_and_names_convert() {
    in_private_network("ids_and_names_convert", |network| {
        let by_index = InterfaceId { luid: 0, index: network.a, reserved: 0 };
        let id = call(Operation::ConvertInterfaceIndexToLuid, &by_index).unwrap();
        let id = InterfaceId::read_from_bytes(&id).unwrap();
        let back = call(Operation::ConvertInterfaceLuidToIndex, &InterfaceId { index: 0, ..id }).unwrap();
        assert_eq!(InterfaceId::read_from_bytes(&back).unwrap(), id);
        let alias: Vec<u8> = "a0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(call(Operation::ConvertInterfaceLuidToAlias, &id), Ok(alias));
        let unknown = InterfaceId { luid: u64::MAX, index: u32::MAX, reserved: 0 };
        for operation in [
            Operation::ConvertInterfaceLuidToIndex,
            Operation::ConvertInterfaceIndexToLuid,
            Operation::ConvertInterfaceLuidToAlias,
        ] {
            assert_eq!(call(operation, &unknown), Err(NtStatus::INVALID_PARAMETER));
        }
    });
}

#[test]
fn a_missing_stack_and_an_empty_table_answer_as_set() {
    in_private_network("a_missing_stack_and_an_empty_table_answer_as_set", |network| {
        network.restart(&["--without-ipv6", "--no-well-known-rows"]);
        assert_eq!(interfaces(AF_INET6).unwrap_err(), NtStatus::NOT_SUPPORTED);
        assert_eq!(neighbors(AF_INET6).unwrap_err(), NtStatus::NOT_SUPPORTED);
        assert_eq!(support::flush(AF_INET6, 0), Err(NtStatus::NOT_SUPPORTED));
        assert_eq!(set(&row("fd00:1::2", network.a)), Err(NtStatus::NOT_SUPPORTED));
        assert_eq!(entry(AF_INET6, network.a).unwrap_err(), NtStatus::NOT_FOUND);
        assert!(interfaces(AF_UNSPEC).unwrap().iter().all(|row| row.Family == AF_INET));
        assert_eq!(neighbors(AF_INET).unwrap_err(), NtStatus::NOT_FOUND);
        let settings = serde_json::json!({ "no-well-known-rows": true, "empty-table": "success" });
        network.witness().run(&Request::Settings { set: Some(settings) }).unwrap();
        assert_eq!(neighbors(AF_INET), Ok(Vec::new()));
        let settings = serde_json::json!({ "fail-tables": true });
        network.witness().run(&Request::Settings { set: Some(settings) }).unwrap();
        let request = FamilyRequest { family: AF_INET, reserved: 0 };
        assert_eq!(call(Operation::GetIpInterfaceTable, &request), Err(NtStatus::NO_MEMORY));
    });
}
