//! Removing many neighbors.

use super::args::Flush;
use super::{change::CHANGED, filter::Selection, is_well_known, row::Row, rows};
use crate::{
    error::{CliError, DONE},
    output::{Format, Output, table_of},
    select::Directory,
    system::System,
    usage::listed,
};
use netioctl_client::{
    Access, Device, Error, Failure, Family, Neighbor, NeighborChange, NeighborKey, Operation,
    abi::{NtStatus, wire::MAX_BATCH},
};
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};

pub fn run(args: &Flush, family: Family, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    if !(args.all || args.filter.is_selective()) {
        return Err(CliError::FlushEverything);
    }
    let access = if args.dry_run { Access::Read } else { Access::ReadWrite };
    let device = system.open(access)?;
    let mut directory = Directory::read(system, &device)?;
    let selection = Selection::new(&args.filter, family, &directory)?;
    let (kept, mut before): (Vec<_>, _) = selection.read(&device)?.into_iter().partition(is_well_known);
    super::sort(&mut before, super::args::Sort::Interface);
    if args.dry_run {
        return dry_run(&rows(&before, &mut directory), output);
    }
    let filtered = args.filter.looks_at_rows();
    if filtered && before.is_empty() {
        let but = if kept.is_empty() { "" } else { ", but for those that the system keeps" };
        let done = Done { done: CHANGED.done, flushed: args.verbose.then(Vec::new) };
        return report(&done, &format!("no {} matches{but}", words(family, 1)), output);
    }
    let place = if filtered { place_of_rows(&before, &mut directory) } else { place(&selection, &directory) };
    let (count, what) = (before.len(), words(family, before.len()));
    if !args.yes && system.confirm(&format!("Flush {count} {what} of {place}?"))? == Some(false) {
        return Err(CliError::NotConfirmed);
    }
    let text = if filtered {
        let deleted = delete(&device, &before)?;
        format!("deleted {deleted} {} of {place} that matched", words(family, deleted))
    } else {
        match &selection.interfaces[..] {
            [] => device.flush_neighbors(family, None)?,
            some => some.iter().try_for_each(|interface| device.flush_neighbors(family, Some(*interface)))?,
        }
        format!("flushed the {} of {place}", words(family, 0))
    };
    let gone = if args.verbose { gone(before, &selection.read(&device)?) } else { Vec::new() };
    let done = Done { done: CHANGED.done, flushed: args.verbose.then(|| rows(&gone, &mut directory)) };
    report(&done, &text, output)
}

#[derive(Serialize)]
struct Done {
    done: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    flushed: Option<Vec<Row>>,
}

fn report(done: &Done, text: &str, output: &mut Output<'_>) -> Result<u8, CliError> {
    match (&done.flushed, output.format) {
        (Some(rows), Format::Csv | Format::Brief) => output.records(rows)?,
        (Some(rows), _) if !rows.is_empty() => {
            output.show(done, |layout| format!("{}\n{text}", table_of(rows, layout)))?;
        }
        _ => output.show(done, |_| text.to_owned())?,
    }
    Ok(DONE)
}

fn dry_run(rows: &[Row], output: &mut Output<'_>) -> Result<u8, CliError> {
    output.records(rows)?;
    if output.format == Format::Table {
        let verb = if rows.len() == 1 { "neighbor would go" } else { "neighbors would go" };
        output.text(&format!("{} {verb}; nothing was changed", rows.len()))?;
    }
    Ok(DONE)
}

fn words(family: Family, count: usize) -> &'static str {
    match (family, count) {
        (Family::Both, 1) => "neighbor",
        (Family::Both, _) => "neighbors",
        (Family::Ipv4, 1) => "IPv4 neighbor",
        (Family::Ipv4, _) => "IPv4 neighbors",
        (Family::Ipv6, 1) => "IPv6 neighbor",
        (Family::Ipv6, _) => "IPv6 neighbors",
    }
}

fn place(selection: &Selection<'_>, directory: &Directory<'_>) -> String {
    let labels: Vec<_> = selection.interfaces.iter().filter_map(|key| directory.label(*key)).collect();
    if labels.is_empty() { "all interfaces".to_owned() } else { listed(&labels) }
}

/// The interface of the neighbors that match, or how many interfaces they have.
fn place_of_rows(neighbors: &[Neighbor], directory: &mut Directory<'_>) -> String {
    let interfaces: BTreeMap<_, _> = neighbors.iter().map(|row| (row.interface_luid, row.interface_index)).collect();
    match interfaces.first_key_value() {
        Some((luid, index)) if interfaces.len() == 1 => directory.names(*luid, *index).label(),
        _ => format!("{} interfaces", interfaces.len()),
    }
}

/// Deletes neighbors, many at a time where the driver can, and counts them. One that is not there any more is no
/// failure.
fn delete(device: &Device, neighbors: &[Neighbor]) -> Result<usize, CliError> {
    let keys: Vec<_> = neighbors.iter().map(Neighbor::key).collect();
    let mut failures = Vec::new();
    let mut deleted = 0;
    for keys in keys.chunks(MAX_BATCH as usize) {
        let statuses = if device.supports(Operation::BatchNeighbors) {
            let changes: Vec<_> = keys.iter().copied().map(NeighborChange::Delete).collect();
            device.change_neighbors(&changes)?
        } else {
            keys.iter().map(|key| delete_one(device, key)).collect::<Result<_, _>>()?
        };
        deleted += statuses.iter().filter(|status| !status.is_error()).count();
        failures.extend(statuses.into_iter().filter(|status| status.is_error() && *status != NtStatus::NOT_FOUND));
    }
    match failures.first() {
        None => Ok(deleted),
        Some(first) => Err(CliError::PartlyFlushed { failed: failures.len(), of: keys.len(), first: *first }),
    }
}

fn delete_one(device: &Device, key: &NeighborKey) -> Result<NtStatus, Error> {
    match device.delete_neighbor(key) {
        Ok(()) => Ok(NtStatus::SUCCESS),
        Err(error) => match error.failure().and_then(netioctl_client::Failure::status) {
            // The whole device is gone, or may not be written to: no other neighbor fares better.
            _ if error.failure().is_some_and(Failure::is_device_gone) => Err(error),
            Some(NtStatus::ACCESS_DENIED) | None => Err(error),
            Some(status) => Ok(status),
        },
    }
}

/// Those of `before` that are not there any more.
fn gone(before: Vec<Neighbor>, after: &[Neighbor]) -> Vec<Neighbor> {
    let left: HashSet<_> = after.iter().map(Neighbor::key).collect();
    before.into_iter().filter(|neighbor| !left.contains(&neighbor.key())).collect()
}
