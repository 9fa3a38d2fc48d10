//! I/O targets: which requests may be sent, and how.

use netioctl_status::NtStatus;
use wdf_abi::SendOptions;
use wdf_abi::constants::{
    WDF_IO_TARGET_CLOSED, WDF_IO_TARGET_CLOSED_FOR_QUERY_REMOVE, WDF_IO_TARGET_DELETED, WDF_IO_TARGET_PURGED,
    WDF_IO_TARGET_STARTED, WDF_IO_TARGET_STOPPED, WDF_REQUEST_SEND_OPTION_IGNORE_TARGET_STATE,
    WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET, WDF_REQUEST_SEND_OPTION_SYNCHRONOUS, WDF_REQUEST_SEND_OPTION_TIMEOUT,
};

/// `WDF_IO_TARGET_STATE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum State {
    /// Requests are sent.
    Started = WDF_IO_TARGET_STARTED,
    /// Requests wait until it is started again.
    Stopped = WDF_IO_TARGET_STOPPED,
    /// Closed, because the device asks whether it may go; it may be opened again.
    ClosedForQueryRemove = WDF_IO_TARGET_CLOSED_FOR_QUERY_REMOVE,
    /// Not opened, or closed.
    Closed = WDF_IO_TARGET_CLOSED,
    /// The object is being deleted.
    Deleted = WDF_IO_TARGET_DELETED,
    /// Requests are refused until it is started again.
    Purged = WDF_IO_TARGET_PURGED,
}

/// What becomes of a request that is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It is sent.
    Send,
    /// It is sent when the target is started.
    Wait,
    /// It is not sent.
    Refuse(NtStatus),
}

/// How a request is to be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The caller waits for its end.
    pub synchronous: bool,
    /// The driver gives it away.
    pub forget: bool,
    /// It is sent even if the target is not started.
    pub any_state: bool,
    /// It is cancelled then: 100 ns units, negative from now.
    pub timeout: Option<i64>,
}

const KNOWN: i32 = WDF_REQUEST_SEND_OPTION_TIMEOUT
    | WDF_REQUEST_SEND_OPTION_SYNCHRONOUS
    | WDF_REQUEST_SEND_OPTION_IGNORE_TARGET_STATE
    | WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET
    | IMPERSONATE;
/// The two flags of impersonation, which matter to user-mode drivers alone.
const IMPERSONATE: i32 = 0x3_0000;

impl Options {
    /// Checks `WDF_REQUEST_SEND_OPTIONS`; none are none.
    ///
    /// # Errors
    /// `STATUS_INFO_LENGTH_MISMATCH` for a wrong size; `STATUS_INVALID_PARAMETER` for unknown flags, or for a request that is
    /// given away and yet waited for or timed.
    pub fn check(given: Option<SendOptions>) -> Result<Self, NtStatus> {
        let Some(given) = given else { return Ok(Self::default()) };
        if given.size != wdf_abi::size::<SendOptions>() {
            return Err(NtStatus::INFO_LENGTH_MISMATCH);
        }
        let has = |flag: i32| given.flags & flag != 0;
        let waits = WDF_REQUEST_SEND_OPTION_TIMEOUT | WDF_REQUEST_SEND_OPTION_SYNCHRONOUS;
        let forget = has(WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET);
        if has(!KNOWN) || forget && has(waits) {
            return Err(NtStatus::INVALID_PARAMETER);
        }
        Ok(Self {
            synchronous: has(WDF_REQUEST_SEND_OPTION_SYNCHRONOUS),
            forget,
            any_state: has(WDF_REQUEST_SEND_OPTION_IGNORE_TARGET_STATE),
            timeout: has(WDF_REQUEST_SEND_OPTION_TIMEOUT).then_some(given.timeout),
        })
    }
}

impl State {
    /// What becomes of a request that is to be sent.
    #[must_use]
    pub const fn admit(self, options: Options) -> Admission {
        match self {
            Self::Started => Admission::Send,
            Self::Stopped | Self::Purged if options.any_state => Admission::Send,
            // Whoever waits for its end would wait for somebody to start the target; what is given away cannot be kept.
            Self::Stopped if !options.synchronous && !options.forget => Admission::Wait,
            _ => Admission::Refuse(NtStatus::INVALID_DEVICE_STATE),
        }
    }

    /// `WdfIoTargetStart`.
    ///
    /// # Errors
    /// `STATUS_INVALID_DEVICE_STATE`: it is not open.
    pub const fn start(self) -> Result<Self, NtStatus> {
        match self {
            Self::Started | Self::Stopped | Self::Purged => Ok(Self::Started),
            Self::ClosedForQueryRemove | Self::Closed | Self::Deleted => Err(NtStatus::INVALID_DEVICE_STATE),
        }
    }

    /// `WdfIoTargetStop` and `WdfIoTargetPurge`: what is not open stays as it is.
    #[must_use]
    pub const fn halt(self, into: Self) -> Self {
        match self {
            Self::Started | Self::Stopped | Self::Purged => into,
            closed => closed,
        }
    }

    /// Whether `WdfIoTargetOpen` can open it.
    #[must_use]
    pub const fn can_open(self) -> bool {
        matches!(self, Self::Closed | Self::ClosedForQueryRemove)
    }
}

/// How a request ended, as the driver that sent it learns it.
#[must_use]
pub fn outcome(status: NtStatus, timed_out: bool) -> NtStatus {
    if timed_out && status == NtStatus::CANCELLED { NtStatus::IO_TIMEOUT } else { status }
}

/// A part of a memory object: `WDFMEMORY_OFFSET`, or all of it. Offset and length.
///
/// # Errors
/// `STATUS_INTEGER_OVERFLOW` or `STATUS_BUFFER_TOO_SMALL`: there are not so many bytes.
pub const fn part(size: usize, wanted: Option<(usize, usize)>) -> Result<(usize, usize), NtStatus> {
    let Some((offset, length)) = wanted else { return Ok((0, size)) };
    // A length of zero is all from the offset on.
    let length = if length == 0 { size.saturating_sub(offset) } else { length };
    match offset.checked_add(length) {
        None => Err(NtStatus::INTEGER_OVERFLOW),
        Some(end) if end > size => Err(NtStatus::BUFFER_TOO_SMALL),
        Some(_) => Ok((offset, length)),
    }
}
