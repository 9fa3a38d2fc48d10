//! From errors of Linux to NTSTATUS.

use netioctl_status::NtStatus;

/// A call that ends with a status other than success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal(pub NtStatus);

/// The argument can never be right.
pub const INVALID: Refusal = Refusal(NtStatus::INVALID_PARAMETER);
/// There is no such object.
pub const NOT_FOUND: Refusal = Refusal(NtStatus::NOT_FOUND);
/// Linux cannot express it, or the stack is missing.
pub const NOT_SUPPORTED: Refusal = Refusal(NtStatus::NOT_SUPPORTED);

impl Refusal {
    /// The refusal that an error number of the kernel stands for.
    #[must_use]
    pub fn from_errno(errno: i32) -> Self {
        Self(match errno {
            libc::EPERM | libc::EACCES => NtStatus::ACCESS_DENIED,
            libc::ENOENT | libc::ENODEV | libc::ENXIO => NtStatus::NOT_FOUND,
            libc::EEXIST => NtStatus::DUPLICATE_OBJECTID,
            libc::EINVAL => NtStatus::INVALID_PARAMETER,
            libc::EAFNOSUPPORT | libc::EOPNOTSUPP => NtStatus::NOT_SUPPORTED,
            libc::ENETUNREACH | libc::EHOSTUNREACH => NtStatus::NETWORK_UNREACHABLE,
            libc::ENOMEM => NtStatus::NO_MEMORY,
            libc::ENOBUFS => NtStatus::INSUFFICIENT_RESOURCES,
            other => {
                eprintln!("netio-server: {} has no NTSTATUS", std::io::Error::from_raw_os_error(other));
                NtStatus::UNEXPECTED_IO_ERROR
            }
        })
    }
}

impl From<rtnetlink::Error> for Refusal {
    fn from(error: rtnetlink::Error) -> Self {
        match error {
            rtnetlink::Error::NetlinkError(message) => Self::from_errno(message.raw_code().saturating_neg()),
            other => other_error(&other),
        }
    }
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Self {
        error.raw_os_error().map_or_else(|| other_error(&error), Self::from_errno)
    }
}

fn other_error(error: &dyn std::error::Error) -> Refusal {
    eprintln!("netio-server: {error}");
    Refusal(NtStatus::UNEXPECTED_IO_ERROR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernel_errors_become_the_documented_statuses() {
        for (errno, expected) in [
            (libc::EPERM, NtStatus::ACCESS_DENIED),
            (libc::ENOENT, NtStatus::NOT_FOUND),
            (libc::EEXIST, NtStatus::DUPLICATE_OBJECTID),
            (libc::EINVAL, NtStatus::INVALID_PARAMETER),
            (libc::EAFNOSUPPORT, NtStatus::NOT_SUPPORTED),
            (libc::ENETUNREACH, NtStatus::NETWORK_UNREACHABLE),
            (libc::ENOMEM, NtStatus::NO_MEMORY),
            (libc::ENOBUFS, NtStatus::INSUFFICIENT_RESOURCES),
        ] {
            assert_eq!(Refusal::from_errno(errno), Refusal(expected));
        }
    }

    #[test]
    fn no_error_number_passes_for_success() {
        for errno in 1..200 {
            assert!(!Refusal::from_errno(errno).0.is_success());
        }
    }
}
