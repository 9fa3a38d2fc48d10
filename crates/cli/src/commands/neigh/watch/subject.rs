//! What an event is about, as it is shown and as it is told to programs.

use super::follow::Change;
use crate::{
    commands::neigh::row::Row,
    output::{Cell, Record},
    select::Directory,
    watch::{Kind, Subject},
};
use netioctl_client::PhysicalAddress;
use serde::Serialize;

/// A neighbor, and what has changed of it.
#[derive(Debug, Serialize)]
pub struct Seen {
    #[serde(flatten)]
    row: Row,
    /// Names of the members that differ, of a neighbor that has changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changed: Vec<&'static str>,
    /// The physical address that it had, if it has another now.
    #[serde(skip_serializing_if = "Option::is_none")]
    old_lladdr: Option<String>,
    /// The state that it had, if it has another now.
    #[serde(skip_serializing_if = "Option::is_none")]
    old_state: Option<String>,
    /// The differences as people read them.
    #[serde(skip)]
    words: Vec<String>,
}

impl Seen {
    pub fn new(change: &Change, directory: &mut Directory<'_>) -> Self {
        let row = Row::new(&change.now, directory);
        let before = change.before.as_ref().map(|before| Row::new(before, directory));
        let mut seen = Self { row, changed: Vec::new(), old_lladdr: None, old_state: None, words: Vec::new() };
        if let Some(before) = before {
            seen.compare(&before);
        }
        if let Some(moved_from) = change.moved_from {
            seen.moved(&moved_from);
        }
        seen
    }

    fn moved(&mut self, from: &PhysicalAddress) {
        self.changed.push("lladdr");
        self.old_lladdr = Some(from.to_colon_string());
        self.words.push(format!("{from} -> {}", self.row.shown_physical()));
    }

    fn compare(&mut self, before: &Row) {
        if before.lladdr() != self.row.lladdr() {
            self.changed.push("lladdr");
            self.old_lladdr = before.lladdr().map(str::to_owned);
            self.words.push(format!("{} -> {}", before.shown_physical(), self.row.shown_physical()));
        }
        if before.state() != self.row.state() {
            self.changed.push("state");
            self.old_state = Some(before.state().to_owned());
            self.words.push(format!("{} -> {}", before.shown_state(), self.row.shown_state()));
        }
        if before.is_router() != self.row.is_router() {
            self.changed.push("router");
            self.words.push(if self.row.is_router() { "router" } else { "no router any more" }.to_owned());
        }
    }
}

impl Subject for Seen {
    fn sentence(&self) -> String {
        if self.words.is_empty() {
            return self.row.sentence();
        }
        format!("{} on {}: {}", self.row.scoped(), self.row.dev(), self.words.join(", "))
    }

    fn for_programs(&self, kind: Kind) -> (Vec<String>, Vec<(&'static str, String)>) {
        let (event, address, interface) = (kind.name().to_owned(), self.row.scoped(), self.row.dev().to_owned());
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let variables = vec![
            ("NETIOCTL_EVENT", event.clone()),
            ("NETIOCTL_ADDRESS", address.clone()),
            ("NETIOCTL_INTERFACE", interface.clone()),
            ("NETIOCTL_LLADDR", text(self.row.lladdr())),
            ("NETIOCTL_STATE", self.row.state().to_owned()),
            ("NETIOCTL_OLD_LLADDR", text(self.old_lladdr.as_deref())),
            ("NETIOCTL_OLD_STATE", text(self.old_state.as_deref())),
        ];
        (vec![event, address, interface], variables)
    }
}

impl Record for Seen {
    fn header() -> Vec<&'static str> {
        Row::header()
    }

    fn columns() -> Vec<&'static str> {
        [Row::columns(), vec!["changed", "old_lladdr", "old_state"]].concat()
    }

    fn cells(&self) -> Vec<Cell> {
        self.row.cells()
    }

    fn brief(&self) -> Vec<Cell> {
        [self.row.brief(), vec![self.words.join(", ").into()]].concat()
    }
}
