//! The calls, one wrapper a function.

use crate::{MibTable, RawTable, check};
use core::ptr::{self, NonNull};
use netio_sys::{
    ADDRESS_FAMILY, CreateIpNetEntry2, DeleteIpNetEntry2, FlushIpNetTable2, FreeMibTable, GetIpInterfaceEntry,
    GetIpInterfaceTable, GetIpNetEntry2, GetIpNetTable2, InitializeIpInterfaceEntry, MIB_IPINTERFACE_ROW,
    MIB_IPINTERFACE_TABLE, MIB_IPNET_ROW2, MIB_IPNET_TABLE2, NET_IFINDEX, NTSTATUS, ResolveIpNetEntry2, SOCKADDR_INET,
    SetIpInterfaceEntry, SetIpNetEntry2,
};
use netioctl_irql::PassiveLevel;

/// STATUS_UNSUCCESSFUL: NETIO reported success without giving a table.
const NO_TABLE: NTSTATUS = 0xc000_0001_u32.cast_signed();

/// Removes the neighbors of `family` (AF_UNSPEC: both) on one interface, or on all (index 0).
///
/// # Errors
/// STATUS_INVALID_PARAMETER for another family, STATUS_NOT_SUPPORTED without the family's stack; for an unknown
/// interface Windows documents nothing.
pub fn flush_ip_net_table2(
    _at: PassiveLevel<'_>,
    family: ADDRESS_FAMILY,
    interface: NET_IFINDEX,
) -> Result<(), NTSTATUS> {
    // SAFETY: takes values only; the token proves PASSIVE_LEVEL.
    check(unsafe { FlushIpNetTable2(family, interface) })
}

/// Replaces the physical address of an existing neighbor, which becomes permanent.
///
/// # Errors
/// STATUS_INVALID_PARAMETER for an address or a physical address that cannot be, STATUS_NOT_FOUND (or
/// STATUS_OBJECT_NAME_NOT_FOUND) for an unknown interface or neighbor, STATUS_NOT_SUPPORTED without the family's
/// stack.
pub fn set_ip_net_entry2(_at: PassiveLevel<'_>, mut row: MIB_IPNET_ROW2) -> Result<(), NTSTATUS> {
    // SAFETY: the row is ours and lives through the call; the token proves PASSIVE_LEVEL.
    check(unsafe { SetIpNetEntry2(&raw mut row) })
}

/// Makes a permanent neighbor.
///
/// # Errors
/// STATUS_DUPLICATE_OBJECTID for a neighbor that exists in any state; else as [`set_ip_net_entry2`].
pub fn create_ip_net_entry2(_at: PassiveLevel<'_>, row: &MIB_IPNET_ROW2) -> Result<(), NTSTATUS> {
    // SAFETY: the row lives through the call; the token proves PASSIVE_LEVEL.
    check(unsafe { CreateIpNetEntry2(ptr::from_ref(row)) })
}

/// Removes a neighbor, whatever its state.
///
/// # Errors
/// STATUS_NOT_FOUND (or STATUS_OBJECT_NAME_NOT_FOUND) for an unknown interface or neighbor, STATUS_INVALID_PARAMETER,
/// STATUS_NOT_SUPPORTED without the family's stack.
pub fn delete_ip_net_entry2(_at: PassiveLevel<'_>, row: &MIB_IPNET_ROW2) -> Result<(), NTSTATUS> {
    // SAFETY: the row lives through the call; the token proves PASSIVE_LEVEL.
    check(unsafe { DeleteIpNetEntry2(ptr::from_ref(row)) })
}

/// Fills in the neighbor that the keys of `row` name. Nothing is sent.
///
/// # Errors
/// As [`delete_ip_net_entry2`].
pub fn get_ip_net_entry2(_at: PassiveLevel<'_>, mut row: MIB_IPNET_ROW2) -> Result<MIB_IPNET_ROW2, NTSTATUS> {
    // SAFETY: the row is ours and lives through the call; the token proves PASSIVE_LEVEL.
    check(unsafe { GetIpNetEntry2(&raw mut row) })?;
    Ok(row)
}

/// Asks the network for the physical address of a neighbor and waits for the answer, for seconds if there is none. What
/// the table knew of the neighbor is dropped first.
///
/// # Errors
/// STATUS_BAD_NETWORK_NAME when nobody answers; else as [`delete_ip_net_entry2`].
pub fn resolve_ip_net_entry2(
    _at: PassiveLevel<'_>,
    mut row: MIB_IPNET_ROW2,
    source: Option<&SOCKADDR_INET>,
) -> Result<MIB_IPNET_ROW2, NTSTATUS> {
    let source = source.map_or(ptr::null(), ptr::from_ref);
    // SAFETY: the row is ours, the source is null or a reference, both live through the call; the token proves
    // PASSIVE_LEVEL.
    check(unsafe { ResolveIpNetEntry2(&raw mut row, source) })?;
    Ok(row)
}

/// Fills in the IP interface that the keys of `row` name; the family must be given.
///
/// # Errors
/// STATUS_NOT_FOUND (or STATUS_OBJECT_NAME_NOT_FOUND) for an unknown interface or one without the family,
/// STATUS_INVALID_PARAMETER.
pub fn get_ip_interface_entry(
    _at: PassiveLevel<'_>,
    mut row: MIB_IPINTERFACE_ROW,
) -> Result<MIB_IPINTERFACE_ROW, NTSTATUS> {
    // SAFETY: the row is ours and lives through the call; the token proves PASSIVE_LEVEL.
    check(unsafe { GetIpInterfaceEntry(&raw mut row) })?;
    Ok(row)
}

/// The row that a change of an IP interface begins with: keys are to be filled in, and what is to change.
///
/// What the other members hold is not documented member by member: a value that nobody can set tells NETIO to leave the
/// member as it is.
#[must_use]
pub fn initialize_ip_interface_entry(_at: PassiveLevel<'_>) -> MIB_IPINTERFACE_ROW {
    let mut row = MIB_IPINTERFACE_ROW::default();
    // SAFETY: the row is ours, zeroed, and lives through the call; the token proves PASSIVE_LEVEL.
    unsafe { InitializeIpInterfaceEntry(&raw mut row) };
    row
}

/// Changes the IP interface that the keys of `row` name. An IPv4 row must have a site prefix length of 0, although
/// NETIO gives another one out.
///
/// # Errors
/// As [`get_ip_interface_entry`].
pub fn set_ip_interface_entry(_at: PassiveLevel<'_>, mut row: MIB_IPINTERFACE_ROW) -> Result<(), NTSTATUS> {
    // SAFETY: the row is ours and lives through the call; the token proves PASSIVE_LEVEL.
    check(unsafe { SetIpInterfaceEntry(&raw mut row) })
}

/// All neighbors of `family` (AF_UNSPEC: both).
///
/// # Errors
/// STATUS_NOT_FOUND when there are none, STATUS_INVALID_PARAMETER for another family, STATUS_NOT_SUPPORTED without
/// the family's stack, STATUS_NO_MEMORY.
pub fn get_ip_net_table2(
    at: PassiveLevel<'_>,
    family: ADDRESS_FAMILY,
) -> Result<MibTable<'_, MIB_IPNET_TABLE2>, NTSTATUS> {
    let mut table = ptr::null_mut();
    // SAFETY: the pointer is ours to be filled; the token proves PASSIVE_LEVEL.
    check(unsafe { GetIpNetTable2(family, &raw mut table) })?;
    // SAFETY: on success NETIO hands the table over to us.
    unsafe { MibTable::from_raw(table, at) }.ok_or(NO_TABLE)
}

/// All IP interfaces of `family` (AF_UNSPEC: one row for each family that an interface has).
///
/// # Errors
/// As [`get_ip_net_table2`].
pub fn get_ip_interface_table(
    at: PassiveLevel<'_>,
    family: ADDRESS_FAMILY,
) -> Result<MibTable<'_, MIB_IPINTERFACE_TABLE>, NTSTATUS> {
    let mut table = ptr::null_mut();
    // SAFETY: the pointer is ours to be filled; the token proves PASSIVE_LEVEL.
    check(unsafe { GetIpInterfaceTable(family, &raw mut table) })?;
    // SAFETY: on success NETIO hands the table over to us.
    unsafe { MibTable::from_raw(table, at) }.ok_or(NO_TABLE)
}

/// Implements [`RawTable`] for a table type of `netioapi.h`.
macro_rules! raw_table {
    ($table:ty, $row:ty) => {
        // SAFETY: `netioapi.h` lays the rows out behind the count, from the member `Table` on.
        unsafe impl RawTable for $table {
            type Row = $row;

            unsafe fn count(table: NonNull<Self>) -> u32 {
                // SAFETY: the caller promises a live table, which begins with its count (asserted in `netio-sys`).
                unsafe { table.cast::<u32>().read() }
            }

            unsafe fn rows(table: NonNull<Self>) -> NonNull<Self::Row> {
                // SAFETY: the member lies inside a live table, as the caller promises.
                let rows = unsafe { &raw mut (*table.as_ptr()).Table };
                // SAFETY: a member of a live table is not at address 0.
                unsafe { NonNull::new_unchecked(rows.cast()) }
            }

            unsafe fn free(table: NonNull<Self>) {
                // SAFETY: the caller promises a live table of NETIO, no further use, and PASSIVE_LEVEL.
                unsafe { FreeMibTable(table.as_ptr().cast()) };
            }
        }
    };
}

raw_table!(MIB_IPNET_TABLE2, MIB_IPNET_ROW2);
raw_table!(MIB_IPINTERFACE_TABLE, MIB_IPINTERFACE_ROW);
