//! The guard of a table that NETIO allocated.

use core::{ffi::c_void, fmt, mem::offset_of, ops::Deref, ptr::NonNull};
use netio_sys::{ADDRESS_FAMILY, MIB_IF_ROW2, MIB_IF_TABLE2};
#[cfg(feature = "kernel")]
use netio_sys::{GetIfTable2, NTSTATUS};
use netioctl_irql::PassiveLevel;

/// A table type of `netioapi.h`: a count, and rows behind it.
///
/// # Safety
/// The type is laid out as `netioapi.h` lays it out: a `u32` that counts the rows comes first; the rows begin at the
/// offset [`ROWS`](Self::ROWS), one behind the other; any bytes are a row. `GET`, which is there in kernel code, fills the
/// place that it is given with such a table whenever it reports success, and `FreeMibTable` frees it.
pub unsafe trait RawTable {
    /// The type of a row.
    type Row: Copy + 'static;
    /// Bytes from the beginning of the table to its first row.
    const ROWS: usize;
    /// The function that allocates such a table of the rows of one family, or both (`AF_UNSPEC`). Where rows have none, the
    /// family means nothing.
    #[cfg(feature = "kernel")]
    const GET: unsafe extern "system" fn(ADDRESS_FAMILY, *mut *mut Self) -> NTSTATUS;
}

/// A row that NETIO has tables of.
pub trait TableRow: Copy + Send + 'static {
    /// The table.
    type Table: RawTable<Row = Self>;
    /// The name of the function that gives the table out.
    const NAME: &'static str;

    /// The family that the row belongs to: `AF_INET` or `AF_INET6`; `AF_UNSPEC` where rows have none.
    fn family(&self) -> ADDRESS_FAMILY;
}

/// [`RawTable::GET`] of a table whose function takes no family.
#[cfg(feature = "kernel")]
unsafe extern "system" fn links(_: ADDRESS_FAMILY, table: *mut *mut MIB_IF_TABLE2) -> NTSTATUS {
    // SAFETY: as the caller of `GET` promises.
    unsafe { GetIfTable2(table) }
}

// SAFETY: the count comes first (asserted in `netio-sys`), the rows begin at the member `Table`, all members of a row are
// integers, and the function is declared with this table.
unsafe impl RawTable for MIB_IF_TABLE2 {
    type Row = MIB_IF_ROW2;
    const ROWS: usize = offset_of!(Self, Table);
    #[cfg(feature = "kernel")]
    const GET: unsafe extern "system" fn(ADDRESS_FAMILY, *mut *mut Self) -> NTSTATUS = links;
}

impl TableRow for MIB_IF_ROW2 {
    type Table = MIB_IF_TABLE2;
    const NAME: &'static str = "GetIfTable2";

    fn family(&self) -> ADDRESS_FAMILY {
        0
    }
}

/// Implements [`RawTable`] and [`TableRow`] for the tables of `netioapi.h`: the function that makes one, the table, its
/// row, and the member of the row that has the family.
macro_rules! tables {
    ($($get:ident: $table:ident of $row:ident by $($family:ident).+;)+) => {
        $(
            // SAFETY: the count comes first (asserted in `netio-sys`), the rows begin at the member `Table`, all members
            // of a row are integers, and the function is declared with this table.
            unsafe impl RawTable for netio_sys::$table {
                type Row = netio_sys::$row;
                const ROWS: usize = offset_of!(Self, Table);
                #[cfg(feature = "kernel")]
                const GET: unsafe extern "system" fn(ADDRESS_FAMILY, *mut *mut Self) -> NTSTATUS = netio_sys::$get;
            }

            impl TableRow for netio_sys::$row {
                type Table = netio_sys::$table;
                const NAME: &'static str = stringify!($get);

                fn family(&self) -> ADDRESS_FAMILY {
                    self.$($family).+
                }
            }
        )+
    };
}

tables! {
    GetIpInterfaceTable: MIB_IPINTERFACE_TABLE of MIB_IPINTERFACE_ROW by Family;
    GetIpNetTable2: MIB_IPNET_TABLE2 of MIB_IPNET_ROW2 by Address.si_family;
    GetIpForwardTable2: MIB_IPFORWARD_TABLE2 of MIB_IPFORWARD_ROW2 by DestinationPrefix.Prefix.si_family;
    GetUnicastIpAddressTable: MIB_UNICASTIPADDRESS_TABLE of MIB_UNICASTIPADDRESS_ROW by Address.si_family;
}

/// The function that frees a table: `FreeMibTable`.
pub type Free = unsafe extern "system" fn(*mut c_void);

/// A table that NETIO allocated: a slice of its rows, freed when dropped.
///
/// # IRQL
/// `PASSIVE_LEVEL`: the guard keeps the proof of it that the table was got with, so it is also freed there.
pub struct MibTable<'at, T: RawTable> {
    table: NonNull<T>,
    free: Free,
    _at: PassiveLevel<'at>,
}

impl<'at, T: RawTable> MibTable<'at, T> {
    /// Takes charge of a table; `None` for a null pointer.
    ///
    /// # Safety
    /// `table` is null, or the live table of as many initialised rows as it counts, which nobody else frees or changes;
    /// `free` frees it, at `PASSIVE_LEVEL`. The pointer may be used for the whole allocation.
    #[must_use]
    pub unsafe fn from_raw(table: *mut T, free: Free, at: PassiveLevel<'at>) -> Option<Self> {
        NonNull::new(table).map(|table| Self { table, free, _at: at })
    }
}

impl<T: RawTable> Deref for MibTable<'_, T> {
    type Target = [T::Row];

    fn deref(&self) -> &[T::Row] {
        let table = self.table.as_ptr();
        // SAFETY: the guard owns a live table, which begins with its count.
        let count = unsafe { table.cast::<u32>().read() };
        let rows = table.wrapping_byte_add(T::ROWS).cast::<T::Row>();
        // SAFETY: `from_raw` was promised so many initialised rows, and the guard keeps them alive and unchanged.
        unsafe { core::slice::from_raw_parts(rows, count as usize) }
    }
}

impl<T: RawTable> Drop for MibTable<'_, T> {
    fn drop(&mut self) {
        // SAFETY: the guard is the only owner of the table and holds proof of PASSIVE_LEVEL.
        unsafe { (self.free)(self.table.as_ptr().cast()) };
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
    use core::ffi::c_void;
    use netio_sys::{MIB_IPINTERFACE_ROW, MIB_IPINTERFACE_TABLE, MIB_IPNET_ROW2, MIB_IPNET_TABLE2};
    use netioctl_irql::in_process;
    use std::{alloc, cell::Cell, thread_local};

    thread_local!(static FREED: Cell<u32> = const { Cell::new(0) });

    fn layout<T: RawTable>(count: usize) -> alloc::Layout {
        alloc::Layout::from_size_align(T::ROWS + size_of::<T::Row>() * count, 8).expect("layout")
    }

    /// A table as NETIO allocates it: room for its rows and no more, which may be less than the type has.
    fn allocate<T: RawTable>(rows: &[T::Row]) -> *mut T {
        // SAFETY: the layout is not empty.
        let table = unsafe { alloc::alloc(layout::<T>(rows.len())) }.cast::<T>();
        // SAFETY: the memory is large enough for the count, with which it begins.
        unsafe { table.cast::<u32>().write(u32::try_from(rows.len()).expect("small")) };
        let place = table.wrapping_byte_add(T::ROWS).cast::<T::Row>();
        // SAFETY: the layout has room for all rows.
        unsafe { place.copy_from_nonoverlapping(rows.as_ptr(), rows.len()) };
        table
    }

    unsafe extern "system" fn free<T: RawTable>(table: *mut c_void) {
        // SAFETY: the table is alive, and begins with its count.
        let count = unsafe { table.cast::<u32>().read() };
        // SAFETY: `allocate` used this layout.
        unsafe { alloc::dealloc(table.cast(), layout::<T>(count as usize)) };
        FREED.set(FREED.get() + 1);
    }

    fn check<T: RawTable<Row: PartialEq + core::fmt::Debug>>(rows: &[T::Row]) {
        let freed = FREED.get();
        in_process(|at| {
            // SAFETY: a live table that nobody else frees.
            let table = unsafe { MibTable::from_raw(allocate::<T>(rows), free::<T>, at) }.expect("not null");
            assert_eq!(*table, *rows);
            assert_eq!(FREED.get(), freed);
        });
        assert_eq!(FREED.get(), freed + 1);
    }

    #[test]
    fn rows_beyond_the_first_are_seen_and_the_table_is_freed_once() {
        let neighbor = |index| MIB_IPNET_ROW2 { InterfaceIndex: index, ..MIB_IPNET_ROW2::default() };
        check::<MIB_IPNET_TABLE2>(&[neighbor(3), neighbor(5), neighbor(8)]);
        let interface = |metric| MIB_IPINTERFACE_ROW { Metric: metric, ..MIB_IPINTERFACE_ROW::default() };
        check::<MIB_IPINTERFACE_TABLE>(&[interface(1), interface(2)]);
    }

    #[test]
    fn an_empty_table_is_freed_as_well() {
        check::<MIB_IPNET_TABLE2>(&[]);
        check::<MIB_IPINTERFACE_TABLE>(&[]);
    }

    #[test]
    fn null_is_no_table() {
        let null = core::ptr::null_mut::<MIB_IPNET_TABLE2>();
        in_process(|at| {
            // SAFETY: null is allowed.
            assert!(unsafe { MibTable::from_raw(null, free::<MIB_IPNET_TABLE2>, at) }.is_none());
        });
        assert_eq!(FREED.get(), 0);
    }
}
