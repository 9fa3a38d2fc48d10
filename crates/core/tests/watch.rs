//! Telling a client of changes.

#[path = "support/bell.rs"]
mod bell;

use bell::{Handle, both, change};
use netio_sys::{MIB_IPINTERFACE_ROW, MIB_UNICASTIPADDRESS_ROW, SOCKADDR_INET};
use netioctl_abi::{
    AF_INET6, NtError, NtStatus,
    wire::{ChangeEvent, ChangeKind::*, MAX_PENDING_EVENTS, WatchFlags, WatchRequest, WatchSources},
};
use netioctl_core::{
    validate::{Subscription, subscription},
    watch::{Source, address_event, interface_event},
};
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
    let handle = Handle::default();
    handle.send(both(PLAIN), 4).unwrap();
    assert_eq!((handle.queue.len(), handle.registrations()), (1, 2), "registered for both sources, and parked");
    handle.tell(change(7, Added));
    handle.tell(change(8, Added));
    assert_eq!(brief(&handle.ends()[0].2), [(1, 7, 1, 1)]);
    handle.send(both(PLAIN), 4).unwrap();
    assert_eq!(brief(&handle.ends()[0].2), [(2, 8, 1, 1)], "what came meanwhile has waited");
    assert_eq!(handle.registrations(), 2, "the handle is registered once");
}

#[test]
fn the_initial_notification_of_each_source_answers_the_first_request() {
    let handle = Handle::default();
    handle.send(both(WatchFlags::INITIAL), 4).unwrap();
    let (status, lost, events) = handle.ends().remove(0);
    assert_eq!((status, lost), (NtStatus::SUCCESS, 0));
    assert_eq!(events.iter().map(|event| (event.source, event.kind)).collect::<Vec<_>>(), [(1, 3), (2, 3)]);
}

#[test]
fn repeated_changes_of_one_thing_are_one_event() {
    let handle = Handle::default();
    handle.send(both(PLAIN), 8).unwrap();
    handle.tell(change(1, Changed));
    handle.ends();
    for kind in [Added, Changed, Changed, Removed, Added, Changed, Removed, Changed, Changed] {
        handle.tell(change(7, kind));
    }
    handle.tell(change(8, Changed));
    handle.send(both(PLAIN), 8).unwrap();
    let expected = [(2, 7, 1, 3), (3, 7, 2, 1), (4, 7, 1, 2), (5, 7, 2, 1), (6, 7, 0, 2), (7, 8, 0, 1)];
    assert_eq!(brief(&handle.ends()[0].2), expected);
}

#[test]
fn what_finds_no_room_is_counted_and_leaves_a_gap() {
    let handle = Handle::default();
    handle.send(both(PLAIN), 1).unwrap();
    let all = MAX_PENDING_EVENTS as u64 + 5;
    (0..=all).for_each(|luid| handle.tell(change(luid, Added)));
    handle.ends();
    handle.send(both(PLAIN), 10).unwrap();
    let (_, lost, events) = handle.ends().remove(0);
    assert_eq!((lost, events.len()), (5, 10));
    handle.tell(change(1000, Added));
    handle.send(both(PLAIN), 100).unwrap();
    let (_, lost, events) = handle.ends().remove(0);
    let last: Vec<_> = events.iter().rev().take(2).map(|event| event.sequence).collect();
    assert_eq!((lost, last), (0, vec![all + 2, all - 4]), "told once, and the gap is seen");
}

#[test]
fn several_requests_of_a_handle_are_answered_one_by_one_and_end_with_it() {
    let handle = Handle::default();
    let wish = Subscription { sources: WatchSources::ADDRESSES, family: AF_INET6, initial: false };
    handle.send(wish, 4).unwrap();
    handle.send(wish, 4).unwrap();
    assert_eq!(*handle.registered.lock().unwrap(), [(1, Source::Addresses, AF_INET6)]);
    handle.tell(change(7, Added));
    assert_eq!((handle.ends().len(), handle.queue.len()), (1, 1), "one event, one answer");
    handle.close();
    assert_eq!(handle.ends(), [(CANCELLED, 0, vec![])]);
    assert_eq!(handle.registrations(), 0, "nobody listens, nobody is registered");
}

#[test]
fn a_request_that_comes_too_late_is_cancelled() {
    let handle = Handle::default();
    handle.send(both(PLAIN), 4).unwrap();
    handle.close();
    handle.close();
    handle.tell(change(7, Added));
    assert_eq!(handle.ends(), [(CANCELLED, 0, vec![])]);
    // It was let in before the end, and is parked after it.
    handle.queue.park(4);
    handle.watch.deliver(&handle.queue);
    assert_eq!(handle.ends(), [(CANCELLED, 0, vec![])]);
    assert_eq!(handle.send(both(PLAIN), 4), Err(NtError::CANCELLED), "and nothing begins any more");
}

#[test]
fn a_handle_that_closes_while_it_is_registered_leaves_nothing_behind() {
    let handle = Handle::default();
    *handle.meanwhile.lock().unwrap() = Some(Box::new(Handle::close));
    assert_eq!(handle.send(both(PLAIN), 4), Err(NtError::CANCELLED));
    assert_eq!(handle.registrations(), 0);
    // The same where the handle was closed before there was a watch to end.
    let handle = Handle::default();
    *handle.closed.lock().unwrap() = true;
    assert_eq!(handle.send(both(PLAIN), 4), Err(NtError::CANCELLED));
    assert_eq!(handle.registrations(), 0);
}

#[test]
fn a_source_that_cannot_be_registered_takes_the_other_with_it_and_whoever_counted_on_it() {
    let handle = Handle::default();
    *handle.fails.lock().unwrap() = Some((Source::Addresses, NtError::NO_MEMORY));
    // Another request of the handle comes while the first one registers.
    *handle.meanwhile.lock().unwrap() = Some(Box::new(|handle| handle.send(both(PLAIN), 4).unwrap()));
    assert_eq!(handle.send(both(PLAIN), 4), Err(NtError::NO_MEMORY));
    assert_eq!((handle.registrations(), handle.queue.len()), (0, 0));
    assert_eq!(handle.ends(), [(NtStatus::NO_MEMORY, 0, vec![])]);
    *handle.fails.lock().unwrap() = None;
    assert_eq!(handle.send(both(PLAIN), 4), Ok(()), "it may be tried again");
    assert_eq!(handle.registrations(), 2);
}

#[test]
fn a_handle_watches_one_thing() {
    let handle = Handle::default();
    handle.send(both(PLAIN), 4).unwrap();
    for other in [
        Subscription { family: AF_INET6, ..both(PLAIN) },
        Subscription { sources: WatchSources::ADDRESSES, ..both(PLAIN) },
        both(WatchFlags::INITIAL),
    ] {
        assert_eq!(handle.send(other, 4), Err(NtError::INVALID_DEVICE_STATE), "{other:?}");
    }
}

#[test]
fn bad_requests_have_one_status() {
    let good = WatchRequest::new(WatchSources::all(), 0, PLAIN);
    for bad in [
        WatchRequest { sources: 0, ..good },
        WatchRequest { sources: 7, ..good },
        WatchRequest { flags: 2, ..good },
        WatchRequest { family: 10, ..good },
    ] {
        assert_eq!(subscription(&bad), Err(NtError::INVALID_PARAMETER), "{bad:?}");
    }
    assert_eq!(subscription(&good), Ok(both(PLAIN)));
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
    let (handle, rounds) = (Handle::default(), if cfg!(miri) { 20 } else { 2000 });
    handle.send(both(PLAIN), 1).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| (0..rounds).for_each(|luid| handle.tell(change(luid, Added))));
        for _ in 0..3 {
            scope.spawn(|| (0..rounds).for_each(|_| assert!(handle.send(both(PLAIN), 2).is_ok())));
        }
    });
    let ends = handle.ends();
    let told: Vec<u64> = ends.iter().flat_map(|end| &end.2).map(|event| event.sequence).collect();
    assert!(told.is_sorted_by(|one, next| one < next), "{told:?}");
    assert_eq!(told.len() as u64 + ends.iter().map(|end| end.1).sum::<u64>(), rounds);
}

/// Miri is a thousand times slower than the processor.
const STEPS: usize = if cfg!(miri) { 40 } else { 200 };

proptest! {
    /// Whatever happens in whatever order, what was told adds up to what happened.
    #[test]
    fn notifications_are_told_or_lost_never_forgotten(
        steps in prop::collection::vec((0_u64..3, 0_u8..3, 0_usize..3), 1..STEPS)
    ) {
        let handle = Handle::default();
        handle.send(both(PLAIN), 1).unwrap();
        let mut happened = BTreeMap::new();
        for (luid, kind, room) in steps {
            let kind = [Changed, Added, Removed][usize::from(kind)];
            handle.tell(change(luid, kind));
            *happened.entry(luid).or_insert(0_u64) += 1;
            if room > 0 {
                handle.send(both(PLAIN), room).unwrap();
            }
        }
        while handle.queue.len() == 0 {
            handle.send(both(PLAIN), MAX_PENDING_EVENTS).unwrap();
        }
        let ends = handle.ends();
        let mut told = BTreeMap::new();
        for event in ends.iter().flat_map(|end| &end.2) {
            *told.entry(event.interface_luid).or_insert(0_u64) += u64::from(event.notifications);
        }
        let lost: u64 = ends.iter().map(|end| end.1).sum();
        prop_assert_eq!(told.values().sum::<u64>() + lost, happened.values().sum::<u64>());
    }
}
