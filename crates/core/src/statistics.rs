//! Counters of each operation.
//!
//! Each processor counts in memory of its own, so that requests on different processors do not wait for the same line of
//! the cache; who reads adds the processors up. A counter only grows. A reset notes how far the counters have come, and
//! from then on that much is taken off: what is counted at the same time is neither lost nor counted twice.

use crate::{
    Completion,
    atomic::{AtomicI32, AtomicU64, Ordering},
};
use netioctl_abi::{
    NtStatus, Operation,
    wire::{MAX_COUNTED_STATUSES, StatisticsRow, StatusCount},
};

/// Rows of the table: the operations, and the unknown codes.
const ROWS: usize = Operation::ALL.len().saturating_add(1);
/// The place of the unknown control codes.
pub(crate) const UNKNOWN: usize = Operation::ALL.len();

/// Statuses of an operation that have a counter of their own. More than a row shows: after a reset others may be met
/// first.
const PLACES: usize = 16;

/// The columns of a row, in this order: requests that failed with the status of each place, those that succeeded, those that
/// failed with any other status, and bytes in and out. Each request is counted by one of all columns but the last two, so
/// what is read always adds up.
const SUCCEEDED: usize = PLACES;
const OTHERS: usize = PLACES.saturating_add(1);
const BYTES_IN: usize = PLACES.saturating_add(2);
const BYTES_OUT: usize = PLACES.saturating_add(3);
const COLUMNS: usize = PLACES.saturating_add(4);

/// A place that no status has taken yet.
const FREE: i32 = NtStatus::SUCCESS.0;

/// The counters of an operation.
#[derive(Debug)]
struct Counters([AtomicU64; COLUMNS]);

/// What one processor has counted. Processors fetch lines of 64 bytes from memory, many of them two at a time.
#[derive(Debug)]
#[repr(align(128))]
pub struct Processor([Counters; ROWS]);

// So no two of them share a line.
const _: () = assert!(align_of::<Processor>() == 128 && size_of::<Processor>().is_multiple_of(128));

/// What has been counted since the driver was loaded, or reset last. Shared by all threads, without a lock.
///
/// Nothing counted is memory of zeros: a static of them takes no room in an image.
#[derive(Debug)]
pub struct Statistics<P: ?Sized = [Processor]> {
    /// The statuses of each operation, in the order in which they were met. Written once, so all processors can have a
    /// copy.
    statuses: [[AtomicI32; PLACES]; ROWS],
    /// How far the counters had come when they were reset.
    before: [Counters; ROWS],
    processors: P,
}

impl Counters {
    const fn new() -> Self {
        Self([const { AtomicU64::new(0) }; COLUMNS])
    }
}

impl<const N: usize> Statistics<[Processor; N]> {
    /// Nothing counted, on so many processors. If there are more, some share counters.
    #[must_use]
    pub const fn new() -> Self {
        const { assert!(N > 0, "somebody has to count") };
        Self {
            statuses: [const { [const { AtomicI32::new(FREE) }; PLACES] }; ROWS],
            before: [const { Counters::new() }; ROWS],
            processors: [const { Processor([const { Counters::new() }; ROWS]) }; N],
        }
    }
}

impl<const N: usize> Default for Statistics<[Processor; N]> {
    fn default() -> Self {
        Self::new()
    }
}

impl Statistics {
    /// Counts a request that has ended on a processor; `None` is one of an unknown control code. The thread may have been
    /// moved to another processor meanwhile: that costs time, and nothing else.
    pub fn count(&self, processor: usize, operation: Option<Operation>, input: usize, end: Completion) {
        let place = operation.map_or(UNKNOWN, |operation| operation as usize);
        let own = processor.checked_rem(self.processors.len()).and_then(|own| self.processors.get(own));
        let Some(Counters(counters)) = own.and_then(|Processor(rows)| rows.get(place)) else { return };
        let ended = if end.status.is_success() { SUCCEEDED } else { self.column(place, end.status) };
        for (column, more) in [(ended, 1), (BYTES_IN, input as u64), (BYTES_OUT, end.information as u64)] {
            if let (1.., Some(counter)) = (more, counters.get(column)) {
                counter.fetch_add(more, Ordering::Relaxed);
            }
        }
    }

    /// The counters as they are now: a row for each operation, and one for unknown control codes. Rows are made one at
    /// a time, for all of them at once are too much for a kernel stack.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = StatisticsRow> + DoubleEndedIterator + '_ {
        (0..ROWS).map(|place| self.row(place))
    }

    /// Sets everything to zero, as of now.
    pub fn reset(&self) {
        (0..ROWS).for_each(|place| self.reset_row(place));
    }

    /// The same for one row.
    pub(crate) fn reset_row(&self, place: usize) {
        for (before, sum) in self.before_of(place).zip(self.sums(place)) {
            // Two may reset at the same time, and the one who looked first come last.
            before.fetch_max(sum, Ordering::Release);
        }
    }

    /// Where this status is counted: its own place, a free one that becomes its own, or among the others.
    fn column(&self, place: usize, status: NtStatus) -> usize {
        let taken = self.statuses.get(place).and_then(|statuses| {
            statuses.iter().position(|known| match known.load(Ordering::Relaxed) {
                FREE => match known.compare_exchange(FREE, status.0, Ordering::Relaxed, Ordering::Relaxed) {
                    Ok(_) => true,
                    Err(taken) => taken == status.0,
                },
                taken => taken == status.0,
            })
        });
        taken.unwrap_or(OTHERS)
    }

    /// What all processors have counted of a row since the driver was loaded, by column.
    fn sums(&self, place: usize) -> [u64; COLUMNS] {
        let mut sums = [0_u64; COLUMNS];
        for Counters(counters) in self.processors.iter().filter_map(|Processor(rows)| rows.get(place)) {
            for (sum, counter) in sums.iter_mut().zip(counters) {
                *sum = sum.wrapping_add(counter.load(Ordering::Relaxed));
            }
        }
        sums
    }

    /// What has been counted of a row since the last reset, by column.
    fn counted(&self, place: usize) -> [u64; COLUMNS] {
        // First what is taken off: whoever sees it sees at least the counts that it was made from.
        let mut before = [0_u64; COLUMNS];
        for (taken_off, counter) in before.iter_mut().zip(self.before_of(place)) {
            *taken_off = counter.load(Ordering::Acquire);
        }
        let mut counted = self.sums(place);
        for (count, taken_off) in counted.iter_mut().zip(before) {
            *count = count.saturating_sub(taken_off);
        }
        counted
    }

    /// How far the counters of a row had come when they were reset.
    fn before_of(&self, place: usize) -> impl Iterator<Item = &AtomicU64> {
        self.before.get(place).into_iter().flat_map(|Counters(before)| before)
    }

    /// The row of an operation, or that of the unknown control codes.
    pub(crate) fn row(&self, place: usize) -> StatisticsRow {
        let mut by_status = [StatusCount::default(); MAX_COUNTED_STATUSES];
        let mut free = by_status.iter_mut();
        let [by_place @ .., succeeded, mut other_failures, bytes_in, bytes_out] = self.counted(place);
        let mut failures = other_failures;
        for (status, count) in self.statuses.get(place).into_iter().flatten().zip(by_place) {
            failures = failures.saturating_add(count);
            if count == 0 {
                continue;
            }
            match free.next() {
                Some(shown) => *shown = StatusCount { status: status.load(Ordering::Relaxed), reserved: 0, count },
                None => other_failures = other_failures.saturating_add(count),
            }
        }
        StatisticsRow {
            code: Operation::ALL.get(place).map_or(0, |operation| operation.code().raw()),
            reserved: 0,
            requests: failures.saturating_add(succeeded),
            failures,
            bytes_in,
            bytes_out,
            by_status,
            other_failures,
        }
    }
}
