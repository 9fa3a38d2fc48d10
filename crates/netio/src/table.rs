//! The guard of a table that NETIO allocated.

use core::{fmt, ops::Deref, ptr::NonNull};
use netioctl_irql::PassiveLevel;

/// A table type of NETIO: a count, and rows behind it.
///
/// # Safety
/// For a table that NETIO returned, [`rows`](Self::rows) gives a pointer to as many initialised rows as
/// [`count`](Self::count) says, valid until [`free`](Self::free), with the provenance of the whole allocation.
pub unsafe trait RawTable {
    /// The type of a row; any bit pattern is a value.
    type Row;

    /// Number of rows.
    ///
    /// # Safety
    /// `table` points to a live table.
    unsafe fn count(table: NonNull<Self>) -> u32;

    /// The first row.
    ///
    /// # Safety
    /// `table` points to a live table.
    unsafe fn rows(table: NonNull<Self>) -> NonNull<Self::Row>;

    /// Gives the table back.
    ///
    /// # Safety
    /// `table` points to a live table that is not used afterwards; the caller runs at PASSIVE_LEVEL.
    unsafe fn free(table: NonNull<Self>);
}

/// A table that NETIO allocated: a slice of its rows, freed when dropped.
///
/// The guard keeps the proof of IRQL that the table was got with, so it is also freed at PASSIVE_LEVEL.
pub struct MibTable<'at, T: RawTable> {
    table: NonNull<T>,
    _at: PassiveLevel<'at>,
}

impl<'at, T: RawTable> MibTable<'at, T> {
    /// Takes charge of a table; `None` for a null pointer.
    ///
    /// # Safety
    /// `table` is null, or a live table that nobody else frees.
    #[must_use]
    pub unsafe fn from_raw(table: *mut T, at: PassiveLevel<'at>) -> Option<Self> {
        NonNull::new(table).map(|table| Self { table, _at: at })
    }
}

impl<T: RawTable> Deref for MibTable<'_, T> {
    type Target = [T::Row];

    fn deref(&self) -> &[T::Row] {
        // SAFETY: the guard owns a live table.
        let count = unsafe { T::count(self.table) };
        // SAFETY: the guard owns a live table.
        let rows = unsafe { T::rows(self.table) };
        // SAFETY: the trait promises so many initialised rows, and the guard keeps them alive and unchanged.
        unsafe { core::slice::from_raw_parts(rows.as_ptr(), count as usize) }
    }
}

impl<T: RawTable> Drop for MibTable<'_, T> {
    fn drop(&mut self) {
        // SAFETY: the guard is the only owner of the table and holds proof of PASSIVE_LEVEL.
        unsafe { T::free(self.table) };
    }
}

impl<T: RawTable> fmt::Debug for MibTable<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MibTable").field("rows", &self.len()).finish()
    }
}

#[cfg(all(test, not(windows)))]
mod tests {
    extern crate std;
    use super::{MibTable, RawTable};
    use core::{mem::offset_of, ptr::NonNull};
    use netioctl_irql::in_process;
    use std::{alloc, cell::Cell, thread_local};

    thread_local!(static FREED: Cell<u32> = const { Cell::new(0) });

    /// Laid out as the tables of NETIO are.
    #[repr(C)]
    struct Table {
        count: u32,
        rows: [u64; 1],
    }

    fn layout(count: usize) -> alloc::Layout {
        alloc::Layout::from_size_align(offset_of!(Table, rows) + 8 * count, 8).expect("layout")
    }

    fn allocate(values: &[u64]) -> *mut Table {
        // SAFETY: the layout is not empty.
        let table = unsafe { alloc::alloc(layout(values.len())) }.cast::<Table>();
        // SAFETY: the memory is large enough for the count, with which it begins.
        unsafe { table.cast::<u32>().write(u32::try_from(values.len()).expect("small")) };
        // SAFETY: the rows begin inside the allocation.
        let rows = unsafe { (&raw mut (*table).rows).cast::<u64>() };
        // SAFETY: the layout has room for all values.
        unsafe { rows.copy_from_nonoverlapping(values.as_ptr(), values.len()) };
        table
    }

    // SAFETY: `allocate` builds what the trait describes.
    unsafe impl RawTable for Table {
        type Row = u64;

        unsafe fn count(table: NonNull<Self>) -> u32 {
            // SAFETY: the caller promises a live table, which begins with its count.
            unsafe { table.cast::<u32>().read() }
        }

        unsafe fn rows(table: NonNull<Self>) -> NonNull<u64> {
            // SAFETY: the caller promises a live table.
            let rows = unsafe { &raw mut (*table.as_ptr()).rows };
            NonNull::new(rows.cast()).expect("inside an allocation")
        }

        unsafe fn free(table: NonNull<Self>) {
            // SAFETY: the caller promises a live table.
            let count = unsafe { Self::count(table) };
            // SAFETY: `allocate` used this layout.
            unsafe { alloc::dealloc(table.as_ptr().cast(), layout(count as usize)) };
            FREED.set(FREED.get() + 1);
        }
    }

    #[test]
    fn rows_beyond_the_first_are_seen_and_the_table_is_freed_once() {
        in_process(|at| {
            // SAFETY: a live table that nobody else frees.
            let table = unsafe { MibTable::from_raw(allocate(&[3, 5, 8]), at) }.expect("not null");
            assert_eq!(*table, [3, 5, 8]);
            assert_eq!(FREED.get(), 0);
            drop(table);
            assert_eq!(FREED.get(), 1);
        });
    }

    #[test]
    fn an_empty_table_is_freed_as_well() {
        in_process(|at| {
            // SAFETY: a live table that nobody else frees.
            let table = unsafe { MibTable::from_raw(allocate(&[]), at) }.expect("not null");
            assert!(table.is_empty());
        });
        assert_eq!(FREED.get(), 1);
    }

    #[test]
    fn null_is_no_table() {
        in_process(|at| {
            // SAFETY: null is allowed.
            assert!(unsafe { MibTable::<Table>::from_raw(core::ptr::null_mut(), at) }.is_none());
        });
        assert_eq!(FREED.get(), 0);
    }
}
