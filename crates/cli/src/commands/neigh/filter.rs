//! Which neighbors are meant.

use super::args::Filter;
use super::is_unicast;
use crate::{error::CliError, select::Directory};
use netioctl_client::{Device, Error, Family, InterfaceKey, Neighbor};

/// A filter whose interface has been found.
pub struct Selection<'a> {
    filter: &'a Filter,
    family: Family,
    pub interface: Option<InterfaceKey>,
}

impl<'a> Selection<'a> {
    pub fn new(filter: &'a Filter, family: Family, directory: &Directory<'_>) -> Result<Self, CliError> {
        let interface = filter.interface.as_ref();
        let interface = interface.map(|selector| directory.resolve_listed(selector)).transpose()?;
        Ok(Self { filter, family, interface })
    }

    /// The neighbors that match, in the order of the network stack.
    pub fn read(&self, device: &Device) -> Result<Vec<Neighbor>, Error> {
        let mut neighbors = device.neighbor_table(self.family)?.into_rows();
        neighbors.retain(|neighbor| self.matches(neighbor));
        Ok(neighbors)
    }

    fn matches(&self, row: &Neighbor) -> bool {
        let Filter { state, prefix, mac, router, unicast, .. } = self.filter;
        self.interface.is_none_or(|key| key.matches(row.interface_luid, row.interface_index))
            && (state.is_empty() || state.iter().any(|wanted| row.state().is_some_and(|state| wanted.is(state))))
            && (prefix.is_empty() || prefix.iter().any(|network| network.contains(row.address)))
            && (mac.is_empty() || mac.contains(&row.physical_address))
            && (!router || row.is_router())
            && (!unicast || is_unicast(row))
    }
}

impl Filter {
    /// Something is said about the neighbors beyond their interface and family.
    pub fn looks_at_rows(&self) -> bool {
        self.unicast || self.names_rows()
    }

    /// Something is said that not every ordinary neighbor matches.
    pub fn is_selective(&self) -> bool {
        self.interface.is_some() || self.names_rows()
    }

    fn names_rows(&self) -> bool {
        !(self.state.is_empty() && self.prefix.is_empty() && self.mac.is_empty()) || self.router
    }
}
