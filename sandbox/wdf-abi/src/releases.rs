//! The releases of KMDF that a driver built for 1.33 may meet, and what each of them has.
//!
//! Since 1.25 a driver may be built for a newer framework than it runs on: the loader tells it how many functions and
//! which structures are there. Functions and structures only ever came at the end, so a release is two counts, and a
//! table of sizes that are those of 1.33 but for the structures that have grown.

use crate::constants::{INDEX_WDF_DEVICE_STATE, INDEX_WDF_POWER_FRAMEWORK_SETTINGS};
use crate::record::{FUNCTION_COUNT, SIZES, STRUCTURE_COUNT};

/// A release of the framework, `1.minor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// The minor version.
    pub minor: u32,
    /// Entries of the function table.
    pub functions: usize,
    /// Entries of the table of structure sizes.
    pub structures: usize,
}

/// The newest release, whose layouts this crate has.
pub const NEWEST: Release = Release { minor: 33, functions: FUNCTION_COUNT, structures: STRUCTURE_COUNT };

/// Windows 10 1507, 1511, 1607, 1703 and 1709, none of which takes a driver built for more; 1803; 1809 and Server 2019; 2004
/// to 22H2; Windows 11 and Server 2022.
pub const RELEASES: [Release; 9] = [
    Release { minor: 15, functions: 444, structures: 0 },
    Release { minor: 17, functions: 444, structures: 0 },
    Release { minor: 19, functions: 446, structures: 0 },
    Release { minor: 21, functions: 448, structures: 0 },
    Release { minor: 23, functions: 451, structures: 0 },
    Release { minor: 25, functions: 453, structures: 80 },
    Release { minor: 27, functions: 453, structures: 80 },
    Release { minor: 31, functions: FUNCTION_COUNT, structures: STRUCTURE_COUNT },
    NEWEST,
];

/// Index of `WDF_DEVICE_STATE` in the table of structure sizes.
pub const DEVICE_STATE: usize = INDEX_WDF_DEVICE_STATE as usize;
/// Index of `WDF_POWER_FRAMEWORK_SETTINGS`.
const POWER_FRAMEWORK_SETTINGS: usize = INDEX_WDF_POWER_FRAMEWORK_SETTINGS as usize;

impl Release {
    /// The release `1.minor`, if it is one of those above.
    #[must_use]
    pub fn of(minor: u32) -> Option<Self> {
        RELEASES.into_iter().find(|release| release.minor == minor)
    }

    /// The size of a structure by its index; none for what the release lacks.
    #[must_use]
    pub fn structure_size(self, index: usize) -> Option<usize> {
        let newest = SIZES.get(index).copied().filter(|_| index < self.structures)?;
        Some(match index {
            DEVICE_STATE if self.minor < 29 => 28,
            POWER_FRAMEWORK_SETTINGS if self.minor < 33 => 72,
            _ => newest,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_release_has_less() {
        let old = Release::of(25).unwrap();
        assert_eq!(old.structure_size(DEVICE_STATE), Some(28));
        assert_eq!(old.structure_size(80), None);
        assert_eq!(NEWEST.structure_size(80), Some(0));
        assert_eq!(NEWEST.structure_size(81), None);
        assert!(RELEASES.is_sorted_by(|a, b| a.minor < b.minor && a.functions <= b.functions));
        assert_eq!(Release::of(26), None);
    }
}
