//! `netioctl neigh`.

mod apply;
mod args;
mod batch;
mod change;
mod filter;
mod flush;
mod on_link;
mod outcome;
mod places;
mod resolve;
mod row;
mod save;
mod target;
mod text;
mod watch;

use crate::{
    error::{CliError, DONE},
    output::Output,
    select::Directory,
    system::System,
};
pub use args::{HELP, Neigh, Show};
use args::{Sort, Target};
use filter::Selection;
use netioctl_client::{Access, Family, Neighbor, PhysicalAddress, abi::wire::NeighborState};
use row::{Aged, Row};
use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};
use target::{Found, Otherwise};

pub fn run(command: &Neigh, family: Family, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    match command {
        Neigh::Show(args) => show(args, family, system, output),
        Neigh::Get(target) => get(target, system, output),
        Neigh::Add(args) => change::run(change::Verb::Add, args, family, system, output),
        Neigh::Set(args) => change::run(change::Verb::Set, args, family, system, output),
        Neigh::Replace(args) => change::run(change::Verb::Replace, args, family, system, output),
        Neigh::Del(args) => change::delete(args, family, system, output),
        Neigh::Apply(args) => apply::run(args, family, system, output),
        Neigh::Save(args) => save::run(args, family, system, output),
        Neigh::Flush(args) => flush::run(args, family, system, output),
        Neigh::Resolve(args) => resolve::run(args, family, system, output),
        Neigh::Watch(args) => watch::run(args, family, system, output),
    }
}

pub fn show(args: &Show, family: Family, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let device = system.open(Access::Read)?;
    let mut directory = Directory::read(system, &device)?;
    let selection = Selection::new(&args.filter, family, &directory)?;
    let mut neighbors = selection.packed(&device)?;
    neighbors.sort_unstable_by_key(order(args.sort));
    if args.reverse {
        neighbors.reverse();
    }
    let rows = neighbors.iter().map(|neighbor| Row::new(&neighbor, &mut directory));
    if args.sort == Sort::Age {
        output.records(rows.map(Aged))?;
    } else {
        output.records(rows)?;
    }
    Ok(DONE)
}

fn rows(neighbors: &[Neighbor], directory: &mut Directory<'_>) -> Vec<Row> {
    neighbors.iter().map(|neighbor| Row::new(neighbor, directory)).collect()
}

/// What neighbors are sorted by before all else.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum First {
    Nothing,
    Address(IpAddr),
    Physical(PhysicalAddress),
    State(i32),
    Age(Duration),
}

/// The key to sort neighbors by: those that are alike stay in the order of their own keys.
fn order(by: Sort) -> impl Fn(&Neighbor) -> (First, u32, IpAddr, u32) {
    move |row| {
        let first = match by {
            Sort::Interface => First::Nothing,
            Sort::Address => First::Address(row.address),
            Sort::Physical => First::Physical(row.physical_address),
            Sort::State => First::State(row.raw_state),
            Sort::Age => First::Age(row.reachability_time),
        };
        (first, row.interface_index, row.address, row.scope_id)
    }
}

fn get(target: &Target, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let device = system.open(Access::Read)?;
    let found = Found::find(target, Otherwise::Table, system, &device)?;
    let neighbor = device.neighbor(&found.key).map_err(|error| found.explain(error))?;
    one(&neighbor, system, output)
}

/// Shows one neighbor, as a list of one: that is how `ip -j neigh get` does it.
fn one(neighbor: &Neighbor, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let mut directory = Directory::of(system, &[]);
    output.records(&[Row::new(neighbor, &mut directory)])?;
    Ok(DONE)
}

/// A row that somebody made to stay: permanent, of one machine, with a physical address.
fn is_lasting(neighbor: &Neighbor) -> bool {
    let physical = &neighbor.physical_address;
    let known = !(physical.is_empty() || physical.is_zero() || neighbor.address.is_unspecified());
    neighbor.state() == Some(NeighborState::Permanent) && is_unicast(neighbor) && known
}

/// A row that the system keeps: it is there again as soon as it is gone.
fn is_well_known(neighbor: &Neighbor) -> bool {
    neighbor.state() == Some(NeighborState::Permanent) && !is_unicast(neighbor)
}

/// Neither multicast nor broadcast. The broadcast address of a network is known by its physical address.
fn is_unicast(neighbor: &Neighbor) -> bool {
    let physical = neighbor.physical_address.as_bytes();
    let to_all = !physical.is_empty() && physical.iter().all(|byte| *byte == 0xff);
    let limited = neighbor.address == IpAddr::V4(Ipv4Addr::BROADCAST);
    !(neighbor.address.is_multicast() || limited || to_all)
}
