//! What the core needs of NETIO.

use core::ops::Deref;
use netio_sys::{ADDRESS_FAMILY, MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, NET_IFINDEX, NTSTATUS, SOCKADDR_INET};
use netioctl_irql::PassiveLevel;

/// The NETIO functions that the operations call, one method a function.
///
/// Every method needs proof of PASSIVE_LEVEL and may block. An error is the NTSTATUS exactly as NETIO returned it.
pub trait Netio {
    /// What GetIpInterfaceTable returns; dropping it is FreeMibTable.
    type InterfaceTable<'at>: Deref<Target = [MIB_IPINTERFACE_ROW]>;
    /// What GetIpNetTable2 returns; dropping it is FreeMibTable.
    type NeighborTable<'at>: Deref<Target = [MIB_IPNET_ROW2]>;

    /// FlushIpNetTable2.
    ///
    /// # Errors
    /// What NETIO answers.
    fn flush_ip_net_table2(
        &self,
        at: PassiveLevel<'_>,
        family: ADDRESS_FAMILY,
        interface: NET_IFINDEX,
    ) -> Result<(), NTSTATUS>;

    /// SetIpNetEntry2.
    ///
    /// # Errors
    /// What NETIO answers.
    fn set_ip_net_entry2(&self, at: PassiveLevel<'_>, row: MIB_IPNET_ROW2) -> Result<(), NTSTATUS>;

    /// CreateIpNetEntry2.
    ///
    /// # Errors
    /// What NETIO answers.
    fn create_ip_net_entry2(&self, at: PassiveLevel<'_>, row: &MIB_IPNET_ROW2) -> Result<(), NTSTATUS>;

    /// DeleteIpNetEntry2.
    ///
    /// # Errors
    /// What NETIO answers.
    fn delete_ip_net_entry2(&self, at: PassiveLevel<'_>, row: &MIB_IPNET_ROW2) -> Result<(), NTSTATUS>;

    /// GetIpNetEntry2.
    ///
    /// # Errors
    /// What NETIO answers.
    fn get_ip_net_entry2(&self, at: PassiveLevel<'_>, row: MIB_IPNET_ROW2) -> Result<MIB_IPNET_ROW2, NTSTATUS>;

    /// ResolveIpNetEntry2. Waits for the network, for seconds if nobody answers.
    ///
    /// # Errors
    /// What NETIO answers.
    fn resolve_ip_net_entry2(
        &self,
        at: PassiveLevel<'_>,
        row: MIB_IPNET_ROW2,
        source: Option<&SOCKADDR_INET>,
    ) -> Result<MIB_IPNET_ROW2, NTSTATUS>;

    /// GetIpInterfaceEntry.
    ///
    /// # Errors
    /// What NETIO answers.
    fn get_ip_interface_entry(
        &self,
        at: PassiveLevel<'_>,
        row: MIB_IPINTERFACE_ROW,
    ) -> Result<MIB_IPINTERFACE_ROW, NTSTATUS>;

    /// InitializeIpInterfaceEntry.
    fn initialize_ip_interface_entry(&self, at: PassiveLevel<'_>) -> MIB_IPINTERFACE_ROW;

    /// SetIpInterfaceEntry.
    ///
    /// # Errors
    /// What NETIO answers.
    fn set_ip_interface_entry(&self, at: PassiveLevel<'_>, row: MIB_IPINTERFACE_ROW) -> Result<(), NTSTATUS>;

    /// GetIpInterfaceTable.
    ///
    /// # Errors
    /// What NETIO answers.
    fn get_ip_interface_table<'at>(
        &self,
        at: PassiveLevel<'at>,
        family: ADDRESS_FAMILY,
    ) -> Result<Self::InterfaceTable<'at>, NTSTATUS>;

    /// GetIpNetTable2.
    ///
    /// # Errors
    /// What NETIO answers.
    fn get_ip_net_table2<'at>(
        &self,
        at: PassiveLevel<'at>,
        family: ADDRESS_FAMILY,
    ) -> Result<Self::NeighborTable<'at>, NTSTATUS>;
}

/// A lock that is waited for at PASSIVE_LEVEL, and under which NETIO may be called.
pub trait WaitLock {
    /// Runs `body` while nobody else runs one. It must not come back to this lock.
    ///
    /// # Errors
    /// The lock is not there; `body` has not run.
    fn alone<R>(&self, at: PassiveLevel<'_>, body: impl FnOnce() -> R) -> Result<R, NTSTATUS>;
}
