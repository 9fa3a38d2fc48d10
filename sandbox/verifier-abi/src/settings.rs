//! Which Windows machine the KMDF stand-in plays.

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
    /// The IRQL at which the callers of drivers enter with reads, writes and I/O control: 0 (PASSIVE_LEVEL), as
    /// programs do, or 2 (DISPATCH_LEVEL), as other drivers may.
    pub entry_irql: u8,
}

impl Settings {
    /// The newest framework with its verifier on, called by programs.
    pub const DEFAULT: Self = Self { kmdf_minor: 33, verifier: true, entry_irql: 0 };
}

impl Default for Settings {
    fn default() -> Self {
        Self::DEFAULT
    }
}
