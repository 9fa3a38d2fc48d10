//! Batch, resolution and statistics.

mod support;

use netioctl_abi::{
    AF_INET, AF_INET6, ControlCode, NtStatus, Operation,
    wire::{
        BatchAction, BatchEntry, BatchHeader, BatchReply, FamilyRequest, MAX_BATCH, MAX_COUNTED_STATUSES, NeighborKey,
        RequestHeader, ResolveNeighborRequest, StatisticsRow, TableHeader,
    },
};
use netioctl_core::Circumstances;
use netioctl_irql::in_process;
use std::cell::Cell;
use support::{Call, Recorded, Recorder, UNTOUCHED, send, send_to, service, status_of};
use write_only::WriteOnly;
use zerocopy::{FromBytes, FromZeros, IntoBytes};

fn entry(action: BatchAction, last: u8) -> BatchEntry {
    let key = NeighborKey {
        interface_index: 7,
        family: AF_INET,
        physical_address_length: if action == BatchAction::Delete { 0 } else { 6 },
        ..NeighborKey::new_zeroed()
    };
    let mut entry = BatchEntry { action: action as u32, key, ..BatchEntry::new_zeroed() };
    entry.key.address[..4].copy_from_slice(&[10, 0, 0, last]);
    entry
}

fn batch(entries: &[BatchEntry]) -> Vec<u8> {
    let count = u32::try_from(entries.len()).unwrap();
    let header = BatchHeader { header: RequestHeader::CURRENT, count, reserved: 0 };
    [header.as_bytes(), entries.as_bytes()].concat()
}

fn statuses(output: &[u8]) -> (BatchReply, Vec<i32>) {
    let (reply, rest) = BatchReply::read_from_prefix(output).unwrap();
    (reply, rest.chunks_exact(4).map(|status| i32::read_from_bytes(status).unwrap()).collect())
}

#[test]
fn a_batch_tries_every_entry_and_answers_for_each() {
    let mut loopback = entry(BatchAction::Set, 0);
    loopback.key.address[0] = 127;
    let unknown = BatchEntry { action: 9, ..entry(BatchAction::Set, 1) };
    let mut delete_with_address = entry(BatchAction::Delete, 1);
    delete_with_address.key.physical_address_length = 6;
    let input = batch(&[
        entry(BatchAction::Create, 1),
        loopback,
        entry(BatchAction::Set, 2),
        unknown,
        delete_with_address,
        entry(BatchAction::Delete, 3),
        entry(BatchAction::Replace, 4),
    ]);
    let script = [NtStatus::SUCCESS, NtStatus::NOT_FOUND, NtStatus::SUCCESS, NtStatus::SUCCESS];
    let netio = Recorder { script: support::script(&script), ..Recorder::default() };
    let (end, output) = send(&netio, ControlCode::BATCH_NEIGHBORS, &input, 100);
    assert_eq!(end.status, NtStatus::SUCCESS, "the request itself succeeds");
    let (reply, statuses) = statuses(&output[..end.information]);
    assert_eq!((reply.count, reply.failed), (7, 4));
    let invalid = NtStatus::INVALID_PARAMETER.0;
    assert_eq!(statuses, [0, invalid, NtStatus::NOT_FOUND.0, invalid, invalid, 0, 0]);
    let calls = netio.calls.borrow();
    assert!(
        matches!(calls.as_slice(), [Call::Create(_), Call::Set(_), Call::Delete(_), Call::Create(_)]),
        "in order, and only what is valid: {calls:?}"
    );
}

#[test]
fn a_cancelled_batch_goes_no_further_and_says_how_far_it_came() {
    let entries: Vec<_> = (1..=5).map(|last| entry(BatchAction::Create, last)).collect();
    let input = batch(&entries);
    for done in 0..=5_usize {
        let netio = Recorder::default();
        let service = service(&netio);
        let mut output = [UNTOUCHED; 100];
        // Asked once it has said so, it takes that back: what has been skipped stays skipped.
        let said = Cell::new(false);
        let cancelled = || netio.calls.borrow().len() == done && !said.replace(true);
        let batch = Recorded::find(ControlCode::BATCH_NEIGHBORS);
        let end = in_process(|at| {
            service.dispatch(
                batch,
                Circumstances { at, cancelled: &cancelled },
                &input,
                WriteOnly::from(&mut output[..]),
            )
        });
        assert_eq!((end.status, end.information), (NtStatus::SUCCESS, 28), "{done}");
        let (reply, statuses) = statuses(&output[..end.information]);
        assert_eq!((reply.count, reply.failed as usize, netio.calls.borrow().len()), (5, 5 - done, done));
        let expected = [vec![0; done], vec![NtStatus::CANCELLED.0; 5 - done]].concat();
        assert_eq!(statuses, expected);
    }
}

#[test]
fn a_batch_that_is_not_well_formed_changes_nothing() {
    let one = batch(&[entry(BatchAction::Create, 1)]);
    let with_count = |count: u32| {
        let mut input = one.clone();
        input[8..12].copy_from_slice(&count.to_le_bytes());
        input
    };
    for (why, input, room, expected) in [
        ("no header", vec![0; 15], 100, NtStatus::INFO_LENGTH_MISMATCH),
        ("no entries", batch(&[]), 100, NtStatus::INVALID_PARAMETER),
        ("fewer than said", with_count(2), 100, NtStatus::INFO_LENGTH_MISMATCH),
        ("too many", with_count(MAX_BATCH + 1), 100, NtStatus::INVALID_PARAMETER),
        ("no end", with_count(u32::MAX), 100, NtStatus::INVALID_PARAMETER),
        ("a byte behind", [&one[..], &[0]].concat(), 100, NtStatus::INFO_LENGTH_MISMATCH),
        ("no room for the status", one.clone(), size_of::<BatchReply>() + 3, NtStatus::BUFFER_TOO_SMALL),
        ("no room at all", one.clone(), 0, NtStatus::BUFFER_TOO_SMALL),
    ] {
        let netio = Recorder::default();
        let (end, output) = send(&netio, ControlCode::BATCH_NEIGHBORS, &input, room);
        assert_eq!((end.status, end.information), (expected, 0), "{why}");
        assert!(netio.calls.borrow().is_empty(), "{why}");
        assert!(output.iter().all(|&byte| byte == UNTOUCHED), "{why}");
    }
}

fn resolution() -> ResolveNeighborRequest {
    let mut key = NeighborKey { interface_index: 7, family: AF_INET, ..NeighborKey::new_zeroed() };
    key.address[..4].copy_from_slice(&[10, 0, 0, 9]);
    ResolveNeighborRequest { header: RequestHeader::CURRENT, key, ..ResolveNeighborRequest::new_zeroed() }
}

#[test]
fn a_resolution_may_name_its_source() {
    let mut from = ResolveNeighborRequest { source_family: AF_INET, ..resolution() };
    from.source[..4].copy_from_slice(&[10, 0, 0, 1]);
    for (request, expected) in [(resolution(), None), (from, Some([10, 0, 0, 1]))] {
        let netio = Recorder::default();
        assert_eq!(status_of(&netio, ControlCode::RESOLVE_NEIGHBOR, request.as_bytes()), NtStatus::SUCCESS);
        let calls = netio.calls.borrow();
        let [Call::Resolve(row, source)] = calls.as_slice() else { panic!("one call, not {calls:?}") };
        assert_eq!(row.Address.sin_addr_or_flowinfo, [10, 0, 0, 9]);
        assert_eq!(source.map(|source| source.sin_addr_or_flowinfo), expected);
    }
}

#[test]
fn a_resolution_that_cannot_be_is_refused() {
    let mut loopback = resolution();
    loopback.key.address[0] = 127;
    for (why, request) in [
        ("loopback", loopback),
        ("a source without family", ResolveNeighborRequest { source: [1; 16], ..resolution() }),
        ("a source of another family", ResolveNeighborRequest { source_family: AF_INET6, ..resolution() }),
        ("an unspecified source", ResolveNeighborRequest { source_family: AF_INET, ..resolution() }),
        ("a reserved field", ResolveNeighborRequest { reserved: 1, ..resolution() }),
    ] {
        let netio = Recorder::default();
        let status = status_of(&netio, ControlCode::RESOLVE_NEIGHBOR, request.as_bytes());
        assert_eq!((status, netio.calls.borrow().len()), (NtStatus::INVALID_PARAMETER, 0), "{why}");
    }
}

fn rows(service: &Recorded<'_>) -> Vec<StatisticsRow> {
    let (end, output) = send_to(service, ControlCode::GET_STATISTICS, RequestHeader::CURRENT.as_bytes(), 8192);
    assert_eq!(end.status, NtStatus::SUCCESS);
    let rows = output[size_of::<TableHeader>()..end.information].chunks_exact(size_of::<StatisticsRow>());
    rows.map(|row| StatisticsRow::read_from_bytes(row).unwrap()).collect()
}

fn row_of(service: &Recorded<'_>, code: u32) -> StatisticsRow {
    rows(service).into_iter().find(|row| row.code == code).unwrap()
}

#[test]
fn requests_are_counted_by_operation_and_status() {
    let netio = Recorder::default();
    let service = service(&netio);
    assert_eq!(rows(&service).len(), Operation::ALL.len() + 1);
    let code = ControlCode::GET_NEIGHBOR_TABLE;
    let good = FamilyRequest::new(AF_INET);
    let bad = FamilyRequest::new(99);
    send_to(&service, code, good.as_bytes(), 512);
    send_to(&service, code, bad.as_bytes(), 512);
    send_to(&service, code, bad.as_bytes(), 512);
    send_to(&service, code, &[], 512);
    send_to(&service, ControlCode::from_raw(1), &[0; 5], 512);

    let rows = rows(&service);
    let row_of_code = |code| rows.iter().find(|row| row.code == code).unwrap();
    let row = row_of_code(code.raw());
    assert_eq!((row.requests, row.failures, row.bytes_in), (4, 3, 48));
    assert_eq!(row.bytes_out, size_of::<TableHeader>() as u64);
    let counted: Vec<_> = row.by_status.iter().filter(|status| status.count > 0).collect();
    assert_eq!((counted[0].status, counted[0].count), (NtStatus::INVALID_PARAMETER.0, 2));
    assert_eq!((counted[1].status, counted[1].count), (NtStatus::INFO_LENGTH_MISMATCH.0, 1));
    let unknown = row_of_code(0);
    assert_eq!((unknown.requests, unknown.bytes_in), (1, 5));

    let (end, _) = send_to(&service, ControlCode::RESET_STATISTICS, RequestHeader::CURRENT.as_bytes(), 0);
    assert_eq!(end.status, NtStatus::SUCCESS);
    let row = row_of(&service, code.raw());
    assert_eq!((row.requests, row.failures, row.by_status[0].status, row.by_status[0].count), (0, 0, 0, 0));
}

#[test]
fn more_statuses_than_places_are_counted_together() {
    let netio = Recorder::default();
    let service = service(&netio);
    let many = u32::try_from(MAX_COUNTED_STATUSES).unwrap() + 5;
    for number in 0..many {
        netio.script.borrow_mut().push_back(0xc000_1000_u32.wrapping_add(number).cast_signed());
        send_to(&service, ControlCode::GET_NEIGHBOR_TABLE, FamilyRequest::new(AF_INET).as_bytes(), 512);
    }
    let row = row_of(&service, ControlCode::GET_NEIGHBOR_TABLE.raw());
    assert_eq!((row.failures, row.other_failures), (u64::from(many), 5));
    assert!(row.by_status.iter().all(|status| status.count == 1));
}
