use super::*;
use crate::{settings::Missing, testing};
use netio_sys::MIB_IPNET_ROW2;
use netio_wire::{AF_INET, AF_INET6, Row, row};
use netioctl_status::NtStatus;
use proptest::prelude::*;

const ETHERNET_LUID: u64 = 0x0006_0000_0200_0000;

fn row(address: &str, luid: u64, index: u32) -> MIB_IPNET_ROW2 {
    let mut row = row::neighbor(address.parse().unwrap(), &[2, 0, 0, 0, 0, 9]);
    row.InterfaceLuid = luid;
    row.InterfaceIndex = index;
    row
}

fn check(row: &MIB_IPNET_ROW2, purpose: Purpose) -> Result<u32, NtStatus> {
    check_with(&Settings::default(), row, purpose)
}

fn check_with(settings: &Settings, row: &MIB_IPNET_ROW2, purpose: Purpose) -> Result<u32, NtStatus> {
    testing::host().neighbor(settings, row, purpose).map(|(link, _)| link.index).map_err(|refusal| refusal.0)
}

#[test]
fn a_luid_is_type_and_index() {
    assert_eq!(testing::ethernet().luid(), Some(ETHERNET_LUID));
    assert_eq!(Link { index: 1 << 24, ..testing::ethernet() }.luid(), None);
}

#[test]
fn the_luid_wins_over_the_index() {
    assert_eq!(check(&row("10.0.0.9", ETHERNET_LUID, 999), Purpose::Find), Ok(2));
    assert_eq!(check(&row("10.0.0.9", 0, 2), Purpose::Find), Ok(2));
    assert_eq!(check(&row("10.0.0.9", ETHERNET_LUID + 1, 2), Purpose::Find), Err(NtStatus::NOT_FOUND));
    let wrong_type = ETHERNET_LUID ^ (1 << 48);
    assert_eq!(check(&row("10.0.0.9", wrong_type, 2), Purpose::Find), Err(NtStatus::NOT_FOUND));
}

#[test]
fn an_unknown_and_an_unnamed_interface_answer_as_set() {
    let unknown = row("10.0.0.9", 0, 999);
    let unknown_luid = row("10.0.0.9", 0xdead_beef, 2);
    let unnamed = row("10.0.0.9", 0, 0);
    // As the conformance tests of Wine have it, which pass on Windows: Win32's 2 for an index, 1168 for a LUID.
    assert_eq!(check(&unknown, Purpose::Change), Err(NtStatus::OBJECT_NAME_NOT_FOUND));
    assert_eq!(check(&unknown_luid, Purpose::Change), Err(NtStatus::NOT_FOUND));
    assert_eq!(check(&unnamed, Purpose::Change), Err(NtStatus::OBJECT_NAME_NOT_FOUND));
    let settings = Settings {
        unknown_luid: Missing::InvalidParameter,
        unknown_index: Missing::NotFound,
        unspecified_interface: Missing::InvalidParameter,
        ..Settings::default()
    };
    assert_eq!(check_with(&settings, &unknown, Purpose::Change), Err(NtStatus::NOT_FOUND));
    assert_eq!(check_with(&settings, &unknown_luid, Purpose::Change), Err(NtStatus::INVALID_PARAMETER));
    assert_eq!(check_with(&settings, &unnamed, Purpose::Change), Err(NtStatus::INVALID_PARAMETER));
}

#[test]
fn a_family_that_is_not_bound_is_not_found() {
    assert_eq!(check(&row("fd00::9", 0, 3), Purpose::Change), Err(NtStatus::NOT_FOUND));
    assert_eq!(check(&row("10.0.0.9", 0, 3), Purpose::Change), Ok(3));
}

#[test]
fn unspecified_loopback_and_broadcast_addresses_are_refused_where_documented() {
    for address in ["0.0.0.0", "::"] {
        for purpose in [Purpose::Change, Purpose::Find, Purpose::Resolve] {
            assert_eq!(check(&row(address, 0, 2), purpose), Err(NtStatus::INVALID_PARAMETER), "{address}");
        }
    }
    for address in ["127.0.0.1", "127.255.0.9", "::1"] {
        assert_eq!(check(&row(address, 0, 2), Purpose::Change), Err(NtStatus::INVALID_PARAMETER), "{address}");
        assert_eq!(check(&row(address, 0, 2), Purpose::Resolve), Err(NtStatus::INVALID_PARAMETER), "{address}");
        assert_eq!(check(&row(address, 0, 2), Purpose::Find), Err(NtStatus::NOT_FOUND), "{address}");
    }
    let broadcast = row("255.255.255.255", 0, 2);
    assert_eq!(check(&broadcast, Purpose::Change), Err(NtStatus::INVALID_PARAMETER));
    assert_eq!(check(&broadcast, Purpose::Find), Ok(2));
    let lenient = Settings { accept_broadcast: true, ..Settings::default() };
    assert_eq!(check_with(&lenient, &broadcast, Purpose::Change), Ok(2));
    assert_eq!(check(&row("224.0.0.5", 0, 2), Purpose::Change), Ok(2));
}

#[test]
fn the_first_wrong_thing_decides() {
    let mut wrong = row("127.0.0.1", 0, 0);
    wrong.Address.si_family = 10;
    let strange = Settings { unspecified_interface: Missing::NotFound, ..Settings::default() };
    assert_eq!(check_with(&strange, &wrong, Purpose::Change), Err(NtStatus::INVALID_PARAMETER), "family before ids");
    wrong.Address.si_family = AF_INET;
    assert_eq!(check_with(&strange, &wrong, Purpose::Change), Err(NtStatus::NOT_FOUND), "ids before address");
    wrong.InterfaceIndex = 999;
    assert_eq!(check(&wrong, Purpose::Change), Err(NtStatus::OBJECT_NAME_NOT_FOUND), "interface before address");
}

#[test]
fn a_missing_stack_is_not_supported_and_unspecified_means_the_other() {
    let host = Host { ipv6: false, ..testing::host() };
    assert_eq!(host.families(AF_INET6), Err(NOT_SUPPORTED));
    assert_eq!(host.families(AF_UNSPEC), Ok(vec![Family::Ipv4]));
    let unnamed = row("::1", 0, 0);
    let answer = host.neighbor(&Settings::default(), &unnamed, Purpose::Change);
    assert_eq!(answer.map(|(link, _)| link.index), Err(NOT_SUPPORTED), "stack before ids");
    let none = Host { ipv4: false, ..host };
    assert_eq!(none.families(AF_UNSPEC), Err(NOT_SUPPORTED));
}

#[test]
fn a_physical_address_is_as_long_as_the_links() {
    let link = testing::ethernet();
    let mut row = row("10.0.0.9", 0, 2);
    assert_eq!(physical(&link, &row), Ok([2, 0, 0, 0, 0, 9].as_slice()));
    for length in [0, 1, 5, 7, 8, 32, 33, u32::MAX] {
        row.PhysicalAddressLength = length;
        assert_eq!(physical(&link, &row), Err(INVALID), "{length}");
    }
    row.PhysicalAddressLength = 0;
    let bare = Link { physical: Vec::new(), ..link };
    assert_eq!(physical(&bare, &row), Err(INVALID), "a link without addresses takes none");
}

proptest! {
    #[test]
    fn any_bytes_are_answered_and_only_whole_keys_pass(bytes in proptest::collection::vec(any::<u8>(), 88)) {
        let row = MIB_IPNET_ROW2::read(&bytes).unwrap();
        for purpose in [Purpose::Change, Purpose::Find, Purpose::Resolve] {
            if let Ok(index) = check(&row, purpose) {
                prop_assert!(row.InterfaceLuid == 0 || row.InterfaceLuid == ETHERNET_LUID || index != 2);
                prop_assert!([AF_INET, AF_INET6].contains(&row.Address.si_family));
            }
            let _ = physical(&testing::ethernet(), &row);
        }
    }

    #[test]
    fn no_other_family_passes(family: u16, index in 0u32..4) {
        prop_assume!(![AF_INET, AF_INET6].contains(&family));
        let mut row = row("10.0.0.9", 0, index);
        row.Address.si_family = family;
        prop_assert_eq!(check(&row, Purpose::Find), Err(NtStatus::INVALID_PARAMETER));
        let tables = testing::host().families(family);
        prop_assert_eq!(tables.is_ok(), family == AF_UNSPEC);
    }
}
