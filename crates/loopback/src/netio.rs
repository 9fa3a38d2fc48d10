//! NETIO in memory.

use crate::{
    listeners::{Change, Listener, Listeners, Told, changes},
    lock,
    tables::{Tables, octets},
};
use netio::{Netio, RouteQuery, TableRow, check};
use netio_sys::{MIB_IPFORWARD_ROW2, MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, MIB_UNICASTIPADDRESS_ROW, SOCKADDR_INET};
use netioctl_abi::{AF_INET, AF_UNSPEC, NtError, NtStatus, wire::NeighborState};
use netioctl_core::watch::Source;
use netioctl_irql::PassiveLevel;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// A NETIO whose tables are in memory. Clones share them.
///
/// It follows the contract of each function (see [`Netio`]). An address is resolved when a host answers for it
/// ([`host`](Self::host)). `InitializeIpInterfaceEntry` leaves zeros, as a system does that marks no member as one to
/// leave alone.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    listeners: Listeners,
}

#[derive(Debug, Default)]
struct State {
    tables: Tables,
    hosts: HashMap<Vec<u8>, Vec<u8>>,
    failures: HashMap<&'static str, NtStatus>,
    delays: HashMap<&'static str, Duration>,
}

impl Memory {
    /// Changes the tables, and tells the listeners what has come, gone or changed of interfaces and addresses.
    pub fn update<T>(&self, body: impl FnOnce(&mut Tables) -> T) -> T {
        let (result, told) = {
            let mut state = lock(&self.0.state);
            let before = Told::of(&state.tables);
            let result = body(&mut state.tables);
            (result, changes(&before, &Told::of(&state.tables)))
        };
        for change in &told {
            self.0.listeners.tell(change);
        }
        result
    }

    /// Looks at the tables.
    pub fn look<T>(&self, body: impl FnOnce(&Tables) -> T) -> T {
        body(&lock(&self.0.state).tables)
    }

    /// From now on somebody answers for this address, whatever the interface.
    pub fn host(&self, address: &SOCKADDR_INET, physical_address: &[u8]) {
        lock(&self.0.state).hosts.insert(octets(address), physical_address.to_vec());
    }

    /// Calls of this function of `netioapi.h` end with this status and do nothing, from now on.
    pub fn fail(&self, function: &'static str, status: NtStatus) {
        lock(&self.0.state).failures.insert(function, status);
    }

    /// A call of this function takes so much longer, after it has done its work.
    pub fn delay(&self, function: &'static str, time: Duration) {
        lock(&self.0.state).delays.insert(function, time);
    }

    /// Tells the listeners of an interface what the tables do not say; `kind` is a `MIB_NOTIFICATION_TYPE`, or another.
    pub fn tell_interface(&self, row: &MIB_IPINTERFACE_ROW, kind: i32) {
        self.0.listeners.tell(&Change::of_interface(row, kind));
    }

    /// Tells the listeners of an address, as [`tell_interface`](Self::tell_interface) does of an interface.
    pub fn tell_address(&self, row: &MIB_UNICASTIPADDRESS_ROW, kind: i32) {
        self.0.listeners.tell(&Change::of_address(row, kind));
    }

    pub(crate) fn register(&self, source: Source, family: u16, listener: Listener) -> Result<u64, NtError> {
        let function = match source {
            Source::Interfaces => "NotifyIpInterfaceChange",
            Source::Addresses => "NotifyUnicastIpAddressChange",
        };
        lock(&self.0.state).admit(function)?;
        Ok(self.0.listeners.register(source, family, listener))
    }

    pub(crate) fn cancel(&self, registration: u64) {
        self.0.listeners.cancel(registration);
    }

    fn call<T>(
        &self,
        function: &'static str,
        body: impl FnOnce(&mut Tables) -> Result<T, NtError>,
    ) -> Result<T, NtError> {
        let delay = {
            let state = lock(&self.0.state);
            state.admit(function)?;
            state.delays.get(function).copied()
        };
        let result = self.update(body);
        if let Some(time) = delay {
            thread::sleep(time);
        }
        result
    }
}

impl State {
    fn admit(&self, function: &'static str) -> Result<(), NtError> {
        self.failures.get(function).map_or(Ok(()), |status| check(status.0))
    }
}

impl Netio for Memory {
    type Table<'at, R: TableRow> = Vec<R>;

    fn flush_ip_net_table2(&self, _: PassiveLevel<'_>, family: u16, interface: u32) -> Result<(), NtError> {
        self.call("FlushIpNetTable2", |tables| {
            if interface != 0 && !tables.rows::<MIB_IPINTERFACE_ROW>().iter().any(|row| row.InterfaceIndex == interface)
            {
                return Err(NtError::OBJECT_NAME_NOT_FOUND);
            }
            tables.rows_mut::<MIB_IPNET_ROW2>().retain(|row| {
                let other_family = family != AF_UNSPEC && row.Address.si_family != family;
                let elsewhere = interface != 0 && row.InterfaceIndex != interface;
                // The stack makes its rows for groups anew at once.
                other_family || elsewhere || is_multicast(&row.Address)
            });
            Ok(())
        })
    }

    fn set_ip_net_entry2(&self, _: PassiveLevel<'_>, row: MIB_IPNET_ROW2) -> Result<(), NtError> {
        self.call("SetIpNetEntry2", |tables| {
            let place = tables.neighbor(&tables.named(&row)?).ok_or(NtError::NOT_FOUND)?;
            let known = &mut tables.rows_mut::<MIB_IPNET_ROW2>()[place];
            let (length, address) = (row.PhysicalAddressLength, row.PhysicalAddress);
            *known = permanent(MIB_IPNET_ROW2 { PhysicalAddressLength: length, PhysicalAddress: address, ..*known });
            Ok(())
        })
    }

    fn create_ip_net_entry2(&self, _: PassiveLevel<'_>, row: &MIB_IPNET_ROW2) -> Result<(), NtError> {
        self.call("CreateIpNetEntry2", |tables| {
            let row = tables.named(row)?;
            if tables.neighbor(&row).is_some() {
                return Err(NtError::DUPLICATE_OBJECTID);
            }
            tables.rows_mut().push(permanent(row));
            Ok(())
        })
    }

    fn delete_ip_net_entry2(&self, _: PassiveLevel<'_>, row: &MIB_IPNET_ROW2) -> Result<(), NtError> {
        self.call("DeleteIpNetEntry2", |tables| {
            let place = tables.neighbor(&tables.named(row)?).ok_or(NtError::NOT_FOUND)?;
            tables.rows_mut::<MIB_IPNET_ROW2>().remove(place);
            Ok(())
        })
    }

    fn get_ip_net_entry2(&self, _: PassiveLevel<'_>, row: MIB_IPNET_ROW2) -> Result<MIB_IPNET_ROW2, NtError> {
        self.call("GetIpNetEntry2", |tables| {
            let place = tables.neighbor(&tables.named(&row)?).ok_or(NtError::NOT_FOUND)?;
            Ok(tables.rows()[place])
        })
    }

    fn resolve_ip_net_entry2(
        &self,
        _: PassiveLevel<'_>,
        row: MIB_IPNET_ROW2,
        _source: Option<&SOCKADDR_INET>,
    ) -> Result<MIB_IPNET_ROW2, NtError> {
        let answer = lock(&self.0.state).hosts.get(&octets(&row.Address)).cloned();
        self.call("ResolveIpNetEntry2", |tables| {
            let mut row = tables.named(&row)?;
            let known = tables.neighbor(&row);
            let Some(answer) = answer else {
                if let Some(place) = known {
                    tables.rows_mut::<MIB_IPNET_ROW2>()[place].State = NeighborState::Unreachable as i32;
                }
                return Err(NtError::BAD_NETWORK_NAME);
            };
            row.PhysicalAddress[..answer.len()].copy_from_slice(&answer);
            row.PhysicalAddressLength = u32::try_from(answer.len()).unwrap_or(u32::MAX);
            row.State = NeighborState::Reachable as i32;
            match known {
                Some(place) => tables.rows_mut()[place] = row,
                None => tables.rows_mut().push(row),
            }
            Ok(row)
        })
    }

    fn get_ip_interface_entry(
        &self,
        _: PassiveLevel<'_>,
        row: MIB_IPINTERFACE_ROW,
    ) -> Result<MIB_IPINTERFACE_ROW, NtError> {
        self.call("GetIpInterfaceEntry", |tables| {
            let place = tables.interface(row.InterfaceLuid, row.InterfaceIndex, row.Family)?;
            Ok(tables.rows()[place])
        })
    }

    fn initialize_ip_interface_entry(&self, _: PassiveLevel<'_>) -> MIB_IPINTERFACE_ROW {
        MIB_IPINTERFACE_ROW::default()
    }

    fn set_ip_interface_entry(&self, _: PassiveLevel<'_>, row: MIB_IPINTERFACE_ROW) -> Result<(), NtError> {
        self.call("SetIpInterfaceEntry", |tables| {
            let place = tables.interface(row.InterfaceLuid, row.InterfaceIndex, row.Family)?;
            if row.Family == AF_INET && row.SitePrefixLength != 0 {
                return Err(NtError::INVALID_PARAMETER);
            }
            let known = &mut tables.rows_mut::<MIB_IPINTERFACE_ROW>()[place];
            *known = MIB_IPINTERFACE_ROW {
                InterfaceLuid: known.InterfaceLuid,
                InterfaceIndex: known.InterfaceIndex,
                InterfaceIdentifier: known.InterfaceIdentifier,
                MaxReassemblySize: known.MaxReassemblySize,
                MinRouterAdvertisementInterval: known.MinRouterAdvertisementInterval,
                MaxRouterAdvertisementInterval: known.MaxRouterAdvertisementInterval,
                ReachableTime: known.ReachableTime,
                TransmitOffload: known.TransmitOffload,
                ReceiveOffload: known.ReceiveOffload,
                Connected: known.Connected,
                SupportsWakeUpPatterns: known.SupportsWakeUpPatterns,
                SupportsNeighborDiscovery: known.SupportsNeighborDiscovery,
                SupportsRouterDiscovery: known.SupportsRouterDiscovery,
                ..row
            };
            Ok(())
        })
    }

    fn get_best_route2(
        &self,
        _: PassiveLevel<'_>,
        query: &RouteQuery,
    ) -> Result<(MIB_IPFORWARD_ROW2, SOCKADDR_INET), NtError> {
        self.call("GetBestRoute2", |tables| tables.best_route(query))
    }

    fn table<R: TableRow>(&self, _: PassiveLevel<'_>, family: u16) -> Result<Vec<R>, NtError> {
        let rows = self.call(R::NAME, |tables| Ok(tables.of_family::<R>(family)))?;
        if rows.is_empty() { Err(NtError::NOT_FOUND) } else { Ok(rows) }
    }
}

/// A neighbor that somebody has set.
fn permanent(row: MIB_IPNET_ROW2) -> MIB_IPNET_ROW2 {
    MIB_IPNET_ROW2 { State: NeighborState::Permanent as i32, ..row }
}

fn is_multicast(address: &SOCKADDR_INET) -> bool {
    match address.si_family {
        AF_INET => address.sin_addr_or_flowinfo[0] & 0xf0 == 0xe0,
        _ => address.sin6_addr[0] == 0xff,
    }
}
