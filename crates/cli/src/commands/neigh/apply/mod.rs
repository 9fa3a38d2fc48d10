//! Making the table as a file has it.

mod entry;
mod lines;
mod table;

use super::{
    args::Apply,
    is_lasting,
    outcome::{Action, Outcome, Step, Summary, carry_out},
    places::INPUT,
    text,
};
use crate::{
    error::{CliError, InputError},
    output::Output,
    select::Directory,
    system::System,
};
use entry::{Entry, Place};
use netioctl_client::{
    Access, Device, Family, InterfaceKey, InterfaceLuid, Neighbor, NeighborChange, NeighborKey, NeighborUpdate,
    PhysicalAddress, abi::wire::NeighborState,
};
use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    path::Path,
};

/// What names a row of the table.
type Id = (InterfaceLuid, IpAddr);

pub fn run(args: &Apply, family: Family, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let (file, bytes) = read(&args.file, system)?;
    let text = text::decode(&bytes, &file)?;
    let mut entries = entries(&text, &file)?;
    entries.retain(|entry| entry.is_of(family));
    let device = system.open(if args.dry_run { Access::Read } else { Access::ReadWrite })?;
    let mut directory = Directory::read(system, &device)?;
    let otherwise = args.interface.as_ref().map(|selector| directory.resolve_listed(selector)).transpose()?;
    let wanted = wanted(&entries, otherwise, &directory, &file)?;
    let rows = table(&device, family)?;
    let mut outcomes: Vec<_> = wanted.iter().filter_map(|(id, wanted)| step(id, wanted, rows.get(id))).collect();
    let kept = wanted.len() - outcomes.len();
    if args.prune {
        outcomes.extend(pruned(&rows, &wanted));
    }
    let outcomes = outcomes.iter().map(|step| Outcome::new(step, &mut directory)).collect();
    let summary = Summary { dry_run: args.dry_run, notes: notes(kept, entries.len() - used(&entries)) };
    carry_out(outcomes, &device, &summary, output)
}

fn read(file: &Path, system: &dyn System) -> Result<(String, Vec<u8>), InputError> {
    let (name, bytes) = if file == Path::new("-") {
        (INPUT.to_owned(), system.read_input())
    } else {
        (file.display().to_string(), system.read_file(file))
    };
    match bytes {
        Ok(bytes) => Ok((name, bytes)),
        Err(source) => Err(InputError::Unread { file: name, source }),
    }
}

/// What the text has: JSON and CSV tell themselves from lines of words.
fn entries(text: &str, file: &str) -> Result<Vec<Entry>, InputError> {
    let first = text.lines().find(|line| !line.trim().is_empty());
    let Some(first) = first else { return Err(InputError::Empty { file: file.to_owned() }) };
    if first.trim_start().starts_with(['[', '{']) {
        table::json(text, file)
    } else if first.split(',').any(|column| column.trim() == "dst") {
        table::csv(text, file)
    } else {
        lines::read(text, file)
    }
}

fn used(entries: &[Entry]) -> usize {
    entries.iter().filter(|entry| entry.physical().is_some()).count()
}

/// A neighbor as it is wanted: in which entry, and how.
struct Wanted {
    entry: usize,
    index: u32,
    physical: PhysicalAddress,
}

/// What each entry wants. Entries that no command could make are left out.
fn wanted(
    entries: &[Entry],
    otherwise: Option<InterfaceKey>,
    directory: &Directory<'_>,
    file: &str,
) -> Result<BTreeMap<Id, Wanted>, CliError> {
    let mut wanted = BTreeMap::new();
    for (number, entry) in (1..).zip(entries) {
        let Some(physical) = entry.physical() else { continue };
        let problem = |problem: CliError| InputError::Entry {
            file: file.to_owned(),
            entry: number,
            address: entry.address.address.to_string(),
            problem: Box::new(problem),
        };
        let Place { luid, index } = entry.place(otherwise, directory).map_err(problem)?;
        let before = wanted.insert((luid, entry.address.address), Wanted { entry: number, index, physical });
        if let Some(before) = before.filter(|before: &Wanted| before.physical != physical) {
            return Err(problem(InputError::Twice { other: before.entry }.into()).into());
        }
    }
    Ok(wanted)
}

fn table(device: &Device, family: Family) -> Result<HashMap<Id, Neighbor>, CliError> {
    let rows = device.neighbor_table(family)?.into_rows();
    Ok(rows.into_iter().map(|row| ((row.interface_luid, row.address), row)).collect())
}

/// What is to be done for an entry: nothing if the table has it so.
fn step<'a>(id: &Id, wanted: &Wanted, before: Option<&'a Neighbor>) -> Option<Step<'a>> {
    let is_so =
        |row: &Neighbor| row.state() == Some(NeighborState::Permanent) && row.physical_address == wanted.physical;
    if before.is_some_and(is_so) {
        return None;
    }
    let key = before.map_or_else(|| NeighborKey::new(InterfaceKey::Luid(id.0), id.1), Neighbor::key);
    // Whatever becomes of the row meanwhile, it will be as it is wanted.
    let change = NeighborChange::Replace(NeighborUpdate::of(key, wanted.physical));
    let action = if before.is_some() { Action::Change } else { Action::Add };
    Some(Step { action, change, interface: (id.0, wanted.index), before })
}

/// The permanent neighbors that are not wanted, but not those that the system keeps by itself.
fn pruned<'a>(rows: &'a HashMap<Id, Neighbor>, wanted: &BTreeMap<Id, Wanted>) -> Vec<Step<'a>> {
    let mut rows: Vec<_> = rows.iter().filter(|(id, row)| is_lasting(row) && !wanted.contains_key(*id)).collect();
    rows.sort_by_key(|(_, row)| (row.interface_index, row.address));
    let step = |row: &'a Neighbor| Step {
        action: Action::Remove,
        change: NeighborChange::Delete(row.key()),
        interface: (row.interface_luid, row.interface_index),
        before: Some(row),
    };
    rows.into_iter().map(|(_, row)| step(row)).collect()
}

fn notes(kept: usize, left_out: usize) -> Vec<String> {
    let kept = (kept > 0).then(|| format!("{kept} {} as wanted", if kept == 1 { "is" } else { "are" }));
    let left_out = (left_out > 0).then(|| {
        let were = if left_out == 1 { "was" } else { "were" };
        format!("{left_out} that {were} not permanent, or the system's own, {were} left out")
    });
    kept.into_iter().chain(left_out).collect()
}
