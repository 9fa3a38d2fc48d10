//! How a call of the operating system failed, and the names of the codes.

use netioctl_abi::NtStatus;
use std::fmt;

/// A failed call: the Win32 code that `GetLastError` gave, and the NTSTATUS behind it when that is known.
///
/// The Win32 code alone does not tell everything: several statuses share one code (1, 2 and 5010 among them).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Failure {
    /// The code of `GetLastError`.
    pub win32: u32,
    /// What the driver completed the request with; `None` where the system did not keep it.
    pub ntstatus: Option<NtStatus>,
    /// Bytes of output that are valid in spite of the failure: not 0 for `STATUS_BUFFER_OVERFLOW` only.
    pub bytes: usize,
}

/// `ERROR_INVALID_FUNCTION`.
pub(crate) const ERROR_INVALID_FUNCTION: u32 = 1;
/// `ERROR_FILE_NOT_FOUND`.
pub(crate) const ERROR_FILE_NOT_FOUND: u32 = 2;
/// `ERROR_PATH_NOT_FOUND`.
pub(crate) const ERROR_PATH_NOT_FOUND: u32 = 3;
/// `ERROR_ACCESS_DENIED`.
pub(crate) const ERROR_ACCESS_DENIED: u32 = 5;
/// `ERROR_INVALID_PARAMETER`.
pub(crate) const ERROR_INVALID_PARAMETER: u32 = 87;
/// `ERROR_NOT_SUPPORTED`.
pub(crate) const ERROR_NOT_SUPPORTED: u32 = 50;
/// `ERROR_BAD_NET_NAME`.
pub(crate) const ERROR_BAD_NET_NAME: u32 = 67;
/// `ERROR_PROC_NOT_FOUND`.
pub(crate) const ERROR_PROC_NOT_FOUND: u32 = 127;
/// `ERROR_MORE_DATA`.
pub(crate) const ERROR_MORE_DATA: u32 = 234;
/// `ERROR_OPERATION_ABORTED`.
pub(crate) const ERROR_OPERATION_ABORTED: u32 = 995;
/// `ERROR_DEVICE_REMOVED`.
#[cfg_attr(not(windows), allow(dead_code, reason = "only the Windows transport gives way"))]
const ERROR_DEVICE_REMOVED: u32 = 1617;
/// `ERROR_NETWORK_UNREACHABLE`.
pub(crate) const ERROR_NETWORK_UNREACHABLE: u32 = 1231;
/// `ERROR_HOST_UNREACHABLE`.
pub(crate) const ERROR_HOST_UNREACHABLE: u32 = 1232;
/// `ERROR_NOT_FOUND`.
pub(crate) const ERROR_NOT_FOUND: u32 = 1168;
/// `ERROR_NOT_ENOUGH_QUOTA`.
pub(crate) const ERROR_NOT_ENOUGH_QUOTA: u32 = 1816;
/// `ERROR_OBJECT_ALREADY_EXISTS`.
pub(crate) const ERROR_OBJECT_ALREADY_EXISTS: u32 = 5010;

/// How the system and drivers say that a device is gone.
const GONE_STATUSES: [NtStatus; 6] = [
    NtStatus::DEVICE_REMOVED,
    NtStatus::NO_SUCH_DEVICE,
    NtStatus::DELETE_PENDING,
    NtStatus::DEVICE_NOT_CONNECTED,
    NtStatus::FILE_DELETED,
    NtStatus::DEVICE_DOES_NOT_EXIST,
];

/// `ERROR_DEV_NOT_EXIST`, `ERROR_NO_SUCH_DEVICE`, `ERROR_DEVICE_NOT_CONNECTED` and `ERROR_DEVICE_REMOVED`.
const GONE_WIN32: [u32; 4] = [55, 433, 1167, 1617];

/// Names of Win32 and SetupAPI codes that installing or opening meets and that no status of the contract maps to.
const OTHER_WIN32: &[(u32, &str)] = &[
    (3, "ERROR_PATH_NOT_FOUND"),
    (32, "ERROR_SHARING_VIOLATION"),
    (109, "ERROR_BROKEN_PIPE"),
    (121, "ERROR_SEM_TIMEOUT"),
    (127, "ERROR_PROC_NOT_FOUND"),
    (193, "ERROR_BAD_EXE_FORMAT"),
    (232, "ERROR_NO_DATA"),
    (259, "ERROR_NO_MORE_ITEMS"),
    (317, "ERROR_MR_MID_NOT_FOUND"),
    (577, "ERROR_INVALID_IMAGE_HASH"),
    (1053, "ERROR_SERVICE_REQUEST_TIMEOUT"),
    (1058, "ERROR_SERVICE_DISABLED"),
    (1060, "ERROR_SERVICE_DOES_NOT_EXIST"),
    (1061, "ERROR_SERVICE_CANNOT_ACCEPT_CTRL"),
    (1062, "ERROR_SERVICE_NOT_ACTIVE"),
    (1072, "ERROR_SERVICE_MARKED_FOR_DELETE"),
    (1275, "ERROR_DRIVER_BLOCKED"),
    (1460, "ERROR_TIMEOUT"),
    (0xe000_0100, "ERROR_WRONG_INF_STYLE"),
    (0xe000_0101, "ERROR_SECTION_NOT_FOUND"),
    (0xe000_0102, "ERROR_LINE_NOT_FOUND"),
    (0xe000_020b, "ERROR_NO_SUCH_DEVINST"),
    (0xe000_0217, "ERROR_BAD_SERVICE_INSTALLSECT"),
    (0xe000_0228, "ERROR_NO_COMPAT_DRIVERS"),
    (0xe000_022f, "ERROR_NO_CATALOG_FOR_OEM_INF"),
    (0xe000_0235, "ERROR_IN_WOW64"),
    (0xe000_0241, "ERROR_AUTHENTICODE_TRUST_NOT_ESTABLISHED"),
    (0xe000_0242, "ERROR_AUTHENTICODE_PUBLISHER_NOT_TRUSTED"),
    (0xe000_0243, "ERROR_SIGNATURE_OSATTRIBUTE_MISMATCH"),
    (0xe000_0247, "ERROR_DRIVER_STORE_ADD_FAILED"),
];

/// The name of a Win32 code in `winerror.h` or `setupapi.h`, if this crate knows it.
#[must_use]
pub fn win32_name(code: u32) -> Option<&'static str> {
    let from_status = NtStatus::known().iter().find(|row| row.win32 == code).map(|row| row.win32_name);
    from_status.or_else(|| OTHER_WIN32.iter().find(|(known, _)| *known == code).map(|(_, name)| *name))
}

impl Failure {
    /// A failure of which only the Win32 code is known.
    #[must_use]
    pub const fn from_win32(win32: u32) -> Self {
        Self { win32, ntstatus: None, bytes: 0 }
    }

    /// A request that was cancelled: `STATUS_CANCELLED`, `ERROR_OPERATION_ABORTED`.
    #[must_use]
    pub const fn cancelled() -> Self {
        Self { win32: ERROR_OPERATION_ABORTED, ntstatus: Some(NtStatus::CANCELLED), bytes: 0 }
    }

    /// A request to a device that is being removed: `STATUS_DEVICE_REMOVED`, `ERROR_DEVICE_REMOVED`.
    #[must_use]
    #[cfg_attr(not(windows), allow(dead_code, reason = "only the Windows transport gives way"))]
    pub(crate) const fn device_removed() -> Self {
        Self { win32: ERROR_DEVICE_REMOVED, ntstatus: Some(NtStatus::DEVICE_REMOVED), bytes: 0 }
    }

    /// A status was meant if and only if `GetLastError` is its image: the thread's last NTSTATUS may be an older one.
    #[must_use]
    #[cfg_attr(not(windows), allow(dead_code, reason = "only the Windows transport reads the thread's last status"))]
    pub(crate) fn checked(win32: u32, last_status: NtStatus, image: u32, bytes: usize) -> Self {
        let trusted = !last_status.is_success() && image == win32;
        Self { win32, ntstatus: trusted.then_some(last_status), bytes }
    }

    /// The device that was asked is not there any more, or is about to go: its driver was removed or its file was
    /// closed by the system.
    ///
    /// `STATUS_FILE_DELETED` maps to `ERROR_ACCESS_DENIED`, so the status counts before the Win32 code.
    #[must_use]
    pub fn is_device_gone(&self) -> bool {
        match self.ntstatus {
            Some(status) => GONE_STATUSES.contains(&status) || GONE_WIN32.contains(&self.win32),
            None => GONE_WIN32.contains(&self.win32),
        }
    }

    /// The output holds a part of the answer: the buffer was too short for all of it.
    #[must_use]
    pub fn is_more_data(&self) -> bool {
        self.win32 == ERROR_MORE_DATA
    }

    /// The status: as the system kept it, or the only one of the contract that maps to the Win32 code.
    #[must_use]
    pub fn status(&self) -> Option<NtStatus> {
        self.ntstatus.or_else(|| {
            let mut candidates = netioctl_abi::statuses().filter(|row| row.win32 == self.win32 && row.win32 != 0);
            let only = candidates.next()?;
            candidates.next().is_none().then_some(only.status)
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(status) = self.ntstatus {
            write!(f, "{status}, ")?;
        }
        match win32_name(self.win32) {
            Some(name) if self.win32 > 0xffff => write!(f, "{name} (0x{:08X})", self.win32),
            Some(name) => write!(f, "{name} ({})", self.win32),
            None if self.win32 > 0xffff => write!(f, "error 0x{:08X}", self.win32),
            None => write!(f, "Win32 error {}", self.win32),
        }
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_status_counts_only_if_it_explains_the_error() {
        let kept = Failure::checked(1168, NtStatus::NOT_FOUND, 1168, 0);
        assert_eq!(kept.ntstatus, Some(NtStatus::NOT_FOUND));
        let stale = Failure::checked(5, NtStatus::NOT_FOUND, 1168, 0);
        assert_eq!(stale.ntstatus, None);
        let success = Failure::checked(0, NtStatus::SUCCESS, 0, 0);
        assert_eq!(success.ntstatus, None);
    }

    #[test]
    fn a_device_is_gone_however_that_is_said() {
        let failure = |win32, status| Failure { win32, ntstatus: Some(NtStatus::from_bits(status)), bytes: 0 };
        let gone = [(5, 0xc000_0123), (5, 0xc000_0056), (433, 0xc000_000e), (1617, 0xc000_02b6), (55, 0xc000_00c0)];
        assert!(gone.iter().all(|(win32, status)| failure(*win32, *status).is_device_gone()));
        assert!([55, 433, 1167, 1617].iter().all(|win32| Failure::from_win32(*win32).is_device_gone()));
        assert!(!failure(5, 0xc000_0022).is_device_gone() && !Failure::from_win32(5).is_device_gone());
    }

    #[test]
    fn a_status_is_guessed_only_where_the_code_has_one_source() {
        assert_eq!(Failure::from_win32(87).status(), Some(NtStatus::INVALID_PARAMETER));
        assert_eq!(Failure::from_win32(5010).status(), None);
        assert_eq!(Failure::from_win32(1).status(), None);
        assert_eq!(Failure::from_win32(0).status(), None);
    }

    #[test]
    fn both_codes_are_shown_by_name_and_number() {
        let failure = Failure { win32: 1168, ntstatus: Some(NtStatus::NOT_FOUND), bytes: 0 };
        assert_eq!(failure.to_string(), "STATUS_NOT_FOUND (0xC0000225), ERROR_NOT_FOUND (1168)");
        let deleted = Failure { win32: 5, ntstatus: Some(NtStatus::from_bits(0xc000_0123)), bytes: 0 };
        assert_eq!(deleted.to_string(), "STATUS_FILE_DELETED (0xC0000123), ERROR_ACCESS_DENIED (5)");
        assert_eq!(Failure::from_win32(0xe000_0228).to_string(), "ERROR_NO_COMPAT_DRIVERS (0xE0000228)");
        assert_eq!(Failure::from_win32(9999).to_string(), "Win32 error 9999");
    }
}
