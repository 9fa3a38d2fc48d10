//! NTSTATUS values: their names, their severity, the Win32 codes that user mode sees, and [`NtError`], the error type
//! of the kernel crates.
//!
//! A status that the project names is named here and nowhere else. The contract between driver and client
//! (`netioctl-abi`) says which of them a request may end with.
//!
//! A warning is no success, and no error either: the I/O manager copies output back for it.
//!
//! # IRQL
//! Any: nothing here calls the kernel.
//!
//! ```
//! use netioctl_status::{NtError, NtStatus};
//!
//! let more = NtStatus::BUFFER_OVERFLOW;
//! assert!(!more.is_success() && !more.is_error());
//! assert_eq!(more.check(), Err(NtError::BUFFER_OVERFLOW));
//! ```
#![no_std]
#![forbid(unsafe_code)]

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod error;
mod known;

pub use error::NtError;
pub use known::StatusInfo;

use core::fmt;

/// An NTSTATUS. Warnings (0x8…) and errors (0xC…) are negative; all other values mean success to the I/O manager
/// (`NT_SUCCESS` of `ntdef.h`).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct NtStatus(pub i32);

impl NtStatus {
    /// The status with this bit pattern, as `ntstatus.h` writes it (`0xC000_000D`).
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(i32::from_ne_bytes(bits.to_ne_bytes()))
    }

    /// The bit pattern, as `ntstatus.h` writes it.
    #[must_use]
    pub const fn bits(self) -> u32 {
        u32::from_ne_bytes(self.0.to_ne_bytes())
    }

    /// [`NT_SUCCESS`]: neither a warning nor an error.
    ///
    /// [`NT_SUCCESS`]: https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/using-ntstatus-values
    #[must_use]
    pub const fn is_success(self) -> bool {
        self.0 >= 0
    }

    /// [`NT_ERROR`]: severity 3. The I/O manager copies no output back for these.
    ///
    /// [`NT_ERROR`]: https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/using-ntstatus-values
    #[must_use]
    pub const fn is_error(self) -> bool {
        self.bits() >> 30 == 3
    }

    /// Success, or the warning or error.
    ///
    /// # Errors
    /// The status itself, if [`is_success`](Self::is_success) is false.
    pub const fn check(self) -> Result<(), NtError> {
        match NtError::new(self) {
            None => Ok(()),
            Some(error) => Err(error),
        }
    }

    /// The name in `ntstatus.h`; `None` for a status that the project does not name.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        let named = || known::NAMED.iter().find(|(status, _)| *status == self).map(|(_, name)| *name);
        self.info().map(|info| info.name).or_else(named)
    }

    /// Name and Win32 code; `None` for a status that no program meets at the driver.
    #[must_use]
    pub fn info(self) -> Option<&'static StatusInfo> {
        known::ALL.iter().find(|row| row.status == self)
    }

    /// Every status that a program can meet at the driver.
    #[must_use]
    pub const fn known() -> &'static [StatusInfo] {
        known::ALL
    }
}

impl fmt::Debug for NtStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for NtStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} (0x{:08X})", self.bits()),
            None => write!(f, "NTSTATUS 0x{:08X}", self.bits()),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::{collections::HashSet, string::ToString};

    #[test]
    fn each_status_has_one_row() {
        let all = NtStatus::known().iter().map(|row| row.status).chain(known::NAMED.iter().map(|(status, _)| *status));
        let distinct: HashSet<_> = all.clone().collect();
        assert_eq!(distinct.len(), all.count());
    }

    #[test]
    fn severity_decides_success_and_copy_back() {
        assert!(NtStatus::SUCCESS.is_success());
        assert!(!NtStatus::BUFFER_OVERFLOW.is_success() && !NtStatus::BUFFER_OVERFLOW.is_error());
        assert!(!NtStatus::NOT_FOUND.is_success() && NtStatus::NOT_FOUND.is_error());
    }

    #[test]
    fn a_status_shows_its_name_or_its_number() {
        assert_eq!(NtStatus::NOT_FOUND.to_string(), "STATUS_NOT_FOUND (0xC0000225)");
        assert_eq!(NtStatus::WDF_BUSY.to_string(), "STATUS_WDF_BUSY (0xC0200204)");
        assert_eq!(NtStatus::from_bits(0xcead_beef).to_string(), "NTSTATUS 0xCEADBEEF");
    }

    #[test]
    fn a_success_is_no_error() {
        assert_eq!(NtStatus::SUCCESS.check(), Ok(()));
        assert_eq!(NtStatus::PENDING.check(), Ok(()));
        assert_eq!(NtStatus::NOT_FOUND.check(), Err(NtError::NOT_FOUND));
        assert_eq!(NtStatus::BUFFER_OVERFLOW.check(), Err(NtError::BUFFER_OVERFLOW));
    }
}
