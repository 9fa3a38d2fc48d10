//! From what the driver tells to what there is to see: keeps what was shown last, and looks what has become of it.

use super::{
    Scope,
    subject::{Shown, Subject},
};
use crate::{
    commands::{
        address,
        interface::{
            is_absent,
            row::{Key, Row},
        },
    },
    error::CliError,
    select::Directory,
    system::System,
    watch::{Event, Kind},
};
use netioctl_client::{
    Change, ChangeKind, Changes, Device, InterfaceLuid, Operation, UnicastAddress, WatchSources, abi::AddressFamily,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

/// What names a row.
type Id = (InterfaceLuid, AddressFamily);

pub struct Follower<'a> {
    device: &'a Device,
    system: &'a dyn System,
    directory: Directory<'a>,
    scope: Scope,
    /// The interfaces as they were shown last; `None` before the table was read.
    known: Option<BTreeMap<Id, Shown>>,
}

impl<'a> Follower<'a> {
    pub fn new(device: &'a Device, system: &'a dyn System, directory: Directory<'a>, scope: Scope) -> Self {
        Self { device, system, directory, scope, known: None }
    }

    /// What is to be shown of these changes.
    pub fn follow(&mut self, changes: &Changes) -> Result<Vec<Event<Subject>>, CliError> {
        let mut events = Vec::new();
        if changes.lost != 0 {
            events.push(self.event(Kind::Lost, Subject::Lost { count: changes.lost }));
        }
        // Now it is told what becomes of the interfaces, or it was not told for a while: the table says more than all
        // events that came with this.
        let begun = |change: &Change| change.source == WatchSources::INTERFACES && change.family.is_none();
        let reread = changes.events.iter().any(begun) || changes.lost != 0 && self.known.is_some();
        if reread {
            events.extend(self.read()?);
        }
        if changes.events.iter().any(|change| change.source == WatchSources::ADDRESSES && change.family.is_none()) {
            events.extend(self.addresses()?);
        }
        for change in &changes.events {
            let Some(family) = change.family.filter(|_| self.is_meant(change)) else { continue };
            if change.source == WatchSources::ADDRESSES {
                events.extend(self.address(change, family));
            } else if !reread {
                events.extend(self.interface(change, family)?);
            }
        }
        Ok(events)
    }

    /// The interfaces that there are, and those that have just gone, each with what became of it in `events`.
    pub fn table(&self, events: Vec<Event<Subject>>) -> Vec<Event<Subject>> {
        let (mut happened, mut gone) = (BTreeMap::new(), Vec::new());
        for event in events {
            match event.subject() {
                Subject::Interface { .. } if event.kind == Kind::Removed => gone.push(event),
                Subject::Interface { shown, .. } => drop(happened.insert(order(shown), event.kind)),
                Subject::Address { .. } | Subject::Lost { .. } => {}
            }
        }
        let mut known: Vec<_> = self.known.iter().flat_map(BTreeMap::values).collect();
        known.sort_by_key(|shown| order(shown));
        let row = |shown: &Shown| {
            let kind = happened.get(&order(shown)).copied().unwrap_or(Kind::Present);
            self.event(kind, Subject::interface(shown.clone()))
        };
        known.into_iter().map(row).chain(gone).collect()
    }

    fn event(&self, kind: Kind, subject: Subject) -> Event<Subject> {
        Event::new(kind, self.system.now(), subject)
    }

    fn is_meant(&self, change: &Change) -> bool {
        self.scope.interface.is_none_or(|key| key.matches(change.interface_luid, change.interface_index))
    }

    /// Reads the table: all of it is there at the first look, later only what differs is of interest.
    fn read(&mut self) -> Result<Vec<Event<Subject>>, CliError> {
        let mut rows = self.device.interface_table(self.scope.family)?.into_rows();
        rows.retain(|row| self.scope.interface.is_none_or(|key| key.matches(row.luid, row.index)));
        rows.sort_by_key(|row| (row.index, row.family));
        let first = self.known.is_none();
        let there: BTreeSet<_> = rows.iter().map(|row| (row.luid, row.family)).collect();
        let mut events = Vec::new();
        for row in &rows {
            self.directory.refresh(row.luid, row.index);
            let shown = Shown::Row(Box::new(Row::new(row, &mut self.directory)));
            let kind = if first { Kind::Present } else { Kind::Added };
            events.extend(self.update((row.luid, row.family), shown, kind)?);
        }
        let known = self.known.get_or_insert_default();
        let gone: Vec<_> = known.extract_if(.., |id, _| !there.contains(id)).map(|(_, shown)| shown).collect();
        events.extend(gone.into_iter().map(|shown| self.event(Kind::Removed, Subject::interface(shown))));
        Ok(events)
    }

    fn interface(&mut self, change: &Change, family: AddressFamily) -> Result<Option<Event<Subject>>, CliError> {
        let id = (change.interface_luid, family);
        let known = self.known.get_or_insert_default();
        if change.kind() == ChangeKind::Removed {
            let shown = known.remove(&id).unwrap_or_else(|| Shown::Key(self.key(change, family)));
            return Ok(Some(self.event(Kind::Removed, Subject::interface(shown))));
        }
        let Some(key) = change.interface() else { return Ok(None) };
        match self.device.interface(key, family) {
            Ok(row) => {
                self.directory.refresh(row.luid, row.index);
                let shown = Shown::Row(Box::new(Row::new(&row, &mut self.directory)));
                Ok(self.update(id, shown, Kind::Added)?)
            }
            // It is gone already, which will be told; here it is shown only if it was not before.
            Err(error) if is_absent(&error) && (known.contains_key(&id) || change.kind() != ChangeKind::Added) => {
                Ok(None)
            }
            Err(error) if is_absent(&error) => {
                let shown = Shown::Key(self.key(change, family));
                Ok(self.update(id, shown, Kind::Added)?)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps what an interface is like now. It is of `kind` if it was not known, and of no interest if it is the same.
    fn update(&mut self, id: Id, now: Shown, kind: Kind) -> io::Result<Option<Event<Subject>>> {
        let before = self.known.get_or_insert_default().insert(id, now.clone());
        let differences = match (before, &now) {
            (None, _) => return Ok(Some(self.event(kind, Subject::interface(now)))),
            (Some(Shown::Row(before)), Shown::Row(now)) => now.differences(&before)?,
            // Nothing but its name was known.
            (Some(_), _) => return Ok(Some(self.event(Kind::Changed, Subject::interface(now)))),
        };
        let differs = !differences.is_empty();
        Ok(differs.then(|| self.event(Kind::Changed, Subject::changed(now, differences))))
    }

    /// The addresses that there are at the start, where the driver can tell.
    fn addresses(&mut self) -> Result<Vec<Event<Subject>>, CliError> {
        if !self.device.supports(Operation::GetAddressTable) {
            return Ok(Vec::new());
        }
        let rows = address::of_interface(self.device, self.scope.family, self.scope.interface)?;
        let present = |row: &UnicastAddress| {
            let family = if row.address.is_ipv4() { AddressFamily::Ipv4 } else { AddressFamily::Ipv6 };
            let key = Key::new(row.interface_luid, row.interface_index, family, &mut self.directory);
            Subject::address(key, row.address, row.scope_id)
        };
        let present: Vec<_> = rows.iter().map(present).collect();
        Ok(present.into_iter().map(|subject| self.event(Kind::Present, subject)).collect())
    }

    fn address(&mut self, change: &Change, family: AddressFamily) -> Option<Event<Subject>> {
        let kind = match change.kind() {
            ChangeKind::Added => Kind::Added,
            ChangeKind::Removed => Kind::Removed,
            ChangeKind::Changed | ChangeKind::Initial => Kind::Changed,
        };
        let key = self.key(change, family);
        Some(self.event(kind, Subject::address(key, change.address?, change.scope_id)))
    }

    fn key(&mut self, change: &Change, family: AddressFamily) -> Key {
        Key::new(change.interface_luid, change.interface_index, family, &mut self.directory)
    }
}

/// The order of the table.
fn order(shown: &Shown) -> (u32, &'static str, String) {
    let key = shown.key();
    (key.ifindex, key.shown_family(), key.ifname.clone())
}
