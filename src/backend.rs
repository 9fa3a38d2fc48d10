//! NETIO as the core wants it: each method is one call.

use kmdf::WaitLock;
use netio::{MibTable, Registration};
use netio_sys::{
    ADDRESS_FAMILY, MIB_IPINTERFACE_ROW, MIB_IPINTERFACE_TABLE, MIB_IPNET_ROW2, MIB_IPNET_TABLE2, NET_IFINDEX,
    NTSTATUS, SOCKADDR_INET,
};
use netioctl_core::{
    Netio,
    watch::{Notifier, Source},
};
use netioctl_irql::PassiveLevel;

/// The NETIO of the running kernel.
pub struct Kernel;

/// Held while an interface is changed.
pub static CHANGES: WaitLock<()> = WaitLock::new(());

impl netioctl_core::WaitLock for Kernel {
    fn alone<R>(&self, at: PassiveLevel<'_>, body: impl FnOnce() -> R) -> Result<R, NTSTATUS> {
        let _held = CHANGES.acquire(at).map_err(|error| error.status().0)?;
        Ok(body())
    }
}

impl Netio for Kernel {
    type InterfaceTable<'at> = MibTable<'at, MIB_IPINTERFACE_TABLE>;
    type NeighborTable<'at> = MibTable<'at, MIB_IPNET_TABLE2>;

    fn flush_ip_net_table2(
        &self,
        at: PassiveLevel<'_>,
        family: ADDRESS_FAMILY,
        interface: NET_IFINDEX,
    ) -> Result<(), NTSTATUS> {
        netio::flush_ip_net_table2(at, family, interface)
    }

    fn set_ip_net_entry2(&self, at: PassiveLevel<'_>, row: MIB_IPNET_ROW2) -> Result<(), NTSTATUS> {
        netio::set_ip_net_entry2(at, row)
    }

    fn create_ip_net_entry2(&self, at: PassiveLevel<'_>, row: &MIB_IPNET_ROW2) -> Result<(), NTSTATUS> {
        netio::create_ip_net_entry2(at, row)
    }

    fn delete_ip_net_entry2(&self, at: PassiveLevel<'_>, row: &MIB_IPNET_ROW2) -> Result<(), NTSTATUS> {
        netio::delete_ip_net_entry2(at, row)
    }

    fn get_ip_net_entry2(&self, at: PassiveLevel<'_>, row: MIB_IPNET_ROW2) -> Result<MIB_IPNET_ROW2, NTSTATUS> {
        netio::get_ip_net_entry2(at, row)
    }

    fn resolve_ip_net_entry2(
        &self,
        at: PassiveLevel<'_>,
        row: MIB_IPNET_ROW2,
        source: Option<&SOCKADDR_INET>,
    ) -> Result<MIB_IPNET_ROW2, NTSTATUS> {
        netio::resolve_ip_net_entry2(at, row, source)
    }

    fn get_ip_interface_entry(
        &self,
        at: PassiveLevel<'_>,
        row: MIB_IPINTERFACE_ROW,
    ) -> Result<MIB_IPINTERFACE_ROW, NTSTATUS> {
        netio::get_ip_interface_entry(at, row)
    }

    fn initialize_ip_interface_entry(&self, at: PassiveLevel<'_>) -> MIB_IPINTERFACE_ROW {
        netio::initialize_ip_interface_entry(at)
    }

    fn set_ip_interface_entry(&self, at: PassiveLevel<'_>, row: MIB_IPINTERFACE_ROW) -> Result<(), NTSTATUS> {
        netio::set_ip_interface_entry(at, row)
    }

    fn get_ip_interface_table<'at>(
        &self,
        at: PassiveLevel<'at>,
        family: ADDRESS_FAMILY,
    ) -> Result<Self::InterfaceTable<'at>, NTSTATUS> {
        netio::get_ip_interface_table(at, family)
    }

    fn get_ip_net_table2<'at>(
        &self,
        at: PassiveLevel<'at>,
        family: ADDRESS_FAMILY,
    ) -> Result<Self::NeighborTable<'at>, NTSTATUS> {
        netio::get_ip_net_table2(at, family)
    }
}

impl Notifier for Kernel {
    type Registration = Registration;

    fn notify(
        &self,
        at: PassiveLevel<'_>,
        source: Source,
        family: ADDRESS_FAMILY,
        context: usize,
        initial: bool,
    ) -> Result<Registration, NTSTATUS> {
        match source {
            Source::Interfaces => netio::notify_ip_interface_change::<Self>(at, family, context, initial),
            Source::Addresses => netio::notify_unicast_ip_address_change::<Self>(at, family, context, initial),
        }
    }

    fn cancel(&self, at: PassiveLevel<'_>, registration: Registration) {
        registration.cancel(at);
    }
}
