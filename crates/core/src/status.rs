//! From what NETIO returned to what the caller gets.

use netio_sys::NTSTATUS;
use netioctl_abi::NtStatus;

/// The status that a caller gets for an error of NETIO.
///
/// A warning or an error passes unchanged. A positive number is a Win32 code that was returned by mistake (the
/// documentation of some functions names such codes): it becomes the status with that Win32 code, or
/// STATUS_UNSUCCESSFUL, but never a success.
#[must_use]
pub fn from_netio(raw: NTSTATUS) -> NtStatus {
    if raw < 0 {
        return NtStatus(raw);
    }
    let win32 = raw.cast_unsigned();
    netioctl_abi::statuses()
        .map(|row| (row.status, row.win32))
        .find(|&(status, code)| code == win32 && !status.is_success())
        .map_or(NtStatus::UNSUCCESSFUL, |(status, _)| status)
}

#[cfg(test)]
mod tests {
    use super::from_netio;
    use netioctl_abi::NtStatus;
    use proptest::prelude::*;

    #[test]
    fn win32_codes_find_their_status() {
        assert_eq!(from_netio(5010), NtStatus::DUPLICATE_OBJECTID);
        assert_eq!(from_netio(1168), NtStatus::NOT_FOUND);
        assert_eq!(from_netio(6), NtStatus::INVALID_HANDLE);
        assert_eq!(from_netio(87), NtStatus::INVALID_PARAMETER);
        assert_eq!(from_netio(12345), NtStatus::UNSUCCESSFUL);
    }

    proptest! {
        #[test]
        fn no_error_turns_into_success(raw in any::<i32>()) {
            prop_assert!(!from_netio(raw).is_success());
        }

        #[test]
        fn warnings_and_errors_pass_unchanged(raw in i32::MIN..0) {
            prop_assert_eq!(from_netio(raw), NtStatus(raw));
        }
    }
}
