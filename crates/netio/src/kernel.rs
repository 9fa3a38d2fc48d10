//! The NETIO of the running kernel: each method is one call of `Netio.lib`.

use crate::{MibTable, Netio, RawTable, RouteQuery, TableRow, check};
use core::ptr;
use netio_sys::{
    ADDRESS_FAMILY, CreateIpNetEntry2, DeleteIpNetEntry2, FlushIpNetTable2, FreeMibTable, GetBestRoute2,
    GetIpInterfaceEntry, GetIpNetEntry2, InitializeIpInterfaceEntry, MIB_IPFORWARD_ROW2, MIB_IPINTERFACE_ROW,
    MIB_IPNET_ROW2, NET_IFINDEX, ResolveIpNetEntry2, SOCKADDR_INET, SetIpInterfaceEntry, SetIpNetEntry2,
};
use netioctl_irql::PassiveLevel;
use netioctl_status::NtError;

/// NETIO reported success without giving a table.
const NO_TABLE: NtError = NtError::UNSUCCESSFUL;

/// The NETIO of the running kernel.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kernel;

impl Netio for Kernel {
    type Table<'at, R: TableRow> = MibTable<'at, R::Table>;

    fn flush_ip_net_table2(
        &self,
        _at: PassiveLevel<'_>,
        family: ADDRESS_FAMILY,
        interface: NET_IFINDEX,
    ) -> Result<(), NtError> {
        // SAFETY: takes values only; the token proves PASSIVE_LEVEL.
        check(unsafe { FlushIpNetTable2(family, interface) })
    }

    fn set_ip_net_entry2(&self, _at: PassiveLevel<'_>, mut row: MIB_IPNET_ROW2) -> Result<(), NtError> {
        // SAFETY: the row is ours and lives through the call; the token proves PASSIVE_LEVEL.
        check(unsafe { SetIpNetEntry2(&raw mut row) })
    }

    fn create_ip_net_entry2(&self, _at: PassiveLevel<'_>, row: &MIB_IPNET_ROW2) -> Result<(), NtError> {
        // SAFETY: the row lives through the call; the token proves PASSIVE_LEVEL.
        check(unsafe { CreateIpNetEntry2(ptr::from_ref(row)) })
    }

    fn delete_ip_net_entry2(&self, _at: PassiveLevel<'_>, row: &MIB_IPNET_ROW2) -> Result<(), NtError> {
        // SAFETY: the row lives through the call; the token proves PASSIVE_LEVEL.
        check(unsafe { DeleteIpNetEntry2(ptr::from_ref(row)) })
    }

    fn get_ip_net_entry2(&self, _at: PassiveLevel<'_>, mut row: MIB_IPNET_ROW2) -> Result<MIB_IPNET_ROW2, NtError> {
        // SAFETY: the row is ours and lives through the call; the token proves PASSIVE_LEVEL.
        check(unsafe { GetIpNetEntry2(&raw mut row) })?;
        Ok(row)
    }

    fn resolve_ip_net_entry2(
        &self,
        _at: PassiveLevel<'_>,
        mut row: MIB_IPNET_ROW2,
        source: Option<&SOCKADDR_INET>,
    ) -> Result<MIB_IPNET_ROW2, NtError> {
        let source = source.map_or(ptr::null(), ptr::from_ref);
        // SAFETY: the row is ours, the source is null or a reference, both live through the call; the token proves
        // PASSIVE_LEVEL.
        check(unsafe { ResolveIpNetEntry2(&raw mut row, source) })?;
        Ok(row)
    }

    fn get_ip_interface_entry(
        &self,
        _at: PassiveLevel<'_>,
        mut row: MIB_IPINTERFACE_ROW,
    ) -> Result<MIB_IPINTERFACE_ROW, NtError> {
        // SAFETY: the row is ours and lives through the call; the token proves PASSIVE_LEVEL.
        check(unsafe { GetIpInterfaceEntry(&raw mut row) })?;
        Ok(row)
    }

    fn initialize_ip_interface_entry(&self, _at: PassiveLevel<'_>) -> MIB_IPINTERFACE_ROW {
        let mut row = MIB_IPINTERFACE_ROW::default();
        // SAFETY: the row is ours, zeroed, and lives through the call; the token proves PASSIVE_LEVEL.
        unsafe { InitializeIpInterfaceEntry(&raw mut row) };
        row
    }

    fn set_ip_interface_entry(&self, _at: PassiveLevel<'_>, mut row: MIB_IPINTERFACE_ROW) -> Result<(), NtError> {
        // SAFETY: the row is ours and lives through the call; the token proves PASSIVE_LEVEL.
        check(unsafe { SetIpInterfaceEntry(&raw mut row) })
    }

    fn get_best_route2(
        &self,
        _at: PassiveLevel<'_>,
        query: &RouteQuery,
    ) -> Result<(MIB_IPFORWARD_ROW2, SOCKADDR_INET), NtError> {
        const UNUSED_OPTIONS: u32 = 0;
        let luid = if query.interface_luid == 0 { ptr::null() } else { ptr::from_ref(&query.interface_luid) };
        let source = query.source.as_ref().map_or(ptr::null(), ptr::from_ref);
        let (mut route, mut from) = (MIB_IPFORWARD_ROW2::default(), SOCKADDR_INET::default());
        // SAFETY: LUID and source are null or references, destination, route and source address are ours, and all live
        // through the call; the token proves PASSIVE_LEVEL.
        check(unsafe {
            GetBestRoute2(
                luid,
                query.interface_index,
                source,
                &raw const query.destination,
                UNUSED_OPTIONS,
                &raw mut route,
                &raw mut from,
            )
        })?;
        Ok((route, from))
    }

    fn table<'at, R: TableRow>(
        &self,
        at: PassiveLevel<'at>,
        family: ADDRESS_FAMILY,
    ) -> Result<MibTable<'at, R::Table>, NtError> {
        let mut table = ptr::null_mut();
        // SAFETY: the pointer is ours to be filled; the token proves PASSIVE_LEVEL.
        check(unsafe { R::Table::GET(family, &raw mut table) })?;
        // SAFETY: on success NETIO hands the table over to us.
        unsafe { MibTable::from_raw(table, FreeMibTable, at) }.ok_or(NO_TABLE)
    }
}
