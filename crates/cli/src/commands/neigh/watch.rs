//! Neighbors as they come, change and go.

use super::args::{Sort, Watch};
use super::{filter::Selection, row::Row};
use crate::{
    error::{CliError, DONE},
    output::Output,
    select::Directory,
    system::System,
    watch::{self, Event, Kind},
};
use netioctl_client::{Access, Family, Neighbor, NeighborKey};
use std::collections::HashMap;

type Seen = HashMap<NeighborKey, Neighbor>;

pub fn run(args: &Watch, family: Family, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let device = system.open(Access::Read)?;
    let mut directory = Directory::read(system, &device)?;
    let selection = Selection::new(&args.filter, family, &directory)?;
    let interrupt = system.interrupt()?;
    let live = watch::is_live(output);
    let mut seen: Option<Seen> = None;
    for look in 0.. {
        let mut neighbors = selection.read(&device).map_err(CliError::ending_a_watch)?;
        super::sort(&mut neighbors, Sort::Interface);
        let events = events(seen.as_ref(), &neighbors, live);
        let first = seen.is_none();
        if first || events.iter().any(|(kind, _)| *kind != Kind::Present) {
            let time = system.now();
            let event = |(kind, row)| Event::new(kind, time, Row::new(row, &mut directory));
            let events: Vec<_> = events.into_iter().map(event).collect();
            if live { watch::redraw(&events, &[], output)? } else { watch::log(&events, first, output)? }
        }
        seen = Some(neighbors.into_iter().map(|neighbor| (neighbor.key(), neighbor)).collect());
        if args.count.is_some_and(|count| look + 1 >= count) {
            break;
        }
        system.pause(args.interval, &interrupt);
        if interrupt.is_cancelled() {
            break;
        }
    }
    Ok(DONE)
}

/// What has happened between two looks; with `all`, also what has not changed.
fn events<'a>(before: Option<&'a Seen>, now: &'a [Neighbor], all: bool) -> Vec<(Kind, &'a Neighbor)> {
    let Some(before) = before else { return now.iter().map(|neighbor| (Kind::Present, neighbor)).collect() };
    let mut left = before.clone();
    let mut events = Vec::new();
    for neighbor in now {
        let kind = match left.remove(&neighbor.key()) {
            None => Kind::Added,
            Some(old) if differs(&old, neighbor) => Kind::Changed,
            Some(_) => Kind::Present,
        };
        if all || kind != Kind::Present {
            events.push((kind, neighbor));
        }
    }
    let removed = before.values().filter(|neighbor| left.contains_key(&neighbor.key()));
    let mut removed: Vec<_> = removed.map(|neighbor| (Kind::Removed, neighbor)).collect();
    removed.sort_by_key(|(_, row)| (row.interface_index, row.address, row.scope_id));
    events.extend(removed);
    events
}

/// Time passing is no change.
fn differs(old: &Neighbor, new: &Neighbor) -> bool {
    (old.physical_address, old.raw_state, old.flags) != (new.physical_address, new.raw_state, new.flags)
}
