//! Counters of the driver.

use crate::{Operation, decode::Row};
use netioctl_abi::{
    ControlCode, NtStatus,
    wire::{StatisticsRow, StatusCount},
};

/// The counters of one operation since the driver was loaded, or reset last.
///
/// Counters are read one after the other while requests go on, so they may be off by the requests under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "crate::serial::StatisticsForm", try_from = "crate::serial::StatisticsForm")
)]
#[non_exhaustive]
pub struct Statistics {
    /// The control code; `None` for requests with codes that the driver does not know.
    pub code: Option<ControlCode>,
    /// Requests that have ended.
    pub requests: u64,
    /// Those that ended with a warning or an error.
    pub failures: u64,
    /// Bytes of input.
    pub bytes_in: u64,
    /// Bytes of output.
    pub bytes_out: u64,
    /// Failures by status; only the first few different ones are counted by themselves.
    pub by_status: Vec<(NtStatus, u64)>,
    /// Failures with any other status.
    pub other_failures: u64,
}

impl Statistics {
    /// The operation; `None` for requests with unknown codes, and for operations that this crate does not know.
    #[must_use]
    pub fn operation(&self) -> Option<Operation> {
        self.code.and_then(Operation::find)
    }
}

impl Row for Statistics {
    type Wire = StatisticsRow;

    fn from_wire(row: &StatisticsRow) -> Result<Self, String> {
        let in_use = |count: &&StatusCount| count.status != 0;
        let by_status = row.by_status.iter().filter(in_use).map(|count| (NtStatus(count.status), count.count));
        Ok(Self {
            code: (row.code != 0).then(|| ControlCode::from_raw(row.code)),
            requests: row.requests,
            failures: row.failures,
            bytes_in: row.bytes_in,
            bytes_out: row.bytes_out,
            by_status: by_status.collect(),
            other_failures: row.other_failures,
        })
    }
}
