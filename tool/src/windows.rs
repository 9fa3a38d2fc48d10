//! Which Windows the test machine plays to drivers.

use clap::{Args, ValueEnum};
use verifier_abi::Settings;

/// What the machine plays. Unless told, what is hardest on a driver.
#[derive(Args, Clone, Copy, Debug)]
pub struct Windows {
    /// The minor version of its KMDF: 25 (Windows 10 1803), 27, 31 (Windows 10 2004 and later) or 33 (Windows 11).
    #[arg(long, value_name = "MINOR", default_value_t = NEWEST.kmdf)]
    pub kmdf: u32,
    /// The framework's own verifier.
    #[arg(long, value_enum, default_value_t = NEWEST.verifier)]
    pub verifier: Verifier,
    /// The IRQL at which requests enter the driver.
    #[arg(long, value_enum, default_value_t = NEWEST.entry)]
    pub entry: Entry,
    /// The seed of a scheduler that holds threads of the driver up at random; 0: none does.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub seed: u64,
    /// How devices go.
    #[arg(long, value_enum, default_value_t = NEWEST.removal)]
    pub removal: Removal,
    /// Milliseconds between two counts of what the driver has; 0: nobody counts.
    #[arg(skip)]
    pub census: u32,
}

/// Whether the framework's verifier is on.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verifier {
    /// As for users.
    Off,
    /// As for who tests a driver.
    On,
}

/// Where requests come from.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// From programs, at `PASSIVE_LEVEL`.
    Passive,
    /// From drivers, at `DISPATCH_LEVEL`.
    Dispatch,
}

/// How the device of a driver is removed.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// As hardware that is pulled out: it is gone when the driver is told.
    Surprise,
    /// As a device that is uninstalled: the driver is asked first.
    Orderly,
}

/// The newest framework, its verifier on, called at `DISPATCH_LEVEL`.
pub const NEWEST: Windows = Windows {
    kmdf: Settings::DEFAULT.kmdf_minor,
    verifier: Verifier::On,
    entry: Entry::Dispatch,
    seed: 0,
    removal: Removal::Surprise,
    census: 0,
};

impl Windows {
    /// One as its users have it: no verifier, and programs that call.
    #[must_use]
    pub const fn as_users_have_it(kmdf: u32) -> Self {
        Self { kmdf, verifier: Verifier::Off, entry: Entry::Passive, ..NEWEST }
    }

    /// For the stand-in.
    #[must_use]
    pub const fn settings(self) -> Settings {
        Settings {
            kmdf_minor: self.kmdf,
            verifier: matches!(self.verifier, Verifier::On),
            entry_irql: match self.entry {
                Entry::Passive => 0,
                Entry::Dispatch => 2,
            },
            seed: self.seed,
            census: self.census,
            orderly_removal: matches!(self.removal, Removal::Orderly),
        }
    }
}
