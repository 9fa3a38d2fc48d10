//! Links and routes: every member is told, and no unused byte leaves.

mod support;

use netio::RouteQuery;
use netio_sys::{IP_ADDRESS_PREFIX, MIB_IF_ROW2, MIB_IPFORWARD_ROW2, SOCKADDR_INET};
use netioctl_abi::{
    AF_INET, AF_INET6, AF_UNSPEC, ControlCode, NtStatus,
    wire::{BestRouteReply, BestRouteRequest, FamilyRequest, LinkRow, RequestHeader, RouteRow, TableHeader},
};
use netioctl_core::TableRow;
use support::{Call, Recorder, send, status_of};
use zerocopy::{FromBytes, FromZeros, IntoBytes};

fn netio<R: TableRow>(row: R) -> Recorder {
    Recorder { tables: support::tables([row]), ..Recorder::default() }
}

fn only_row<R: FromBytes>(netio: &Recorder, code: ControlCode, request: &[u8]) -> R {
    let (end, output) = send(netio, code, request, 4096);
    assert_eq!((end.status, end.information), (NtStatus::SUCCESS, size_of::<TableHeader>() + size_of::<R>()));
    R::read_from_bytes(&output[size_of::<TableHeader>()..end.information]).unwrap()
}

/// A name with something behind its end.
fn name(text: &str) -> [u16; 257] {
    let mut name = [0xa5a5; 257];
    for (place, unit) in name.iter_mut().zip(text.encode_utf16().chain([0])) {
        *place = unit;
    }
    name
}

fn link() -> MIB_IF_ROW2 {
    MIB_IF_ROW2 {
        InterfaceLuid: 1,
        InterfaceIndex: 2,
        InterfaceGuid: [3; 16],
        Alias: name("Сеть"),
        Description: name("card"),
        PhysicalAddressLength: 6,
        PhysicalAddress: [0xa5; 32],
        PermanentPhysicalAddress: [0x5a; 32],
        Mtu: 4,
        Type: 5,
        TunnelType: 6,
        MediaType: 7,
        PhysicalMediumType: 8,
        AccessType: 9,
        DirectionType: 10,
        InterfaceAndOperStatusFlags: 0x85,
        OperStatus: 11,
        AdminStatus: 12,
        MediaConnectState: -13,
        NetworkGuid: [14; 16],
        ConnectionType: 15,
        TransmitLinkSpeed: 16,
        ReceiveLinkSpeed: u64::MAX,
        InOctets: 18,
        InUcastPkts: 19,
        InNUcastPkts: 20,
        InDiscards: 21,
        InErrors: 22,
        InUnknownProtos: 23,
        InUcastOctets: 24,
        InMulticastOctets: 25,
        InBroadcastOctets: 26,
        OutOctets: 27,
        OutUcastPkts: 28,
        OutNUcastPkts: 29,
        OutDiscards: 30,
        OutErrors: 31,
        OutUcastOctets: 32,
        OutMulticastOctets: 33,
        OutBroadcastOctets: 34,
        OutQLen: 35,
    }
}

fn padded<T: Copy + Default, const N: usize>(used: &[T]) -> [T; N] {
    std::array::from_fn(|place| used.get(place).copied().unwrap_or_default())
}

#[test]
fn every_member_of_a_link_is_told_and_no_unused_byte_leaves() {
    let netio = netio(link());
    let row: LinkRow = only_row(&netio, ControlCode::GET_LINK_TABLE, RequestHeader::CURRENT.as_bytes());
    let expected = LinkRow {
        interface_luid: 1,
        transmit_link_speed: 16,
        receive_link_speed: u64::MAX,
        in_octets: 18,
        in_unicast_packets: 19,
        in_non_unicast_packets: 20,
        in_discards: 21,
        in_errors: 22,
        in_unknown_protocols: 23,
        in_unicast_octets: 24,
        in_multicast_octets: 25,
        in_broadcast_octets: 26,
        out_octets: 27,
        out_unicast_packets: 28,
        out_non_unicast_packets: 29,
        out_discards: 30,
        out_errors: 31,
        out_unicast_octets: 32,
        out_multicast_octets: 33,
        out_broadcast_octets: 34,
        out_queue_length: 35,
        interface_index: 2,
        mtu: 4,
        interface_type: 5,
        tunnel_type: 6,
        media_type: 7,
        physical_medium_type: 8,
        access_type: 9,
        direction_type: 10,
        oper_status: 11,
        admin_status: 12,
        media_connect_state: -13,
        connection_type: 15,
        flags: 0x85,
        physical_address_length: 6,
        physical_address: padded(&[0xa5; 6]),
        permanent_physical_address: padded(&[0x5a; 6]),
        interface_guid: [3; 16],
        network_guid: [14; 16],
        alias: padded(&[0x421, 0x435, 0x442, 0x44c]),
        description: padded(&[0x63, 0x61, 0x72, 0x64]),
    };
    assert_eq!(row, expected);
    assert_eq!(*netio.calls.borrow(), [Call::Table("GetIfTable2", AF_UNSPEC)]);
}

#[test]
fn a_name_without_end_and_an_address_without_bounds_stay_within_their_places() {
    let liar = MIB_IF_ROW2 { Alias: [0x41; 257], PhysicalAddressLength: 33, ..link() };
    let row: LinkRow = only_row(&netio(liar), ControlCode::GET_LINK_TABLE, RequestHeader::CURRENT.as_bytes());
    assert_eq!((row.alias, row.physical_address_length), ([0x41; 256], 32));
}

/// An address with something in what its family does not use.
fn address(bytes: [u8; 4]) -> SOCKADDR_INET {
    SOCKADDR_INET {
        si_family: AF_INET,
        port: 0xa5a5,
        sin_addr_or_flowinfo: bytes,
        sin6_addr: [0xa5; 16],
        sin6_scope_id: 0xa5a5_a5a5,
    }
}

fn route() -> MIB_IPFORWARD_ROW2 {
    MIB_IPFORWARD_ROW2 {
        InterfaceLuid: 1,
        InterfaceIndex: 2,
        DestinationPrefix: IP_ADDRESS_PREFIX { Prefix: address([192, 0, 2, 0]), PrefixLength: 24 },
        NextHop: address([192, 0, 2, 254]),
        SitePrefixLength: 3,
        ValidLifetime: 4,
        PreferredLifetime: 5,
        Metric: 6,
        Protocol: -7,
        Loopback: 0xff,
        AutoconfigureAddress: 0,
        Publish: 0x80,
        Immortal: 2,
        Age: 8,
        Origin: 9,
    }
}

fn told() -> RouteRow {
    RouteRow {
        interface_luid: 1,
        destination: padded(&[192, 0, 2, 0]),
        next_hop: padded(&[192, 0, 2, 254]),
        interface_index: 2,
        destination_scope_id: 0,
        next_hop_scope_id: 0,
        valid_lifetime: 4,
        preferred_lifetime: 5,
        metric: 6,
        protocol: -7,
        age: 8,
        origin: 9,
        family: AF_INET,
        prefix_length: 24,
        site_prefix_length: 3,
        loopback: 1,
        autoconfigure_address: 0,
        publish: 1,
        immortal: 1,
        reserved: 0,
    }
}

#[test]
fn every_member_of_a_route_is_told_and_no_unused_byte_leaves() {
    let netio = netio(route());
    let request = FamilyRequest::new(AF_INET);
    assert_eq!(only_row::<RouteRow>(&netio, ControlCode::GET_ROUTE_TABLE, request.as_bytes()), told());
    assert_eq!(*netio.calls.borrow(), [Call::Table("GetIpForwardTable2", AF_INET)]);
}

fn query() -> BestRouteRequest {
    BestRouteRequest {
        header: RequestHeader::CURRENT,
        interface_index: 12,
        family: AF_INET,
        source_family: AF_INET,
        destination: padded(&[192, 0, 2, 7]),
        source: padded(&[192, 0, 2, 1]),
        ..BestRouteRequest::new_zeroed()
    }
}

#[test]
fn netio_is_asked_for_the_route_with_nothing_but_what_the_request_says() {
    let netio = netio(route());
    let (end, output) = send(&netio, ControlCode::GET_BEST_ROUTE, query().as_bytes(), 512);
    assert_eq!((end.status, end.information), (NtStatus::SUCCESS, size_of::<BestRouteReply>()));
    let reply = BestRouteReply::read_from_bytes(&output[..end.information]).unwrap();
    // The recorder gives the source back.
    let source = padded(&[192, 0, 2, 1]);
    assert_eq!(reply, BestRouteReply { route: told(), source, source_scope_id: 0, reserved: 0 });
    let plain =
        |bytes: [u8; 4]| SOCKADDR_INET { si_family: AF_INET, sin_addr_or_flowinfo: bytes, ..SOCKADDR_INET::default() };
    let asked = RouteQuery {
        interface_luid: 0,
        interface_index: 12,
        source: Some(plain([192, 0, 2, 1])),
        destination: plain([192, 0, 2, 7]),
    };
    assert_eq!(*netio.calls.borrow(), [Call::BestRoute(asked)]);
}

#[test]
fn a_query_that_cannot_be_is_not_passed_on() {
    let netio = netio(route());
    let behind = padded(&[192, 0, 2, 7, 1]);
    for wrong in [
        BestRouteRequest { family: 10, ..query() },
        BestRouteRequest { family: AF_UNSPEC, ..query() },
        BestRouteRequest { destination: behind, ..query() },
        BestRouteRequest { destination_scope_id: 1, ..query() },
        BestRouteRequest { source: behind, ..query() },
        BestRouteRequest { source: [0; 16], ..query() },
        BestRouteRequest { source_family: AF_UNSPEC, ..query() },
        BestRouteRequest { source_family: AF_INET6, ..query() },
        BestRouteRequest {
            family: AF_INET6,
            source_family: AF_UNSPEC,
            source: [0; 16],
            destination_scope_id: 1,
            ..query()
        },
    ] {
        assert_eq!(
            status_of(&netio, ControlCode::GET_BEST_ROUTE, wrong.as_bytes()),
            NtStatus::INVALID_PARAMETER,
            "{wrong:?}"
        );
    }
    assert!(netio.calls.borrow().is_empty());
    let default = BestRouteRequest { source_family: AF_UNSPEC, source: [0; 16], destination: [0; 16], ..query() };
    assert_eq!(status_of(&netio, ControlCode::GET_BEST_ROUTE, default.as_bytes()), NtStatus::SUCCESS);
}
