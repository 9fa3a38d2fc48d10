//! What a driver has at a moment.

use serde::{Deserialize, Serialize};

/// Where the counts go, a [`Census`] in JSON a line, as Windows sees the path, while the settings ask for it.
pub const CENSUS_PATH: &str = r"C:\windows\temp\kmdf-census.jsonl";

/// What there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Census {
    /// When: milliseconds since the machine was started.
    pub time: u64,
    /// Framework objects.
    pub objects: u32,
    /// Requests that have not been completed.
    pub requests: u32,
    /// IRPs that were completed and are kept for a while.
    pub irps: u32,
    /// Pool blocks of drivers.
    pub pool: u32,
    /// MIB tables.
    pub tables: u32,
    /// Registrations for change notifications.
    pub notifications: u32,
}
