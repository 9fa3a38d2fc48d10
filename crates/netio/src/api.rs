//! NETIO as a trait: the kernel's, or one in memory.

use crate::TableRow;
use core::ops::Deref;
use netio_sys::{
    ADDRESS_FAMILY, MIB_IPFORWARD_ROW2, MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, NET_IFINDEX, NET_LUID, SOCKADDR_INET,
};
use netioctl_irql::PassiveLevel;
use netioctl_status::NtError;

/// What a packet is to be like whose route is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteQuery {
    /// The interface that it leaves through; wins over the index when it is not 0.
    pub interface_luid: NET_LUID,
    /// The same, looked at only when the LUID is 0; with both 0 any interface will do.
    pub interface_index: NET_IFINDEX,
    /// The address that it is sent from, if that matters.
    pub source: Option<SOCKADDR_INET>,
    /// Where it is to go.
    pub destination: SOCKADDR_INET,
}

/// The functions of `netioapi.h` in the kernel, one method a function.
///
/// # IRQL
/// `PASSIVE_LEVEL`, of which every method takes proof. Each may block.
///
/// # Errors
/// An error is the status that NETIO returned; where a
/// page of the documentation names a Win32 code, it is the status with that code.
pub trait Netio {
    /// A table that NETIO allocated; dropping it is `FreeMibTable`.
    type Table<'at, R: TableRow>: Deref<Target = [R]>;

    /// Removes the neighbors of `family` (`AF_UNSPEC`: both) on one interface, or on all (index 0): `FlushIpNetTable2`.
    ///
    /// # Errors
    /// `STATUS_INVALID_PARAMETER` for another family, `STATUS_NOT_SUPPORTED` without the family's stack; for an unknown
    /// interface `STATUS_NOT_FOUND` or `STATUS_OBJECT_NAME_NOT_FOUND`.
    fn flush_ip_net_table2(
        &self,
        at: PassiveLevel<'_>,
        family: ADDRESS_FAMILY,
        interface: NET_IFINDEX,
    ) -> Result<(), NtError>;

    /// Replaces the physical address of an existing neighbor, which becomes permanent: `SetIpNetEntry2`.
    ///
    /// # Errors
    /// `STATUS_INVALID_PARAMETER` for an address or a physical address that cannot be, `STATUS_NOT_FOUND` (or
    /// `STATUS_OBJECT_NAME_NOT_FOUND`) for an unknown interface or neighbor, `STATUS_NOT_SUPPORTED` without the
    /// family's stack.
    fn set_ip_net_entry2(&self, at: PassiveLevel<'_>, row: MIB_IPNET_ROW2) -> Result<(), NtError>;

    /// Makes a permanent neighbor: `CreateIpNetEntry2`.
    ///
    /// # Errors
    /// `STATUS_DUPLICATE_OBJECTID` for a neighbor that exists in any state; else as
    /// [`set_ip_net_entry2`](Self::set_ip_net_entry2).
    fn create_ip_net_entry2(&self, at: PassiveLevel<'_>, row: &MIB_IPNET_ROW2) -> Result<(), NtError>;

    /// Removes a neighbor, whatever its state: `DeleteIpNetEntry2`.
    ///
    /// # Errors
    /// `STATUS_NOT_FOUND` (or `STATUS_OBJECT_NAME_NOT_FOUND`) for an unknown interface or neighbor,
    /// `STATUS_INVALID_PARAMETER`, `STATUS_NOT_SUPPORTED` without the family's stack.
    fn delete_ip_net_entry2(&self, at: PassiveLevel<'_>, row: &MIB_IPNET_ROW2) -> Result<(), NtError>;

    /// Fills in the neighbor that the keys of `row` name; nothing is sent: `GetIpNetEntry2`.
    ///
    /// # Errors
    /// As [`delete_ip_net_entry2`](Self::delete_ip_net_entry2).
    fn get_ip_net_entry2(&self, at: PassiveLevel<'_>, row: MIB_IPNET_ROW2) -> Result<MIB_IPNET_ROW2, NtError>;

    /// Asks the network for the physical address of a neighbor and waits for the answer, for seconds if there is none:
    /// `ResolveIpNetEntry2`. What the table knew of the neighbor is dropped first.
    ///
    /// # Errors
    /// `STATUS_BAD_NETWORK_NAME` when nobody answers; else as [`delete_ip_net_entry2`](Self::delete_ip_net_entry2).
    fn resolve_ip_net_entry2(
        &self,
        at: PassiveLevel<'_>,
        row: MIB_IPNET_ROW2,
        source: Option<&SOCKADDR_INET>,
    ) -> Result<MIB_IPNET_ROW2, NtError>;

    /// Fills in the IP interface that the keys of `row` name; the family must be given: `GetIpInterfaceEntry`.
    ///
    /// # Errors
    /// `STATUS_NOT_FOUND` (or `STATUS_OBJECT_NAME_NOT_FOUND`) for an unknown interface or one without the family,
    /// `STATUS_INVALID_PARAMETER`.
    fn get_ip_interface_entry(
        &self,
        at: PassiveLevel<'_>,
        row: MIB_IPINTERFACE_ROW,
    ) -> Result<MIB_IPINTERFACE_ROW, NtError>;

    /// The row that a change of an IP interface begins with: keys are to be filled in, and what is to change:
    /// `InitializeIpInterfaceEntry`.
    ///
    /// What the other members hold is not documented member by member: a value that nobody can set tells NETIO to leave
    /// the member as it is.
    fn initialize_ip_interface_entry(&self, at: PassiveLevel<'_>) -> MIB_IPINTERFACE_ROW;

    /// Changes the IP interface that the keys of `row` name: `SetIpInterfaceEntry`. An IPv4 row must have a site prefix
    /// length of 0, although NETIO gives another one out.
    ///
    /// # Errors
    /// As [`get_ip_interface_entry`](Self::get_ip_interface_entry).
    fn set_ip_interface_entry(&self, at: PassiveLevel<'_>, row: MIB_IPINTERFACE_ROW) -> Result<(), NtError>;

    /// The route that a packet takes, and the address that it is sent from; nothing is sent: `GetBestRoute2`.
    ///
    /// # Errors
    /// `STATUS_NETWORK_UNREACHABLE` when no route leads there, `STATUS_NOT_FOUND` (or `STATUS_OBJECT_NAME_NOT_FOUND`)
    /// for an unknown interface or one without the family, `STATUS_INVALID_PARAMETER`, `STATUS_NOT_SUPPORTED` without
    /// the family's stack.
    fn get_best_route2(
        &self,
        at: PassiveLevel<'_>,
        query: &RouteQuery,
    ) -> Result<(MIB_IPFORWARD_ROW2, SOCKADDR_INET), NtError>;

    /// All rows of `family` (`AF_UNSPEC`: both, or rows that have none) of the table that has such rows; its function is
    /// [`RawTable::GET`](crate::RawTable): `GetIpNetTable2`, `GetIpInterfaceTable` (one row for each family that an
    /// interface has), `GetIfTable2` (one row for each interface).
    ///
    /// # Errors
    /// `STATUS_NOT_FOUND` when there are none, `STATUS_INVALID_PARAMETER` for another family, `STATUS_NOT_SUPPORTED`
    /// without the family's stack, `STATUS_NO_MEMORY`.
    fn table<'at, R: TableRow>(
        &self,
        at: PassiveLevel<'at>,
        family: ADDRESS_FAMILY,
    ) -> Result<Self::Table<'at, R>, NtError>;
}
