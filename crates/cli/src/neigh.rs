//! `netioctl neigh`.

use crate::{
    args::{FlushNeighbors, Neigh, SetNeighbor, ShowNeighbors},
    error::{CliError, DONE},
    output::{Layout, Output},
    select::{self, Directory},
    system::System,
};
use netioctl_client::{Access, Family, Neighbor, NeighborUpdate, PhysicalAddress, abi::wire::NeighborState};
use serde::Serialize;
use std::net::IpAddr;

pub fn run(command: &Neigh, family: Family, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    match command {
        Neigh::Show(args) => show(args, family, system, output),
        Neigh::Set(args) => set(args, system, output),
        Neigh::Flush(args) => flush(args, family, system, output),
    }
}

fn show(args: &ShowNeighbors, family: Family, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let device = system.open(Access::Read)?;
    let mut directory = Directory::read(system, &device)?;
    let key = args.interface.as_ref().map(|selector| directory.resolve_listed(selector)).transpose()?;
    let mut rows = device.neighbor_table(family)?.into_rows();
    rows.retain(|row| key.is_none_or(|key| key.matches(row.interface_luid, row.interface_index)));
    rows.retain(|row| {
        args.state.is_empty() || args.state.iter().any(|wanted| row.state().is_some_and(|s| wanted.is(s)))
    });
    rows.sort_by_key(|row| (row.interface_index, row.address, row.scope_id));
    let rows: Vec<_> = rows.iter().map(|row| Row::new(row, &mut directory)).collect();
    output.show(&rows, |layout| text(&rows, layout))?;
    Ok(DONE)
}

/// One neighbor for programs: the names and shapes of `ip -j neigh` where the meaning is the same.
#[derive(Debug, Serialize)]
struct Row {
    dst: IpAddr,
    dev: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lladdr: Option<String>,
    /// Present, with the value null, for a router.
    #[serde(skip_serializing_if = "Option::is_none")]
    router: Option<()>,
    state: [String; 1],
    ifindex: u32,
    luid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope_id: Option<u32>,
    reachability_ms: u64,
    #[serde(skip)]
    physical_address: PhysicalAddress,
    #[serde(skip)]
    shown_state: String,
}

impl Row {
    fn new(row: &Neighbor, directory: &mut Directory<'_>) -> Self {
        let unresolved = matches!(row.state(), Some(NeighborState::Unreachable | NeighborState::Incomplete));
        let known = !(row.physical_address.is_empty() || unresolved && row.physical_address.is_zero());
        let physical_address = if known { row.physical_address } else { PhysicalAddress::EMPTY };
        let shown_state = row.state().map_or_else(|| format!("State {}", row.raw_state), |s| s.name().to_owned());
        Self {
            dst: row.address,
            dev: directory.names(row.interface_luid, row.interface_index).label(),
            lladdr: known.then(|| physical_address.to_colon_string()),
            router: row.is_router().then_some(()),
            state: [linux_state(row)],
            ifindex: row.interface_index,
            luid: row.interface_luid.to_string(),
            scope_id: (row.scope_id != 0).then_some(row.scope_id),
            reachability_ms: u64::try_from(row.reachability_time.as_millis()).unwrap_or(u64::MAX),
            physical_address,
            shown_state,
        }
    }

    /// The address with the zone that a link-local one needs to be of use elsewhere.
    fn scoped(&self) -> String {
        match self.dst {
            IpAddr::V6(v6) if v6.is_unicast_link_local() => {
                format!("{v6}%{}", self.scope_id.unwrap_or(self.ifindex))
            }
            address => address.to_string(),
        }
    }
}

/// The state as `ip neigh` names it: only Unreachable is called otherwise there.
fn linux_state(row: &Neighbor) -> String {
    match row.state() {
        Some(NeighborState::Unreachable) => "FAILED".to_owned(),
        Some(state) => state.name().to_uppercase(),
        None => row.raw_state.to_string(),
    }
}

fn text(rows: &[Row], layout: Layout) -> String {
    let header = ["ADDRESS", "PHYSICAL ADDRESS", "STATE", "INTERFACE", "INDEX", ""];
    layout.table(
        Some(header),
        rows.iter().map(|row| {
            let router = if row.router.is_some() { "router" } else { "" };
            let physical = row.physical_address.to_string();
            [
                row.scoped(),
                physical,
                row.shown_state.clone(),
                row.dev.clone(),
                row.ifindex.to_string(),
                router.to_owned(),
            ]
        }),
    )
}

#[derive(Serialize)]
struct Change {
    done: bool,
}

fn set(args: &SetNeighbor, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let device = system.open(Access::ReadWrite)?;
    let key = select::resolve(&args.interface, system, &device)?;
    let target = args.address;
    let update = NeighborUpdate::new(key, target.address, args.physical_address).with_scope_id(target.scope_id);
    device.set_neighbor(&update)?;
    output.show(&Change { done: true }, |_| format!("{} is at {} now", target.address, args.physical_address))?;
    Ok(DONE)
}

fn flush(args: &FlushNeighbors, family: Family, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    if args.interface.is_none() && !args.all {
        return Err(CliError::FlushEverything);
    }
    let device = system.open(Access::ReadWrite)?;
    let key = args.interface.as_ref().map(|selector| select::resolve(selector, system, &device)).transpose()?;
    device.flush_neighbors(family, key)?;
    let what = match family {
        Family::Both => "neighbors",
        Family::Ipv4 => "IPv4 neighbors",
        Family::Ipv6 => "IPv6 neighbors",
    };
    let place = key.map_or_else(|| "all interfaces".to_owned(), |key| format!("the interface with {key}"));
    output.show(&Change { done: true }, |_| format!("flushed the {what} of {place}"))?;
    Ok(DONE)
}
