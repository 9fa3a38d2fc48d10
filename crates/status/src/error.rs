//! A status that is an error, by its type.

use crate::{NtStatus, known};
use core::fmt;

/// A warning or an error: never a status that `NT_SUCCESS` takes for success, so a failure that is handed on with `?`
/// cannot complete a request as if it had succeeded.
///
/// The constants have the names of `ntstatus.h` without their prefix.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct NtError(NtStatus);

impl NtError {
    /// The error with this status; `None` for a success.
    #[must_use]
    pub const fn new(status: NtStatus) -> Option<Self> {
        if status.is_success() { None } else { Some(Self(status)) }
    }

    /// Success, or the warning or error that a kernel function returned.
    ///
    /// # Errors
    /// The status, if it is negative.
    pub const fn check(status: i32) -> Result<(), Self> {
        NtStatus(status).check()
    }

    /// The first error that user mode sees as this Win32 code; `STATUS_UNSUCCESSFUL` for a code that no status has.
    #[must_use]
    pub fn from_win32(code: u32) -> Self {
        known::WIN32.iter().find(|(win32, _)| *win32 == code).map_or(Self::UNSUCCESSFUL, |(_, error)| *error)
    }

    /// The status; [`NtStatus::is_success`] is false.
    #[must_use]
    pub const fn status(self) -> NtStatus {
        self.0
    }

    /// For the constants: a success stops the build.
    pub(crate) const fn constant(status: NtStatus) -> Self {
        assert!(!status.is_success(), "a success is no error");
        Self(status)
    }
}

impl From<NtError> for NtStatus {
    fn from(error: NtError) -> Self {
        error.status()
    }
}

impl fmt::Debug for NtError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for NtError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl core::error::Error for NtError {}
