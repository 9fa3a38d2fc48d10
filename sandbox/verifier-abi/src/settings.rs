//! Which Windows machine the KMDF stand-in plays, and who calls.

use serde::{Deserialize, Serialize};

/// Where the stand-in finds its settings, a JSON object, as Windows sees the path. It reads them whenever a driver
/// binds to it, so they can be changed while no driver is loaded. Without the file, [`Settings::default`] holds.
pub const SETTINGS_PATH: &str = r"C:\windows\system32\drivers\wdfldr.json";

/// What the machine is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The framework that it has, `1.minor`.
    pub kmdf_minor: u32,
    /// Whether the framework's own verifier is on (`VerifierOn` in the driver's key `Parameters\Wdf`).
    pub verifier: bool,
    /// The IRQL at which the callers of drivers enter with reads, writes and I/O control: 0 (`PASSIVE_LEVEL`), as
    /// programs do, or 2 (`DISPATCH_LEVEL`), as other drivers may.
    pub entry_irql: u8,
    /// The seed of a scheduler that holds threads up at random, wherever they meet the framework or NETIO; 0: none does.
    #[serde(default)]
    pub seed: u64,
    /// Milliseconds between two counts of what there is ([`CENSUS_PATH`](crate::CENSUS_PATH)); 0: nobody counts.
    #[serde(default)]
    pub census: u32,
    /// Whether Windows removes devices as when they are uninstalled: it asks first (`IRP_MN_QUERY_REMOVE_DEVICE`). Otherwise
    /// they are gone before anybody asks (`IRP_MN_SURPRISE_REMOVAL`).
    #[serde(default)]
    pub orderly_removal: bool,
}

impl Settings {
    /// The newest framework with its verifier on, called by programs.
    pub const DEFAULT: Self =
        Self { kmdf_minor: 33, verifier: true, entry_irql: 0, seed: 0, census: 0, orderly_removal: false };
}

impl Default for Settings {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Where the stand-in finds who opens a device next, a JSON object, as Windows sees the path. It looks at every open.
/// Without the file the I/O manager says nothing of the caller, as Wine's does.
pub const CALLER_PATH: &str = r"C:\windows\temp\kmdf-caller.json";

/// Who opens a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    /// The access that is granted, such as `FILE_READ_DATA` (1) and `FILE_WRITE_DATA` (2).
    pub access: u32,
    /// The logon session: the authentication id of the caller's token.
    pub session: u64,
}
