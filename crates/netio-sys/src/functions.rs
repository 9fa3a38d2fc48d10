//! Functions of `Netio.lib`. All but [`FreeMibTable`] are annotated with PASSIVE_LEVEL as the highest IRQL.

use crate::{
    ADDRESS_FAMILY, BOOLEAN, MIB_IPINTERFACE_ROW, MIB_IPINTERFACE_TABLE, MIB_IPNET_ROW2, MIB_IPNET_TABLE2,
    MIB_UNICASTIPADDRESS_ROW, NET_IFINDEX, NTSTATUS, SOCKADDR_INET,
};
use core::ffi::c_void;

/// `PIPINTERFACE_CHANGE_CALLBACK`: context, row (or NULL), MIB_NOTIFICATION_TYPE. Of the row only the keys count; it is
/// valid during the call. Called at PASSIVE_LEVEL, by one thread at a time.
pub type PIPINTERFACE_CHANGE_CALLBACK = unsafe extern "system" fn(*mut c_void, *mut MIB_IPINTERFACE_ROW, i32);
/// `PUNICAST_IPADDRESS_CHANGE_CALLBACK`: as [`PIPINTERFACE_CHANGE_CALLBACK`].
pub type PUNICAST_IPADDRESS_CHANGE_CALLBACK =
    unsafe extern "system" fn(*mut c_void, *mut MIB_UNICASTIPADDRESS_ROW, i32);

#[cfg_attr(windows, link(name = "netio"))]
unsafe extern "system" {
    /// Removes the neighbors of one family (or both, AF_UNSPEC) on one interface (or all, index 0).
    pub fn FlushIpNetTable2(Family: ADDRESS_FAMILY, InterfaceIndex: NET_IFINDEX) -> NTSTATUS;
    /// Replaces the physical address of an existing neighbor.
    pub fn SetIpNetEntry2(Row: *mut MIB_IPNET_ROW2) -> NTSTATUS;
    /// Makes a permanent neighbor.
    pub fn CreateIpNetEntry2(Row: *const MIB_IPNET_ROW2) -> NTSTATUS;
    /// Removes a neighbor in any state.
    pub fn DeleteIpNetEntry2(Row: *const MIB_IPNET_ROW2) -> NTSTATUS;
    /// Fills in a neighbor named by its keys.
    pub fn GetIpNetEntry2(Row: *mut MIB_IPNET_ROW2) -> NTSTATUS;
    /// Drops what is known of a neighbor, asks the network, waits, and fills in the answer.
    pub fn ResolveIpNetEntry2(Row: *mut MIB_IPNET_ROW2, SourceAddress: *const SOCKADDR_INET) -> NTSTATUS;
    /// Fills in an IP interface named by its keys.
    pub fn GetIpInterfaceEntry(Row: *mut MIB_IPINTERFACE_ROW) -> NTSTATUS;
    /// Fills a row with what a change begins with. The kernel's declaration is in/out: the row must be zeroed before.
    pub fn InitializeIpInterfaceEntry(Row: *mut MIB_IPINTERFACE_ROW);
    /// Changes an IP interface.
    pub fn SetIpInterfaceEntry(Row: *mut MIB_IPINTERFACE_ROW) -> NTSTATUS;
    /// Allocates a table of all neighbors of one family, or both.
    pub fn GetIpNetTable2(Family: ADDRESS_FAMILY, Table: *mut *mut MIB_IPNET_TABLE2) -> NTSTATUS;
    /// Allocates a table of all IP interfaces of one family, or both.
    pub fn GetIpInterfaceTable(Family: ADDRESS_FAMILY, Table: *mut *mut MIB_IPINTERFACE_TABLE) -> NTSTATUS;
    /// Calls back when an IP interface comes, changes or goes; with `InitialNotification` once before it returns too.
    pub fn NotifyIpInterfaceChange(
        Family: ADDRESS_FAMILY,
        Callback: PIPINTERFACE_CHANGE_CALLBACK,
        CallerContext: *mut c_void,
        InitialNotification: BOOLEAN,
        NotificationHandle: *mut *mut c_void,
    ) -> NTSTATUS;
    /// Calls back when a unicast address comes, changes or goes; with `InitialNotification` once before it returns too.
    pub fn NotifyUnicastIpAddressChange(
        Family: ADDRESS_FAMILY,
        Callback: PUNICAST_IPADDRESS_CHANGE_CALLBACK,
        CallerContext: *mut c_void,
        InitialNotification: BOOLEAN,
        NotificationHandle: *mut *mut c_void,
    ) -> NTSTATUS;
    /// Ends a registration, and waits until its callback does not run any more. Not from that callback.
    pub fn CancelMibChangeNotify2(NotificationHandle: *mut c_void) -> NTSTATUS;
    /// Gives a table back. Not for NULL. Below DISPATCH_LEVEL.
    pub fn FreeMibTable(Memory: *mut c_void);
}
