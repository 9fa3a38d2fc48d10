//! Counters of the driver.

use super::structures;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Different statuses that are counted for each operation by themselves.
pub const MAX_COUNTED_STATUSES: usize = 8;

/// How often requests of an operation ended with a status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct StatusCount {
    /// NTSTATUS, a warning or an error; 0 for a place not in use.
    pub status: i32,
    /// Zero.
    pub reserved: u32,
    /// Requests that ended with it.
    pub count: u64,
}

/// The counters of one operation since the driver was loaded, or reset last.
///
/// Counters are read one after the other while requests go on, so they may be off by the requests under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct StatisticsRow {
    /// The control code; 0 for requests with a code that the driver does not know.
    pub code: u32,
    /// Zero.
    pub reserved: u32,
    /// Requests that have ended.
    pub requests: u64,
    /// Those that ended with a warning or an error.
    pub failures: u64,
    /// Bytes of input.
    pub bytes_in: u64,
    /// Bytes of output.
    pub bytes_out: u64,
    /// Failures by status, the first that were met.
    pub by_status: [StatusCount; MAX_COUNTED_STATUSES],
    /// Failures with a status beyond those.
    pub other_failures: u64,
}

const _: () = {
    assert!(size_of::<StatusCount>() == 16);
    assert!(size_of::<StatisticsRow>() == 176);
};

structures! {
    StatusCount { status reserved count }
    StatisticsRow { code reserved requests failures bytes_in bytes_out by_status other_failures }
}
