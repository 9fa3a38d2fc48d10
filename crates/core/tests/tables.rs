//! Tables: whole rows, honest counts, and nothing of the kernel that is not an answer.

mod support;

use core::net::Ipv6Addr;
use netio_sys::{MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, SOCKADDR_INET};
use netioctl_abi::{
    ABI_MAJOR, AF_INET, AF_INET6, AF_UNSPEC, ControlCode, NtStatus, Operation,
    wire::{
        FamilyRequest, InterfaceRow, NeighborFlags, NeighborKey, NeighborRequest, NeighborRow, NeighborState,
        RequestHeader, TableHeader, VersionReply,
    },
};
use proptest::prelude::*;
use support::{Recorder, UNTOUCHED, send, send_to};
use zerocopy::{FromBytes, IntoBytes};

const HEADER: usize = size_of::<TableHeader>();
const ROW: usize = size_of::<NeighborRow>();

/// A row whose every unused byte is poisoned, as NETIO may leave it.
fn poisoned(address: [u8; 4], length: u32) -> MIB_IPNET_ROW2 {
    MIB_IPNET_ROW2 {
        Address: SOCKADDR_INET {
            si_family: AF_INET,
            port: 0xa5a5,
            sin_addr_or_flowinfo: address,
            sin6_addr: [0xa5; 16],
            sin6_scope_id: 0xa5a5_a5a5,
        },
        InterfaceIndex: 7,
        InterfaceLuid: 0x0006_0000_0700_0000,
        PhysicalAddress: [0xa5; 32],
        PhysicalAddressLength: length,
        State: 6,
        Flags: 0xfd,
        ReachabilityTime: 1000,
    }
}

fn table_of(count: u8) -> Recorder {
    Recorder { tables: support::tables((0..count).map(|last| poisoned([10, 0, 0, last], 6))), ..Recorder::default() }
}

fn ask(netio: &Recorder, room: usize) -> (NtStatus, TableHeader, Vec<NeighborRow>, Vec<u8>) {
    let request = FamilyRequest::new(AF_UNSPEC);
    let (end, output) = send(netio, ControlCode::GET_NEIGHBOR_TABLE, request.as_bytes(), room);
    let answer = &output[..end.information];
    let (header, rows) = TableHeader::read_from_prefix(answer).expect("a header");
    let rows = rows.chunks_exact(ROW).map(|row| NeighborRow::read_from_bytes(row).unwrap()).collect();
    (end.status, header, rows, output[end.information..].to_vec())
}

#[test]
fn no_unused_byte_of_a_neighbor_leaves() {
    let (_, _, rows, _) = ask(&table_of(1), 512);
    let mut address = [0; 16];
    address[..4].copy_from_slice(&[10, 0, 0, 0]);
    assert_eq!((rows[0].address, rows[0].scope_id), (address, 0));
    assert_eq!(rows[0].physical_address(), [0xa5; 6]);
    assert!(rows[0].physical_address[6..].iter().all(|&byte| byte == 0));
    assert_eq!(rows[0].flags(), NeighborFlags::ROUTER, "unknown bits stay behind");
    assert_eq!(rows[0].state(), Some(NeighborState::Permanent));
}

#[test]
fn a_physical_address_has_at_most_32_bytes() {
    let netio = Recorder { tables: support::tables([poisoned([10, 0, 0, 1], u32::MAX)]), ..Recorder::default() };
    assert_eq!(ask(&netio, 512).2[0].physical_address_length, 32);
}

#[test]
fn booleans_of_an_interface_become_one_or_zero() {
    let row = MIB_IPINTERFACE_ROW {
        Family: AF_INET6,
        InterfaceLuid: 3,
        InterfaceIndex: 4,
        ForwardingEnabled: 0xff,
        DisableDefaultRoutes: 2,
        TransmitOffload: 0x8c,
        RouterDiscoveryBehavior: -1,
        ZoneIndices: [9; 16],
        NlMtu: u32::MAX,
        ..MIB_IPINTERFACE_ROW::default()
    };
    let netio = Recorder { tables: support::tables([row]), ..Recorder::default() };
    let request = FamilyRequest::new(AF_INET6);
    let (end, output) = send(&netio, ControlCode::GET_INTERFACE_TABLE, request.as_bytes(), 512);
    assert_eq!((end.status, end.information), (NtStatus::SUCCESS, HEADER + size_of::<InterfaceRow>()));
    let row = InterfaceRow::read_from_bytes(&output[HEADER..end.information]).unwrap();
    assert_eq!((row.interface_luid, row.interface_index, row.family), (3, 4, AF_INET6));
    assert_eq!((row.forwarding_enabled, row.disable_default_routes, row.connected), (1, 1, 0));
    assert_eq!((row.transmit_offload, row.router_discovery_behavior, row.nl_mtu), (0x8c, -1, u32::MAX));
    assert_eq!(row.zone_indices, [9; 16]);
}

#[test]
fn each_snapshot_has_a_number_of_its_own() {
    let netio = table_of(1);
    let service = support::service(&netio);
    let generations: Vec<u64> = (0..3)
        .map(|_| {
            let request = FamilyRequest::new(AF_INET);
            let (_, output) = send_to(&service, ControlCode::GET_NEIGHBOR_TABLE, request.as_bytes(), 512);
            TableHeader::read_from_prefix(&output).unwrap().0.generation
        })
        .collect();
    assert_eq!(generations, [1, 2, 3]);
}

#[test]
fn the_version_names_contract_driver_and_capabilities() {
    let (end, output) = send(&Recorder::default(), ControlCode::GET_VERSION, &[], 64);
    let reply = VersionReply::read_from_bytes(&output[..end.information]).unwrap();
    assert_eq!((reply.abi_major, reply.driver_version, reply.reserved), (ABI_MAJOR, [1, 2, 3], [0; 3]));
    assert!(reply.capabilities().is_all());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Any room: whole rows, the right total, the right end, and no byte behind the answer touched.
    #[test]
    fn a_table_fills_any_buffer_with_whole_rows(count in 0_u8..20, room in HEADER..2000) {
        let (status, header, rows, rest) = ask(&table_of(count), room);
        let fitting = usize::from(count).min((room - HEADER) / ROW);
        prop_assert_eq!(header.total_rows, u32::from(count));
        prop_assert_eq!(header.returned_rows as usize, fitting);
        prop_assert_eq!(header.row_size as usize, ROW);
        prop_assert_eq!(header.needed(), Some(HEADER + usize::from(count) * ROW));
        prop_assert_eq!(rows.len(), fitting);
        for (last, row) in rows.iter().enumerate() {
            prop_assert_eq!(usize::from(row.address[3]), last);
        }
        let whole = fitting == usize::from(count);
        prop_assert_eq!(status, if whole { NtStatus::SUCCESS } else { NtStatus::BUFFER_OVERFLOW });
        prop_assert!(rest.iter().all(|&byte| byte == UNTOUCHED));
    }

    /// Any bytes to any code: no panic, no answer longer than the buffer, no data with an error.
    #[test]
    fn no_input_breaks_the_rules(
        which in 0..Operation::ALL.len(),
        bits in prop_oneof![Just(0_u32), any::<u32>()],
        input in prop::collection::vec(any::<u8>(), 0..100),
        room in 0_usize..400,
    ) {
        let code = ControlCode::from_raw(Operation::ALL[which].code().raw() ^ bits);
        let (end, output) = send(&table_of(3), code, &input, room);
        prop_assert!(end.information <= room);
        prop_assert!(!end.status.is_error() || end.information == 0);
        prop_assert!(output[end.information..].iter().all(|&byte| byte == UNTOUCHED));
    }

    /// Right length, right version, any fields: NETIO sees a request exactly when it is clean, and sees it so.
    #[test]
    fn a_row_that_reaches_netio_is_clean(
        luid in prop_oneof![Just(0_u64), any::<u64>()],
        index in prop_oneof![Just(0_u32), any::<u32>()],
        v6 in any::<bool>(),
        address in any::<[u8; 16]>(),
        length in 0_u32..35,
        filled in 0_usize..33,
    ) {
        let key = NeighborKey {
            interface_luid: luid,
            interface_index: index,
            family: if v6 { AF_INET6 } else { AF_INET },
            reserved: 0,
            address,
            scope_id: 0,
            physical_address_length: length,
        };
        let mut request = NeighborRequest { header: RequestHeader::CURRENT, key, physical_address: [0; 32] };
        if !v6 {
            request.key.address[4..].fill(0);
        }
        request.physical_address[..filled].fill(7);
        let loopback = if v6 { Ipv6Addr::from(address).is_loopback() } else { address[0] == 127 };
        let unspecified = request.key.address == [0; 16];
        let clean = (luid != 0 || index != 0) && !loopback && !unspecified && (1..=32).contains(&length)
            && filled <= length as usize;

        let netio = Recorder::default();
        let (end, _) = send(&netio, ControlCode::SET_NEIGHBOR, request.as_bytes(), 0);
        prop_assert_eq!(end.status.is_success(), clean);
        prop_assert_eq!(netio.calls.borrow().len(), usize::from(clean));
        for call in netio.calls.borrow().iter() {
            let support::Call::Set(row) = call else { panic!("only a set") };
            prop_assert_eq!((row.InterfaceLuid, row.InterfaceIndex), (luid, index));
            prop_assert_eq!((row.PhysicalAddressLength, row.PhysicalAddress), (length, request.physical_address));
            prop_assert_eq!((row.State, row.Flags, row.ReachabilityTime, row.Address.port), (0, 0, 0, 0));
        }
    }
}
