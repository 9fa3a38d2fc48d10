//! Operations on one neighbor or one interface.

mod support;

use netio_sys::MIB_IPINTERFACE_ROW;
use netioctl_abi::{
    AF_INET, AF_INET6, AF_UNSPEC, ControlCode, NtStatus,
    wire::{
        InterfaceKeyRequest, InterfaceMember, InterfaceRow, NeighborKey, NeighborKeyRequest, NeighborRequest,
        NeighborRow, RequestHeader, SetInterfaceRequest,
    },
};
use proptest::prelude::*;
use support::{Call, Recorder, send, status_of, unchanged};
use zerocopy::{FromBytes, FromZeros, IntoBytes};

fn neighbor() -> NeighborRequest {
    let mut key = key([10, 0, 0, 1]).key;
    key.physical_address_length = 6;
    NeighborRequest { header: RequestHeader::CURRENT, key, physical_address: [0; 32] }
}

fn key(address: [u8; 4]) -> NeighborKeyRequest {
    let mut key = NeighborKey { interface_index: 7, family: AF_INET, ..NeighborKey::new_zeroed() };
    key.address[..4].copy_from_slice(&address);
    NeighborKeyRequest { header: RequestHeader::CURRENT, key }
}

/// A request that is right but for a change of what names the neighbor.
fn with(change: impl FnOnce(&mut NeighborKey)) -> NeighborKeyRequest {
    let mut request = key([10, 0, 0, 1]);
    change(&mut request.key);
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
        ("no interface", with(|key| key.interface_index = 0), NtStatus::INVALID_PARAMETER),
        ("no family", with(|key| key.family = AF_UNSPEC), NtStatus::INVALID_PARAMETER),
        ("reserved", with(|key| key.reserved = 1), NtStatus::INVALID_PARAMETER),
        ("a length", with(|key| key.physical_address_length = 6), NtStatus::INVALID_PARAMETER),
        ("scope of IPv4", with(|key| key.scope_id = 1), NtStatus::INVALID_PARAMETER),
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
    let netio = Recorder { tables: support::tables([found]), ..Recorder::default() };
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
        ("no MTU", with(InterfaceMember::NL_MTU, |row| row.nl_mtu = 0)),
        ("101 probes", with(InterfaceMember::DAD_TRANSMITS, |row| row.dad_transmits = 101)),
        ("no reachable time", with(InterfaceMember::BASE_REACHABLE_TIME, |row| row.base_reachable_time = 0)),
        (
            "a reachable time over 1 h",
            with(InterfaceMember::BASE_REACHABLE_TIME, |row| row.base_reachable_time = 3_600_001),
        ),
        ("no retransmit time", with(InterfaceMember::RETRANSMIT_TIME, |row| row.retransmit_time = 0)),
        ("a retransmit time over 10 s", with(InterfaceMember::RETRANSMIT_TIME, |row| row.retransmit_time = 10_001)),
        (
            "no path MTU timeout",
            with(InterfaceMember::PATH_MTU_DISCOVERY_TIMEOUT, |row| row.path_mtu_discovery_timeout = 0),
        ),
        (
            "a path MTU timeout over a day",
            with(InterfaceMember::PATH_MTU_DISCOVERY_TIMEOUT, |row| row.path_mtu_discovery_timeout = 86_400_001),
        ),
        (
            "a link-local timeout over 1 h",
            with(InterfaceMember::LINK_LOCAL_ADDRESS_TIMEOUT, |row| row.link_local_address_timeout = 3_600_001),
        ),
        ("a zone with a level", with(InterfaceMember::ZONE_INDICES, |row| row.zone_indices[15] = 1 << 28)),
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

/// The row that `SetIpInterfaceEntry` got.
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
    let netio = Recorder { tables: support::tables([found]), ..Recorder::default() };
    let mut request = change(InterfaceMember::NL_MTU);
    (request.row.family, request.row.nl_mtu) = (AF_INET, 1400);
    assert_eq!(status_of(&netio, ControlCode::SET_INTERFACE, request.as_bytes()), NtStatus::SUCCESS);
    let row = set_row(&netio);
    assert_eq!((row.NlMtu, row.SitePrefixLength), (1400, 0));
}

#[test]
fn the_greatest_values_reach_netio() {
    let mut request = change(InterfaceMember::all());
    request.row = InterfaceRow {
        nl_mtu: u32::MAX,
        metric: i32::MAX.cast_unsigned(),
        dad_transmits: 100,
        base_reachable_time: 3_600_000,
        retransmit_time: 10_000,
        path_mtu_discovery_timeout: 86_400_000,
        link_local_address_timeout: 3_600_000,
        site_prefix_length: 128,
        zone_indices: [(1 << 28) - 1; 16],
        ..request.row
    };
    assert_eq!(status_of(&Recorder::default(), ControlCode::SET_INTERFACE, request.as_bytes()), NtStatus::SUCCESS);
}

#[test]
fn only_what_changes_is_written_where_netio_leaves_the_rest_alone() {
    for (family, prefix) in [(AF_INET, 0), (AF_INET6, u32::MAX)] {
        let netio = Recorder { initial: unchanged(), ..Recorder::default() };
        let mut request = change(InterfaceMember::RETRANSMIT_TIME);
        (request.row.family, request.row.retransmit_time) = (family, 1234);
        assert_eq!(status_of(&netio, ControlCode::SET_INTERFACE, request.as_bytes()), NtStatus::SUCCESS);
        let calls = netio.calls.borrow();
        let [Call::SetInterface(row)] = calls.as_slice() else { panic!("set alone, not {calls:?}") };
        let expected = MIB_IPINTERFACE_ROW {
            Family: family,
            InterfaceIndex: 7,
            RetransmitTime: 1234,
            SitePrefixLength: prefix,
            ..unchanged()
        };
        assert_eq!(**row, expected);
    }
}

/// One member that could be meant is enough: the row that Initialize makes would set it.
#[test]
fn a_row_that_would_set_anything_is_not_written() {
    let spoilt: [fn(&mut MIB_IPINTERFACE_ROW); 7] = [
        |row| row.WeakHostSend = 0,
        |row| row.DisableDefaultRoutes = 1,
        |row| row.RouterDiscoveryBehavior = 0,
        |row| row.Metric = 0,
        |row| row.NlMtu = 1500,
        |row| row.ZoneIndices[15] = 0,
        |row| row.SitePrefixLength = 64,
    ];
    for spoil in spoilt {
        let mut netio = Recorder { initial: unchanged(), ..Recorder::default() };
        spoil(&mut netio.initial);
        let mut request = change(InterfaceMember::DAD_TRANSMITS);
        request.row.dad_transmits = 2;
        assert_eq!(status_of(&netio, ControlCode::SET_INTERFACE, request.as_bytes()), NtStatus::SUCCESS);
        assert_eq!(set_row(&netio), MIB_IPINTERFACE_ROW { DadTransmits: 2, ..set_keys() });
    }
}

/// The row that the recorder answers a get with: the keys that it was asked for.
fn set_keys() -> MIB_IPINTERFACE_ROW {
    MIB_IPINTERFACE_ROW { Family: AF_INET6, InterfaceIndex: 7, ..Default::default() }
}

#[test]
fn a_failed_get_changes_nothing() {
    let netio = Recorder { fails_with: Some(NtStatus::NOT_FOUND.0), ..Recorder::default() };
    let status = status_of(&netio, ControlCode::SET_INTERFACE, change(InterfaceMember::METRIC).as_bytes());
    assert_eq!((status, netio.calls.borrow().len()), (NtStatus::NOT_FOUND, 1));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A scope id reaches NETIO if and only if it is 0, or a zone beside an address that has zones; for a neighbor and
    /// for a source alike.
    #[test]
    fn a_scope_id_is_a_zone_of_an_address_that_has_zones(
        head in prop_oneof![Just(0xfe80_u16), Just(0xfebf), Just(0xfec0), Just(0xff02), Just(0xff0e), Just(0x2001), any::<u16>()],
        tail in 1_u128..1 << 112,
        scope_id in prop_oneof![Just(0), 0..=u32::MAX, 1_u32..1 << 28, Just(1 << 28), Just(0x2000_0007)],
    ) {
        let address = (u128::from(head) << 112 | tail).to_be_bytes();
        let zoned = head & 0xffc0 == 0xfe80 || head >> 8 == 0xff;
        let expected = scope_id == 0 || (zoned && scope_id < 1 << 28);
        let key = NeighborKey { interface_index: 7, family: AF_INET6, address, scope_id, ..NeighborKey::new_zeroed() };
        let request = NeighborKeyRequest { header: RequestHeader::CURRENT, key };
        let netio = Recorder::default();
        let status = status_of(&netio, ControlCode::GET_NEIGHBOR, request.as_bytes());
        prop_assert_eq!(status.is_success(), expected);
        if expected {
            let calls = netio.calls.borrow();
            let reached = matches!(calls.as_slice(), [Call::Get(row)] if row.Address.sin6_scope_id == scope_id);
            prop_assert!(reached, "{:?}", calls);
        }
        let any_neighbor = NeighborKey { address: [0x20; 16], scope_id: 0, ..key };
        let from = netioctl_abi::wire::ResolveNeighborRequest {
            header: RequestHeader::CURRENT, key: any_neighbor, source: address, source_scope_id: scope_id, source_family: AF_INET6, reserved: 0,
        };
        let status = status_of(&Recorder::default(), ControlCode::RESOLVE_NEIGHBOR, from.as_bytes());
        prop_assert_eq!(status.is_success(), expected);
    }

    /// Exactly the named members change; each ABI member lands in the NETIO member that reads back as it.
    #[test]
    fn exactly_the_named_members_change(bits in 1_u64..1 << 21) {
        let members = InterfaceMember::from_bits(bits).unwrap();
        let found = MIB_IPINTERFACE_ROW { Family: AF_INET6, InterfaceIndex: 7, NlMtu: 1500, Metric: 25, ..Default::default() };
        let netio = Recorder { tables: support::tables([found]), ..Recorder::default() };
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
        let (before, after) = (netioctl_core::interface_row(&found), netioctl_core::interface_row(&set_row(&netio)));
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
