//! The header of a table reply.

use super::structures;
use crate::{ABI_MAJOR, ABI_MINOR};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Begins every table; `returned_rows` rows of `row_size` bytes follow at once.
///
/// When not all rows fit, the reply holds as many whole rows as do, and the request ends with `STATUS_BUFFER_OVERFLOW`
/// (`ERROR_MORE_DATA`); [`TableHeader::needed`] tells how large a buffer would have held this snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct TableHeader {
    /// [`crate::ABI_MAJOR`] of the driver.
    pub abi_major: u16,
    /// [`crate::ABI_MINOR`] of the driver.
    pub abi_minor: u16,
    /// Bytes from one row to the next; may grow in a newer minor version, never shrink.
    pub row_size: u32,
    /// Rows that the snapshot has.
    pub total_rows: u32,
    /// Rows that follow.
    pub returned_rows: u32,
    /// Number of the snapshot, counted by the driver since it was loaded: two replies with different numbers come
    /// from different moments and must not be pieced together.
    pub generation: u64,
}

/// The size of a structure that travels.
pub(super) const fn size<T>() -> u32 {
    let size = size_of::<T>();
    assert!(size <= u16::MAX as usize, "no structure is that long");
    #[expect(clippy::cast_possible_truncation, reason = "asserted above")]
    let size = size as u32;
    size
}

impl TableHeader {
    /// The header of a table of `R`.
    #[must_use]
    pub const fn new<R>(total_rows: u32, returned_rows: u32, generation: u64) -> Self {
        Self {
            abi_major: ABI_MAJOR,
            abi_minor: ABI_MINOR,
            row_size: size::<R>(),
            total_rows,
            returned_rows,
            generation,
        }
    }

    /// Bytes that the whole snapshot takes with this header; `None` if that exceeds `usize`.
    #[must_use]
    pub fn needed(&self) -> Option<usize> {
        let row_size = usize::try_from(self.row_size).ok()?;
        let rows = usize::try_from(self.total_rows).ok()?;
        row_size.checked_mul(rows)?.checked_add(size_of::<Self>())
    }
}

const _: () = {
    assert!(size_of::<TableHeader>() == 24);
    assert!(core::mem::offset_of!(TableHeader, generation) == 16);
};

structures! {
    TableHeader { abi_major abi_minor row_size total_rows returned_rows generation }
}
