//! The model: what each step does to the tables, and what it answers.

use crate::step::{Action, Address, Change, INTERFACES, NEIGHBORS, Name, Setting, Step, Who};
use netioctl_client::{Family, abi::NtStatus};
use std::collections::BTreeMap;

/// The neighbors by interface and address, each with the last byte of its physical address.
type Neighbors = BTreeMap<(usize, usize), u8>;

/// The settings of an interface for a family: metric, base reachable time, retransmit time.
pub type Settings = [u32; 3];

/// The tables as they should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tables {
    /// The neighbors that somebody has made.
    pub neighbors: Neighbors,
    /// The interfaces, by number and family.
    pub interfaces: [[Settings; 2]; INTERFACES],
}

/// What a step answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused with this status. What says that there is no such interface is `STATUS_OBJECT_NAME_NOT_FOUND`.
    Refused(NtStatus),
    /// The physical address of a neighbor.
    Physical(u8),
    /// The neighbors of the table.
    Rows(Neighbors),
    /// How each change of a batch ended.
    Each(Vec<Outcome>),
    /// What an interface has.
    Settings(Settings),
    /// Something else: the device broke its contract.
    Broken(String),
}

const INVALID: Outcome = Outcome::Refused(NtStatus::INVALID_PARAMETER);
const NO_INTERFACE: Outcome = Outcome::Refused(NtStatus::OBJECT_NAME_NOT_FOUND);
const NO_NEIGHBOR: Outcome = Outcome::Refused(NtStatus::NOT_FOUND);
const EXISTS: Outcome = Outcome::Refused(NtStatus::DUPLICATE_OBJECTID);

impl Default for Tables {
    fn default() -> Self {
        Self { neighbors: Neighbors::new(), interfaces: [[[25, 30_000, 1_000]; 2]; INTERFACES] }
    }
}

impl Tables {
    /// Takes a step.
    pub fn take(&mut self, step: &Step) -> Outcome {
        let end = match step {
            Step::Change(change) => self.change(change),
            Step::Batch(changes) => Ok(Outcome::Each(changes.iter().map(|change| flat(self.change(change))).collect())),
            Step::Get(who) => self.get(who),
            Step::Table(family) => Ok(Outcome::Rows(self.rows(*family))),
            Step::Flush(family, name) => self.flush(*family, *name),
            Step::GetInterface(name, family) => {
                interface(*name).map(|number| Outcome::Settings(self.interfaces[number][*family]))
            }
            Step::SetInterface(name, family, setting, value) => self.set_interface(*name, *family, *setting, *value),
        };
        flat(end)
    }

    fn change(&mut self, change: &Change) -> Result<Outcome, Outcome> {
        if change.action == Action::Delete {
            let key = key(&change.who)?;
            return self.neighbors.remove(&key).map(|_| Outcome::Done).ok_or(NO_NEIGHBOR);
        }
        if change.who.address == Address::Loopback || change.who.address == Address::Unspecified || change.physical == 0
        {
            return Err(INVALID);
        }
        let key = key(&change.who)?;
        match (change.action, self.neighbors.contains_key(&key)) {
            (Action::Create, true) => return Err(EXISTS),
            (Action::Set, false) => return Err(NO_NEIGHBOR),
            _ => {}
        }
        self.neighbors.insert(key, change.physical);
        Ok(Outcome::Done)
    }

    fn get(&self, who: &Who) -> Result<Outcome, Outcome> {
        let physical = self.neighbors.get(&key(who)?);
        physical.map(|physical| Outcome::Physical(*physical)).ok_or(NO_NEIGHBOR)
    }

    fn rows(&self, family: Family) -> Neighbors {
        let rows = self.neighbors.iter().filter(|((_, address), _)| is_of(family, *address));
        rows.map(|(key, physical)| (*key, *physical)).collect()
    }

    fn flush(&mut self, family: Family, name: Option<Name>) -> Result<Outcome, Outcome> {
        let only = name.map(interface).transpose()?;
        self.neighbors
            .retain(|(interface, address), _| !is_of(family, *address) || only.is_some_and(|only| only != *interface));
        Ok(Outcome::Done)
    }

    fn set_interface(&mut self, name: Name, family: usize, setting: Setting, value: u32) -> Result<Outcome, Outcome> {
        let (place, possible) = match setting {
            Setting::Metric => (0, value < 1 << 31),
            Setting::BaseReachableTime => (1, (1..=3_600_000).contains(&value)),
            Setting::RetransmitTime => (2, (1..=10_000).contains(&value)),
        };
        if !possible {
            return Err(INVALID);
        }
        self.interfaces[interface(name)?][family][place] = value;
        Ok(Outcome::Done)
    }
}

fn flat(end: Result<Outcome, Outcome>) -> Outcome {
    end.unwrap_or_else(|refused| refused)
}

fn interface(name: Name) -> Result<usize, Outcome> {
    match name {
        Name::Index(number) | Name::Luid(number) => Ok(number),
        Name::Nobody => Err(NO_INTERFACE),
    }
}

/// The place of a neighbor in the table. Nobody has the loopback address.
fn key(who: &Who) -> Result<(usize, usize), Outcome> {
    match who.address {
        Address::Unspecified => Err(INVALID),
        Address::Known(address) => Ok((interface(who.interface)?, address)),
        Address::Loopback => interface(who.interface).and(Err(NO_NEIGHBOR)),
    }
}

fn is_of(family: Family, address: usize) -> bool {
    match family {
        Family::Both => true,
        Family::Ipv4 => address < NEIGHBORS / 2,
        Family::Ipv6 => address >= NEIGHBORS / 2,
    }
}
