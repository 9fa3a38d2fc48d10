//! The one neighbor that a command is about.

use super::{args::Target, on_link::OnLink};
use crate::{
    error::{CliError, TargetError},
    select::{Directory, InterfaceSelector},
    system::System,
    usage::listed,
    values::{ScopedAddress, Zone},
    zone::{scoped, zone},
};
use netioctl_client::{Device, Error, Family, InterfaceKey, Neighbor, NeighborKey, Operation, abi::NtStatus};
use std::{collections::BTreeMap, fmt, net::IpAddr};

/// What tells the interface where neither an option nor a zone does.
#[derive(Clone, Copy)]
pub enum Otherwise<'a> {
    /// The table: the one interface that has the neighbor.
    Table,
    /// The networks of the interfaces: the neighbor may not exist yet.
    OnLink(&'a OnLink),
}

/// A neighbor whose interface has been found. It is shown as its address, with the zone of a link-local one.
pub struct Found {
    pub key: NeighborKey,
    /// The index of the interface, where it is known.
    index: Option<u32>,
    interface: String,
}

impl Found {
    /// The neighbor that is meant. The zone of its address is the index of the interface, where that is not given.
    pub fn find(
        target: &Target,
        otherwise: Otherwise<'_>,
        system: &dyn System,
        device: &Device,
    ) -> Result<Self, CliError> {
        let ScopedAddress { address, ref zone } = target.address;
        let by_name = |name: &String| InterfaceSelector::Name(name.clone());
        let (interface, index, shown) = match (&target.interface, zone) {
            (Some(selector), _) => named(target, selector, system, device)?,
            (None, Zone::Id(index)) => by_index(*index),
            (None, Zone::Name(name)) => named(target, &by_name(name), system, device)?,
            _ => match otherwise {
                Otherwise::Table => in_table(address, system, device)?,
                Otherwise::OnLink(networks) => networks.find(address, system, device)?,
            },
        };
        let scope_id = if let Zone::Name(_) = zone { index.unwrap_or(0) } else { zone.id() };
        Ok(Self { key: NeighborKey::new(interface, address).with_scope_id(scope_id), index, interface: shown })
    }

    /// The row of the table is that of this neighbor.
    pub fn is(&self, row: &Neighbor) -> bool {
        row.address == self.key.address() && self.key.interface().matches(row.interface_luid, row.interface_index)
    }

    /// An error of a request about this neighbor: if it is not there, the error says which was looked for.
    pub fn explain(&self, error: Error) -> CliError {
        match error {
            Error::Request { operation, failure } if failure.status() == Some(NtStatus::NOT_FOUND) => {
                TargetError::Missing { operation, failure, explanation: self.missing(operation) }.into()
            }
            other => other.into(),
        }
    }

    fn missing(&self, operation: Operation) -> String {
        let interface = &self.interface;
        let and = match operation {
            Operation::GetNeighbor | Operation::DeleteNeighbor => "",
            Operation::SetNeighbor => ", and set changes existing neighbors only",
            _ => {
                let family = if self.key.address().is_ipv4() { "IPv4" } else { "IPv6" };
                return format!(
                    "{interface} does not exist or has no {family}, which {self} needs; see `netioctl interface show`"
                );
            }
        };
        format!("{interface} has no neighbor {self}, or does not exist{and}; see `netioctl neigh show`")
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, scope_id) = (self.key.address(), self.key.to_request().key.scope_id);
        f.write_str(&scoped(address, zone(address, scope_id, self.index.unwrap_or(0))))
    }
}

/// The key of an interface, its index where that is known, and how it is called.
pub type Place = (InterfaceKey, Option<u32>, String);

fn by_index(index: u32) -> Place {
    let key = InterfaceKey::Index(index);
    (key, Some(index), InterfaceSelector::Key(key).to_string())
}

/// The interface of the option, which a zone must not contradict: its index is needed where there may be a zone.
fn named(
    target: &Target,
    selector: &InterfaceSelector,
    system: &dyn System,
    device: &Device,
) -> Result<Place, CliError> {
    let ScopedAddress { address, ref zone } = target.address;
    let place = match selector {
        InterfaceSelector::Key(InterfaceKey::Index(index)) => by_index(*index),
        InterfaceSelector::Key(key) if address.is_ipv4() => (*key, None, selector.to_string()),
        _ => {
            let directory = Directory::read(system, device)?;
            let key = directory.resolve(selector)?;
            (key, directory.index(key), selector.to_string())
        }
    };
    let wanted = match zone {
        Zone::Name(name) => {
            let directory = Directory::read(system, device)?;
            directory.index(directory.resolve(&InterfaceSelector::Name(name.clone()))?)
        }
        zone => Some(zone.id()).filter(|id| *id != 0),
    };
    match (place, wanted) {
        ((_, Some(index), shown), Some(wanted)) if index != wanted => {
            let is_index = matches!(selector, InterfaceSelector::Key(InterfaceKey::Index(_)));
            let interface = if is_index { shown } else { format!("{shown}, whose index is {index}") };
            Err(TargetError::OtherZone { address, zone: zone.clone(), interface }.into())
        }
        (place, _) => Ok(place),
    }
}

/// The one interface that has this neighbor.
fn in_table(address: IpAddr, system: &dyn System, device: &Device) -> Result<Place, CliError> {
    let family = if address.is_ipv4() { Family::Ipv4 } else { Family::Ipv6 };
    let table = device.neighbor_table(family)?;
    let rows = table.rows().iter().filter(|row| row.address == address);
    let places: BTreeMap<_, _> = rows.map(|row| (row.interface_index, row.interface_luid)).collect();
    let mut directory = Directory::of(system, &[]);
    let labels: Vec<_> = places.iter().map(|(index, luid)| directory.names(*luid, *index).label()).collect();
    match (places.first_key_value(), &labels[..]) {
        (Some((index, luid)), [label]) => Ok((InterfaceKey::Luid(*luid), Some(*index), label.clone())),
        (Some(_), several) => Err(TargetError::Ambiguous { address, interfaces: listed(several) }.into()),
        _ => Err(TargetError::Nowhere { address }.into()),
    }
}
