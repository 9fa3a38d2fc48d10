//! Counters that are reset and read while requests end, in many orders of the threads: nothing is counted twice or under
//! another status, no counter falls below zero, and what ends after a reset is counted.
//!
//! The file is that of the driver, with atomics between whose steps the checker lets other threads run.
#![cfg(not(miri))]

mod atomic {
    pub use shuttle::sync::atomic::{AtomicI32, AtomicU64, Ordering};
}
#[path = "../src/statistics.rs"]
#[expect(
    dead_code,
    clippy::large_stack_arrays,
    reason = "one row is enough here; the atomics of the checker are large"
)]
mod statistics;

use netioctl_abi::{NtError, NtStatus, wire::StatisticsRow};
use netioctl_core::Completion;
use shuttle::{
    Config, Runner,
    scheduler::{PctScheduler, RandomScheduler},
    sync::Arc,
    thread,
};
use statistics::{Processor, Statistics, UNKNOWN};

const ORDERS: usize = 300;
/// The most preemptions of an order that has few.
const CHANGES: usize = 3;

/// What a request here ends with, and how much goes in and out.
const ENDS: [Completion; 3] =
    [Completion::success(7), Completion::failed(NtError::NOT_FOUND), Completion::failed(NtError::CANCELLED)];
const INPUT: usize = 5;

type Counters = Arc<Statistics<[Processor; 2]>>;

fn in_many_orders(test: fn(&Counters)) {
    let once = move || test(&Arc::new(Statistics::new()));
    let config = || {
        let mut config = Config::new();
        // The counters are made on the stack, more than once without optimization.
        config.stack_size = 1 << 18;
        config
    };
    Runner::new(RandomScheduler::new(ORDERS), config()).run(once);
    Runner::new(PctScheduler::new(CHANGES, ORDERS), config()).run(once);
}

/// A request with an unknown code ends on a processor.
fn count(counters: &Counters, processor: usize, end: Completion) {
    let all: &Statistics = &**counters;
    all.count(processor, None, INPUT, end);
}

/// What is said of them; it adds up at any time.
fn read(counters: &Counters) -> StatisticsRow {
    let all: &Statistics = &**counters;
    let row = all.row(UNKNOWN);
    let by_status: u64 = row.by_status.iter().map(|status| status.count).sum();
    assert_eq!(row.failures, by_status + row.other_failures, "{row:?}");
    assert!(row.failures <= row.requests, "{row:?}");
    row
}

/// Of the one row: what happens to the others is the same.
fn reset(counters: &Counters) {
    let all: &Statistics = &**counters;
    all.reset_row(UNKNOWN);
}

fn of(row: &StatisticsRow, status: NtStatus) -> u64 {
    row.by_status.iter().filter(|shown| shown.status == status.0).map(|shown| shown.count).sum()
}

fn spawn(counters: &Counters, body: impl FnOnce(&Counters) + Send + 'static) -> thread::JoinHandle<()> {
    let counters = Arc::clone(counters);
    thread::spawn(move || body(&counters))
}

fn join(threads: impl IntoIterator<Item = thread::JoinHandle<()>>) {
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn a_reset_while_requests_end() {
    in_many_orders(|counters| {
        count(counters, 0, ENDS[1]);
        let threads = [
            spawn(counters, |counters| ENDS.iter().for_each(|end| count(counters, 0, *end))),
            spawn(counters, |counters| count(counters, 1, ENDS[2])),
            spawn(counters, reset),
            spawn(counters, |counters| {
                let row = read(counters);
                assert!(row.requests <= 5 && of(&row, NtStatus::NOT_FOUND) <= 2, "{row:?}");
            }),
        ];
        join(threads);
        let row = read(counters);
        // The first ended before the reset.
        assert!(row.requests <= 4 && row.bytes_in <= 4 * INPUT as u64 && row.bytes_out <= 7, "{row:?}");
        let statuses = [NtStatus::NOT_FOUND, NtStatus::CANCELLED].map(|status| of(&row, status));
        assert!(statuses[0] <= 1 && statuses[1] <= 2 && statuses.iter().sum::<u64>() == row.failures, "{row:?}");
        reset(counters);
        assert_eq!((read(counters).requests, read(counters).bytes_in), (0, 0));
        count(counters, 1, ENDS[1]);
        let row = read(counters);
        assert_eq!((row.requests, of(&row, NtStatus::NOT_FOUND), row.bytes_in), (1, 1, INPUT as u64));
    });
}

/// The one who looked first at the counters may come last to note them.
#[test]
fn two_resets_and_what_ends_after_them() {
    in_many_orders(|counters| {
        let then_count = |counters: &Counters| {
            reset(counters);
            count(counters, 0, ENDS[0]);
        };
        let threads = [spawn(counters, then_count), spawn(counters, then_count)];
        join(threads);
        let row = read(counters);
        // The later of the resets may have taken the request of the other one, not its own.
        assert!((1..=2).contains(&row.requests), "{row:?}");
    });
}

/// What a reset has taken off does not come back with another one that looked before it.
#[test]
fn a_reset_that_comes_last_with_what_it_saw_first() {
    in_many_orders(|counters| {
        let other = spawn(counters, reset);
        count(counters, 0, ENDS[0]);
        reset(counters);
        assert_eq!(read(counters).requests, 0);
        other.join().unwrap();
        assert_eq!(read(counters).requests, 0, "the request that ended before the reset is there again");
    });
}

/// Two processors meet two statuses for the first time.
#[test]
fn statuses_take_their_places() {
    in_many_orders(|counters| {
        let threads = [0, 1].map(|processor| {
            spawn(counters, move |counters| {
                count(counters, processor, ENDS[1 + processor]);
                count(counters, processor, ENDS[2 - processor]);
            })
        });
        join(threads);
        let row = read(counters);
        let statuses = [NtStatus::NOT_FOUND, NtStatus::CANCELLED].map(|status| of(&row, status));
        assert_eq!((row.requests, statuses, row.other_failures), (4, [2, 2], 0), "{row:?}");
        assert_eq!(row.by_status.iter().filter(|status| status.count > 0).count(), 2, "one place each: {row:?}");
    });
}
