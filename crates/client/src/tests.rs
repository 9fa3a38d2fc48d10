//! The typed operations over a scripted transport.

use crate::{
    Canceller, Device, Error, ErrorKind, Family, InterfaceChange, InterfaceKey, InterfaceLuid, MAX_TABLE_TRIES,
    NeighborChange, NeighborKey, NeighborUpdate, Operation, PhysicalAddress, START_TABLE_BYTES,
    abi::{
        ABI_MINOR, AF_INET, AF_INET6, AddressFamily, Capabilities, ControlCode, NtStatus,
        wire::{self, VersionReply},
    },
    testing::{Answer, Script, neighbor, table, version},
};
use std::time::Duration;
use zerocopy::{FromBytes, FromZeros, IntoBytes};

#[test]
fn another_major_version_is_refused_when_opening() {
    let opened = Device::over(Script::of([Answer::Bytes(version(9).as_bytes().to_vec())]));
    let error = opened.unwrap_err();
    assert!(matches!(error, Error::AbiMismatch { driver: (9, 0), client: (1, ABI_MINOR) }), "{error:?}");
    assert!(error.to_string().contains("install the driver and the program of one release"), "{error}");
}

#[test]
fn a_longer_version_reply_of_a_newer_driver_is_understood() {
    let reply = version(1);
    let device =
        Device::over(Script::of([Answer::More(reply.as_bytes().to_vec()), Answer::More(reply.as_bytes().to_vec())]));
    let version = device.unwrap().version().unwrap();
    assert_eq!((version.driver, version.abi), ((1, 2, 3), (1, 0)));
}

#[test]
fn a_short_version_reply_is_no_version() {
    let error = Device::over(Script::of([Answer::Bytes(vec![1, 0])])).unwrap_err();
    assert!(matches!(error, Error::BadReply { operation: Operation::GetVersion, .. }), "{error:?}");
}

#[test]
fn rows_are_typed_and_newer_fields_skipped() {
    for newer in [0, 8, 24] {
        let (device, script) = Script::device([Answer::Bytes(table(&[neighbor(1), neighbor(2)], 2, newer))]);
        let table = device.neighbor_table(Family::Ipv4).unwrap();
        assert_eq!((table.len(), table.generation()), (2, 7));
        let row = &table.rows()[1];
        assert_eq!(row.address.to_string(), "10.0.0.2");
        assert_eq!(row.physical_address.to_string(), "02-00-00-00-00-02");
        assert_eq!(row.reachability_time, Duration::from_millis(1500));
        assert!(row.is_router());
        let [request] = &script.requests()[..] else { panic!("one request") };
        assert_eq!((request.code, request.output_length), (ControlCode::GET_NEIGHBOR_TABLE, START_TABLE_BYTES));
        let sent = wire::FamilyRequest::read_from_bytes(&request.input).unwrap();
        assert_eq!(sent, wire::FamilyRequest::new(AF_INET));
    }
}

#[test]
fn a_table_that_does_not_fit_is_asked_for_again_with_room_to_grow() {
    let first: Vec<_> = (0..100).map(neighbor).collect();
    let all: Vec<_> = (0..=u8::MAX).cycle().take(1500).map(neighbor).collect();
    let (device, script) = Script::device([Answer::More(table(&first, 1500, 0)), Answer::Bytes(table(&all, 1500, 0))]);
    assert_eq!(device.neighbor_table(Family::Both).unwrap().len(), 1500);
    let needed = 24 + 1500 * 80;
    assert_eq!(script.requests()[1].output_length, needed + needed / 4);
}

#[test]
fn a_table_that_keeps_growing_is_given_up() {
    let answers = (0..MAX_TABLE_TRIES).map(|n| Answer::More(table(&[neighbor(1)], 1000 << n, 0)));
    let (device, script) = Script::device(answers);
    let error = device.neighbor_table(Family::Both).unwrap_err();
    assert!(matches!(error, Error::TableKeepsGrowing { tries: MAX_TABLE_TRIES, .. }), "{error:?}");
    assert_eq!(script.requests().len(), MAX_TABLE_TRIES as usize);
}

#[test]
fn replies_that_contradict_themselves_are_refused() {
    let good = table(&[neighbor(1)], 1, 0);
    let mut other_major = good.clone();
    other_major[0] = 2;
    let mut small_rows = good.clone();
    small_rows[4] = 79;
    let mut zero_rows = good.clone();
    zero_rows[4] = 0;
    let mut more_returned_than_there_are = good.clone();
    more_returned_than_there_are[8] = 0;
    let mut more_rows_than_bytes = good.clone();
    (more_rows_than_bytes[8], more_rows_than_bytes[12]) = (2, 2);
    let mut unknown_family = good.clone();
    unknown_family[24 + 12] = 10;
    let mut long_address = good.clone();
    long_address[24 + 40] = 33;
    let cases = [
        Answer::Bytes(vec![1, 0, 0]),
        Answer::Bytes(other_major),
        Answer::Bytes(small_rows),
        Answer::Bytes(zero_rows),
        Answer::Bytes(more_returned_than_there_are),
        Answer::Bytes(more_rows_than_bytes),
        Answer::Bytes(unknown_family),
        Answer::Bytes(long_address),
        Answer::Bytes(good[..100].to_vec()),
        Answer::Bytes(table(&[neighbor(1)], 2, 0)),
        Answer::Claim(START_TABLE_BYTES + 1),
        Answer::More(table(&[neighbor(1)], u32::MAX, 0)),
        Answer::More(vec![]),
    ];
    for (number, case) in cases.into_iter().enumerate() {
        let (device, _) = Script::device([case]);
        let result = device.neighbor_table(Family::Both);
        assert!(matches!(result, Err(Error::BadReply { .. })), "case {number}: {result:?}");
    }
}

#[test]
fn a_table_without_rows_is_empty_and_other_failures_are_failures() {
    let (device, _) = Script::device([Answer::Status(NtStatus::NOT_FOUND), Answer::Status(NtStatus::NOT_SUPPORTED)]);
    assert!(device.neighbor_table(Family::Ipv6).unwrap().is_empty());
    let error = device.interface_table(Family::Ipv6).unwrap_err();
    assert_eq!(error.ntstatus(), Some(NtStatus::NOT_SUPPORTED));
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[test]
fn setting_sends_the_address_the_key_and_the_padded_physical_address() {
    let (device, script) = Script::device([Answer::Bytes(vec![]), Answer::Status(NtStatus::NOT_FOUND)]);
    let mac = PhysicalAddress::from([2, 0, 0, 0, 0x77, 2]);
    let luid = InterfaceKey::Luid(InterfaceLuid(5));
    let update = NeighborUpdate::new(luid, "fe80::7".parse().unwrap(), mac).with_scope_id(12);
    device.set_neighbor(&update).unwrap();
    let sent = wire::NeighborRequest::read_from_bytes(&script.requests()[0].input).unwrap();
    assert_eq!((sent.key.interface_luid, sent.key.interface_index, sent.key.family), (5, 0, AF_INET6));
    assert_eq!((sent.key.scope_id, sent.key.physical_address_length), (12, 6));
    assert_eq!((sent.key.address[0], sent.key.address[15], sent.physical_address[5]), (0xfe, 7, 2));

    let error = device.set_neighbor(&update).unwrap_err();
    assert_eq!((error.kind(), error.ntstatus()), (ErrorKind::NotFound, Some(NtStatus::NOT_FOUND)));
}

#[test]
fn flushing_by_luid_looks_the_index_up_and_index_zero_is_never_all() {
    let mut row = wire::InterfaceRow::new_zeroed();
    (row.interface_luid, row.interface_index, row.family) = (77, 12, AF_INET);
    let (device, script) = Script::device([
        Answer::Bytes(table(&[row], 1, 0)),
        Answer::Bytes(vec![]),
        Answer::Bytes(vec![]),
        Answer::Bytes(table(&[row], 1, 0)),
    ]);
    device.flush_neighbors(Family::Both, Some(InterfaceKey::Luid(InterfaceLuid(77)))).unwrap();
    device.flush_neighbors(Family::Ipv6, None).unwrap();
    let sent = |n: usize| wire::FlushNeighborsRequest::read_from_bytes(&script.requests()[n].input).unwrap();
    assert_eq!(sent(1), wire::FlushNeighborsRequest::new(0, 12));
    assert_eq!(sent(2), wire::FlushNeighborsRequest::new(AF_INET6, 0));

    let zero = device.flush_neighbors(Family::Both, Some(InterfaceKey::Index(0))).unwrap_err();
    assert_eq!(zero.kind(), ErrorKind::Usage);
    let unknown = device.flush_neighbors(Family::Both, Some(InterfaceKey::Luid(InterfaceLuid(78)))).unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::NotFound);
    assert_eq!(script.requests().len(), 4, "nothing was sent for either");
}

#[test]
fn every_member_of_an_interface_row_arrives() {
    let bytes: Vec<u8> = (0..160).collect();
    let mut row = wire::InterfaceRow::read_from_bytes(&bytes).unwrap();
    row.family = AF_INET6;
    let (device, _) = Script::device([Answer::Bytes(table(&[row], 1, 0))]);
    let interface = &device.interface_table(Family::Both).unwrap().into_rows()[0];
    assert_eq!((interface.luid.0, interface.index), (row.interface_luid, row.interface_index));
    assert_eq!((interface.nl_mtu, interface.metric), (row.nl_mtu, row.metric));
    assert_eq!(interface.retransmit_time, Duration::from_millis(row.retransmit_time.into()));
    assert_eq!(interface.zone_indices, row.zone_indices);
    assert!(interface.connected && interface.supports_router_discovery);
}

#[test]
fn each_kind_has_its_codes() {
    let kind = |status| {
        let (device, _) = Script::device([Answer::Status(status)]);
        device.flush_neighbors(Family::Both, None).unwrap_err().kind()
    };
    assert_eq!(kind(NtStatus::ACCESS_DENIED), ErrorKind::AccessDenied);
    assert_eq!(kind(NtStatus::OBJECT_NAME_NOT_FOUND), ErrorKind::NotFound);
    assert_eq!(kind(NtStatus::DEVICE_REMOVED), ErrorKind::DriverMissing);
    assert_eq!(kind(NtStatus::INVALID_PARAMETER), ErrorKind::Failed);
    assert_eq!(kind(NtStatus::DUPLICATE_OBJECTID), ErrorKind::AlreadyExists);
    assert_eq!(kind(NtStatus::OBJECTID_EXISTS), ErrorKind::AlreadyExists);
    assert_eq!(kind(NtStatus::CANCELLED), ErrorKind::Cancelled);
    assert_eq!(kind(NtStatus::BAD_NETWORK_NAME), ErrorKind::NoAnswer);
    assert_eq!(kind(NtStatus::QUOTA_EXCEEDED), ErrorKind::QuotaExceeded);
    for status in [NtStatus::NOT_SUPPORTED, NtStatus::NOT_IMPLEMENTED, NtStatus::INVALID_DEVICE_REQUEST] {
        assert_eq!(kind(status), ErrorKind::Unsupported, "{status}");
    }
}

#[test]
fn what_the_driver_does_not_serve_is_not_sent() {
    let lacking = VersionReply { capabilities: Capabilities::SET_NEIGHBOR.bits(), ..version(1) };
    let script = Script::of([Answer::Bytes(lacking.as_bytes().to_vec())]);
    let device = Device::over(script.clone()).unwrap();
    assert!(device.supports(Operation::SetNeighbor) && !device.supports(Operation::BatchNeighbors));
    let error = device.statistics().unwrap_err();
    assert!(matches!(error, Error::Unsupported { operation: Operation::GetStatistics, .. }), "{error:?}");
    assert!(error.to_string().contains("driver 1.2.3 (ABI 1.0) does not know"), "{error}");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(matches!(device.resolve_neighbor(&key()), Err(Error::Unsupported { .. })));
    assert!(matches!(device.change_neighbors(&[]), Err(Error::Unsupported { .. })));
    assert_eq!(script.requests().len(), 1, "only the version was asked for");
}

fn key() -> NeighborKey {
    NeighborKey::new(InterfaceKey::Index(12), "fe80::7".parse().unwrap()).with_scope_id(12)
}

#[test]
fn every_request_about_one_neighbor_names_it() {
    let (device, script) = Script::device([
        Answer::Bytes(neighbor(7).as_bytes().to_vec()),
        Answer::Bytes(neighbor(8).as_bytes().to_vec()),
        Answer::Bytes(neighbor(9).as_bytes().to_vec()),
        Answer::Bytes(vec![]),
        Answer::Bytes(vec![0; 79]),
    ]);
    assert_eq!(device.neighbor(&key()).unwrap().address.to_string(), "10.0.0.7");
    assert_eq!(device.resolve_neighbor(&key()).unwrap().address.to_string(), "10.0.0.8");
    device.resolve_neighbor_from(&key(), "fe80::1".parse().unwrap(), 12).unwrap();
    device.delete_neighbor(&key()).unwrap();
    assert!(matches!(device.neighbor(&key()), Err(Error::BadReply { .. })));

    let requests = script.requests();
    let codes: Vec<_> = requests.iter().map(|request| request.code).collect();
    let resolve = ControlCode::RESOLVE_NEIGHBOR;
    assert_eq!(codes[..4], [ControlCode::GET_NEIGHBOR, resolve, resolve, ControlCode::DELETE_NEIGHBOR]);
    for request in &requests {
        let (sent, _) = wire::NeighborKeyRequest::read_from_prefix(&request.input).unwrap();
        assert_eq!(
            (sent.key.interface_index, sent.key.family, sent.key.scope_id, sent.key.address[15]),
            (12, AF_INET6, 12, 7)
        );
    }
    let source = |n: usize| wire::ResolveNeighborRequest::read_from_bytes(&requests[n].input).unwrap();
    assert_eq!((source(1).source_family, source(1).source), (0, [0; 16]));
    assert_eq!((source(2).source_family, source(2).source_scope_id, source(2).source[15]), (AF_INET6, 12, 1));
}

#[test]
fn a_batch_has_a_status_for_each_change() {
    let reply = |count: u32, statuses: &[NtStatus]| {
        let mut bytes = wire::BatchReply { count, failed: 1 }.as_bytes().to_vec();
        bytes.extend(statuses.iter().flat_map(|status| status.0.to_ne_bytes()));
        Answer::Bytes(bytes)
    };
    let statuses = [NtStatus::SUCCESS, NtStatus::NOT_FOUND];
    let (device, script) = Script::device([
        reply(2, &statuses),
        reply(2, &statuses[..1]),
        reply(3, &statuses),
        Answer::Bytes(vec![0; 3]),
        Answer::Status(NtStatus::ACCESS_DENIED),
    ]);
    let update = NeighborUpdate::of(key(), PhysicalAddress::from([2, 0, 0, 0, 0x77, 2]));
    let changes = [NeighborChange::Replace(update), NeighborChange::Delete(key())];
    assert_eq!(device.change_neighbors(&changes).unwrap(), statuses);
    for _ in 0..3 {
        assert!(matches!(device.change_neighbors(&changes), Err(Error::BadReply { .. })));
    }
    assert_eq!(device.change_neighbors(&changes).unwrap_err().kind(), ErrorKind::AccessDenied);
    assert_eq!(device.change_neighbors(&[]).unwrap(), []);
    let too_many = vec![NeighborChange::Delete(key()); wire::MAX_BATCH as usize + 1];
    assert!(matches!(device.change_neighbors(&too_many), Err(Error::BatchTooLong { changes: 4097 })));

    let sent = &script.requests()[0];
    assert_eq!((script.requests().len(), sent.output_length), (5, 16));
    let (header, entries) = wire::BatchHeader::read_from_prefix(&sent.input).unwrap();
    let entries = <[wire::BatchEntry]>::ref_from_bytes(entries).unwrap();
    assert_eq!((header.count, entries.len()), (2, 2));
    assert_eq!((entries[0].action, entries[0].key.physical_address_length), (3, 6));
    assert_eq!((entries[1].action, entries[1].key.physical_address_length), (4, 0));
    assert_eq!((entries[1].key.scope_id, entries[1].key.address[15]), (12, 7));
}

#[test]
fn interfaces_are_read_and_changed_by_key_and_family() {
    let mut row = wire::InterfaceRow::new_zeroed();
    (row.interface_index, row.family, row.metric) = (12, AF_INET, 25);
    let (device, script) = Script::device([Answer::Bytes(row.as_bytes().to_vec()), Answer::Bytes(vec![])]);
    let interface = InterfaceKey::Index(12);
    assert_eq!(device.interface(interface, AddressFamily::Ipv4).unwrap().metric, 25);
    device.set_interface(&InterfaceChange::new(interface, AddressFamily::Ipv4).metric(10)).unwrap();
    let asked = wire::InterfaceKeyRequest::read_from_bytes(&script.requests()[0].input).unwrap();
    assert_eq!((asked.interface_luid, asked.interface_index, asked.family), (0, 12, AF_INET));
    let set = wire::SetInterfaceRequest::read_from_bytes(&script.requests()[1].input).unwrap();
    assert_eq!((set.members, set.row.metric), (wire::InterfaceMember::METRIC.bits(), 10));
}

#[test]
fn statistics_leave_out_what_is_not_counted() {
    let mut row = wire::StatisticsRow::new_zeroed();
    (row.code, row.requests, row.failures) = (ControlCode::SET_NEIGHBOR.raw(), 5, 3);
    row.by_status[0] = wire::StatusCount { status: NtStatus::NOT_FOUND.0, reserved: 0, count: 2 };
    let unknown = wire::StatisticsRow::new_zeroed();
    let (device, script) = Script::device([Answer::Bytes(table(&[row, unknown], 2, 0)), Answer::Bytes(vec![])]);
    let rows = device.statistics().unwrap().into_rows();
    assert_eq!((rows[0].operation(), rows[1].code), (Some(Operation::SetNeighbor), None));
    assert_eq!(rows[0].by_status, [(NtStatus::NOT_FOUND, 2)]);
    device.reset_statistics().unwrap();
    assert!(script.requests().iter().all(|request| request.input == wire::RequestHeader::CURRENT.as_bytes()));
}

#[test]
fn the_older_flush_keeps_its_contract() {
    let statuses = [
        (NtStatus::NOT_FOUND, 87),
        (NtStatus::OBJECT_NAME_NOT_FOUND, 87),
        (NtStatus::INVALID_PARAMETER, 87),
        (NtStatus::ACCESS_DENIED, 5),
        (NtStatus::NOT_SUPPORTED, 50),
        (NtStatus::NO_MEMORY, 8),
    ];
    let answers = statuses.map(|(status, _)| Answer::Status(status));
    let (device, script) = Script::device(answers.into_iter().chain([Answer::Bytes(vec![])]));
    assert_eq!(device.flush_ip_net_table(0), Err(87));
    for (status, code) in statuses {
        assert_eq!(device.flush_ip_net_table(12), Err(code), "{status}");
    }
    assert_eq!(device.flush_ip_net_table(12), Ok(()));
    let sent = wire::FlushNeighborsRequest::new(AF_INET, 12);
    assert!(script.requests().iter().all(|request| request.input == sent.as_bytes()));
    assert_eq!(crate::flush_ip_net_table(0), Err(87));
    #[cfg(not(windows))]
    assert_eq!(crate::flush_ip_net_table(1), Err(2));
}

#[test]
fn a_cancelled_device_sends_nothing_and_its_clones_go_on() {
    let (device, script) = Script::device([Answer::Bytes(vec![])]);
    let canceller = Canceller::new().unwrap();
    let cancelled = device.with_canceller(&canceller);
    std::thread::spawn(move || canceller.cancel()).join().unwrap();
    let error = cancelled.delete_neighbor(&key()).unwrap_err();
    assert_eq!((error.ntstatus(), error.failure().unwrap().win32), (Some(NtStatus::CANCELLED), 995));
    assert!(script.requests().is_empty());
    device.delete_neighbor(&key()).unwrap();
}

#[test]
fn a_raw_request_passes_untouched() {
    let (device, script) = Script::device([Answer::Status(NtStatus::INVALID_DEVICE_REQUEST)]);
    let failure = device.raw_control(0x1234_5678, &[1, 2, 3], &mut [0; 5]).unwrap_err();
    assert_eq!((failure.win32, failure.ntstatus), (1, Some(NtStatus::INVALID_DEVICE_REQUEST)));
    let request = &script.requests()[0];
    assert_eq!((request.code.raw(), &request.input[..], request.output_length), (0x1234_5678, &[1, 2, 3][..], 5));
}
