//! Telling clients of changes.

#[path = "support/bell.rs"]
mod bell;

use bell::{FileKey, Lab, both, change};
use netio_sys::{MIB_IPINTERFACE_ROW, MIB_UNICASTIPADDRESS_ROW, SOCKADDR_INET};
use netioctl_abi::{
    AF_INET6, NtStatus,
    wire::{
        ChangeEvent, ChangeKind::*, MAX_PENDING_EVENTS, MAX_WATCHERS, RequestHeader, WatchFlags, WatchRequest,
        WatchSources,
    },
};
use netioctl_core::watch::{Source, WatcherId, address_event, interface_event};
use netioctl_irql::in_process;
use proptest::prelude::*;
use std::{collections::BTreeMap, thread};

const PLAIN: WatchFlags = WatchFlags::empty();
const CANCELLED: NtStatus = NtStatus::CANCELLED;

/// Number, interface, kind and notifications of events.
fn brief(events: &[ChangeEvent]) -> Vec<(u64, u64, u8, u32)> {
    events.iter().map(|event| (event.sequence, event.interface_luid, event.kind, event.notifications)).collect()
}

#[test]
fn who_waits_is_told_at_once_and_in_order() {
    let lab = Lab::new();
    let id = lab.send(1, both(PLAIN), 4).unwrap();
    assert_eq!((lab.waiting(), lab.bell.count()), (1, 2), "registered for both sources, and parked");
    lab.watch.record(id, change(7, Added));
    lab.watch.record(id, change(8, Added));
    let ends = lab.ends();
    assert_eq!(brief(&ends[0].2), [(1, 7, 1, 1)]);
    lab.send(1, both(PLAIN), 4).unwrap();
    assert_eq!(brief(&lab.ends()[0].2), [(2, 8, 1, 1)], "what came meanwhile has waited");
    assert_eq!(lab.bell.count(), 2, "the handle is registered once");
}

#[test]
fn the_initial_notification_of_each_source_answers_the_first_request() {
    let lab = Lab::new();
    lab.send(1, both(WatchFlags::INITIAL), 4).unwrap();
    let (status, lost, events) = lab.ends().remove(0);
    assert_eq!((status, lost), (NtStatus::SUCCESS, 0));
    assert_eq!(events.iter().map(|event| (event.source, event.kind)).collect::<Vec<_>>(), [(1, 3), (2, 3)]);
}

#[test]
fn repeated_changes_of_one_thing_are_one_event() {
    let lab = Lab::new();
    let id = lab.send(1, both(PLAIN), 8).unwrap();
    lab.watch.record(id, change(1, Changed));
    lab.ends();
    for kind in [Added, Changed, Changed, Removed, Added, Changed, Removed, Changed, Changed] {
        lab.watch.record(id, change(7, kind));
    }
    lab.watch.record(id, change(8, Changed));
    lab.send(1, both(PLAIN), 8).unwrap();
    let expected = [(2, 7, 1, 3), (3, 7, 2, 1), (4, 7, 1, 2), (5, 7, 2, 1), (6, 7, 0, 2), (7, 8, 0, 1)];
    assert_eq!(brief(&lab.ends()[0].2), expected);
}

#[test]
fn what_finds_no_room_is_counted_and_leaves_a_gap() {
    let lab = Lab::new();
    let id = lab.send(1, both(PLAIN), 1).unwrap();
    let all = MAX_PENDING_EVENTS as u64 + 5;
    (0..=all).for_each(|luid| lab.watch.record(id, change(luid, Added)));
    lab.ends();
    lab.send(1, both(PLAIN), 10).unwrap();
    let (_, lost, events) = lab.ends().remove(0);
    assert_eq!((lost, events.len()), (5, 10));
    lab.watch.record(id, change(1000, Added));
    lab.send(1, both(PLAIN), 100).unwrap();
    let (_, lost, events) = lab.ends().remove(0);
    let last: Vec<_> = events.iter().rev().take(2).map(|event| event.sequence).collect();
    assert_eq!((lost, last), (0, vec![all + 2, all - 4]), "told once, and the gap is seen");
}

#[test]
fn several_requests_and_several_clients_get_what_is_theirs() {
    let lab = Lab::new();
    let first = lab.send(1, both(PLAIN), 4).unwrap();
    lab.send(1, both(PLAIN), 4).unwrap();
    let only = WatchRequest::new(WatchSources::ADDRESSES, AF_INET6, PLAIN);
    let second = lab.send(2, only, 4).unwrap();
    let registered: Vec<_> =
        lab.bell.registered.lock().unwrap().iter().map(|&(_, source, family, _)| (source, family)).collect();
    assert_eq!(
        registered,
        [(WatchSources::INTERFACES, 0), (WatchSources::ADDRESSES, 0), (WatchSources::ADDRESSES, AF_INET6)]
    );
    lab.watch.record(first, change(7, Added));
    assert_eq!((lab.ends().len(), lab.waiting()), (1, 2), "one event, one answer");
    lab.watch.record(second, change(8, Added));
    assert_eq!(brief(&lab.ends()[0].2), [(1, 8, 1, 1)]);
    in_process(|at| lab.watch.end_file(at, &FileKey(1)));
    assert_eq!(lab.ends(), [(CANCELLED, 0, vec![])]);
    assert_eq!(lab.bell.count(), 1, "the other goes on");
    in_process(|at| lab.watch.end_file(at, &FileKey(2)));
    assert_eq!(lab.bell.count(), 0, "nobody listens, nobody is registered");
}

#[test]
fn a_request_that_comes_too_late_is_cancelled() {
    let lab = Lab::new();
    let id = lab.send(1, both(PLAIN), 4).unwrap();
    in_process(|at| {
        lab.watch.end_file(at, &FileKey(1));
        lab.watch.end_file(at, &FileKey(1));
    });
    lab.watch.record(id, change(7, Added));
    assert_eq!(lab.ends(), [(CANCELLED, 0, vec![])]);
    // It was let in before the end, and is parked after it.
    lab.queue.park(FileKey(1), 4);
    lab.watch.deliver(id, &lab.queue, &FileKey(1));
    assert_eq!(lab.ends(), [(CANCELLED, 0, vec![])]);
}

#[test]
fn a_straggler_belongs_to_the_next_watcher_of_its_handle() {
    let lab = Lab::new();
    let gone = lab.send(1, both(PLAIN), 4).unwrap();
    in_process(|at| lab.watch.end_file(at, &FileKey(1)));
    lab.ends();
    let id = lab.send(1, both(PLAIN), 4).unwrap();
    lab.queue.park(FileKey(1), 4);
    lab.watch.deliver(gone, &lab.queue, &FileKey(1));
    assert_eq!((lab.ends().len(), lab.waiting()), (0, 2), "nothing has happened yet");
    lab.watch.record(id, change(7, Added));
    assert_eq!(brief(&lab.ends()[0].2), [(1, 7, 1, 1)]);
}

#[test]
fn a_device_that_goes_is_not_held_up_by_clients_that_begin_anew() {
    let lab = Lab::new();
    for file in 0..MAX_WATCHERS {
        lab.send(file, both(PLAIN), 1).unwrap();
    }
    *lab.bell.reopens.lock().unwrap() = Some(lab.queue.clone());
    in_process(|at| lab.watch.end_queue(at, &lab.queue));
    assert!(lab.bell.count() > 0, "somebody began anew each time, but it came to an end");
}

#[test]
fn a_handle_that_closes_while_it_is_registered_leaves_nothing_behind() {
    let lab = Lab::new();
    *lab.bell.closes.lock().unwrap() = Some(FileKey(1));
    assert_eq!(lab.send(1, both(PLAIN), 4), Err(CANCELLED));
    assert_eq!(lab.bell.count(), 0);
    assert!(lab.send(1, both(PLAIN), 4).is_ok(), "its place is free");
}

#[test]
fn a_device_that_goes_ends_its_requests_and_no_others() {
    let (lab, other) = (Lab::new(), bell::Queue::default());
    lab.send(1, both(PLAIN), 4).unwrap();
    lab.send(2, both(PLAIN), 4).unwrap();
    in_process(|at| lab.watch.end_queue(at, &other));
    assert_eq!((lab.ends().len(), lab.bell.count()), (0, 4));
    in_process(|at| lab.watch.end_queue(at, &lab.queue));
    let statuses: Vec<_> = lab.ends().into_iter().map(|end| end.0).collect();
    assert_eq!((statuses, lab.bell.count()), (vec![NtStatus::DEVICE_REMOVED; 2], 0));
}

#[test]
fn unloading_cancels_registrations_and_touches_no_queue() {
    let lab = Lab::new();
    lab.send(1, both(PLAIN), 4).unwrap();
    in_process(|at| lab.watch.end_all(at));
    assert_eq!((lab.bell.count(), lab.waiting(), lab.ends().len()), (0, 1, 0));
}

#[test]
fn no_more_handles_than_there_is_room_for_can_watch() {
    let lab = Lab::new();
    for file in 0..MAX_WATCHERS {
        lab.send(file, both(PLAIN), 1).unwrap();
    }
    assert_eq!(lab.send(MAX_WATCHERS, both(PLAIN), 1), Err(NtStatus::INSUFFICIENT_RESOURCES));
    in_process(|at| lab.watch.end_file(at, &FileKey(3)));
    let id = lab.send(MAX_WATCHERS, both(PLAIN), 1).unwrap();
    lab.ends();
    // A callback of the one that had the place before says nothing to the new one.
    lab.watch.record(WatcherId::from_context(id.context() - 1), change(7, Added));
    assert_eq!(lab.ends().len(), 0);
}

#[test]
fn a_source_that_cannot_be_registered_takes_the_other_with_it() {
    let lab = Lab::new();
    *lab.bell.fails.lock().unwrap() = Some((Source::Addresses, NtStatus::NO_MEMORY.0));
    assert_eq!(lab.send(1, both(PLAIN), 4), Err(NtStatus::NO_MEMORY));
    assert_eq!((lab.bell.count(), lab.waiting()), (0, 0));
}

#[test]
fn bad_requests_have_one_status_and_register_nothing() {
    let lab = Lab::new();
    let good = both(PLAIN);
    let bad = [
        (WatchRequest { sources: 0, ..good }, NtStatus::INVALID_PARAMETER),
        (WatchRequest { sources: 7, ..good }, NtStatus::INVALID_PARAMETER),
        (WatchRequest { flags: 2, ..good }, NtStatus::INVALID_PARAMETER),
        (WatchRequest { family: 10, ..good }, NtStatus::INVALID_PARAMETER),
        (WatchRequest { header: RequestHeader { abi_major: 9, ..good.header }, ..good }, NtStatus::REVISION_MISMATCH),
    ];
    for (request, status) in bad {
        assert_eq!(lab.send(1, request, 4), Err(status), "{request:?}");
    }
    assert_eq!(lab.bell.count(), 0);
    lab.send(1, good, 4).unwrap();
    let other = WatchRequest { family: 2, ..good };
    assert_eq!(lab.send(1, other, 4), Err(NtStatus::INVALID_DEVICE_STATE));
    assert_eq!(lab.waiting(), 1, "the watch goes on as it was");
}

#[test]
fn of_a_row_only_the_keys_travel() {
    let row = MIB_IPINTERFACE_ROW {
        Family: 2,
        InterfaceLuid: 5,
        InterfaceIndex: 6,
        NlMtu: 0xa5a5_a5a5,
        ..Default::default()
    };
    let expected =
        ChangeEvent { interface_luid: 5, interface_index: 6, family: 2, source: 1, kind: 1, ..Default::default() };
    assert_eq!(interface_event(Some(&row), 1), expected);
    let address = SOCKADDR_INET {
        si_family: 2,
        sin_addr_or_flowinfo: [192, 0, 2, 1],
        sin6_addr: [0xa5; 16],
        ..Default::default()
    };
    let row = MIB_UNICASTIPADDRESS_ROW { Address: address, InterfaceLuid: 5, ..Default::default() };
    let event = address_event(Some(&row), 2);
    assert_eq!((event.source, event.kind, event.family), (2, 2, 2));
    assert_eq!(event.address, [192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "what IPv4 does not use stays");
    assert_eq!(address_event(None, 3), ChangeEvent { source: 2, kind: 3, ..Default::default() });
    assert_eq!(interface_event(None, 1 << 20).kind, 0, "something happened");
}

/// Requests and events from several threads at once: each event is told once and in order, or counted as lost.
#[test]
fn threads_neither_lose_nor_reorder_nor_repeat() {
    let (lab, rounds) = (Lab::new(), if cfg!(miri) { 20 } else { 2000 });
    let id = lab.send(1, both(PLAIN), 1).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| (0..rounds).for_each(|luid| lab.watch.record(id, change(luid, Added))));
        for _ in 0..3 {
            scope.spawn(|| (0..rounds).for_each(|_| assert!(lab.send(1, both(PLAIN), 2).is_ok())));
        }
    });
    let ends = lab.ends();
    let told: Vec<u64> = ends.iter().flat_map(|end| &end.2).map(|event| event.sequence).collect();
    assert!(told.is_sorted_by(|one, next| one < next), "{told:?}");
    assert_eq!(told.len() as u64 + ends.iter().map(|end| end.1).sum::<u64>(), rounds);
}

proptest! {
    /// Whatever happens in whatever order, what was told adds up to what happened.
    #[test]
    fn notifications_are_told_or_lost_never_forgotten(
        steps in prop::collection::vec((0_u64..3, 0_u8..3, 0_usize..3), 1..200)
    ) {
        let lab = Lab::new();
        let id = lab.send(1, both(PLAIN), 1).unwrap();
        let mut happened = BTreeMap::new();
        for (luid, kind, room) in steps {
            let kind = [Changed, Added, Removed][usize::from(kind)];
            lab.watch.record(id, change(luid, kind));
            *happened.entry(luid).or_insert(0_u64) += 1;
            if room > 0 {
                lab.send(1, both(PLAIN), room).unwrap();
            }
        }
        while lab.waiting() == 0 {
            lab.send(1, both(PLAIN), MAX_PENDING_EVENTS).unwrap();
        }
        let ends = lab.ends();
        let mut told = BTreeMap::new();
        for event in ends.iter().flat_map(|end| &end.2) {
            *told.entry(event.interface_luid).or_insert(0_u64) += u64::from(event.notifications);
        }
        let lost: u64 = ends.iter().map(|end| end.1).sum();
        prop_assert_eq!(told.values().sum::<u64>() + lost, happened.values().sum::<u64>());
    }
}
