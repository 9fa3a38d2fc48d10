//! What can go wrong, with the codes, their names and what to do.

use crate::{
    Failure, InterfaceKey, Operation, Version, advice,
    driver::SetupError,
    failure::{
        ERROR_ACCESS_DENIED, ERROR_BAD_NET_NAME, ERROR_FILE_NOT_FOUND, ERROR_HOST_UNREACHABLE, ERROR_INVALID_FUNCTION,
        ERROR_INVALID_PARAMETER, ERROR_NETWORK_UNREACHABLE, ERROR_NOT_ENOUGH_QUOTA, ERROR_NOT_FOUND,
        ERROR_NOT_SUPPORTED, ERROR_OBJECT_ALREADY_EXISTS, ERROR_OPERATION_ABORTED, ERROR_PATH_NOT_FOUND,
        ERROR_PROC_NOT_FOUND,
    },
};
use netioctl_abi::{NtStatus, wire::MAX_BATCH};
use std::num::NonZeroU32;

/// Why an operation did not succeed. The text is one line that ends with what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no device here at all.
    #[error("the netioctl device exists on Windows only: run the Windows program there or under Wine")]
    NotWindows,
    /// No device with the interface of this driver is present.
    #[error("the netioctl driver is not installed or its device did not start: run `netioctl driver install`")]
    DriverNotFound,
    /// The device is there but does not open.
    #[error("opening the netioctl device failed: {failure}: {}", advice::opening(failure))]
    Open {
        /// The codes of `CreateFileW`.
        failure: Failure,
    },
    /// The driver speaks another major version of the contract.
    #[error(
        "the driver speaks ABI {}.{}, this program {}.{}: install the driver and the program of one release",
        driver.0, driver.1, client.0, client.1
    )]
    AbiMismatch {
        /// Major and minor version of the driver.
        driver: (u16, u16),
        /// Major and minor version of this crate.
        client: (u16, u16),
    },
    /// The driver is older than the operation: its capabilities lack it.
    #[error("{operation} failed: driver {driver} does not know this operation: install the driver of this release")]
    Unsupported {
        /// What was asked.
        operation: Operation,
        /// Which driver it is.
        driver: Version,
    },
    /// The driver, or the system on the way to it, refused a request.
    #[error("{operation} failed: {failure}: {}", advice::request(*operation, failure))]
    Request {
        /// What was asked.
        operation: Operation,
        /// The codes of `DeviceIoControl`.
        failure: Failure,
    },
    /// The reply contradicts the contract.
    #[error("{operation} failed: the driver's reply makes no sense ({problem}): install the driver of this release")]
    BadReply {
        /// What was asked.
        operation: Operation,
        /// What is wrong.
        problem: String,
    },
    /// The table outgrew the buffer each time.
    #[error("{operation} failed: the table grew with each of {tries} tries, to {needed} bytes: try again")]
    TableKeepsGrowing {
        /// What was asked.
        operation: Operation,
        /// How often.
        tries: u32,
        /// What the last snapshot needed.
        needed: usize,
    },
    /// No interface has this LUID or index.
    #[error("no interface has {key}: `netioctl interface show` lists them")]
    NoSuchInterface {
        /// What was looked for.
        key: InterfaceKey,
    },
    /// Index 0 names no interface.
    #[error("interface index 0 names no interface: leave the interface out to mean all of them")]
    ZeroInterfaceIndex,
    /// A batch of more changes than one request takes.
    #[error("{changes} changes are too many for one batch: split them into batches of {MAX_BATCH}")]
    BatchTooLong {
        /// How many there were.
        changes: usize,
    },
    /// No thread gets into a network compartment, so nothing was sent.
    #[error("network compartment {compartment} cannot be entered: {failure}: {}", advice::compartment(failure))]
    Compartment {
        /// Its number.
        compartment: NonZeroU32,
        /// The codes of `SetCurrentThreadCompartmentId`; `ERROR_PROC_NOT_FOUND` where the system has no such function.
        failure: Failure,
    },
    /// The system gave no event to cancel with.
    #[error("making a canceller failed: {failure}: close programs and try again")]
    NoEvent {
        /// The codes of `CreateEventW`.
        failure: Failure,
    },
    /// Installing, removing or inspecting the driver failed.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

/// What a caller may want to tell apart, such as for an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Anything else.
    Failed,
    /// The question itself is wrong.
    Usage,
    /// The neighbor, the interface, a route to the address or the network compartment does not exist.
    NotFound,
    /// The caller may not do this.
    AccessDenied,
    /// The driver is not installed, does not run, or is gone.
    DriverMissing,
    /// Windows must be restarted first.
    RestartNeeded,
    /// The neighbor that was to be made exists.
    AlreadyExists,
    /// The call was cancelled before it ended (see [`Canceller`](crate::Canceller)).
    Cancelled,
    /// The neighbor that was to be resolved does not answer, or its network cannot be reached.
    NoAnswer,
    /// The driver does not know the operation, or the system has no such function or address family.
    Unsupported,
    /// As many such requests are under way, or as many handles watch, as the driver takes.
    QuotaExceeded,
}

impl Error {
    /// The sort of this error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotWindows | Self::DriverNotFound => ErrorKind::DriverMissing,
            Self::Open { failure } => match failure.win32 {
                ERROR_FILE_NOT_FOUND | ERROR_PATH_NOT_FOUND => ErrorKind::DriverMissing,
                _ => kind_of(failure),
            },
            Self::Request { failure, .. } => kind_of(failure),
            Self::NoSuchInterface { .. } => ErrorKind::NotFound,
            Self::ZeroInterfaceIndex | Self::BatchTooLong { .. } => ErrorKind::Usage,
            Self::Setup(error) => error.kind(),
            Self::Unsupported { .. } => ErrorKind::Unsupported,
            Self::Compartment { failure, .. } => match failure.win32 {
                ERROR_PROC_NOT_FOUND => ErrorKind::Unsupported,
                ERROR_INVALID_PARAMETER => ErrorKind::NotFound,
                _ => kind_of(failure),
            },
            Self::AbiMismatch { .. }
            | Self::BadReply { .. }
            | Self::TableKeepsGrowing { .. }
            | Self::NoEvent { .. } => ErrorKind::Failed,
        }
    }

    /// The codes of the call of the operating system that failed, if one did.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Open { failure }
            | Self::Request { failure, .. }
            | Self::Compartment { failure, .. }
            | Self::NoEvent { failure } => Some(failure),
            Self::Setup(error) => error.failure(),
            _ => None,
        }
    }

    /// The NTSTATUS behind it, if it is known.
    #[must_use]
    pub fn ntstatus(&self) -> Option<NtStatus> {
        self.failure().and_then(|failure| failure.ntstatus)
    }
}

pub(crate) fn kind_of(failure: &Failure) -> ErrorKind {
    match failure.win32 {
        _ if failure.is_device_gone() => ErrorKind::DriverMissing,
        ERROR_FILE_NOT_FOUND | ERROR_NOT_FOUND | ERROR_NETWORK_UNREACHABLE | ERROR_HOST_UNREACHABLE => {
            ErrorKind::NotFound
        }
        ERROR_ACCESS_DENIED => ErrorKind::AccessDenied,
        ERROR_OBJECT_ALREADY_EXISTS => ErrorKind::AlreadyExists,
        ERROR_OPERATION_ABORTED => ErrorKind::Cancelled,
        ERROR_BAD_NET_NAME => ErrorKind::NoAnswer,
        // The first stands for STATUS_NOT_IMPLEMENTED and STATUS_INVALID_DEVICE_REQUEST alike.
        ERROR_INVALID_FUNCTION | ERROR_NOT_SUPPORTED => ErrorKind::Unsupported,
        ERROR_NOT_ENOUGH_QUOTA => ErrorKind::QuotaExceeded,
        _ => ErrorKind::Failed,
    }
}
