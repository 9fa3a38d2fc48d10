//! What is done to each of many neighbors, and what has come of it.

use super::batch;
use crate::{
    error::{CliError, DONE},
    output::{Cell, Format, Output, Record, table_of},
    select::Directory,
    usage::listed,
    zone::{scoped, zone},
};
use comfy_table::Color;
use netioctl_client::{
    Device, Error, Failure, InterfaceLuid, Neighbor, NeighborChange, NeighborKey, Operation, PhysicalAddress,
    abi::NtStatus,
};
use serde::Serialize;
use std::net::IpAddr;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    Add,
    Change,
    Remove,
}

impl Action {
    const ALL: [Self; 3] = [Self::Add, Self::Change, Self::Remove];

    const fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Change => "~",
            Self::Remove => "-",
        }
    }

    /// Before, and after it is done.
    const fn words(self) -> [&'static str; 2] {
        match self {
            Self::Add => ["to add", "added"],
            Self::Change => ["to change", "changed"],
            Self::Remove => ["to remove", "removed"],
        }
    }
}

/// One neighbor that is changed.
#[derive(Debug, Serialize)]
pub struct Outcome {
    action: Action,
    dst: IpAddr,
    dev: String,
    /// The physical address that it gets.
    #[serde(skip_serializing_if = "Option::is_none")]
    lladdr: Option<String>,
    /// The physical address and the state that it had.
    #[serde(skip_serializing_if = "Option::is_none")]
    old_lladdr: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_state: Option<String>,
    ifindex: u32,
    luid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope_id: Option<u32>,
    /// Absent of a dry run, and of what was not tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(skip)]
    change: NeighborChange,
    #[serde(skip)]
    ended: Option<NtStatus>,
    #[serde(skip)]
    old: Option<String>,
}

/// What is to become of a neighbor.
pub struct Step<'a> {
    pub action: Action,
    pub change: NeighborChange,
    pub interface: (InterfaceLuid, u32),
    /// As the table has it.
    pub before: Option<&'a Neighbor>,
}

impl Outcome {
    pub fn new(step: &Step<'_>, directory: &mut Directory<'_>) -> Self {
        let (key, physical_address) = parts(&step.change);
        let (luid, index) = step.interface;
        let old = step.before.map(|row| super::row::Row::new(row, directory));
        Self {
            action: step.action,
            dst: key.address(),
            dev: directory.names(luid, index).label(),
            lladdr: physical_address.as_ref().map(PhysicalAddress::to_colon_string),
            old_lladdr: old.as_ref().and_then(|old| old.lladdr().map(str::to_owned)),
            old_state: old.as_ref().map(|old| old.state().to_owned()),
            ifindex: index,
            luid: luid.to_string(),
            scope_id: zone(key.address(), key.to_request().key.scope_id, index),
            status: None,
            change: step.change,
            ended: None,
            old: old.as_ref().map(super::row::Row::short),
        }
    }

    fn end(&mut self, status: NtStatus) {
        self.status =
            Some(status.info().map_or_else(|| format!("0x{:08X}", status.bits()), |info| info.name.to_owned()));
        self.ended = Some(status);
    }

    /// It was tried, and failed. What is gone already need not be removed.
    fn failed(&self) -> Option<NtStatus> {
        self.ended
            .filter(|status| status.is_error() && !(self.action == Action::Remove && *status == NtStatus::NOT_FOUND))
    }

    fn scoped(&self) -> String {
        scoped(self.dst, self.scope_id)
    }

    fn result(&self) -> Cell {
        match (self.failed(), self.ended) {
            (Some(_), _) => Cell::colored(self.status.clone().unwrap_or_default(), Color::Red),
            (None, Some(_)) => Cell::colored("done", Color::Green),
            (None, None) => "".into(),
        }
    }
}

fn parts(change: &NeighborChange) -> (NeighborKey, Option<PhysicalAddress>) {
    match change {
        NeighborChange::Set(update) | NeighborChange::Create(update) | NeighborChange::Replace(update) => {
            (*update.key(), Some(update.physical_address()))
        }
        NeighborChange::Delete(key) => (*key, None),
    }
}

impl Record for Outcome {
    fn header() -> Vec<&'static str> {
        vec!["", "ADDRESS", "PHYSICAL ADDRESS", "BEFORE", "INTERFACE", "RESULT"]
    }

    fn columns() -> Vec<&'static str> {
        vec!["action", "dst", "dev", "lladdr", "old_lladdr", "old_state", "ifindex", "luid", "scope_id", "status"]
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.action.sign().into(),
            self.scoped().into(),
            parts(&self.change).1.map(|address| address.to_string()).unwrap_or_default().into(),
            self.old.clone().unwrap_or_default().into(),
            self.dev.clone().into(),
            self.result(),
        ]
    }

    fn brief(&self) -> Vec<Cell> {
        vec![self.action.sign().into(), self.scoped().into(), self.dev.clone().into(), self.result()]
    }
}

/// What is to be said beside the list.
#[derive(Default)]
pub struct Summary {
    /// Nothing is done.
    pub dry_run: bool,
    /// Sentences about what is not in the list.
    pub notes: Vec<String>,
}

/// Does it, shows what has come of each, and says what failed.
pub fn carry_out(
    mut outcomes: Vec<Outcome>,
    device: &Device,
    summary: &Summary,
    output: &mut Output<'_>,
) -> Result<u8, CliError> {
    let mut ended = Ok(());
    if !summary.dry_run {
        let changes: Vec<_> = outcomes.iter().map(|outcome| outcome.change).collect();
        let (statuses, end) = batch::send(device, &changes);
        outcomes.iter_mut().zip(statuses).for_each(|(outcome, status)| outcome.end(status));
        ended = end;
    }
    show(&outcomes, summary, output)?;
    ended?;
    let failed = outcomes.iter().filter_map(|outcome| Some((outcome.scoped(), outcome.failed()?)));
    all_done(outcomes.len(), &failed.collect::<Vec<_>>())?;
    Ok(DONE)
}

/// The error of those that failed, if there are any, each with its address and its status.
pub fn all_done(of: usize, failed: &[(String, NtStatus)]) -> Result<(), CliError> {
    let Some((address, status)) = failed.first() else { return Ok(()) };
    let kinds = failed.iter().map(|(_, status)| as_error(*status).kind());
    let first = as_error(*status);
    let worst = kinds.max_by_key(|kind| crate::error::weight(*kind)).unwrap_or_else(|| first.kind());
    Err(CliError::Partly { failed: failed.len(), of, address: address.clone(), first, worst })
}

/// The error of a change whose batch succeeded.
fn as_error(status: NtStatus) -> Error {
    let win32 = status.info().map_or(0, |info| info.win32);
    let failure = Failure { win32, ntstatus: Some(status), bytes: 0 };
    Error::Request { operation: Operation::BatchNeighbors, failure }
}

fn show(outcomes: &[Outcome], summary: &Summary, output: &mut Output<'_>) -> Result<(), CliError> {
    if output.format != Format::Table {
        return Ok(output.records(outcomes)?);
    }
    let said = said(outcomes, summary);
    let layout = output.layout();
    Ok(output.text(&if outcomes.is_empty() { said } else { format!("{}\n{said}", table_of(outcomes, layout)) })?)
}

fn said(outcomes: &[Outcome], summary: &Summary) -> String {
    let is_done = |outcome: &Outcome| summary.dry_run || outcome.ended.is_some() && outcome.failed().is_none();
    let count = |action: Action| {
        let count = outcomes.iter().filter(|outcome| outcome.action == action && is_done(outcome)).count();
        (count > 0).then(|| format!("{count} {}", action.words()[usize::from(!summary.dry_run)]))
    };
    let failed = outcomes.iter().filter(|outcome| !is_done(outcome)).count();
    let counts = Action::ALL.into_iter().filter_map(count).chain((failed > 0).then(|| format!("{failed} failed")));
    let counts: Vec<_> = counts.collect();
    let nothing = if summary.dry_run { "nothing to change" } else { "nothing changed" };
    let counts = if counts.is_empty() { nothing.to_owned() } else { listed(&counts) };
    [vec![counts], summary.notes.clone()].concat().join("; ")
}
