//! Counters of each operation.

use crate::Completion;
use core::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use netioctl_abi::{
    NtStatus, Operation,
    wire::{MAX_COUNTED_STATUSES, StatisticsRow, StatusCount},
};

/// The order among counters means nothing: each is read by itself.
const ORDER: Ordering = Ordering::Relaxed;

/// Operations that are counted.
const OPERATIONS: usize = Operation::ALL.len();

/// Rows of the table: the operations, and the unknown codes.
const ROWS: usize = OPERATIONS.saturating_add(1);

/// A place that no status has taken yet.
const FREE: i32 = NtStatus::SUCCESS.0;

/// What has been counted since the driver was loaded, or reset last. Shared by all threads, without a lock.
#[derive(Debug)]
pub struct Statistics {
    operations: [Counters; OPERATIONS],
    unknown: Counters,
}

impl Statistics {
    /// Nothing counted.
    pub const fn new() -> Self {
        Self { operations: [const { Counters::new() }; OPERATIONS], unknown: Counters::new() }
    }

    /// Counts a request that has ended; `None` is one of an unknown control code.
    pub fn count(&self, operation: Option<Operation>, input: usize, end: Completion) {
        let counters = operation.and_then(|operation| self.operations.get(operation as usize));
        counters.unwrap_or(&self.unknown).count(input, end);
    }

    /// The counters as they are now: a row for each operation, and one for unknown control codes. Rows are made one at
    /// a time, for all of them at once are too much for a kernel stack.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = StatisticsRow> + '_ {
        (0..ROWS).map(|place| match (Operation::ALL.get(place), self.operations.get(place)) {
            (Some(operation), Some(counters)) => counters.row(operation.code().raw()),
            _ => self.unknown.row(0),
        })
    }

    /// Sets everything to zero.
    pub fn reset(&self) {
        for counters in self.operations.iter().chain([&self.unknown]) {
            counters.reset();
        }
    }
}

#[derive(Debug)]
struct Counters {
    requests: AtomicU64,
    failures: AtomicU64,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    by_status: [(AtomicI32, AtomicU64); MAX_COUNTED_STATUSES],
    other_failures: AtomicU64,
}

impl Counters {
    const fn new() -> Self {
        Self {
            requests: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            bytes_in: AtomicU64::new(0),
            bytes_out: AtomicU64::new(0),
            by_status: [const { (AtomicI32::new(FREE), AtomicU64::new(0)) }; MAX_COUNTED_STATUSES],
            other_failures: AtomicU64::new(0),
        }
    }

    fn count(&self, input: usize, end: Completion) {
        self.requests.fetch_add(1, ORDER);
        self.bytes_in.fetch_add(input as u64, ORDER);
        self.bytes_out.fetch_add(end.information as u64, ORDER);
        if !end.status.is_success() {
            self.failures.fetch_add(1, ORDER);
            self.place(end.status).fetch_add(1, ORDER);
        }
    }

    /// Where this status is counted: its own place, a free one that becomes its own, or among the others.
    fn place(&self, status: NtStatus) -> &AtomicU64 {
        let own = self.by_status.iter().find(|(taken, _)| {
            let before = taken.compare_exchange(FREE, status.0, ORDER, ORDER).unwrap_or_else(|taken| taken);
            before == FREE || before == status.0
        });
        own.map_or(&self.other_failures, |(_, count)| count)
    }

    fn row(&self, code: u32) -> StatisticsRow {
        let mut by_status = [StatusCount::default(); MAX_COUNTED_STATUSES];
        for (to, (status, count)) in by_status.iter_mut().zip(&self.by_status) {
            *to = StatusCount { status: status.load(ORDER), reserved: 0, count: count.load(ORDER) };
        }
        StatisticsRow {
            code,
            reserved: 0,
            requests: self.requests.load(ORDER),
            failures: self.failures.load(ORDER),
            bytes_in: self.bytes_in.load(ORDER),
            bytes_out: self.bytes_out.load(ORDER),
            by_status,
            other_failures: self.other_failures.load(ORDER),
        }
    }

    fn reset(&self) {
        for counter in [&self.requests, &self.failures, &self.bytes_in, &self.bytes_out, &self.other_failures] {
            counter.store(0, ORDER);
        }
        for (status, count) in &self.by_status {
            status.store(FREE, ORDER);
            count.store(0, ORDER);
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use netioctl_abi::NtError;

    #[test]
    fn threads_count_without_losing_anything() {
        let statistics = Statistics::new();
        let operation = Operation::SetNeighbor;
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    (0..100)
                        .for_each(|_| statistics.count(Some(operation), 80, Completion::failed(NtError::NOT_FOUND)));
                });
            }
        });
        let row = statistics.rows().find(|row| row.code == operation.code().raw()).unwrap();
        assert_eq!((row.requests, row.failures, row.bytes_in), (400, 400, 32_000));
        assert_eq!((row.by_status[0].status, row.by_status[0].count), (NtStatus::NOT_FOUND.0, 400));
    }
}
