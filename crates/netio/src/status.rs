//! What counts as success.

use netio_sys::NTSTATUS;

/// Values up to here are Win32 codes, not NTSTATUS values.
const LAST_WIN32_CODE: NTSTATUS = 0xffff;

/// Splits a result of NETIO into success and error.
///
/// `NT_SUCCESS` alone is not enough: some pages of the documentation name Win32 codes (5010, 6) as results of kernel
/// functions, and as an NTSTATUS such a small positive number would pass for success.
///
/// # Errors
/// The status itself, unchanged, when it is negative or a Win32 code by mistake.
pub const fn check(status: NTSTATUS) -> Result<(), NTSTATUS> {
    match status {
        0 => Ok(()),
        1..=LAST_WIN32_CODE => Err(status),
        _ if status > 0 => Ok(()),
        _ => Err(status),
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn severities_are_told_apart() {
        assert_eq!(check(0), Ok(()));
        assert_eq!(check(0x4000_0000), Ok(()), "informational");
        assert_eq!(check(0x8000_0005_u32.cast_signed()), Err(0x8000_0005_u32.cast_signed()), "warning");
        assert_eq!(check(0xc000_0225_u32.cast_signed()), Err(0xc000_0225_u32.cast_signed()), "error");
    }

    #[test]
    fn a_win32_code_is_never_success() {
        for code in [1, 5, 6, 87, 5010, 0xffff] {
            assert_eq!(check(code), Err(code));
        }
    }
}
