//! What counts as success, and what an error becomes.

use netio_sys::NTSTATUS;
use netioctl_status::NtError;

/// Values from 1 up to here are Win32 codes, not NTSTATUS values.
const LAST_WIN32_CODE: NTSTATUS = 0xffff;

/// Splits a result of NETIO into success and error.
///
/// `NT_SUCCESS` alone is not enough: some pages of the documentation name Win32 codes (5010, 6) as results of kernel
/// functions, and as an NTSTATUS such a small positive number would pass for success.
///
/// # Errors
/// A warning or an error, unchanged. For a Win32 code the status that has this code in user mode, or
/// `STATUS_UNSUCCESSFUL`.
pub fn check(status: NTSTATUS) -> Result<(), NtError> {
    match status {
        1..=LAST_WIN32_CODE => Err(NtError::from_win32(status.cast_unsigned())),
        _ => NtError::check(status),
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use netioctl_status::NtError;
    use proptest::prelude::*;

    #[test]
    fn severities_are_told_apart() {
        assert_eq!(check(0), Ok(()));
        assert_eq!(check(0x4000_0000), Ok(()), "informational");
        assert_eq!(check(0x8000_0005_u32.cast_signed()), Err(NtError::BUFFER_OVERFLOW), "warning");
        assert_eq!(check(0xc000_0225_u32.cast_signed()), Err(NtError::NOT_FOUND), "error");
    }

    #[test]
    fn win32_codes_find_their_status() {
        assert_eq!(check(5010), Err(NtError::DUPLICATE_OBJECTID));
        assert_eq!(check(1168), Err(NtError::NOT_FOUND));
        assert_eq!(check(6), Err(NtError::INVALID_HANDLE));
        assert_eq!(check(5), Err(NtError::ACCESS_DENIED));
        assert_eq!(check(87), Err(NtError::INVALID_PARAMETER));
        assert_eq!(check(12345), Err(NtError::UNSUCCESSFUL));
    }

    proptest! {
        #[test]
        fn a_win32_code_is_never_success(code in 1..=0xffff) {
            prop_assert!(check(code).is_err());
        }

        #[test]
        fn warnings_and_errors_pass_unchanged(raw in i32::MIN..0) {
            prop_assert_eq!(check(raw).map_err(|error| error.status().0), Err(raw));
        }
    }
}
