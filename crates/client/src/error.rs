//! What can go wrong, with the codes, their names and what to do.

use crate::{
    Failure, InterfaceKey, advice,
    driver::SetupError,
    failure::{ERROR_ACCESS_DENIED, ERROR_FILE_NOT_FOUND, ERROR_NOT_FOUND, ERROR_PATH_NOT_FOUND},
};
use netioctl_abi::NtStatus;
use std::fmt;

/// The operation that a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// GET_VERSION.
    GetVersion,
    /// FLUSH_NEIGHBORS.
    FlushNeighbors,
    /// SET_NEIGHBOR.
    SetNeighbor,
    /// GET_INTERFACE_TABLE.
    GetInterfaceTable,
    /// GET_NEIGHBOR_TABLE.
    GetNeighborTable,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GetVersion => "asking the driver for its version",
            Self::FlushNeighbors => "flushing neighbors",
            Self::SetNeighbor => "setting the neighbor",
            Self::GetInterfaceTable => "reading the interface table",
            Self::GetNeighborTable => "reading the neighbor table",
        })
    }
}

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
    /// Installing, removing or inspecting the driver failed.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

/// What a caller may want to tell apart, such as for an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// Anything else.
    Failed,
    /// The question itself is wrong.
    Usage,
    /// The neighbor or the interface does not exist.
    NotFound,
    /// The caller may not do this.
    AccessDenied,
    /// The driver is not installed, does not run, or is gone.
    DriverMissing,
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
            Self::ZeroInterfaceIndex => ErrorKind::Usage,
            Self::Setup(error) => error.kind(),
            Self::AbiMismatch { .. } | Self::BadReply { .. } | Self::TableKeepsGrowing { .. } => ErrorKind::Failed,
        }
    }

    /// The codes of the call of the operating system that failed, if one did.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Open { failure } | Self::Request { failure, .. } => Some(failure),
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
    const GONE: [u32; 3] = [55, 433, 1617];
    match failure.win32 {
        ERROR_FILE_NOT_FOUND | ERROR_NOT_FOUND => ErrorKind::NotFound,
        ERROR_ACCESS_DENIED => ErrorKind::AccessDenied,
        code if GONE.contains(&code) => ErrorKind::DriverMissing,
        _ => ErrorKind::Failed,
    }
}
