//! What the driver's counters must say.

use netioctl_abi::{Operation, wire::StatisticsRow};
use netioctl_core::Completion;
use std::collections::HashMap;

/// Requests, failures, bytes in and bytes out of an operation.
type Counts = [u64; 4];

/// Counters by control code; 0 is any that the driver does not know.
#[derive(Debug, Default)]
pub struct Counted(HashMap<u32, Counts>);

impl Counted {
    /// A request has ended.
    pub fn count(&mut self, operation: Option<Operation>, input: usize, end: Completion) {
        if operation == Some(Operation::ResetStatistics) && end.status.is_success() {
            self.0.clear();
        }
        let counts = self.0.entry(operation.map_or(0, |operation| operation.code().raw())).or_default();
        let more = [1, u64::from(!end.status.is_success()), input as u64, end.information as u64];
        for (count, more) in counts.iter_mut().zip(more) {
            *count += more;
        }
    }

    /// Holds the counters of the driver against these.
    pub fn check(&self, rows: impl Iterator<Item = StatisticsRow>) {
        let mut known = 0;
        for row in rows {
            let expected = self.0.get(&row.code).copied().unwrap_or_default();
            assert_eq!(
                [row.requests, row.failures, row.bytes_in, row.bytes_out],
                expected,
                "counters of {:#x}",
                row.code
            );
            let by_status: u64 = row.by_status.iter().map(|status| status.count).sum();
            assert_eq!(by_status + row.other_failures, row.failures, "failures of {:#x} by status", row.code);
            known += expected[0];
        }
        assert_eq!(known, self.0.values().map(|counts| counts[0]).sum::<u64>(), "requests that no row counts");
    }
}
