//! Operations on one neighbor or one interface.

mod support;

use netio_sys::MIB_IPINTERFACE_ROW;
use netioctl_abi::{
    AF_INET, AF_INET6, AF_UNSPEC, ControlCode, NtStatus,
    wire::{
        InterfaceKeyRequest, InterfaceMember, InterfaceRow, NeighborKeyRequest, NeighborRequest, NeighborRow,
        RequestHeader, SetInterfaceRequest,
    },
};
use proptest::prelude::*;
use support::{Call, Recorder, send, status_of};
use zerocopy::{FromBytes, FromZeros, IntoBytes};

fn neighbor() -> NeighborRequest {
    let mut request = NeighborRequest {
        header: RequestHeader::CURRENT,
        interface_index: 7,
        family: AF_INET,
        physical_address_length: 6,
        ..NeighborRequest::new_zeroed()
    };
    request.address[..4].copy_from_slice(&[10, 0, 0, 1]);
    request
}

fn key(address: [u8; 4]) -> NeighborKeyRequest {
    let mut request = NeighborKeyRequest {
        header: RequestHeader::CURRENT,
        interface_index: 7,
        family: AF_INET,
        ..NeighborKeyRequest::new_zeroed()
    };
    request.address[..4].copy_from_slice(&address);
    request
}

fn change(members: InterfaceMember) -> SetInterfaceRequest {
    let row = InterfaceRow { interface_index: 7, family: AF_INET6, ..InterfaceRow::new_zeroed() };
    SetInterfaceRequest { header: RequestHeader::CURRENT, members: members.bits(), row }
}

/// The names of the calls that a replace makes when NETIO answers like this, and how it ends.
fn replace(script: &[NtStatus]) -> (String, NtStatus) {
    let netio = Recorder { script: support::script(script), ..Recorder::default() };
    let status = status_of(&netio, ControlCode::REPLACE_NEIGHBOR, neighbor().as_bytes());
    let calls = netio.calls.into_inner().into_iter().map(|call| match call {
        Call::Create(_) => 'c',
        Call::Set(_) => 's',
        _ => '?',
    });
    (calls.collect(), status)
}

#[test]
fn replace_creates_or_sets_and_survives_a_race() {
    const EXISTS: NtStatus = NtStatus::DUPLICATE_OBJECTID;
    const GONE: NtStatus = NtStatus::NOT_FOUND;
    const OK: NtStatus = NtStatus::SUCCESS;
    assert_eq!(replace(&[OK]), ("c".to_owned(), OK));
    assert_eq!(replace(&[EXISTS, OK]), ("cs".to_owned(), OK));
    assert_eq!(replace(&[NtStatus::OBJECTID_EXISTS, OK]), ("cs".to_owned(), OK));
    assert_eq!(replace(&[EXISTS, GONE, OK]), ("csc".to_owned(), OK));
    assert_eq!(replace(&[EXISTS, GONE, EXISTS, OK]), ("cscs".to_owned(), OK));
    assert_eq!(replace(&[NtStatus::NOT_SUPPORTED]), ("c".to_owned(), NtStatus::NOT_SUPPORTED));
    assert_eq!(replace(&[EXISTS, NtStatus::NO_MEMORY]), ("cs".to_owned(), NtStatus::NO_MEMORY));
    let endless = [EXISTS, GONE].repeat(20);
    assert_eq!(replace(&endless), ("cscscscs".to_owned(), GONE), "the race is bounded");
}

#[test]
fn a_key_alone_names_a_neighbor() {
    for code in [ControlCode::GET_NEIGHBOR, ControlCode::DELETE_NEIGHBOR] {
        let netio = Recorder::default();
        assert_eq!(status_of(&netio, code, key([10, 0, 0, 9]).as_bytes()), NtStatus::SUCCESS);
        let calls = netio.calls.borrow();
        let [Call::Get(row) | Call::Delete(row)] = calls.as_slice() else { panic!("one call, not {calls:?}") };
        assert_eq!((row.Address.sin_addr_or_flowinfo, row.InterfaceIndex), ([10, 0, 0, 9], 7));
        assert_eq!((row.PhysicalAddressLength, row.PhysicalAddress), (0, [0; 32]));
    }
}

#[test]
fn a_key_that_cannot_be_is_refused_and_loopback_is_left_to_netio() {
    for (why, request, expected) in [
        ("unspecified", key([0; 4]), NtStatus::INVALID_PARAMETER),
        ("no interface", NeighborKeyRequest { interface_index: 0, ..key([10, 0, 0, 1]) }, NtStatus::INVALID_PARAMETER),
        ("no family", NeighborKeyRequest { family: AF_UNSPEC, ..key([10, 0, 0, 1]) }, NtStatus::INVALID_PARAMETER),
        ("reserved", NeighborKeyRequest { reserved2: 1, ..key([10, 0, 0, 1]) }, NtStatus::INVALID_PARAMETER),
        ("scope of IPv4", NeighborKeyRequest { scope_id: 1, ..key([10, 0, 0, 1]) }, NtStatus::INVALID_PARAMETER),
        ("loopback", key([127, 0, 0, 1]), NtStatus::SUCCESS),
    ] {
        for code in [ControlCode::GET_NEIGHBOR, ControlCode::DELETE_NEIGHBOR] {
            assert_eq!(status_of(&Recorder::default(), code, request.as_bytes()), expected, "{why}");
        }
    }
}

#[test]
fn a_neighbor_comes_back_as_a_row() {
    let found = netio_sys::MIB_IPNET_ROW2 { State: 5, InterfaceLuid: 9, ..Default::default() };
    let netio = Recorder { neighbors: vec![found], ..Recorder::default() };
    let (end, output) = send(&netio, ControlCode::GET_NEIGHBOR, key([10, 0, 0, 1]).as_bytes(), 100);
    let row = NeighborRow::read_from_bytes(&output[..end.information]).unwrap();
    assert_eq!((row.state, row.interface_luid), (5, 9));
}

#[test]
fn an_interface_needs_a_family_and_an_id() {
    let request = InterfaceKeyRequest {
        header: RequestHeader::CURRENT,
        interface_index: 7,
        family: AF_INET,
        ..InterfaceKeyRequest::new_zeroed()
    };
    let status =
        |request: InterfaceKeyRequest| status_of(&Recorder::default(), ControlCode::GET_INTERFACE, request.as_bytes());
    assert_eq!(status(request), NtStatus::SUCCESS);
    assert_eq!(status(InterfaceKeyRequest { family: AF_UNSPEC, ..request }), NtStatus::INVALID_PARAMETER);
    assert_eq!(status(InterfaceKeyRequest { interface_index: 0, ..request }), NtStatus::INVALID_PARAMETER);
    assert_eq!(status(InterfaceKeyRequest { reserved: 1, ..request }), NtStatus::INVALID_PARAMETER);
}

#[test]
fn a_change_that_cannot_be_never_reaches_netio() {
    let with = |members, set: fn(&mut InterfaceRow)| {
        let mut request = change(members);
        set(&mut request.row);
        request
    };
    for (why, request) in [
        ("no member", change(InterfaceMember::empty())),
        ("an unknown member", SetInterfaceRequest { members: 1 << 40, ..change(InterfaceMember::empty()) }),
        ("a boolean of 2", with(InterfaceMember::FORWARDING_ENABLED, |row| row.forwarding_enabled = 2)),
        ("a metric of 2^31", with(InterfaceMember::METRIC, |row| row.metric = 1 << 31)),
        (
            "a behavior of -1",
            with(InterfaceMember::ROUTER_DISCOVERY_BEHAVIOR, |row| row.router_discovery_behavior = -1),
        ),
        (
            "a behavior of 3",
            with(InterfaceMember::LINK_LOCAL_ADDRESS_BEHAVIOR, |row| row.link_local_address_behavior = 3),
        ),
        ("a prefix of 129", with(InterfaceMember::SITE_PREFIX_LENGTH, |row| row.site_prefix_length = 129)),
        ("a prefix of IPv4", with(InterfaceMember::SITE_PREFIX_LENGTH, |row| row.family = AF_INET)),
        ("no interface", with(InterfaceMember::METRIC, |row| row.interface_index = 0)),
        ("no family", with(InterfaceMember::METRIC, |row| row.family = AF_UNSPEC)),
        ("a reserved field", with(InterfaceMember::METRIC, |row| row.reserved = 1)),
    ] {
        let netio = Recorder::default();
        let status = status_of(&netio, ControlCode::SET_INTERFACE, request.as_bytes());
        assert_eq!(status, NtStatus::INVALID_PARAMETER, "{why}");
        assert!(netio.calls.borrow().is_empty(), "{why}");
    }
}

/// The row that SetIpInterfaceEntry got.
fn set_row(netio: &Recorder) -> MIB_IPINTERFACE_ROW {
    match netio.calls.borrow().as_slice() {
        [Call::GetInterface(key), Call::SetInterface(row)] => {
            assert_eq!(key.InterfaceIndex, 7);
            **row
        }
        calls => panic!("get, then set, not {calls:?}"),
    }
}

#[test]
fn an_ipv4_row_goes_back_without_its_site_prefix_length() {
    let found = MIB_IPINTERFACE_ROW { Family: AF_INET, SitePrefixLength: 64, NlMtu: 1500, ..Default::default() };
    let netio = Recorder { interfaces: vec![found], ..Recorder::default() };
    let mut request = change(InterfaceMember::NL_MTU);
    (request.row.family, request.row.nl_mtu) = (AF_INET, 1400);
    assert_eq!(status_of(&netio, ControlCode::SET_INTERFACE, request.as_bytes()), NtStatus::SUCCESS);
    let row = set_row(&netio);
    assert_eq!((row.NlMtu, row.SitePrefixLength), (1400, 0));
}

#[test]
fn a_failed_get_changes_nothing() {
    let netio = Recorder { fails_with: Some(NtStatus::NOT_FOUND.0), ..Recorder::default() };
    let status = status_of(&netio, ControlCode::SET_INTERFACE, change(InterfaceMember::NL_MTU).as_bytes());
    assert_eq!((status, netio.calls.borrow().len()), (NtStatus::NOT_FOUND, 1));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Exactly the named members change; each ABI member lands in the NETIO member that reads back as it.
    #[test]
    fn exactly_the_named_members_change(bits in 1_u64..1 << 21) {
        let members = InterfaceMember::from_bits(bits).unwrap();
        let found = MIB_IPINTERFACE_ROW { Family: AF_INET6, InterfaceIndex: 7, NlMtu: 1500, Metric: 25, ..Default::default() };
        let netio = Recorder { interfaces: vec![found], ..Recorder::default() };
        let mut request = change(members);
        // Every member has a value of its own, and none the value that is there.
        request.row = InterfaceRow {
            interface_index: 7, family: AF_INET6,
            advertising_enabled: 1, forwarding_enabled: 1, weak_host_send: 1, weak_host_receive: 1,
            use_automatic_metric: 1, use_neighbor_unreachability_detection: 1,
            managed_address_configuration_supported: 1, other_stateful_configuration_supported: 1,
            advertise_default_route: 1, disable_default_routes: 1,
            nl_mtu: 1280, metric: 11, router_discovery_behavior: 2, dad_transmits: 13, base_reachable_time: 14,
            retransmit_time: 15, path_mtu_discovery_timeout: 16, link_local_address_behavior: 1,
            link_local_address_timeout: 18, site_prefix_length: 48, zone_indices: [20; 16],
            ..InterfaceRow::new_zeroed()
        };
        prop_assert_eq!(status_of(&netio, ControlCode::SET_INTERFACE, request.as_bytes()), NtStatus::SUCCESS);
        let (before, after) = (netioctl_core::convert::interface_row(&found), netioctl_core::convert::interface_row(&set_row(&netio)));
        let changed = |bit: InterfaceMember, was: bool, is: bool| if members.contains(bit) { is } else { was };
        macro_rules! check {
            ($($bit:ident $member:ident,)+) => {
                $(prop_assert!(
                    changed(InterfaceMember::$bit, after.$member == before.$member, after.$member == request.row.$member),
                    stringify!($member)
                );)+
            };
        }
        check! {
            ADVERTISING_ENABLED advertising_enabled, FORWARDING_ENABLED forwarding_enabled,
            WEAK_HOST_SEND weak_host_send, WEAK_HOST_RECEIVE weak_host_receive,
            USE_AUTOMATIC_METRIC use_automatic_metric,
            USE_NEIGHBOR_UNREACHABILITY_DETECTION use_neighbor_unreachability_detection,
            MANAGED_ADDRESS_CONFIGURATION_SUPPORTED managed_address_configuration_supported,
            OTHER_STATEFUL_CONFIGURATION_SUPPORTED other_stateful_configuration_supported,
            ADVERTISE_DEFAULT_ROUTE advertise_default_route, DISABLE_DEFAULT_ROUTES disable_default_routes,
            NL_MTU nl_mtu, METRIC metric, ROUTER_DISCOVERY_BEHAVIOR router_discovery_behavior,
            DAD_TRANSMITS dad_transmits, BASE_REACHABLE_TIME base_reachable_time, RETRANSMIT_TIME retransmit_time,
            PATH_MTU_DISCOVERY_TIMEOUT path_mtu_discovery_timeout,
            LINK_LOCAL_ADDRESS_BEHAVIOR link_local_address_behavior,
            LINK_LOCAL_ADDRESS_TIMEOUT link_local_address_timeout, SITE_PREFIX_LENGTH site_prefix_length,
            ZONE_INDICES zone_indices,
        }
    }
}
