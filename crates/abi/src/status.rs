//! The statuses that requests end with.

use netioctl_status::{NtStatus, StatusInfo};

/// The statuses that the driver gives of its own accord or that NETIO is documented to return. Other statuses of NETIO pass unchanged.
pub const STATUSES: [NtStatus; 25] = [
    NtStatus::SUCCESS,
    NtStatus::BUFFER_OVERFLOW,
    NtStatus::UNSUCCESSFUL,
    NtStatus::NOT_IMPLEMENTED,
    NtStatus::INFO_LENGTH_MISMATCH,
    NtStatus::INVALID_HANDLE,
    NtStatus::INVALID_PARAMETER,
    NtStatus::INVALID_DEVICE_REQUEST,
    NtStatus::NO_MEMORY,
    NtStatus::ACCESS_DENIED,
    NtStatus::BUFFER_TOO_SMALL,
    NtStatus::OBJECT_NAME_NOT_FOUND,
    NtStatus::QUOTA_EXCEEDED,
    NtStatus::REVISION_MISMATCH,
    NtStatus::INSUFFICIENT_RESOURCES,
    NtStatus::DEVICE_NOT_READY,
    NtStatus::NOT_SUPPORTED,
    NtStatus::BAD_NETWORK_NAME,
    NtStatus::CANCELLED,
    NtStatus::INVALID_DEVICE_STATE,
    NtStatus::NOT_FOUND,
    NtStatus::DUPLICATE_OBJECTID,
    NtStatus::OBJECTID_EXISTS,
    NtStatus::NETWORK_UNREACHABLE,
    NtStatus::DEVICE_REMOVED,
];

/// What is known of each of [`STATUSES`].
pub fn statuses() -> impl Iterator<Item = &'static StatusInfo> {
    STATUSES.iter().filter_map(|status| status.info())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_known() {
        assert_eq!(statuses().count(), STATUSES.len());
    }
}
