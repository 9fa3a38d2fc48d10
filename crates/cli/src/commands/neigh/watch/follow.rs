//! What has happened between two looks at the table.

use crate::watch::Kind;
use netioctl_client::{Neighbor, NeighborKey, PhysicalAddress};
use std::collections::HashMap;

/// What became of one neighbor.
pub struct Change {
    pub kind: Kind,
    /// How it is now; how it was, if it is gone.
    pub now: Neighbor,
    /// How it was, of one that has changed.
    pub before: Option<Neighbor>,
    /// The physical address that it was at before it moved to another.
    pub moved_from: Option<PhysicalAddress>,
}

impl Change {
    const fn of(kind: Kind, now: Neighbor) -> Self {
        Self { kind, now, before: None, moved_from: None }
    }
}

/// Keeps the table as it was at the last look.
#[derive(Default)]
pub struct Follower(Option<HashMap<NeighborKey, Neighbor>>);

impl Follower {
    /// What has happened; with `all`, also what has not changed.
    pub fn look(&mut self, now: Vec<Neighbor>, all: bool) -> Vec<Change> {
        let next = now.iter().map(|neighbor| (neighbor.key(), neighbor.clone())).collect();
        let Some(mut before) = self.0.replace(next) else {
            return now.into_iter().map(|neighbor| Change::of(Kind::Present, neighbor)).collect();
        };
        let mut changes = Vec::new();
        for now in now {
            match before.remove(&now.key()) {
                None => changes.push(Change::of(Kind::Added, now)),
                Some(old) if differs(&old, &now) => {
                    changes.push(Change { kind: Kind::Changed, now, before: Some(old), moved_from: None });
                }
                Some(_) if all => changes.push(Change::of(Kind::Present, now)),
                Some(_) => {}
            }
        }
        let mut gone: Vec<_> = before.into_values().collect();
        gone.sort_by_key(|row| (row.interface_index, row.address, row.scope_id));
        changes.extend(gone.into_iter().map(|row| Change::of(Kind::Removed, row)));
        changes
    }
}

/// Time passing is no change.
fn differs(old: &Neighbor, new: &Neighbor) -> bool {
    (old.physical_address, old.raw_state, old.flags) != (new.physical_address, new.raw_state, new.flags)
}

/// Keeps the physical address at which each neighbor was last, even if it was not there for a while.
#[derive(Default)]
pub struct Moves(HashMap<NeighborKey, PhysicalAddress>);

impl Moves {
    /// The neighbors that are at another physical address than they were last.
    pub fn look(&mut self, now: &[Neighbor]) -> Vec<Change> {
        let known = now.iter().filter(|row| !(row.physical_address.is_empty() || row.physical_address.is_zero()));
        let moved = known.filter_map(|row| {
            let before = self.0.insert(row.key(), row.physical_address)?;
            let moved = before != row.physical_address;
            moved.then(|| Change { moved_from: Some(before), ..Change::of(Kind::Changed, row.clone()) })
        });
        moved.collect()
    }
}
