//! How the requests of a storm have ended.

use anyhow::{Result, ensure};
use netioctl_client::{
    Operation,
    abi::{ControlCode, NtStatus},
};
use std::{collections::BTreeMap, fmt};

/// How many requests have ended with which status.
#[derive(Clone, Debug, Default)]
pub struct Ends {
    by_status: BTreeMap<i32, u64>,
    /// Those that the I/O manager has refused, so that the driver has not seen them.
    refused: u64,
    /// Times that a handle was closed with requests under way.
    pub closed: u64,
    /// Requests that were cancelled while they were under way, whether that came in time or not.
    pub cancelled: u64,
}

impl Ends {
    /// Both.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for (status, count) in other.by_status {
            *self.by_status.entry(status).or_default() += count;
        }
        self.refused += other.refused;
        self.closed += other.closed;
        self.cancelled += other.cancelled;
        self
    }

    /// A request has ended; `disturbed` if it was cancelled, or its handle closed.
    pub fn end(&mut self, code: ControlCode, status: NtStatus, disturbed: bool) -> Result<()> {
        *self.by_status.entry(status.0).or_default() += 1;
        let operation = Operation::find(code);
        let own = |operation: Operation| operation.reasons().any(|(documented, _)| documented == status);
        let documented = match operation {
            None => [NtStatus::INVALID_DEVICE_REQUEST, NtStatus::ACCESS_DENIED].contains(&status),
            Some(operation) => status == NtStatus::SUCCESS || own(operation),
        };
        let name = operation.map_or("an unknown code", Operation::name);
        ensure!(
            documented || (disturbed && status == NtStatus::CANCELLED),
            "{name} ({:#x}) ends with {status}, which nobody documents",
            code.raw()
        );
        Ok(())
    }

    /// The I/O manager has refused a request.
    pub const fn refuse(&mut self) {
        self.refused += 1;
    }

    /// All that have ended.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.by_status.values().sum::<u64>() + self.refused
    }

    /// Requests that the driver need not have counted: those that were refused access or cancelled may not have reached it.
    fn unseen(&self) -> u64 {
        let ended = |status: NtStatus| self.by_status.get(&status.0).copied().unwrap_or_default();
        ended(NtStatus::ACCESS_DENIED) + ended(NtStatus::CANCELLED)
    }

    /// Holds them against what the driver has counted.
    pub fn check(&self, counted: u64) -> Result<()> {
        let most = self.total() - self.refused;
        let least = most - self.unseen();
        ensure!((least..=most).contains(&counted), "{self}; the driver counts {counted}, {least} to {most} were due");
        Ok(())
    }
}

impl fmt::Display for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { refused, closed, cancelled, .. } = self;
        write!(f, "{} requests, {cancelled} cancelled, {closed} handles closed under way, ", self.total())?;
        write!(f, "{refused} refused for their buffers; they ended with")?;
        for (status, count) in &self.by_status {
            write!(f, " {} {count}", NtStatus(*status))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_that_nobody_documents_is_told() {
        let mut ends = Ends::default();
        let set = ControlCode::SET_NEIGHBOR;
        ends.end(set, NtStatus::NOT_FOUND, false).unwrap();
        ends.end(set, NtStatus::CANCELLED, true).unwrap();
        let told = ends.end(set, NtStatus::CANCELLED, false).unwrap_err().to_string();
        assert!(told.starts_with("set neighbor (0xa1f7a008) ends with STATUS_CANCELLED"), "{told}");
        assert!(ends.end(set, NtStatus::BUFFER_OVERFLOW, true).is_err());
        assert!(ends.end(ControlCode::from_raw(7), NtStatus::SUCCESS, false).is_err());
        ends.end(ControlCode::from_raw(7), NtStatus::INVALID_DEVICE_REQUEST, false).unwrap();
    }

    #[test]
    fn a_request_that_the_driver_does_not_count_is_missed() {
        let mut ends = Ends::default();
        for status in [NtStatus::SUCCESS, NtStatus::NOT_FOUND, NtStatus::ACCESS_DENIED] {
            ends.end(ControlCode::SET_NEIGHBOR, status, false).unwrap();
        }
        ends.refuse();
        assert_eq!(ends.total(), 4);
        let both = ends.clone().and(ends.clone());
        both.check(4).unwrap();
        both.check(6).unwrap();
        assert!(both.check(3).is_err() && both.check(7).is_err());
        ends.check(2).unwrap();
        assert!(ends.check(1).is_err());
    }
}
