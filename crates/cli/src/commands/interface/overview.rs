//! Interfaces as people see them: one line for each, with its addresses.

use super::link::{self, Machine};
use crate::{
    output::{Cell, Record},
    select::Directory,
    zone::{scoped, zone},
};
use netioctl_client::{Family, Interface, InterfaceKey, InterfaceLuid, Link, UnicastAddress, abi::wire::LinkFlags};
use serde::Serialize;
use std::collections::BTreeSet;

/// Which interfaces are shown.
pub struct Wanted {
    pub interface: Option<InterfaceKey>,
    pub family: Family,
    /// Filters in the stacks of interfaces, and what IP is not bound to.
    pub all: bool,
}

/// One interface.
#[derive(Debug, Serialize)]
pub struct Line {
    #[serde(skip)]
    cells: [Cell; 8],
}

/// The lines of those interfaces that are wanted, by index.
pub fn lines(wanted: &Wanted, rows: &[Interface], machine: &Machine, directory: &mut Directory<'_>) -> Vec<Line> {
    let bound: BTreeSet<InterfaceLuid> = rows.iter().map(|row| row.luid).collect();
    let mut links: Vec<_> = machine.links().unwrap_or_default().iter().collect();
    links.retain(|link| is_wanted(link, wanted, &bound));
    links.sort_by_key(|link| link.index);
    links.into_iter().map(|link| Line::new(link, machine.addresses_of(link.index), directory)).collect()
}

/// Filters, and what nothing is bound to but is no adapter either, are of no interest unless they are asked for.
fn is_wanted(link: &Link, wanted: &Wanted, bound: &BTreeSet<InterfaceLuid>) -> bool {
    if let Some(key) = wanted.interface {
        return key.matches(link.luid, link.index);
    }
    let is_adapter = link.flags.contains(LinkFlags::HARDWARE_INTERFACE) && wanted.family == Family::Both;
    wanted.all || bound.contains(&link.luid) || is_adapter && !link.flags.contains(LinkFlags::FILTER_INTERFACE)
}

impl Line {
    fn new<'a>(
        link: &Link,
        addresses: impl Iterator<Item = &'a UnicastAddress>,
        directory: &mut Directory<'_>,
    ) -> Self {
        let prefix = |row: &UnicastAddress| {
            let zone = zone(row.address, row.scope_id, row.interface_index);
            format!("{}/{}", scoped(row.address, zone), row.prefix_length)
        };
        let addresses: Vec<_> = addresses.map(prefix).collect();
        Self {
            cells: [
                link.index.to_string().into(),
                directory.names(link.luid, link.index).label().into(),
                link::state(link),
                link.physical_address.to_string().into(),
                link::speed(link).into(),
                link::kind(link.interface_type).into(),
                link.mtu.to_string().into(),
                addresses.join(" ").into(),
            ],
        }
    }
}

impl Record for Line {
    fn header() -> Vec<&'static str> {
        vec!["INDEX", "INTERFACE", "STATE", "PHYSICAL ADDRESS", "SPEED", "TYPE", "MTU", "ADDRESSES"]
    }

    /// Programs are shown the rows of IP interfaces instead.
    fn columns() -> Vec<&'static str> {
        Vec::new()
    }

    fn cells(&self) -> Vec<Cell> {
        self.cells.to_vec()
    }

    /// As `ip -br address` has it.
    fn brief(&self) -> Vec<Cell> {
        let [_, name, state, .., addresses] = &self.cells;
        vec![name.clone(), state.clone(), addresses.clone()]
    }
}
