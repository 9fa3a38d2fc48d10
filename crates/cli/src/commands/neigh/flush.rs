//! Removing many neighbors.

use super::args::Flush;
use super::{batch, change::CHANGED, filter::Selection, is_well_known, outcome::all_done, row::Row, rows};
use crate::{
    error::{CliError, DONE},
    output::{Format, Output, table_of},
    select::Directory,
    system::System,
    usage::listed,
};
use netioctl_client::{
    Access, Device, Family, Neighbor, NeighborChange,
    abi::{NtStatus, wire::NeighborState},
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
    before.retain(|row| !(args.dynamic && is_permanent(row)));
    before.sort_unstable_by_key(super::order(super::args::Sort::Interface));
    if args.dry_run {
        return dry_run(&rows(&before, &mut directory), output);
    }
    let filtered = args.filter.looks_at_rows() || args.dynamic;
    if filtered && before.is_empty() {
        let but = if kept.is_empty() { "" } else { ", but for those that the system keeps" };
        let done = Report::new(&[], 0, args.verbose.then(Vec::new));
        return report(&done, &format!("no {} matches{but}", words(family, 1)), output);
    }
    let place = if filtered { place_of_rows(&before, &mut directory) } else { place(&selection, &directory) };
    if !args.yes && system.confirm(&question(&before, family, &place))? == Some(false) {
        return Err(CliError::NotConfirmed);
    }
    if filtered {
        delete(&device, &before)?;
    } else {
        match &selection.interfaces[..] {
            [] => device.flush_neighbors(family, None)?,
            some => some.iter().try_for_each(|interface| device.flush_neighbors(family, Some(*interface)))?,
        }
    }
    let count = before.len();
    let gone = gone(before, &selection.read(&device)?);
    let text = if filtered {
        format!("deleted {} {} of {place} that matched", gone.len(), words(family, gone.len()))
    } else {
        format!("flushed the {} of {place}", words(family, 0))
    };
    let text = text + &removed(&gone, count - gone.len(), filtered);
    let done = Report::new(&gone, count - gone.len(), args.verbose.then(|| rows(&gone, &mut directory)));
    report(&done, &text, output)
}

fn is_permanent(row: &Neighbor) -> bool {
    row.state() == Some(NeighborState::Permanent)
}

/// How many of them are permanent, and how many are not.
fn kinds(rows: &[Neighbor]) -> [usize; 2] {
    let permanent = rows.iter().filter(|row| is_permanent(row)).count();
    [permanent, rows.len() - permanent]
}

fn question(rows: &[Neighbor], family: Family, place: &str) -> String {
    let (count, [permanent, _]) = (rows.len(), kinds(rows));
    let warning = match permanent {
        0 => String::new(),
        all if all == count => ", permanent ones".to_owned(),
        some => format!(", {some} of them permanent"),
    };
    format!("Flush {count} {} of {place}{warning}?", words(family, count))
}

/// What the table has not any more, and what it has still or again.
fn removed(gone: &[Neighbor], left: usize, counted: bool) -> String {
    let [permanent, dynamic] = kinds(gone);
    let kind = |count: usize, kind: &str| (count > 0).then(|| format!("{count} {kind}"));
    let kinds: Vec<_> = [kind(permanent, "permanent"), kind(dynamic, "dynamic")].into_iter().flatten().collect();
    let removed = match (gone.len(), counted) {
        (0, false) => ": none went".to_owned(),
        (0, true) => String::new(),
        (_, true) => format!(": {}", listed(&kinds)),
        (_, false) => format!(": {} went", listed(&kinds)),
    };
    match left {
        0 => removed,
        left => format!("{removed}; {left} {} there still or again", if left == 1 { "is" } else { "are" }),
    }
}

#[derive(Serialize)]
struct Report {
    done: bool,
    /// Neighbors that went.
    removed: usize,
    permanent: usize,
    dynamic: usize,
    /// Neighbors that are there still, or again.
    left: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    flushed: Option<Vec<Row>>,
}

impl Report {
    fn new(gone: &[Neighbor], left: usize, flushed: Option<Vec<Row>>) -> Self {
        let [permanent, dynamic] = kinds(gone);
        Self { done: CHANGED.done, removed: gone.len(), permanent, dynamic, left, flushed }
    }
}

fn report(done: &Report, text: &str, output: &mut Output<'_>) -> Result<u8, CliError> {
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

/// Deletes neighbors. One that is not there any more is no failure.
fn delete(device: &Device, neighbors: &[Neighbor]) -> Result<(), CliError> {
    let changes: Vec<_> = neighbors.iter().map(|row| NeighborChange::Delete(row.key())).collect();
    let (statuses, ended) = batch::send(device, &changes);
    ended?;
    let failed = |status: &NtStatus| status.is_error() && *status != NtStatus::NOT_FOUND;
    let ended: Vec<_> = neighbors.iter().zip(statuses).filter(|(_, status)| failed(status)).collect();
    let ended: Vec<_> = ended.into_iter().map(|(row, status)| (row.key().address().to_string(), status)).collect();
    all_done(neighbors.len(), &ended)
}

/// Those of `before` that are not there any more.
fn gone(before: Vec<Neighbor>, after: &[Neighbor]) -> Vec<Neighbor> {
    let left: HashSet<_> = after.iter().map(Neighbor::key).collect();
    before.into_iter().filter(|neighbor| !left.contains(&neighbor.key())).collect()
}
