//! What handlers answer, and how it becomes bytes.

use crate::Output;
use core::{marker::PhantomData, ops::Deref};
use netioctl_abi::{
    NtError, Table,
    wire::{Structure, TableHeader},
};

/// A value that can be written as the reply `R` of an operation.
pub trait Answer<R> {
    /// Writes it.
    ///
    /// # Errors
    /// `STATUS_BUFFER_TOO_SMALL` when there is no room for the fixed part. `STATUS_BUFFER_OVERFLOW`, a warning, when
    /// not all of it fits: what has been written counts then.
    fn put_into(self, output: &mut Output<'_>) -> Result<(), NtError>;
}

impl<T: Structure> Answer<T> for T {
    fn put_into(self, output: &mut Output<'_>) -> Result<(), NtError> {
        output.put(&self)
    }
}

/// A table: rows as NETIO gave them, and how one becomes a row of the ABI.
pub struct Rows<T, F, R> {
    generation: u64,
    table: T,
    convert: F,
    row: PhantomData<fn() -> R>,
}

impl<T, F, R, Raw> Rows<T, F, R>
where
    T: Deref<Target = [Raw]>,
    F: Fn(&Raw) -> R,
{
    /// The snapshot with this number.
    pub const fn new(generation: u64, table: T, convert: F) -> Self {
        Self { generation, table, convert, row: PhantomData }
    }
}

impl<T, F, R, Raw> Answer<Table<R>> for Rows<T, F, R>
where
    T: Deref<Target = [Raw]>,
    F: Fn(&Raw) -> R,
    R: Structure,
{
    fn put_into(self, output: &mut Output<'_>) -> Result<(), NtError> {
        put_table(output, self.generation, self.table.iter().map(self.convert))
    }
}

/// Appends a table: header, and as many whole rows as fit.
///
/// # Errors
/// As [`Answer::put_into`]; `STATUS_INSUFFICIENT_RESOURCES` for more rows than a `u32` counts.
pub fn put_table<R: Structure>(
    output: &mut Output<'_>,
    generation: u64,
    rows: impl ExactSizeIterator<Item = R>,
) -> Result<(), NtError> {
    let room = output.room().checked_sub(size_of::<TableHeader>()).ok_or(NtError::BUFFER_TOO_SMALL)?;
    let total = rows.len();
    let fitting = room.checked_div(size_of::<R>()).unwrap_or(0).min(total);
    let count = |n: usize| u32::try_from(n).map_err(|_| NtError::INSUFFICIENT_RESOURCES);
    output.put(&TableHeader::new::<R>(count(total)?, count(fitting)?, generation))?;
    output.put_each(rows.take(fitting));
    if fitting < total { Err(NtError::BUFFER_OVERFLOW) } else { Ok(()) }
}
