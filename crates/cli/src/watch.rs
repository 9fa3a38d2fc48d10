//! What the watching commands have in common: events, the log of them, and the live view.

mod view;

use crate::{
    error::{CliError, InputError},
    output::{Cell, Format, Output, Record, table_of},
    system::System,
};
use crossterm::{QueueableCommand, cursor, terminal};
use serde::Serialize;
use std::{io, path::Path, time::SystemTime};

/// What became of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It was there at the first look.
    Present,
    Added,
    Changed,
    Removed,
    /// Nobody knows: there was no room for events.
    Lost,
}

impl Kind {
    const fn sign(self) -> &'static str {
        match self {
            Self::Present => " ",
            Self::Added => "+",
            Self::Changed => "~",
            Self::Removed => "-",
            Self::Lost => "!",
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
            Self::Lost => "lost",
        }
    }
}

/// What an event is about.
pub trait Subject: Record {
    /// One line without columns, as `ip monitor` has it: nothing is aligned, for what comes is not known.
    fn sentence(&self) -> String;

    /// The arguments and the variables of a program that is run for an event.
    fn for_programs(&self, kind: Kind) -> (Vec<String>, Vec<(&'static str, String)>);
}

/// Runs the program of the user for each event but what is there at the start, one after the other.
pub fn execute<S: Subject>(program: Option<&Path>, events: &[Event<S>], system: &dyn System) -> Result<(), CliError> {
    let Some(program) = program else { return Ok(()) };
    for event in events.iter().filter(|event| event.kind != Kind::Present) {
        let (arguments, variables) = event.subject.for_programs(event.kind);
        let mut line = serde_json::to_vec(event).map_err(io::Error::from)?;
        line.push(b'\n');
        let ended = system.execute(program, &arguments, &variables, &line);
        ended.map_err(|source| InputError::Program { program: program.display().to_string(), source })?;
    }
    Ok(())
}

#[derive(Serialize)]
pub struct Event<S> {
    #[serde(rename = "event")]
    pub kind: Kind,
    /// UTC, as RFC 3339 writes it.
    time: String,
    #[serde(flatten)]
    subject: S,
}

impl<S: Subject> Event<S> {
    pub fn new(kind: Kind, time: SystemTime, subject: S) -> Self {
        Self { kind, time: humantime::format_rfc3339_millis(time).to_string(), subject }
    }

    pub fn subject(&self) -> &S {
        &self.subject
    }

    /// One event as a sentence of fixed parts.
    pub fn line(&self) -> String {
        format!("{} {:7} {}", self.time, self.kind.name(), self.subject.sentence())
    }
}

impl<S: Subject> Record for Event<S> {
    fn header() -> Vec<&'static str> {
        [vec![""], S::header()].concat()
    }

    fn columns() -> Vec<&'static str> {
        [vec!["event", "time"], S::columns()].concat()
    }

    fn cells(&self) -> Vec<Cell> {
        [vec![self.kind.sign().into()], self.subject.cells()].concat()
    }

    fn brief(&self) -> Vec<Cell> {
        [vec![self.kind.sign().into()], self.subject.brief()].concat()
    }
}

/// Somebody looks at a terminal: the view is drawn anew with each change. Else the events are logged.
pub fn is_live(output: &Output<'_>) -> bool {
    output.screen.terminal && output.format == Format::Table
}

/// The whole view: a table, where there is one, and lines below it, of which the latest is the last.
pub fn redraw<S: Subject>(table: &[Event<S>], lines: &[String], output: &mut Output<'_>) -> io::Result<()> {
    let clear = terminal::Clear(terminal::ClearType::All);
    output.raw().queue(clear)?.queue(cursor::MoveTo(0, 0))?;
    let shown = if table.is_empty() && !lines.is_empty() { String::new() } else { table_of(table, output.layout()) };
    let table: Vec<_> = shown.lines().collect();
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    match output.screen.size() {
        None => output.text(&view::join(table, &lines)),
        Some(size) => output.text(&view::fitting(&table, &lines, size)),
    }
}

/// A line for each event; `first` if nothing was logged before.
pub fn log<S: Subject>(events: &[Event<S>], first: bool, output: &mut Output<'_>) -> io::Result<()> {
    match output.format {
        Format::Json => events.iter().try_for_each(|event| output.json_line(event)),
        Format::Csv => output.csv_lines(events, first),
        Format::Brief => output.records(events),
        Format::Table => events.iter().try_for_each(|event| output.text(&event.line())),
    }
}
