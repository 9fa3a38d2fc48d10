//! Which neighbors are meant.

use super::args::Filter;
use super::is_unicast;
use crate::{
    error::CliError,
    select::{Directory, InterfaceSelector},
    values::{Prefix, Zone},
};
use ipnet::IpNet;
use netioctl_client::{Device, Error, Family, InterfaceKey, Neighbor, PackedTable, PhysicalAddress};

/// A filter whose interfaces have been found.
pub struct Selection<'a> {
    filter: &'a Filter,
    family: Family,
    /// Empty: all of them.
    pub interfaces: Vec<InterfaceKey>,
    /// Each with the interface that its zone names. Empty: all of them.
    networks: Vec<(IpNet, Option<InterfaceKey>)>,
}

impl<'a> Selection<'a> {
    pub fn new(filter: &'a Filter, family: Family, directory: &Directory<'_>) -> Result<Self, CliError> {
        let interfaces = filter.interface.iter().map(|interfaces| directory.resolve_all(interfaces));
        let interfaces = interfaces.collect::<Result<Vec<_>, _>>()?.concat();
        let network = |prefix: &Prefix| Ok::<_, CliError>((prefix.network, zone(&prefix.zone, directory)?));
        let networks = filter.prefix.iter().chain(&filter.to).map(network).collect::<Result<_, _>>()?;
        Ok(Self { filter, family, interfaces, networks })
    }

    /// The neighbors that match, in the order of the network stack.
    pub fn read(&self, device: &Device) -> Result<Vec<Neighbor>, Error> {
        Ok(self.packed(device)?.iter().collect())
    }

    /// The same in as little memory as the table takes.
    pub fn packed(&self, device: &Device) -> Result<PackedTable<Neighbor>, Error> {
        let mut neighbors = device.packed_neighbor_table(self.family)?;
        if self.filter.is_selective() || self.filter.looks_at_rows() {
            neighbors.retain(|neighbor| self.matches(neighbor));
        }
        Ok(neighbors)
    }

    fn matches(&self, row: &Neighbor) -> bool {
        let Filter { state, mac, router, unicast, .. } = self.filter;
        let is_behind = |key: &InterfaceKey| key.matches(row.interface_luid, row.interface_index);
        let is_in = |(network, zone): &(IpNet, Option<InterfaceKey>)| {
            network.contains(&row.address) && zone.as_ref().is_none_or(is_behind)
        };
        let begins = |mac: &PhysicalAddress| row.physical_address.as_bytes().starts_with(mac.as_bytes());
        (self.interfaces.is_empty() || self.interfaces.iter().any(is_behind))
            && (state.is_empty() || state.iter().any(|wanted| row.state().is_some_and(|state| wanted.is(state))))
            && (self.networks.is_empty() || self.networks.iter().any(is_in))
            && (mac.is_empty() || mac.iter().any(begins))
            && (!router || row.is_router())
            && (!unicast || is_unicast(row))
    }
}

/// The interface that a zone names.
fn zone(zone: &Zone, directory: &Directory<'_>) -> Result<Option<InterfaceKey>, CliError> {
    let selector = match zone {
        Zone::None => return Ok(None),
        Zone::Id(index) => InterfaceSelector::Key(InterfaceKey::Index(*index)),
        Zone::Name(name) => InterfaceSelector::Name(name.clone()),
    };
    directory.resolve_listed(&selector).map(Some)
}

impl Filter {
    /// Something is said about the neighbors beyond their interface and family.
    pub fn looks_at_rows(&self) -> bool {
        self.unicast || self.names_rows()
    }

    /// Something is said that not every ordinary neighbor matches.
    pub fn is_selective(&self) -> bool {
        !self.interface.is_empty() || self.names_rows()
    }

    fn names_rows(&self) -> bool {
        let lists = self.state.is_empty() && self.prefix.is_empty() && self.to.is_empty() && self.mac.is_empty();
        !lists || self.router
    }
}
