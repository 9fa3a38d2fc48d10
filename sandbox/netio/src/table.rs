//! Pool memory for a table.

use crate::{
    remote::Answer,
    system::{ExAllocatePoolWithTag, ExFreePoolWithTag, NON_PAGED_POOL_NX},
};
use core::{ffi::c_void, ptr::NonNull, slice};
use netioctl_status::NtStatus;

/// "`NtTb`" in a pool listing.
const TAG: u32 = u32::from_le_bytes(*b"NtTb");

/// A table that nobody holds yet; freed unless it is handed out.
pub struct Table(NonNull<c_void>);

impl Drop for Table {
    fn drop(&mut self) {
        // SAFETY: The block came from the pool with this tag, and belongs to this value alone.
        unsafe { ExFreePoolWithTag(self.0.as_ptr(), TAG) }
    }
}

impl Table {
    /// Receives a table's image: as many rows of so many bytes as it says.
    pub fn receive(answer: Answer, row: usize) -> Result<Self, NtStatus> {
        let (length, call) = (answer.length() as usize, answer.call());
        // SAFETY: Takes numbers only; a NULL answer is looked for.
        let block = unsafe { ExAllocatePoolWithTag(NON_PAGED_POOL_NX, length, TAG) };
        let this = Self(NonNull::new(block).ok_or(NtStatus::NO_MEMORY)?);
        // SAFETY: The block has room for so many bytes.
        unsafe { this.0.cast::<u8>().write_bytes(netio_wire::POISON, length) };
        // SAFETY: The bytes were just written, and nobody else knows the block.
        let bytes = unsafe { slice::from_raw_parts_mut(this.0.cast::<u8>().as_ptr(), length) };
        answer.read_into(bytes)?;
        if !netio_wire::row::is_table(bytes, row) {
            call.unserved(format_args!("the NETIO server sent {length} bytes that are not the rows that they say"));
            return Err(NtStatus::DEVICE_NOT_READY);
        }
        Ok(this)
    }

    /// Gives the table up, to be freed with `from_raw`.
    pub fn into_raw(self) -> *mut c_void {
        let block = self.0.as_ptr();
        core::mem::forget(self);
        block
    }

    /// Takes a table back.
    ///
    /// # Safety
    /// It came from [`Table::into_raw`] and is taken back once.
    pub unsafe fn from_raw(block: NonNull<c_void>) -> Self {
        Self(block)
    }
}
