//! One neighbor as it is shown.

use crate::{
    output::{Cell, Record},
    select::Directory,
    zone::{scoped, zone},
};
use comfy_table::Color;
use netioctl_client::{InterfaceLuid, Neighbor, PhysicalAddress, abi::wire::NeighborState};
use serde::{Serialize, Serializer};
use std::{borrow::Cow, fmt::Display, net::IpAddr, time::Duration};

/// One neighbor for programs: the names and shapes of `ip -j neigh` where the meaning is the same.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    dst: IpAddr,
    dev: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lladdr: Option<String>,
    /// Present, with the value null, for a router.
    #[serde(skip_serializing_if = "Option::is_none")]
    router: Option<()>,
    state: [Cow<'static, str>; 1],
    ifindex: u32,
    #[serde(serialize_with = "text")]
    luid: InterfaceLuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope_id: Option<u32>,
    reachability_ms: u64,
    #[serde(skip)]
    physical_address: PhysicalAddress,
    #[serde(skip)]
    known_state: Option<NeighborState>,
}

impl Row {
    pub fn new(row: &Neighbor, directory: &mut Directory<'_>) -> Self {
        let unresolved = matches!(row.state(), Some(NeighborState::Unreachable | NeighborState::Incomplete));
        let known = !(row.physical_address.is_empty() || unresolved && row.physical_address.is_zero());
        let physical_address = if known { row.physical_address } else { PhysicalAddress::EMPTY };
        Self {
            dst: row.address,
            dev: directory.names(row.interface_luid, row.interface_index).label(),
            lladdr: known.then(|| physical_address.to_colon_string()),
            router: row.is_router().then_some(()),
            state: [linux_state(row)],
            ifindex: row.interface_index,
            luid: row.interface_luid,
            scope_id: zone(row.address, row.scope_id, row.interface_index),
            reachability_ms: u64::try_from(row.reachability_time.as_millis()).unwrap_or(u64::MAX),
            physical_address,
            known_state: row.state(),
        }
    }

    /// The physical address, where it is known.
    pub fn lladdr(&self) -> Option<&str> {
        self.lladdr.as_deref()
    }

    /// The state as `ip neigh` names it.
    pub fn state(&self) -> &str {
        &self.state[0]
    }

    pub fn dev(&self) -> &str {
        &self.dev
    }

    pub const fn is_router(&self) -> bool {
        self.router.is_some()
    }

    /// The physical address for people, or that none is known.
    pub fn shown_physical(&self) -> String {
        if self.lladdr.is_some() { self.physical_address.to_string() } else { "no physical address".to_owned() }
    }

    /// One line without columns.
    pub fn sentence(&self) -> String {
        let physical = self.lladdr.as_ref().map(|_| format!(" at {}", self.physical_address)).unwrap_or_default();
        let router = if self.is_router() { ", router" } else { "" };
        format!("{} on {}{physical}: {}{router}", self.scoped(), self.dev, self.shown_state())
    }

    /// What may change of it.
    pub fn short(&self) -> String {
        let physical = self.lladdr.as_ref().map(|_| format!("{} ", self.physical_address)).unwrap_or_default();
        format!("{physical}{}", self.shown_state())
    }

    pub fn scoped(&self) -> String {
        scoped(self.dst, self.scope_id)
    }

    /// The state as Windows names it.
    pub fn shown_state(&self) -> String {
        self.known_state.map_or_else(|| format!("State {}", self.state[0]), |state| state.name().to_owned())
    }

    fn state_cell(&self) -> Cell {
        let Some(state) = self.known_state else { return self.shown_state().into() };
        let color = match state {
            NeighborState::Reachable => Color::Green,
            NeighborState::Permanent => Color::Cyan,
            NeighborState::Unreachable => Color::Red,
            NeighborState::Incomplete => Color::Magenta,
            NeighborState::Stale | NeighborState::Delay | NeighborState::Probe => Color::Yellow,
        };
        Cell::colored(self.shown_state(), color)
    }
}

impl Record for Row {
    fn header() -> Vec<&'static str> {
        vec!["ADDRESS", "PHYSICAL ADDRESS", "STATE", "INTERFACE", "INDEX", ""]
    }

    fn columns() -> Vec<&'static str> {
        vec!["dst", "dev", "lladdr", "router", "state", "ifindex", "luid", "scope_id", "reachability_ms"]
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.scoped().into(),
            self.physical_address.to_string().into(),
            self.state_cell(),
            self.dev.clone().into(),
            self.ifindex.to_string().into(),
            if self.router.is_some() { "router" } else { "" }.into(),
        ]
    }

    /// As `ip -br neigh` has it.
    fn brief(&self) -> Vec<Cell> {
        vec![self.scoped().into(), self.dev.clone().into(), self.physical_address.to_string().into()]
    }
}

/// As a line, with the time since the neighbor was last reachable, or unreachable if it is so now.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Aged(pub Row);

impl Aged {
    fn age(&self) -> String {
        let age = Duration::from_millis(self.0.reachability_ms);
        // To the second, as far as there are seconds.
        let shown = if age.as_secs() == 0 { age } else { Duration::from_secs(age.as_secs()) };
        humantime::format_duration(shown).to_string()
    }
}

impl Record for Aged {
    fn header() -> Vec<&'static str> {
        let mut header = Row::header();
        header.insert(3, "AGE");
        header
    }

    fn columns() -> Vec<&'static str> {
        Row::columns()
    }

    fn cells(&self) -> Vec<Cell> {
        let mut cells = self.0.cells();
        cells.insert(3, self.age().into());
        cells
    }

    fn brief(&self) -> Vec<Cell> {
        let mut cells = self.0.brief();
        cells.push(self.age().into());
        cells
    }
}

/// The state as `ip neigh` names it.
fn linux_state(row: &Neighbor) -> Cow<'static, str> {
    row.state().map_or_else(|| row.raw_state.to_string().into(), |state| state.linux_name().into())
}

/// As it is displayed.
fn text<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
