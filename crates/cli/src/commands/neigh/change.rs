//! Adding, setting, replacing and deleting neighbors: one, or several at once.

use super::{
    args,
    args::Sort,
    is_well_known,
    on_link::OnLink,
    order,
    outcome::{Action, Outcome, Step, Summary, carry_out},
    places,
    target::{Found, Otherwise},
};
use crate::{
    error::{CliError, DONE, InputError, TargetError},
    output::Output,
    select::{Directory, InterfaceSelector},
    system::System,
    values::{Place, ScopedAddress, Word, Zone},
};
use netioctl_client::{
    Access, Device, Error, Family, InterfaceKey, InterfaceLuid, Neighbor, NeighborChange, NeighborUpdate,
    PhysicalAddress,
};
use serde::Serialize;
use std::{collections::HashSet, net::IpAddr};

/// What is done with a physical address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Add,
    Set,
    Replace,
}

#[derive(Serialize)]
pub struct Change {
    pub done: bool,
}

pub const CHANGED: Change = Change { done: true };

pub fn run(
    verb: Verb,
    args: &args::Change,
    family: Family,
    system: &dyn System,
    output: &mut Output<'_>,
) -> Result<u8, CliError> {
    let (places, physical) = wanted(args)?;
    if let [Place::Address(address)] = &places[..] {
        let target = args::Target { address: address.clone(), interface: args.interface.clone() };
        return one(verb, &target, physical, system, output);
    }
    let device = system.open(Access::ReadWrite)?;
    let mut many = Many::new(args.interface.as_ref(), family, system, &device)?;
    let networks = OnLink::default();
    let outcomes = places::expand(&places, family, system)?.into_iter().map(|address| {
        let found = many.find(address, verb.otherwise(&networks))?;
        let before = many.row(&found).cloned();
        let update = NeighborUpdate::of(found.key, physical);
        let (action, change) = match verb {
            Verb::Add => (Action::Add, NeighborChange::Create(update)),
            Verb::Set => (Action::Change, NeighborChange::Set(update)),
            Verb::Replace => {
                (if before.is_some() { Action::Change } else { Action::Add }, NeighborChange::Replace(update))
            }
        };
        let interface = many.place(&found)?;
        Ok(Outcome::new(&Step { action, change, interface, before: before.as_ref() }, &mut many.directory))
    });
    let outcomes = outcomes.collect::<Result<Vec<_>, CliError>>()?;
    carry_out(outcomes, &device, &Summary::default(), output)
}

impl Verb {
    const fn otherwise(self, networks: &OnLink) -> Otherwise<'_> {
        match self {
            Self::Set => Otherwise::Table,
            Self::Add | Self::Replace => Otherwise::OnLink(networks),
        }
    }
}

/// The addresses, and the physical address: it is an option, or the last word.
fn wanted(args: &args::Change) -> Result<(Vec<Place>, PhysicalAddress), InputError> {
    let (words, physical) = match (args.lladdr, &args.words[..]) {
        (Some(physical), words) => (words, physical),
        (None, [words @ .., last]) => (words, last.physical.ok_or(InputError::NoPhysicalAddress)?),
        (None, []) => return Err(InputError::NoAddress),
    };
    let place = |word: &Word| word.place.clone().ok_or_else(|| InputError::NotAnAddress { word: word.text.clone() });
    let places = words.iter().map(place).collect::<Result<Vec<_>, _>>()?;
    if places.is_empty() { Err(InputError::NoAddress) } else { Ok((places, physical)) }
}

fn one(
    verb: Verb,
    target: &args::Target,
    physical: PhysicalAddress,
    system: &dyn System,
    output: &mut Output<'_>,
) -> Result<u8, CliError> {
    let device = system.open(Access::ReadWrite)?;
    let found = Found::find(target, verb.otherwise(&OnLink::default()), system, &device)?;
    let update = NeighborUpdate::of(found.key, physical);
    let changed = match verb {
        Verb::Add => device.create_neighbor(&update),
        Verb::Set => device.set_neighbor(&update),
        Verb::Replace => device.replace_neighbor(&update),
    };
    changed.map_err(|error| found.explain(error))?;
    output.show(&CHANGED, |_| format!("{found} is at {physical} now"))?;
    Ok(DONE)
}

/// What several targets of one command have in common.
struct Many<'a> {
    system: &'a dyn System,
    device: &'a Device,
    directory: Directory<'a>,
    interface: Option<InterfaceSelector>,
    /// The table as it was at the start, by address.
    rows: Vec<Neighbor>,
}

impl<'a> Many<'a> {
    fn new(
        interface: Option<&InterfaceSelector>,
        family: Family,
        system: &'a dyn System,
        device: &'a Device,
    ) -> Result<Self, CliError> {
        let directory = Directory::read(system, device)?;
        // By index it need not be looked up again for each of them.
        let index = |selector| {
            let key = directory.resolve_listed(selector)?;
            let index = directory.index(key).map_or(key, InterfaceKey::Index);
            Ok::<_, CliError>(InterfaceSelector::Key(index))
        };
        let interface = interface.map(index).transpose()?;
        let mut rows = device.neighbor_table(family)?.into_rows();
        rows.sort_unstable_by_key(order(Sort::Address));
        Ok(Self { system, device, directory, interface, rows })
    }

    fn find(&self, address: ScopedAddress, otherwise: Otherwise<'_>) -> Result<Found, CliError> {
        // What this table tells need not be read anew for each of them.
        let told = match self.rows_of(address.address) {
            [row] if matches!(otherwise, Otherwise::Table) && address.zone == Zone::None => Some(row.interface_index),
            _ => None,
        };
        let told = || told.map(|index| InterfaceSelector::Key(InterfaceKey::Index(index)));
        let target = args::Target { address, interface: self.interface.clone().or_else(told) };
        Found::find(&target, otherwise, self.system, self.device)
    }

    fn rows_of(&self, address: IpAddr) -> &[Neighbor] {
        let begin = self.rows.partition_point(|row| row.address < address);
        let rows = &self.rows[begin..];
        &rows[..rows.partition_point(|row| row.address == address)]
    }

    fn row(&self, found: &Found) -> Option<&Neighbor> {
        self.rows_of(found.key.address()).iter().find(|row| found.is(row))
    }

    fn place(&self, found: &Found) -> Result<(InterfaceLuid, u32), CliError> {
        let key = found.key.interface();
        let listed = self.directory.listed(key);
        listed.ok_or_else(|| Error::NoSuchInterface { key }.into())
    }
}

/// What is named to be deleted: addresses one by one; networks and physical addresses by what the table has of them.
pub fn delete(args: &args::Del, family: Family, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    if let [Word { place: Some(Place::Address(address)), .. }] = &args.what[..] {
        let target = args::Target { address: address.clone(), interface: args.interface.clone() };
        return delete_one(&target, system, output);
    }
    let device = system.open(Access::ReadWrite)?;
    let mut many = Many::new(args.interface.as_ref(), family, system, &device)?;
    let (rows, all_named) = victims(args, family, system, &many)?;
    if rows.is_empty() {
        return Err(InputError::NoMatch.into());
    }
    let question = || format!("Delete {} neighbors?", rows.len());
    if !(all_named || args.yes) && rows.len() > 1 && system.confirm(&question())? == Some(false) {
        return Err(CliError::NotConfirmed);
    }
    let outcome = |row: &Neighbor| {
        let interface = (row.interface_luid, row.interface_index);
        let change = NeighborChange::Delete(row.key());
        Outcome::new(&Step { action: Action::Remove, change, interface, before: Some(row) }, &mut many.directory)
    };
    let outcomes = rows.iter().map(outcome).collect();
    carry_out(outcomes, &device, &Summary::default(), output)
}

/// The rows that are meant, and whether each was named by its address.
fn victims(
    args: &args::Del,
    family: Family,
    system: &dyn System,
    many: &Many<'_>,
) -> Result<(Vec<Neighbor>, bool), CliError> {
    let interface = many.interface.as_ref().map(|selector| many.directory.resolve(selector)).transpose()?;
    let is_there = |row: &&Neighbor| {
        interface.is_none_or(|key| key.matches(row.interface_luid, row.interface_index)) && !is_well_known(row)
    };
    let mut rows: Vec<Neighbor> = Vec::new();
    let mut seen = HashSet::new();
    let mut add = |row: &Neighbor| {
        if seen.insert(row.key()) {
            rows.push(row.clone());
        }
    };
    let mut all_named = true;
    let mut places = Vec::new();
    for word in &args.what {
        match word {
            Word { place: Some(Place::Input), .. } => places.extend(places::read(system)?),
            Word { place: Some(place), .. } => places.push(place.clone()),
            Word { physical: Some(physical), .. } => {
                all_named = false;
                let is_at = |row: &&Neighbor| row.physical_address == *physical;
                many.rows.iter().filter(is_there).filter(is_at).for_each(&mut add);
            }
            Word { place: None, physical: None, .. } => {}
        }
    }
    for place in places {
        match place {
            Place::Network(network) => {
                all_named = false;
                let is_in = |row: &&Neighbor| network.contains(&row.address);
                many.rows.iter().filter(is_there).filter(is_in).for_each(&mut add);
            }
            place => {
                for address in places::expand(&[place], family, system)? {
                    let found = many.find(address, Otherwise::Table)?;
                    let row = many.row(&found);
                    add(row.ok_or_else(|| TargetError::Nowhere { address: found.key.address() })?);
                }
            }
        }
    }
    Ok((rows, all_named))
}

fn delete_one(target: &args::Target, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let device = system.open(Access::ReadWrite)?;
    let found = Found::find(target, Otherwise::Table, system, &device)?;
    device.delete_neighbor(&found.key).map_err(|error| found.explain(error))?;
    output.show(&CHANGED, |_| format!("{found} is deleted"))?;
    Ok(DONE)
}
