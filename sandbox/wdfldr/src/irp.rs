//! IRPs are given back to the I/O manager.

use crate::nt::{self, Irp};
use netioctl_status::NtStatus;

/// Gives an IRP back to the I/O manager.
pub fn complete(irp: Irp, status: NtStatus, information: Option<usize>, boost: i8) {
    irp.set_status(status);
    if let Some(information) = information {
        irp.set_information(information);
    }
    // SAFETY: the IRP is ours and is given back once.
    unsafe { nt::IofCompleteRequest(irp, boost) };
}

/// Completes an IRP that nobody wants.
pub fn refuse(irp: Irp) -> NtStatus {
    complete(irp, NtStatus::INVALID_DEVICE_REQUEST, Some(0), 0);
    NtStatus::INVALID_DEVICE_REQUEST
}

/// Completes an IRP at once.
pub fn done(irp: Irp, status: NtStatus) -> NtStatus {
    complete(irp, status, Some(0), 0);
    status
}
