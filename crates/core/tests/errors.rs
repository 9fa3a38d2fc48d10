//! Bad input gets one clear status, and NETIO never sees it.

mod support;

use netioctl_abi::{
    ABI_MAJOR, ABI_MINOR, AF_INET, AF_INET6, AF_UNSPEC, ControlCode, InputSize, NtStatus, Operation,
    wire::{
        FamilyRequest, FlushNeighborsRequest, NeighborKey, NeighborRequest, RequestHeader, TableHeader, VersionReply,
    },
};
use support::{Call, Recorder, UNTOUCHED, send, status_of};
use zerocopy::IntoBytes;

fn ipv4(address: [u8; 4]) -> NeighborRequest {
    let key = NeighborKey {
        interface_luid: 0,
        interface_index: 7,
        family: AF_INET,
        reserved: 0,
        address: [0; 16],
        scope_id: 0,
        physical_address_length: 6,
    };
    let mut request = NeighborRequest { header: RequestHeader::CURRENT, key, physical_address: [0; 32] };
    request.key.address[..4].copy_from_slice(&address);
    request.physical_address[..6].copy_from_slice(&[2, 0, 0, 0, 0, 9]);
    request
}

fn ipv6(address: [u8; 16]) -> NeighborRequest {
    with(ipv4([0; 4]), |key| (key.family, key.address) = (AF_INET6, address))
}

/// The request with a change of what names the neighbor.
fn with(mut request: NeighborRequest, change: impl FnOnce(&mut NeighborKey)) -> NeighborRequest {
    change(&mut request.key);
    request
}

/// Refused with this status, without a call.
fn refused(code: ControlCode, input: &[u8], expected: NtStatus) {
    let netio = Recorder::default();
    assert_eq!(status_of(&netio, code, input), expected);
    assert!(netio.calls.borrow().is_empty(), "NETIO must not be called");
}

#[test]
fn altered_codes_are_unknown() {
    for operation in Operation::ALL {
        for bits in [1, 2, 3, 1 << 14, 3 << 14, 1 << 15] {
            let code = ControlCode::from_raw(operation.code().raw() ^ bits);
            if !Operation::ALL.iter().any(|known| known.code() == code) {
                refused(code, &vec![0; operation.input().minimum()], NtStatus::INVALID_DEVICE_REQUEST);
            }
        }
    }
    refused(ControlCode::from_raw(0), &[], NtStatus::INVALID_DEVICE_REQUEST);
    refused(ControlCode::from_raw(u32::MAX), &[], NtStatus::INVALID_DEVICE_REQUEST);
}

#[test]
fn input_has_exactly_one_length() {
    for operation in Operation::ALL {
        let right = operation.input().minimum();
        if let InputSize::None | InputSize::Exact(_) = operation.input() {
            refused(operation.code(), &vec![0; right + 1], NtStatus::INFO_LENGTH_MISMATCH);
        }
        if right > 0 {
            refused(operation.code(), &vec![0; right - 1], NtStatus::INFO_LENGTH_MISMATCH);
            refused(operation.code(), &[], NtStatus::INFO_LENGTH_MISMATCH);
        }
    }
}

#[test]
fn output_without_room_for_the_fixed_part_is_too_small() {
    for operation in Operation::ALL.iter().filter(|operation| operation.output().minimum() > 0) {
        let netio = Recorder::default();
        let (end, output) =
            send(&netio, operation.code(), &vec![0; operation.input().minimum()], operation.output().minimum() - 1);
        assert_eq!((end.status, end.information), (NtStatus::BUFFER_TOO_SMALL, 0), "{}", operation.name());
        assert!(output.iter().all(|&byte| byte == UNTOUCHED));
        assert!(netio.calls.borrow().is_empty());
    }
    assert_eq!(size_of::<TableHeader>(), size_of::<VersionReply>(), "both fixed parts are covered by one number");
}

#[test]
fn another_major_version_is_refused_and_any_minor_is_served() {
    let mut request = FamilyRequest::new(AF_INET);
    request.header.abi_major = ABI_MAJOR + 1;
    refused(ControlCode::GET_INTERFACE_TABLE, request.as_bytes(), NtStatus::REVISION_MISMATCH);
    request.header.abi_major = ABI_MAJOR - 1;
    refused(ControlCode::GET_INTERFACE_TABLE, request.as_bytes(), NtStatus::REVISION_MISMATCH);
    request.header.abi_major = ABI_MAJOR;
    request.header.abi_minor = ABI_MINOR + 9;
    assert_eq!(
        status_of(&Recorder::default(), ControlCode::GET_INTERFACE_TABLE, request.as_bytes()),
        NtStatus::SUCCESS
    );
}

#[test]
fn reserved_fields_are_zero() {
    let mut family = FamilyRequest::new(AF_INET);
    family.reserved[2] = 1;
    refused(ControlCode::GET_NEIGHBOR_TABLE, family.as_bytes(), NtStatus::INVALID_PARAMETER);
    let mut flush = FlushNeighborsRequest::new(AF_INET, 1);
    flush.reserved = 1;
    refused(ControlCode::FLUSH_NEIGHBORS, flush.as_bytes(), NtStatus::INVALID_PARAMETER);
    let set = with(ipv4([10, 0, 0, 1]), |key| key.reserved = 1);
    refused(ControlCode::SET_NEIGHBOR, set.as_bytes(), NtStatus::INVALID_PARAMETER);
    let mut header = FamilyRequest::new(AF_INET);
    header.header.reserved = 1;
    refused(ControlCode::GET_NEIGHBOR_TABLE, header.as_bytes(), NtStatus::INVALID_PARAMETER);
}

#[test]
fn only_the_families_of_windows_are_known() {
    for family in [1, 3, 10, 22, 24, 0xffff] {
        refused(ControlCode::GET_INTERFACE_TABLE, FamilyRequest::new(family).as_bytes(), NtStatus::INVALID_PARAMETER);
        refused(
            ControlCode::FLUSH_NEIGHBORS,
            FlushNeighborsRequest::new(family, 0).as_bytes(),
            NtStatus::INVALID_PARAMETER,
        );
    }
    for family in [AF_UNSPEC, 10] {
        let request = with(ipv4([10, 0, 0, 1]), |key| key.family = family);
        refused(ControlCode::SET_NEIGHBOR, request.as_bytes(), NtStatus::INVALID_PARAMETER);
    }
}

#[test]
fn a_neighbor_that_cannot_be_is_refused() {
    let good = ipv4([10, 0, 0, 1]);
    let mut loopback6 = [0; 16];
    loopback6[15] = 1;
    let mut behind_ipv4 = good;
    behind_ipv4.key.address[4] = 1;
    let mut behind_length = good;
    behind_length.physical_address[6] = 1;
    for (why, request) in [
        ("both ids zero", with(good, |key| key.interface_index = 0)),
        ("unspecified", ipv4([0; 4])),
        ("unspecified, IPv6", ipv6([0; 16])),
        ("loopback", ipv4([127, 1, 2, 3])),
        ("loopback, IPv6", ipv6(loopback6)),
        ("bytes behind an IPv4 address", behind_ipv4),
        ("scope of an IPv4 address", with(good, |key| key.scope_id = 7)),
        ("no physical address", with(good, |key| key.physical_address_length = 0)),
        ("a physical address of 33 bytes", with(good, |key| key.physical_address_length = 33)),
        ("a physical address without end", with(good, |key| key.physical_address_length = u32::MAX)),
        ("bytes behind the physical address", behind_length),
    ] {
        let netio = Recorder::default();
        let status = status_of(&netio, ControlCode::SET_NEIGHBOR, request.as_bytes());
        assert_eq!(status, NtStatus::INVALID_PARAMETER, "{why}");
        assert!(netio.calls.borrow().is_empty(), "{why}");
    }
}

#[test]
fn what_netio_says_reaches_the_caller_unchanged() {
    let calls: [(ControlCode, Vec<u8>); 4] = [
        (ControlCode::FLUSH_NEIGHBORS, FlushNeighborsRequest::new(AF_UNSPEC, 3).as_bytes().to_vec()),
        (ControlCode::SET_NEIGHBOR, ipv4([10, 0, 0, 1]).as_bytes().to_vec()),
        (ControlCode::GET_INTERFACE_TABLE, FamilyRequest::new(AF_INET).as_bytes().to_vec()),
        (ControlCode::GET_NEIGHBOR_TABLE, FamilyRequest::new(AF_INET6).as_bytes().to_vec()),
    ];
    for (code, input) in calls {
        for status in [
            NtStatus::INVALID_PARAMETER,
            NtStatus::NOT_FOUND,
            NtStatus::OBJECT_NAME_NOT_FOUND,
            NtStatus::NOT_SUPPORTED,
            NtStatus::NO_MEMORY,
            NtStatus::INSUFFICIENT_RESOURCES,
            NtStatus::from_bits(0xcead_beef),
        ] {
            let netio = Recorder { fails_with: Some(status.0), ..Recorder::default() };
            let (end, output) = send(&netio, code, &input, 512);
            assert_eq!((end.status, end.information), (status, 0));
            assert!(output.iter().all(|&byte| byte == UNTOUCHED), "an error carries no data");
        }
        let netio = Recorder { fails_with: Some(5010), ..Recorder::default() };
        assert_eq!(send(&netio, code, &input, 512).0.status, NtStatus::DUPLICATE_OBJECTID);
    }
}

#[test]
fn a_good_neighbor_reaches_netio_as_a_clean_row() {
    let mut fe80 = [0; 16];
    fe80[..2].copy_from_slice(&[0xfe, 0x80]);
    fe80[15] = 9;
    let request = with(ipv6(fe80), |key| (key.interface_luid, key.scope_id) = (0x0006_0080_0700_0000, 7));
    let netio = Recorder::default();
    assert_eq!(status_of(&netio, ControlCode::SET_NEIGHBOR, request.as_bytes()), NtStatus::SUCCESS);
    let calls = netio.calls.borrow();
    let [Call::Set(row)] = calls.as_slice() else { panic!("one call, not {calls:?}") };
    assert_eq!((row.Address.si_family, row.Address.sin6_addr, row.Address.sin6_scope_id), (AF_INET6, fe80, 7));
    assert_eq!((row.Address.port, row.Address.sin_addr_or_flowinfo), (0, [0; 4]));
    assert_eq!((row.InterfaceLuid, row.InterfaceIndex), (0x0006_0080_0700_0000, 7));
    assert_eq!((row.PhysicalAddressLength, &row.PhysicalAddress[..6]), (6, &[2, 0, 0, 0, 0, 9][..]));
    assert_eq!((row.State, row.Flags, row.ReachabilityTime), (0, 0, 0));
}

#[test]
fn a_flush_reaches_netio_with_its_scope() {
    for (family, interface) in [(AF_UNSPEC, 0), (AF_INET, 5), (AF_INET6, u32::MAX)] {
        let netio = Recorder::default();
        let request = FlushNeighborsRequest::new(family, interface);
        assert_eq!(status_of(&netio, ControlCode::FLUSH_NEIGHBORS, request.as_bytes()), NtStatus::SUCCESS);
        assert_eq!(*netio.calls.borrow(), [Call::Flush { family, interface }]);
    }
}
