//! Queues: state bits, changes of state, retrieval and notification, probe by probe.

use netioctl_status::NtStatus;
use proptest::prelude::*;
use wdf_model::config::{Dispatch, DriverConfig, QueueConfig, copy_from, copy_to};
use wdf_model::queue::{Queue, State};

type Requests = Queue<u32, &'static str>;
type Change = fn(&mut Requests);
type Step = (&'static str, Change, u32, &'static [&'static str]);

const KINDS: [(&str, Dispatch); 3] =
    [("manual", Dispatch::Manual), ("parallel", Dispatch::Parallel(u32::MAX)), ("sequential", Dispatch::Sequential)];

/// What is done to an empty queue, with a callback for a change of state or without.
const STEPS: [Step; 15] = [
    ("created", |_| {}, 0x0F, &[]),
    ("stopped", |q| q.stop(Some("stop")), 0x0D, &["stop"]),
    ("stop_sync", |q| q.stop(None), 0x0D, &[]),
    ("started_after_stop", |q| (q.stop(None), q.start()).1, 0x0F, &[]),
    ("start_twice", |q| (q.start(), q.start()).1, 0x0F, &[]),
    ("drained", |q| q.drain(Some("drain")), 0x0E, &["drain"]),
    ("drain_sync", |q| q.drain(None), 0x0E, &[]),
    ("started_after_drain", |q| (q.drain(None), q.start()).1, 0x0F, &[]),
    ("purged", |q| q.purge(Some("purge")), 0x0E, &["purge"]),
    ("purge_sync", |q| q.purge(None), 0x0E, &[]),
    ("stop_after_purge", |q| (q.purge(None), q.stop(None)).1, 0x0D, &[]),
    ("purge_after_stop", |q| (q.stop(None), q.purge(None)).1, 0x0C, &[]),
    ("stop_and_purged", |q| q.stop_and_purge(Some("both")), 0x0D, &["both"]),
    ("stop_and_purge_sync", |q| q.stop_and_purge(None), 0x0D, &[]),
    ("started_after_stop_and_purge", |q| (q.stop_and_purge(None), q.start()).1, 0x0F, &[]),
];

fn told(queue: &mut Requests) -> Vec<&'static str> {
    std::iter::from_fn(|| queue.completed()).collect()
}

#[test]
fn empty_queues_have_the_observed_states() {
    for (kind, dispatch) in KINDS {
        for (step, change, bits, callbacks) in STEPS {
            let mut queue = Requests::new(dispatch, false);
            change(&mut queue);
            assert_eq!(queue.state().bits(), bits, "queue.state.{kind}.{step}");
            assert_eq!(told(&mut queue), callbacks, "queue.state.{kind}.{step}");
        }
    }
}

fn drain(queue: &mut Requests) -> Vec<u32> {
    std::iter::from_fn(|| queue.deliver()).collect()
}

fn filled(dispatch: Dispatch, requests: &[u32]) -> (Requests, Vec<u32>) {
    let mut queue = Requests::new(dispatch, false);
    for &request in requests {
        queue.insert(request).expect("a new queue takes requests");
    }
    let delivered = drain(&mut queue);
    (queue, delivered)
}

#[test]
fn three_requests_are_presented_as_observed() {
    let rows = [
        ("queue.presented.manual.three_sent", Dispatch::Manual, 0, 0x0B),
        ("queue.presented.sequential.three_sent", Dispatch::Sequential, 1, 0x03),
        ("queue.presented.parallel_presented_2.three_sent", Dispatch::Parallel(2), 2, 0x03),
        ("queue.presented.parallel_unlimited.three_sent", Dispatch::Parallel(u32::MAX), 3, 0x07),
    ];
    for (id, dispatch, delivered, bits) in rows {
        let (queue, found) = filled(dispatch, &[10, 11, 12]);
        assert_eq!(found, [10, 11, 12][..delivered], "{id}");
        assert_eq!(queue.state().bits(), bits, "{id}");
        assert_eq!(queue.waiting(), 3 - delivered, "{id}");
    }
    let (mut queue, _) = filled(Dispatch::Sequential, &[10, 11, 12]);
    queue.release(10);
    assert_eq!(drain(&mut queue), [11], "queue.presented.sequential.first_completed");
    let (mut queue, _) = filled(Dispatch::Parallel(2), &[10, 11, 12]);
    queue.release(10);
    assert_eq!(drain(&mut queue), [12], "queue.presented.parallel_presented_2.first_completed");
}

#[test]
fn changes_wait_for_what_the_driver_owns() {
    let rows: [(&str, Change, u32, u32); 4] = [
        ("queue.stop.with_owned", |q| q.stop(Some("done")), 0x05, 0x0D),
        ("queue.drain.with_owned", |q| q.drain(Some("done")), 0x06, 0x0E),
        ("queue.purge.with_owned", |q| q.purge(Some("done")), 0x06, 0x0E),
        ("queue.stop_and_purge.with_owned", |q| q.stop_and_purge(Some("done")), 0x05, 0x0D),
    ];
    for (id, change, during, after) in rows {
        let (mut queue, owned) = filled(Dispatch::Parallel(u32::MAX), &[1, 2]);
        change(&mut queue);
        assert_eq!(queue.state().bits(), during, "{id}");
        assert!(told(&mut queue).is_empty(), "{id}");
        for request in owned {
            queue.release(request);
        }
        assert_eq!(queue.state().bits(), after, "{id}");
        assert_eq!(told(&mut queue), ["done"], "{id}");
    }
}

#[test]
fn sequential_queues_change_state_as_observed() {
    let (mut queue, _) = filled(Dispatch::Sequential, &[10, 11]);
    queue.stop(Some("stop"));
    assert_eq!(queue.state().bits(), 0x01, "queue.stop.sequential_one_owned_one_queued");
    queue.release(10);
    assert_eq!(told(&mut queue), ["stop"], "queue.stop.sequential_owned_completed");
    assert!(drain(&mut queue).is_empty());
    queue.start();
    assert_eq!(drain(&mut queue), [11], "queue.stop.sequential_then_start");

    let (mut queue, _) = filled(Dispatch::Sequential, &[10, 11]);
    queue.drain(Some("drain"));
    assert_eq!(queue.state().bits(), 0x02, "queue.drain.sequential_one_owned_one_queued");
    queue.release(10);
    assert_eq!(drain(&mut queue), [11], "queue.drain.sequential_owned_completed");
    assert!(told(&mut queue).is_empty());

    let (mut queue, _) = filled(Dispatch::Sequential, &[10, 11]);
    queue.purge(Some("purge"));
    assert_eq!(queue.take_waiting(), [11], "queue.purge.sequential_one_owned_one_queued");
    assert_eq!(queue.state().bits(), 0x06, "queue.purge.sequential_one_owned_one_queued");
    queue.release(10);
    assert_eq!(told(&mut queue), ["purge"], "queue.purge.sequential_owned_completed");

    let (mut queue, _) = filled(Dispatch::Sequential, &[10, 11]);
    queue.stop_and_purge(Some("both"));
    queue.take_waiting();
    assert_eq!(queue.state().bits(), 0x05, "queue.stop_and_purge.sequential_one_owned_one_queued");
    queue.release(10);
    assert_eq!(told(&mut queue), ["both"], "queue.stop_and_purge.sequential_owned_completed");
}

#[test]
fn manual_queues_change_state_as_observed() {
    let (mut queue, _) = filled(Dispatch::Manual, &[1]);
    queue.drain(Some("drain"));
    assert_eq!(queue.state().bits(), 0x0A, "queue.drain.manual_with_queued.no_canceled_callback");
    assert_eq!(queue.retrieve(|_| true), Ok(1), "queue.drain.manual_retrieve_queued.1");
    assert!(told(&mut queue).is_empty());
    queue.release(1);
    assert_eq!(told(&mut queue), ["drain"], "queue.drain.manual_completed");

    let (mut queue, _) = filled(Dispatch::Manual, &[1]);
    queue.stop(Some("stop"));
    assert_eq!(queue.state().bits(), 0x09, "queue.stop.manual_with_queued.no_canceled_callback");
    assert_eq!(told(&mut queue), ["stop"]);
    assert_eq!(queue.retrieve(|_| true), Err(NtStatus::WDF_PAUSED), "queue.retrieve.stopped_with_request");
}

#[test]
fn requests_are_retrieved_and_found_as_observed() {
    let any = |_| true;
    let mut manual = Requests::new(Dispatch::Manual, false);
    assert_eq!(manual.retrieve(any), Err(NtStatus::NO_MORE_ENTRIES), "queue.retrieve.empty_manual");
    assert_eq!(manual.find(None, any), Err(NtStatus::NO_MORE_ENTRIES), "queue.find.empty_manual");
    let mut parallel = Requests::new(Dispatch::Parallel(0), false);
    assert_eq!(parallel.retrieve(any), Err(NtStatus::INVALID_DEVICE_STATE), "queue.retrieve.empty_parallel");
    assert_eq!(parallel.find(None, any), Err(NtStatus::INVALID_DEVICE_REQUEST), "queue.find.empty_parallel");
    let mut sequential = Requests::new(Dispatch::Sequential, false);
    assert_eq!(sequential.retrieve(any), Err(NtStatus::NO_MORE_ENTRIES), "queue.retrieve.empty_sequential");
    manual.stop(None);
    assert_eq!(manual.retrieve(any), Err(NtStatus::WDF_PAUSED), "queue.retrieve.stopped_empty");
    assert_eq!(manual.find(None, any), Err(NtStatus::NO_MORE_ENTRIES), "queue.find.stopped_empty");
    manual.start();
    manual.drain(None);
    assert_eq!(manual.retrieve(any), Err(NtStatus::NO_MORE_ENTRIES), "queue.retrieve.drained_empty");
    assert_eq!(manual.insert(1), Err(NtStatus::WDF_BUSY), "queue.forward.to_drained");
    manual.start();
    manual.purge(None);
    assert_eq!(manual.retrieve(any), Err(NtStatus::NO_MORE_ENTRIES), "queue.retrieve.purged_empty");
    assert_eq!(manual.insert(1), Err(NtStatus::WDF_BUSY), "queue.forward.to_purged");

    let (mut queue, _) = filled(Dispatch::Manual, &[1, 2]);
    assert_eq!(queue.find(None, any), Ok(1), "queue.find.first");
    assert_eq!(queue.find(Some(2), any), Err(NtStatus::NO_MORE_ENTRIES), "queue.find.after_last_tag");
    assert_eq!(queue.find(Some(9), any), Err(NtStatus::NOT_FOUND), "queue.find.tag_not_in_queue");
    let nobody = queue.find(None, |_| false);
    assert_eq!(nobody, Err(NtStatus::NO_MORE_ENTRIES), "queue.find.file_object_without_request");
    assert_eq!(queue.retrieve(|request| request == 2), Ok(2), "queue.retrieve_by_file_object");
    assert_eq!(queue.retrieve(|_| false), Err(NtStatus::NO_MORE_ENTRIES), "queue.retrieve_by_file_object.none");
    assert_eq!(queue.retrieve_found(1), Ok(1), "queue.retrieve_found");
    assert_eq!(queue.retrieve_found(1), Err(NtStatus::NOT_FOUND), "queue.retrieve_found.again");
    assert_eq!(queue.requeue(1), Ok(()), "queue.requeue.manual");
    assert_eq!(queue.retrieve(any), Ok(1), "queue.requeue.goes_to_head");
    let (mut queue, _) = filled(Dispatch::Parallel(0), &[1]);
    assert_eq!(queue.requeue(1), Err(NtStatus::INVALID_DEVICE_REQUEST), "queue.requeue.from_parallel");
}

#[test]
fn ready_notification_is_given_as_observed() {
    let refused = Err(NtStatus::INVALID_DEVICE_REQUEST);
    assert_eq!(Requests::new(Dispatch::Parallel(0), false).notify_ready(), refused, "queue.ready_notify.parallel");
    assert_eq!(Requests::new(Dispatch::Sequential, false).notify_ready(), refused, "queue.ready_notify.sequential");
    let mut queue = Requests::new(Dispatch::Manual, false);
    assert_eq!(queue.forget_ready(), refused, "queue.ready_notify.clear_when_none");
    assert_eq!(queue.notify_ready(), Ok(()), "queue.ready_notify.first");
    assert_eq!(queue.notify_ready(), refused, "queue.ready_notify.twice");
    assert_eq!(queue.forget_ready(), refused, "queue.ready_notify.clear_while_running");
    queue.insert(1).expect("taken");
    assert!(queue.take_ready(), "queue.ready_notify.first_request");
    queue.insert(2).expect("taken");
    assert!(!queue.take_ready(), "queue.ready_notify.second_request_while_nonempty");
    assert!(queue.retrieve(|_| true).is_ok() && queue.retrieve(|_| true).is_ok());
    assert!(!queue.take_ready(), "queue.ready_notify.after_retrieve");
    queue.insert(3).expect("taken");
    assert!(queue.take_ready(), "queue.ready_notify.empty_to_nonempty_again");
    assert!(queue.retrieve(|_| true).is_ok());
    queue.requeue(3).expect("owned");
    assert!(queue.take_ready(), "queue.ready_notify.on_requeue");
    queue.stop(None);
    queue.insert(4).expect("taken");
    assert!(!queue.take_ready(), "queue.ready_notify.arrives_while_stopped");
    queue.start();
    assert!(queue.take_ready(), "queue.ready_notify.on_start_with_queued");
    queue.stop(None);
    assert_eq!(queue.forget_ready(), Ok(()), "queue.ready_notify.clear_while_stopped");
    let (mut queue, _) = filled(Dispatch::Manual, &[1]);
    assert_eq!(queue.notify_ready(), Ok(()));
    assert!(queue.take_ready(), "queue.ready_notify.register_when_nonempty");
}

fn queue_config(change: impl FnOnce(&mut QueueConfig)) -> NtStatus {
    let mut config = QueueConfig { size: 96, dispatch_type: 2, callbacks: true, presented: u32::MAX };
    change(&mut config);
    config.check().map_or_else(|status| status, |_| NtStatus::SUCCESS)
}

fn driver_config(size: u32, flags: u32, device_add: bool) -> NtStatus {
    DriverConfig { size, flags, device_add }.check().map_or_else(|status| status, |()| NtStatus::SUCCESS)
}

fn answer(result: Result<(), NtStatus>) -> NtStatus {
    result.map_or_else(|status| status, |()| NtStatus::SUCCESS)
}

#[test]
fn configurations_are_checked_as_observed() {
    let manual = |c: &mut QueueConfig| (c.dispatch_type, c.callbacks) = (3, false);
    let sequential = |c: &mut QueueConfig| (c.dispatch_type, c.presented) = (1, 0);
    let rows: [(&str, NtStatus, u32); 31] = [
        ("queue.create.size_zero", queue_config(|c| c.size = 0), 0xC000_0004),
        ("queue.create.size_small", queue_config(|c| c.size = 88), 0),
        ("queue.create.size_large", queue_config(|c| c.size = 104), 0xC000_0004),
        ("queue.create.dispatch_invalid_0", queue_config(|c| c.dispatch_type = 0), 0xC000_000D),
        ("queue.create.dispatch_max", queue_config(|c| c.dispatch_type = 4), 0xC000_000D),
        ("queue.create.dispatch_9", queue_config(|c| c.dispatch_type = 9), 0xC000_000D),
        ("queue.create.manual_no_callback", queue_config(manual), 0),
        ("queue.create.manual_with_canceled_callback", queue_config(manual), 0),
        ("queue.create.manual_with_callback", queue_config(|c| c.dispatch_type = 3), 0xC000_000D),
        ("queue.create.parallel_no_callback", queue_config(|c| c.callbacks = false), 0xC020_020B),
        ("queue.create.stop_callback_only", queue_config(|c| c.callbacks = false), 0xC020_020B),
        ("queue.create.parallel_presented_0", queue_config(|c| c.presented = 0), 0),
        ("queue.create.parallel_presented_1", queue_config(|c| c.presented = 1), 0),
        ("queue.create.sequential_presented_0", queue_config(sequential), 0),
        ("queue.create.sequential_presented_5", queue_config(|c| (c.dispatch_type, c.presented) = (1, 5)), 0xC000_000D),
        (
            "queue.create.sequential_no_callback",
            queue_config(|c| (c.dispatch_type, c.callbacks) = (1, false)),
            0xC020_020B,
        ),
        ("driver.create.ok", driver_config(32, 0, true), 0),
        ("driver.create.size_zero", driver_config(0, 0, true), 0xC000_0004),
        ("driver.create.size_small", driver_config(28, 0, true), 0xC000_0004),
        ("driver.create.size_large", driver_config(36, 0, true), 0xC000_0004),
        ("driver.create.unknown_flag", driver_config(32, 0x80, false), 0xC000_000D),
        ("driver.create.nonpnp_with_device_add", driver_config(32, 1, true), 0xC000_000D),
        ("mem.copy_from.exact", answer(copy_from(10, 0, 10)), 0),
        ("mem.copy_from.last_byte", answer(copy_from(10, 9, 1)), 0),
        ("mem.copy_from.length0", answer(copy_from(10, 0, 0)), 0xC000_000D),
        ("mem.copy_from.too_long", answer(copy_from(10, 0, 11)), 0xC000_0206),
        ("mem.copy_from.offset_at_end", answer(copy_from(10, 10, 1)), 0xC000_0206),
        ("mem.copy_from.offset_past_end", answer(copy_from(10, 11, 1)), 0xC000_0206),
        ("mem.copy_to.too_long", answer(copy_to(10, 0, 11)), 0xC000_0023),
        ("mem.copy_to.offset_wraps", answer(copy_to(10, usize::MAX, 2)), 0xC000_0023),
        ("mem.copy_to.length0_at_end", answer(copy_to(10, 10, 0)), 0xC000_000D),
    ];
    for (id, found, expected) in rows {
        assert_eq!(found.bits(), expected, "{id}");
    }
}

proptest! {
    /// Whatever happens to a queue, no request is lost, doubled, or handed out while the queue is stopped.
    #[test]
    fn requests_are_never_lost(limit in 0_u32..4, steps in prop::collection::vec((0_u8..8, 0_u32..6), 0..60)) {
        let mut queue = Requests::new(if limit == 0 { Dispatch::Sequential } else { Dispatch::Parallel(limit) }, false);
        let mut alive: Vec<u32> = Vec::new();
        let mut next = 0;
        for (step, pick) in steps {
            match step {
                0 | 1 => {
                    next += 1;
                    let accepted = queue.insert(next).is_ok();
                    prop_assert_eq!(accepted, queue.state().contains(State::ACCEPT));
                    alive.extend(accepted.then_some(next));
                }
                2 => {
                    let before = queue.owned().len();
                    let running = queue.state().contains(State::DISPATCH);
                    let delivered = queue.deliver();
                    prop_assert!(running || delivered.is_none());
                    prop_assert!(before < limit.max(1) as usize || delivered.is_none());
                }
                3 => {
                    if let Some(&request) = queue.owned().get(pick as usize) {
                        queue.release(request);
                        alive.retain(|&one| one != request);
                    }
                }
                4 => queue.start(),
                5 => queue.stop(None),
                6 => queue.drain(None),
                _ => {
                    queue.purge(None);
                    let doomed = queue.take_waiting();
                    alive.retain(|one| !doomed.contains(one));
                }
            }
            prop_assert_eq!(queue.waiting() + queue.owned().len(), alive.len());
        }
    }
}
