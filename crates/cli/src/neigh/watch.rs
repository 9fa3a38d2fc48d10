//! Neighbors as they come, change and go.

use super::{filter::Selection, row::Row};
use crate::{
    args::{Sort, Watch},
    error::{CliError, DONE},
    output::{Cell, Format, Output, Record},
    select::Directory,
    system::System,
};
use crossterm::{QueueableCommand, cursor, terminal};
use netioctl_client::{Access, Family, Neighbor, NeighborKey};
use serde::Serialize;
use std::{collections::HashMap, io, time::SystemTime};

/// What became of a neighbor since the last look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// It was there at the first look.
    Present,
    Added,
    Changed,
    Removed,
}

impl Kind {
    const fn sign(self) -> &'static str {
        match self {
            Self::Present => " ",
            Self::Added => "+",
            Self::Changed => "~",
            Self::Removed => "-",
        }
    }
}

#[derive(Serialize)]
struct Event {
    event: Kind,
    /// UTC, as RFC 3339 writes it.
    time: String,
    #[serde(flatten)]
    neighbor: Row,
}

impl Record for Event {
    const HEADER: &'static [&'static str] = &["", "ADDRESS", "PHYSICAL ADDRESS", "STATE", "INTERFACE", "INDEX", ""];

    const COLUMNS: &'static [&'static str] =
        &["event", "time", "dst", "dev", "lladdr", "router", "state", "ifindex", "luid", "scope_id", "reachability_ms"];

    fn cells(&self) -> Vec<Cell> {
        [vec![self.event.sign().into()], self.neighbor.cells()].concat()
    }

    fn brief(&self) -> Vec<Cell> {
        [vec![self.event.sign().into()], self.neighbor.brief()].concat()
    }
}

type Seen = HashMap<NeighborKey, Neighbor>;

pub fn run(args: &Watch, family: Family, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let device = system.open(Access::Read)?;
    let mut directory = Directory::read(system, &device)?;
    let selection = Selection::new(&args.filter, family, &directory)?;
    let live = output.screen.terminal && output.format == Format::Table;
    let mut seen: Option<Seen> = None;
    for look in 0.. {
        let mut neighbors = selection.read(&device)?;
        super::sort(&mut neighbors, Sort::Interface);
        let events = events(seen.as_ref(), &neighbors, live);
        let first = seen.is_none();
        if first || events.iter().any(|(kind, _)| *kind != Kind::Present) {
            let time = system.now();
            let events: Vec<_> = events.into_iter().map(|(kind, row)| event(kind, row, time, &mut directory)).collect();
            if live { redraw(&events, output)? } else { log(&events, first, output)? }
        }
        seen = Some(neighbors.into_iter().map(|neighbor| (neighbor.key(), neighbor)).collect());
        if args.count.is_some_and(|count| look + 1 >= count) {
            break;
        }
        system.pause(args.interval);
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

fn event(kind: Kind, neighbor: &Neighbor, time: SystemTime, directory: &mut Directory<'_>) -> Event {
    let time = humantime::format_rfc3339_millis(time).to_string();
    Event { event: kind, time, neighbor: Row::new(neighbor, directory) }
}

fn redraw(events: &[Event], output: &mut Output<'_>) -> io::Result<()> {
    let clear = terminal::Clear(terminal::ClearType::All);
    output.raw().queue(clear)?.queue(cursor::MoveTo(0, 0))?;
    output.records(events)
}

fn log(events: &[Event], first: bool, output: &mut Output<'_>) -> io::Result<()> {
    match output.format {
        Format::Json => events.iter().try_for_each(|event| output.json_line(event)),
        Format::Csv => output.csv_lines(events, first),
        Format::Brief => output.records(events),
        Format::Table => events.iter().try_for_each(|event| output.text(&line(event))),
    }
}

/// One event as a sentence of fixed parts: nothing is aligned, for what comes is not known.
fn line(event: &Event) -> String {
    let kind = match event.event {
        Kind::Present => "present",
        Kind::Added => "added",
        Kind::Changed => "changed",
        Kind::Removed => "removed",
    };
    format!("{} {kind:7} {}", event.time, event.neighbor.sentence())
}
