//! What is counted is counted once, on whichever processor, and shown in the places of a row.

use netioctl_abi::{
    NtError, NtStatus, Operation,
    wire::{MAX_COUNTED_STATUSES, StatisticsRow, StatusCount},
};
use netioctl_core::{Completion, Processor, Statistics};
use std::thread;

/// How often each thread counts.
const TIMES: u64 = if cfg!(miri) { 10 } else { 100 };

#[test]
fn threads_count_without_losing_anything() {
    let statistics: &Statistics = &Statistics::<[Processor; 3]>::new();
    let operation = Operation::SetNeighbor;
    thread::scope(|scope| {
        // Two of them share counters.
        for processor in 0..4 {
            scope.spawn(move || {
                let end = Completion::failed(NtError::NOT_FOUND);
                (0..TIMES).for_each(|_| statistics.count(processor, Some(operation), 80, end));
            });
        }
    });
    let row = statistics.rows().find(|row| row.code == operation.code().raw()).unwrap();
    assert_eq!((row.requests, row.failures, row.bytes_in), (4 * TIMES, 4 * TIMES, 320 * TIMES));
    assert_eq!((row.by_status[0].status, row.by_status[0].count), (NtStatus::NOT_FOUND.0, 4 * TIMES));
}

#[test]
fn after_a_reset_other_statuses_are_shown() {
    let statistics: &Statistics = &Statistics::<[Processor; 1]>::new();
    let status = |number: i32| NtStatus(0xc000_1000_u32.cast_signed().wrapping_add(number));
    let fail = |number| statistics.count(0, None, 0, Completion { status: status(number), information: 0 });
    let unknown = || -> StatisticsRow { statistics.rows().next_back().unwrap() };
    (0..16).for_each(fail);
    assert_eq!((unknown().failures, unknown().other_failures), (16, 16 - MAX_COUNTED_STATUSES as u64));
    statistics.reset();
    assert_eq!((unknown().requests, unknown().other_failures, unknown().by_status[0]), (0, 0, StatusCount::default()));
    // Two of these are more than have counters of their own.
    (10..18).for_each(fail);
    let row = unknown();
    assert_eq!((row.failures, row.other_failures, row.by_status[0].status), (8, 2, status(10).0));
}
