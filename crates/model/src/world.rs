//! A device, and the interfaces and addresses that the steps mean there.

use crate::{
    step::{Action, Address, Change, INTERFACES, NEIGHBORS, Name, Setting, Step, Who},
    tables::{Outcome, Settings, Tables},
};
use netioctl_client::{
    Device, Error, Family, Interface, InterfaceChange, InterfaceKey, InterfaceLuid, Neighbor, NeighborChange,
    NeighborKey, NeighborUpdate, PhysicalAddress,
    abi::{AddressFamily, NtStatus, wire::NeighborState},
};
use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

/// The families of an interface.
const FAMILIES: [AddressFamily; 2] = [AddressFamily::Ipv4, AddressFamily::Ipv6];

/// An index that no interface has.
const NOBODY: u32 = 0x00ff_fff0;

/// The first bytes of every physical address.
const PHYSICAL: [u8; 5] = [2, 0, 0x5e, 0x10, 0];

/// An interface with both families.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its index.
    pub index: u32,
    /// Its LUID.
    pub luid: InterfaceLuid,
    /// Addresses of neighbors that nobody else makes: two of IPv4, two of IPv6.
    pub addresses: [IpAddr; NEIGHBORS],
}

/// A device, and what the steps mean there.
#[derive(Debug)]
pub struct World {
    /// The device, opened for changes.
    pub device: Device,
    /// The interfaces that are played with.
    pub places: [Place; INTERFACES],
}

impl World {
    /// Brings the device to where the model begins.
    ///
    /// # Errors
    /// A request that cannot fail has failed.
    pub fn reset(&self, tables: &Tables) -> Result<(), String> {
        self.device.flush_neighbors(Family::Both, None).map_err(|error| error.to_string())?;
        for (place, families) in self.places.iter().zip(&tables.interfaces) {
            for (family, [metric, reachable, retransmit]) in FAMILIES.iter().zip(families) {
                let change = InterfaceChange::new(InterfaceKey::Index(place.index), *family);
                // A metric that the system finds by itself is not one that was set.
                let change = change.use_automatic_metric(false).metric(*metric);
                let change = change.base_reachable_time(milliseconds(*reachable));
                let change = change.retransmit_time(milliseconds(*retransmit));
                self.device.set_interface(&change).map_err(|error| error.to_string())?;
            }
        }
        Ok(())
    }

    /// The tables as the device has them.
    ///
    /// # Errors
    /// They cannot be read, or hold what nobody has put there.
    pub fn look(&self) -> Result<Tables, String> {
        let mut tables = Tables { neighbors: BTreeMap::new(), ..Tables::default() };
        let rows = self.device.neighbor_table(Family::Both).map_err(|error| error.to_string())?;
        tables.neighbors = self.neighbors(rows.rows())?;
        self.compare_neighbors(&tables.neighbors)?;
        let rows = self.device.interface_table(Family::Both).map_err(|error| error.to_string())?;
        for (number, place) in self.places.iter().enumerate() {
            for (family, settings) in FAMILIES.iter().zip(&mut tables.interfaces[number]) {
                let mut found = rows.iter().filter(|row| row.luid == place.luid && row.family == *family);
                let (Some(row), None) = (found.next(), found.next()) else {
                    return Err(format!("interface {} is not there once for {family:?}", place.index));
                };
                *settings = settings_of(row);
            }
        }
        Ok(tables)
    }

    /// Each neighbor by itself is as the table has it.
    fn compare_neighbors(&self, table: &BTreeMap<(usize, usize), u8>) -> Result<(), String> {
        for (interface, address) in
            (0..INTERFACES).flat_map(|interface| (0..NEIGHBORS).map(move |address| (interface, address)))
        {
            let who = Who { interface: Name::Luid(interface), address: Address::Known(address) };
            let in_table = table.get(&(interface, address));
            let expected = in_table.map_or(Outcome::Refused(NtStatus::NOT_FOUND), |last| Outcome::Physical(*last));
            let got = self.get(&who);
            if got != expected {
                return Err(format!("{who:?} by itself is {got:?}, in the table {expected:?}"));
            }
        }
        Ok(())
    }

    /// Takes a step.
    #[must_use]
    pub fn take(&self, step: &Step) -> Outcome {
        match step {
            Step::Change(change) => self.change(change),
            Step::Batch(changes) => self.batch(changes),
            Step::Get(who) => self.get(who),
            Step::Table(family) => self.table(*family),
            Step::Flush(family, name) => {
                let named = matches!(name, Some(Name::Nobody | Name::Luid(_) | Name::Index(_)));
                let interface = name.map(|name| self.interface(name));
                done(self.device.flush_neighbors(*family, interface), named)
            }
            Step::GetInterface(name, family) => match self.device.interface(self.interface(*name), FAMILIES[*family]) {
                Ok(row) => Outcome::Settings(settings_of(&row)),
                Err(error) => refused(&error, *name == Name::Nobody),
            },
            Step::SetInterface(name, family, setting, value) => {
                let change = InterfaceChange::new(self.interface(*name), FAMILIES[*family]);
                let change = match setting {
                    Setting::Metric => change.metric(*value),
                    Setting::BaseReachableTime => change.base_reachable_time(milliseconds(*value)),
                    Setting::RetransmitTime => change.retransmit_time(milliseconds(*value)),
                };
                done(self.device.set_interface(&change), *name == Name::Nobody)
            }
        }
    }

    fn change(&self, change: &Change) -> Outcome {
        let unknown = change.who.interface == Name::Nobody;
        let end = match self.neighbor_change(change) {
            NeighborChange::Set(update) => self.device.set_neighbor(&update),
            NeighborChange::Create(update) => self.device.create_neighbor(&update),
            NeighborChange::Replace(update) => self.device.replace_neighbor(&update),
            NeighborChange::Delete(key) => self.device.delete_neighbor(&key),
        };
        done(end, unknown)
    }

    fn batch(&self, changes: &[Change]) -> Outcome {
        let batch: Vec<_> = changes.iter().map(|change| self.neighbor_change(change)).collect();
        match self.device.change_neighbors(&batch) {
            Err(error) => Outcome::Broken(error.to_string()),
            Ok(statuses) => {
                let each = changes.iter().zip(statuses).map(|(change, status)| {
                    let unknown = change.who.interface == Name::Nobody;
                    if status.is_success() { Outcome::Done } else { Outcome::Refused(known(status, unknown)) }
                });
                Outcome::Each(each.collect())
            }
        }
    }

    fn get(&self, who: &Who) -> Outcome {
        match self.device.neighbor(&self.key(who)) {
            Err(error) => refused(&error, who.interface == Name::Nobody),
            Ok(row) => match self.neighbors(&[row]) {
                Ok(rows) => rows.values().next().map_or(Outcome::Rows(rows.clone()), |last| Outcome::Physical(*last)),
                Err(broken) => Outcome::Broken(broken),
            },
        }
    }

    fn table(&self, family: Family) -> Outcome {
        match self.device.neighbor_table(family) {
            Err(error) => refused(&error, false),
            Ok(table) => self.neighbors(table.rows()).map_or_else(Outcome::Broken, Outcome::Rows),
        }
    }

    /// The neighbors of a table that the steps are about, each once, with both names of its interface, and permanent.
    fn neighbors(&self, rows: &[Neighbor]) -> Result<BTreeMap<(usize, usize), u8>, String> {
        let mut known = BTreeMap::new();
        for row in rows {
            let place = self.places.iter().position(|place| place.luid == row.interface_luid);
            let Some(number) = place else { continue };
            let place = &self.places[number];
            let Some(address) = place.addresses.iter().position(|address| *address == row.address) else { continue };
            let [first @ .., last] = row.physical_address.as_bytes() else {
                return Err(format!("{row:?} has no physical address"));
            };
            let right = first == PHYSICAL && row.interface_index == place.index;
            if !right || row.state() != Some(NeighborState::Permanent) {
                return Err(format!("{row:?} is not what was made"));
            }
            if known.insert((number, address), *last).is_some() {
                return Err(format!("{row:?} is there twice"));
            }
        }
        Ok(known)
    }

    fn interface(&self, name: Name) -> InterfaceKey {
        match name {
            Name::Index(number) => InterfaceKey::Index(self.places[number].index),
            Name::Luid(number) => InterfaceKey::Luid(self.places[number].luid),
            Name::Nobody => InterfaceKey::Index(NOBODY),
        }
    }

    fn key(&self, who: &Who) -> NeighborKey {
        let addresses = match who.interface {
            Name::Index(number) | Name::Luid(number) => self.places[number].addresses,
            Name::Nobody => self.places[0].addresses,
        };
        let address = match who.address {
            Address::Known(number) => addresses[number],
            Address::Unspecified => Ipv4Addr::UNSPECIFIED.into(),
            Address::Loopback => Ipv6Addr::LOCALHOST.into(),
        };
        NeighborKey::new(self.interface(who.interface), address)
    }

    fn neighbor_change(&self, change: &Change) -> NeighborChange {
        let key = self.key(&change.who);
        let mut physical = [0; 6];
        physical[..PHYSICAL.len()].copy_from_slice(&PHYSICAL);
        physical[PHYSICAL.len()] = change.physical;
        let physical = match change.physical {
            0 => PhysicalAddress::EMPTY,
            _ => PhysicalAddress::from(physical),
        };
        let update = NeighborUpdate::of(key, physical);
        match change.action {
            Action::Set => NeighborChange::Set(update),
            Action::Create => NeighborChange::Create(update),
            Action::Replace => NeighborChange::Replace(update),
            Action::Delete => NeighborChange::Delete(key),
        }
    }
}

fn milliseconds(value: u32) -> Duration {
    Duration::from_millis(value.into())
}

fn settings_of(row: &Interface) -> Settings {
    let milliseconds = |time: Duration| u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
    [row.metric, milliseconds(row.base_reachable_time), milliseconds(row.retransmit_time)]
}

fn done(end: Result<(), Error>, unknown: bool) -> Outcome {
    end.map_or_else(|error| refused(&error, unknown), |()| Outcome::Done)
}

fn refused(error: &Error, unknown: bool) -> Outcome {
    let status = error.ntstatus().map(|status| known(status, unknown));
    status.map_or_else(|| Outcome::Broken(error.to_string()), Outcome::Refused)
}

/// For an interface that is not there NETIO is documented to have one of two statuses.
fn known(status: NtStatus, unknown: bool) -> NtStatus {
    if unknown && status == NtStatus::NOT_FOUND { NtStatus::OBJECT_NAME_NOT_FOUND } else { status }
}
