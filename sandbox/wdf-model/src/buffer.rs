//! Which buffer of a request a driver may have, by transfer method and direction.

use netioctl_status::NtStatus;

/// The transfer method of an I/O control code, or the I/O type of a device for reads and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// One system buffer for both directions.
    Buffered,
    /// System buffer in, locked pages that the driver may read.
    InDirect,
    /// System buffer in, locked pages that the driver may write.
    OutDirect,
    /// The user's own addresses.
    Neither,
}

impl Method {
    /// The method in the two low bits of an I/O control code.
    #[must_use]
    pub const fn of_control_code(code: u32) -> Self {
        match code & 3 {
            0 => Self::Buffered,
            1 => Self::InDirect,
            2 => Self::OutDirect,
            _ => Self::Neither,
        }
    }
}

/// What the request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Read: output only.
    Read,
    /// Write: input only.
    Write,
    /// I/O control: both.
    Control,
    /// Anything else has no buffers.
    Other,
}

/// The direction asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards the driver.
    Input,
    /// From the driver.
    Output,
}

/// Where the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// `Irp->AssociatedIrp.SystemBuffer`.
    SystemBuffer,
    /// The system address of `Irp->MdlAddress`.
    Mdl,
    /// `Irp->UserBuffer`: a kernel caller's buffer, as the framework hands it out unchecked.
    UserBuffer,
}

/// Where the buffer of `WdfRequestRetrieve(Input|Output)Buffer` lies.
///
/// # Errors
/// `STATUS_INVALID_DEVICE_REQUEST` for a direction that the operation does not have, `STATUS_BUFFER_TOO_SMALL` when
/// the buffer is empty or shorter than `minimum`.
pub fn locate(
    operation: Operation,
    method: Method,
    direction: Direction,
    length: usize,
    minimum: usize,
) -> Result<Place, NtStatus> {
    let place = match (operation, direction, method) {
        (Operation::Read, Direction::Input, _) | (Operation::Write, Direction::Output, _) | (Operation::Other, ..) => {
            return Err(NtStatus::INVALID_DEVICE_REQUEST);
        }
        (Operation::Control, _, Method::Neither) => None,
        (Operation::Control, Direction::Input, _) | (_, _, Method::Buffered) => Some(Place::SystemBuffer),
        (_, _, Method::Neither) => Some(Place::UserBuffer),
        (_, _, Method::InDirect | Method::OutDirect) => Some(Place::Mdl),
    };
    if length == 0 {
        return Err(NtStatus::BUFFER_TOO_SMALL);
    }
    let place = place.ok_or(NtStatus::INVALID_DEVICE_REQUEST)?;
    if length < minimum { Err(NtStatus::BUFFER_TOO_SMALL) } else { Ok(place) }
}

/// Whether `WdfRequestRetrieveUnsafeUser…Buffer` answers.
///
/// # Errors
/// `STATUS_INVALID_DEVICE_REQUEST` unless the method is neither, `STATUS_BUFFER_TOO_SMALL` below `minimum`.
pub fn unsafe_user(
    operation: Operation,
    method: Method,
    direction: Direction,
    length: usize,
    minimum: usize,
) -> Result<(), NtStatus> {
    let fits = matches!(
        (operation, direction),
        (Operation::Control, _) | (Operation::Read, Direction::Output) | (Operation::Write, Direction::Input)
    );
    if method != Method::Neither || !fits {
        return Err(NtStatus::INVALID_DEVICE_REQUEST);
    }
    if length < minimum { Err(NtStatus::BUFFER_TOO_SMALL) } else { Ok(()) }
}
