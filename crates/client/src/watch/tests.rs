//! Watching over a scripted transport.

use super::REPLY_BYTES;
use crate::{
    Canceller, ChangeKind, Changes, Device, Error, ErrorKind, Family, InterfaceKey, InterfaceLuid, Operation, Watch,
    WatchSources,
    testing::{Answer, Script, version},
};
use netioctl_abi::{
    AF_INET, AF_INET6, AF_UNSPEC, AddressFamily, Capabilities, ControlCode, NtStatus,
    wire::{ChangeEvent, MAX_PENDING_EVENTS, VersionReply, WatchReply, WatchRequest},
};
use proptest::prelude::*;
use zerocopy::{FromBytes, IntoBytes};

const LUID: u64 = 0x0006_0080_0700_0000;
const BOTH: WatchSources = WatchSources::all();

fn event(sequence: u64, source: WatchSources, kind: u8, family: u16) -> ChangeEvent {
    ChangeEvent {
        sequence,
        interface_luid: LUID,
        interface_index: 12,
        family,
        source: u8::try_from(source.bits()).unwrap(),
        kind,
        notifications: 1,
        ..ChangeEvent::default()
    }
}

fn initial(sequence: u64, source: WatchSources) -> ChangeEvent {
    ChangeEvent { interface_luid: 0, interface_index: 0, ..event(sequence, source, 3, AF_UNSPEC) }
}

/// A reply with these events, each followed by `newer` bytes of unknown fields.
fn reply(events: &[ChangeEvent], lost: u64, newer: usize) -> Vec<u8> {
    let mut header = WatchReply::new(u32::try_from(events.len()).unwrap(), lost);
    header.event_size += u32::try_from(newer).unwrap();
    let mut bytes = header.as_bytes().to_vec();
    for event in events {
        bytes.extend_from_slice(event.as_bytes());
        bytes.resize(bytes.len() + newer, 0xaa);
    }
    bytes
}

fn watch(answers: impl IntoIterator<Item = Answer>) -> (Watch, Script) {
    let (device, script) = Script::device(answers);
    (device.watch(BOTH, Family::Both), script)
}

fn wait(answer: Answer) -> Result<Changes, Error> {
    watch([answer]).0.wait()
}

#[test]
fn every_request_of_a_watch_asks_for_the_same() {
    let first = [initial(1, WatchSources::INTERFACES), initial(2, WatchSources::ADDRESSES)];
    let second = [event(3, WatchSources::INTERFACES, 1, AF_INET6)];
    let answers = || [Answer::Bytes(reply(&first, 0, 0)), Answer::Bytes(reply(&second, 0, 0))];
    let (mut watch, script) = watch(answers());
    let kinds = |changes: Changes| changes.events.iter().map(super::Change::kind).collect::<Vec<_>>();
    assert_eq!(kinds(watch.wait().unwrap()), [ChangeKind::Initial; 2]);
    assert_eq!(kinds(watch.wait().unwrap()), [ChangeKind::Added]);
    let requests = script.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!((requests[0].code, requests[0].output_length), (ControlCode::WATCH_CHANGES, REPLY_BYTES));
    const { assert!(REPLY_BYTES >= 24 + MAX_PENDING_EVENTS * 48, "a reply takes all that the driver keeps") };
    assert_eq!(requests[0], requests[1]);
    let sent = WatchRequest::read_from_bytes(&requests[0].input).unwrap();
    assert_eq!((sent.sources, sent.family, sent.flags), (3, AF_UNSPEC, 1));

    let (device, script) = Script::device(answers());
    device.watch(WatchSources::ADDRESSES, Family::Ipv6).without_initial().wait().unwrap_err();
    let sent = WatchRequest::read_from_bytes(&script.requests()[0].input).unwrap();
    assert_eq!((sent.sources, sent.family, sent.flags), (2, AF_INET6, 0));
}

#[test]
fn changes_are_typed_and_newer_fields_skipped() {
    let mut v4 = event(7, WatchSources::ADDRESSES, 2, AF_INET);
    v4.address[..4].copy_from_slice(&[192, 0, 2, 7]);
    v4.notifications = 4;
    let mut v6 = event(8, WatchSources::ADDRESSES, 0, AF_INET6);
    (v6.address[0], v6.address[1], v6.address[15], v6.scope_id) = (0xfe, 0x80, 7, 12);
    let interface = event(9, WatchSources::INTERFACES, 1, AF_INET);
    let events = [initial(6, WatchSources::INTERFACES), v4, v6, interface];
    for newer in [0, 8, 24] {
        let changes = wait(Answer::Bytes(reply(&events, 3, newer))).unwrap();
        assert_eq!(changes.lost, 3);
        let [begun, v4, v6, interface] = &changes.events[..] else { panic!("four events") };
        assert_eq!((begun.kind(), begun.interface(), begun.family), (ChangeKind::Initial, None, None));
        assert_eq!((v4.sequence, v4.kind(), v4.notifications), (7, ChangeKind::Removed, 4));
        assert_eq!(v4.address.unwrap().to_string(), "192.0.2.7");
        assert_eq!(v4.interface(), Some(InterfaceKey::Luid(InterfaceLuid(LUID))));
        assert_eq!((v6.kind(), v6.scope_id), (ChangeKind::Changed, 12));
        assert_eq!(v6.address.unwrap().to_string(), "fe80::7");
        assert_eq!((interface.kind(), interface.address), (ChangeKind::Added, None));
        assert_eq!((interface.family, interface.interface_index), (Some(AddressFamily::Ipv4), 12));
        assert_eq!(interface.source, WatchSources::INTERFACES);
    }
}

#[test]
fn a_kind_of_a_newer_system_is_a_change() {
    let events = [
        event(1, WatchSources::INTERFACES, 4, AF_INET),
        event(2, WatchSources::ADDRESSES, 255, AF_UNSPEC),
        event(3, WatchSources::INTERFACES, 2, AF_INET),
    ];
    let changes = wait(Answer::Bytes(reply(&events, 0, 0))).unwrap();
    assert_eq!((changes.events[0].kind(), changes.events[0].raw_kind), (ChangeKind::Changed, 4));
    assert_eq!((changes.events[1].kind(), changes.events[1].family), (ChangeKind::Changed, None));
    assert_eq!(changes.events[1].address, None);
    assert_eq!(changes.events[2].kind(), ChangeKind::Removed);
}

#[test]
fn replies_that_contradict_themselves_are_refused() {
    let good = reply(&[event(1, WatchSources::INTERFACES, 0, AF_INET)], 0, 0);
    assert!(wait(Answer::Bytes(good.clone())).is_ok());
    let with = |offset: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[offset] = value;
        bytes
    };
    let event_at = size_of::<WatchReply>();
    let cases = [
        vec![],
        good[..23].to_vec(),
        good[..24].to_vec(),
        good[..good.len() - 1].to_vec(),
        [&good[..], &[0]].concat(),
        with(0, 2),
        with(4, 47),
        with(4, 0),
        with(8, 0),
        with(8, 2),
        with(event_at + 20, 10),
        with(event_at + 20, 0),
        with(event_at + 22, 0),
        with(event_at + 22, 3),
        with(event_at + 22, 4),
        reply(&[], 5, 0),
    ];
    for (number, case) in cases.into_iter().enumerate() {
        let result = wait(Answer::Bytes(case));
        assert!(matches!(result, Err(Error::BadReply { .. })), "case {number}: {result:?}");
    }
    let result = wait(Answer::Claim(REPLY_BYTES + 1));
    assert!(matches!(result, Err(Error::BadReply { operation: Operation::WatchChanges, .. })), "{result:?}");

    let (device, _) = Script::device([Answer::Bytes(good)]);
    let result = device.watch(WatchSources::ADDRESSES, Family::Both).wait();
    assert!(matches!(result, Err(Error::BadReply { .. })), "nobody asked for interfaces: {result:?}");
}

#[test]
fn the_iterator_ends_after_the_first_error_and_waiting_can_go_on() {
    let happened = || Answer::Bytes(reply(&[event(1, WatchSources::INTERFACES, 0, AF_INET)], 0, 0));
    let (mut watch, script) = watch([happened(), Answer::Status(NtStatus::DEVICE_REMOVED), happened()]);
    assert!(watch.next().unwrap().is_ok());
    let error = watch.next().unwrap().unwrap_err();
    assert_eq!((error.kind(), error.ntstatus()), (ErrorKind::DriverMissing, Some(NtStatus::DEVICE_REMOVED)));
    assert!(error.to_string().contains("upgraded, while it was watched"), "{error}");
    assert!(watch.next().is_none() && watch.next().is_none());
    assert_eq!(script.requests().len(), 2, "nothing was sent after the error");
    assert!(watch.wait().is_ok());
}

#[test]
fn a_watch_that_is_given_up_sends_nothing_and_its_device_goes_on() {
    let happened = Answer::Bytes(reply(&[event(1, WatchSources::INTERFACES, 0, AF_INET)], 0, 0));
    let (device, script) = Script::device([happened]);
    let canceller = Canceller::new().unwrap();
    let mut watch = device.with_canceller(&canceller).watch(BOTH, Family::Both);
    canceller.cancel();
    assert_eq!(watch.wait().unwrap_err().ntstatus(), Some(NtStatus::CANCELLED));
    assert!(script.requests().is_empty());
    assert!(device.watch(BOTH, Family::Both).wait().is_ok());
}

#[test]
fn a_driver_that_cannot_watch_is_not_asked() {
    let lacking = Capabilities::all() - Capabilities::WATCH_CHANGES;
    let version = VersionReply { capabilities: lacking.bits(), ..version(1) };
    let script = Script::of([Answer::Bytes(version.as_bytes().to_vec())]);
    let error = Device::over(script.clone()).unwrap().watch(BOTH, Family::Both).wait().unwrap_err();
    assert!(matches!(error, Error::Unsupported { operation: Operation::WatchChanges, .. }), "{error:?}");
    assert_eq!(script.requests().len(), 1, "only the version was asked for");
}

proptest! {
    /// Whatever comes, there is an answer, and what is believed is in the bytes.
    #[test]
    fn arbitrary_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = wait(Answer::Bytes(bytes));
    }

    /// The same with a header that makes sense, so that the events are looked at.
    #[test]
    fn arbitrary_events_are_survived(
        count in 0_u32..6,
        event_size in 44_u32..60,
        lost: u64,
        mut events in prop::collection::vec(any::<u8>(), 0..300),
        fitting: bool,
        plausible: bool,
    ) {
        if fitting {
            events.resize((count * event_size) as usize, 1);
        }
        if plausible {
            for event in events.chunks_exact_mut(event_size as usize) {
                event[20..23].copy_from_slice(&[2, 0, 1]);
            }
        }
        let header = WatchReply { event_size, ..WatchReply::new(count, lost) };
        let bytes = [header.as_bytes(), &events].concat();
        if let Ok(changes) = wait(Answer::Bytes(bytes)) {
            prop_assert_eq!((changes.events.len(), changes.lost), (count as usize, lost));
            prop_assert!(event_size >= 48 && events.len() == (count * event_size) as usize);
            for (change, event) in changes.events.iter().zip(events.chunks_exact(event_size as usize)) {
                prop_assert_eq!(change.sequence.to_ne_bytes(), &event[..8]);
                prop_assert_eq!(change.raw_kind, event[23]);
            }
        } else {
            prop_assert!(!(fitting && plausible && count > 0 && event_size >= 48), "refused without need");
        }
    }
}
