//! The asynchronous device, over transports that block: what is sent, and what becomes of the answers.

use crate::{
    AsyncDevice, Change, Error, ErrorKind, Family, InterfaceKey, NeighborChange, NeighborKey, Operation, WatchSources,
    testing::{Answer, Script, neighbor, table},
};
use futures::{FutureExt, StreamExt, executor::block_on};
use netioctl_abi::{
    NtStatus,
    wire::{BatchReply, ChangeEvent, WatchReply},
};
use zerocopy::IntoBytes;

fn scripted(answers: impl IntoIterator<Item = Answer>) -> (AsyncDevice, Script) {
    let (device, script) = Script::device(answers);
    (device.into(), script)
}

fn key() -> NeighborKey {
    NeighborKey::new(InterfaceKey::Index(2), [10, 0, 0, 7].into())
}

#[test]
fn both_kinds_of_device_send_the_same() {
    let rows = || table(&[neighbor(7)], 1, 0);
    let answers = || {
        [
            Answer::More(table::<netioctl_abi::wire::NeighborRow>(&[], 2000, 0)),
            Answer::Bytes(rows()),
            Answer::Bytes(neighbor(7).as_bytes().to_vec()),
            Answer::Bytes(Vec::new()),
            Answer::Bytes([BatchReply { count: 1, failed: 0 }.as_bytes(), &[0; 4]].concat()),
        ]
    };
    let changes = [NeighborChange::Delete(key())];
    let (device, blocking) = Script::device(answers());
    let seen = (
        device.neighbor_table(Family::Ipv4).unwrap(),
        device.resolve_neighbor(&key()).unwrap(),
        device.delete_neighbor(&key()).unwrap(),
        device.change_neighbors(&changes).unwrap(),
    );
    let (device, asynchronous) = scripted(answers());
    let seen_later = block_on(async {
        (
            device.neighbor_table(Family::Ipv4).await.unwrap(),
            device.resolve_neighbor(&key()).await.unwrap(),
            device.delete_neighbor(&key()).await.unwrap(),
            device.change_neighbors(&changes).await.unwrap(),
        )
    });
    assert_eq!((seen, blocking.requests()), (seen_later, asynchronous.requests()));
}

#[test]
fn nothing_is_sent_before_a_future_is_polled_and_errors_are_those_of_the_device() {
    let (device, script) = scripted([Answer::Status(NtStatus::BAD_NETWORK_NAME)]);
    let (first, second) = (key(), key());
    drop(device.resolve_neighbor(&first));
    assert!(script.requests().is_empty());
    let error = block_on(device.resolve_neighbor(&second)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoAnswer);
    assert!(matches!(error, Error::Request { operation: Operation::ResolveNeighbor, .. }), "{error:?}");
    let zero = device.flush_neighbors(Family::Both, Some(InterfaceKey::Index(0)));
    assert!(matches!(block_on(zero), Err(Error::ZeroInterfaceIndex)));
}

#[test]
fn a_stream_ends_after_its_first_error() {
    let event = ChangeEvent { source: 1, kind: 3, sequence: 1, notifications: 1, ..ChangeEvent::default() };
    let reply = [WatchReply::new(1, 0).as_bytes(), event.as_bytes()].concat();
    let (device, script) = scripted([Answer::Bytes(reply), Answer::Status(NtStatus::DEVICE_REMOVED)]);
    let mut watch = device.watch(WatchSources::INTERFACES, Family::Both);
    assert!(script.requests().is_empty(), "a watch begins when it is polled");
    let first = watch.next().now_or_never().flatten().unwrap().unwrap();
    assert!(matches!(first.events[..], [Change { sequence: 1, .. }]), "{first:?}");
    let error = watch.next().now_or_never().flatten().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DriverMissing);
    assert!(block_on(watch.next()).is_none());
    assert_eq!(script.requests().len(), 2);
}
