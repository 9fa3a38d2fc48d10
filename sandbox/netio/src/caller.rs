//! What goes to a caller and comes from it: statuses, and values behind its pointers.

use netio_wire::Row;
use netioctl_status::NtStatus;

/// The status that a function returns.
pub fn status_of(result: Result<(), NtStatus>) -> NtStatus {
    result.err().unwrap_or(NtStatus::SUCCESS)
}

/// Reads what a pointer of the caller's points to; NULL is `STATUS_INVALID_PARAMETER`.
///
/// # Safety
/// Unless it is NULL, the pointer is valid for reads.
pub unsafe fn read<T: Copy>(pointer: *const T) -> Result<T, NtStatus> {
    if pointer.is_null() {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    // SAFETY: It is not NULL, so the caller vouches for it; alignment is not asked for.
    Ok(unsafe { pointer.read_unaligned() })
}

/// Writes to where a pointer of the caller's points.
///
/// # Safety
/// The pointer is valid for writes.
pub unsafe fn write<T>(pointer: *mut T, value: T) {
    // SAFETY: The caller vouches for it; alignment is not asked for.
    unsafe { pointer.write_unaligned(value) }
}

/// Writes all bytes of a row, the poison of its padding too.
///
/// # Safety
/// The pointer is valid for writes.
pub unsafe fn write_image<R: Row>(row: *mut R, image: R::Image) {
    // SAFETY: The caller vouches for it.
    unsafe { write(row.cast(), image) }
}
