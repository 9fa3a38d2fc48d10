//! Whether options of all commands fit this one.

use super::{Command, arp::Arp, neigh::Neigh, route::Route};
use crate::{
    error::{CliError, FamilyError, option},
    values::{Place, Word},
};
use netioctl_client::Family;
use std::{net::IpAddr, num::NonZeroU32};

/// A family that is asked for is one that the command can have, and a network compartment is named where one matters.
pub fn check(command: &Command, family: Family, compartment: Option<NonZeroU32>) -> Result<(), CliError> {
    if let (Some(command), Some(_)) = (without_network(command), compartment) {
        return Err(FamilyError::NoUse { command, option: "--compartment" }.into());
    }
    if family == Family::Both {
        return Ok(());
    }
    let fits = |addresses: &[IpAddr]| {
        let wrong = addresses.iter().find(|address| address.is_ipv4() != (family == Family::Ipv4));
        wrong.map_or(Ok(()), |address| Err(FamilyError::OtherAddress { address: *address, family }.into()))
    };
    match command {
        Command::Neigh { command } => fits(&command.iter().flat_map(addresses).collect::<Vec<_>>()),
        Command::Route { command: Some(Route::Get(get)) } => fits(&[get.address.address]),
        Command::Arp { command: Arp::Flush { .. } } if family == Family::Ipv6 => Err(FamilyError::ArpIsIpv4.into()),
        _ => match without_network(command) {
            Some(command) => Err(FamilyError::NoUse { command, option: option(family) }.into()),
            None => Ok(()),
        },
    }
}

/// The name of a command that has nothing to do with the network.
const fn without_network(command: &Command) -> Option<&'static str> {
    match command {
        Command::Stats { .. } => Some("stats"),
        Command::Driver { .. } => Some("driver"),
        Command::Completions { .. } => Some("completions"),
        Command::Man { .. } => Some("man"),
        _ => None,
    }
}

/// The addresses that a command names.
fn addresses(command: &Neigh) -> Vec<IpAddr> {
    let of_place = |place: &Place| match place {
        Place::Address(address) => Some(address.address),
        Place::Network(network) => Some(network.addr()),
        Place::Input => None,
    };
    // What may be a physical address as well does not tell a family.
    let is_address = |word: &&Word| word.physical.is_none();
    let of_words =
        |words: &[Word]| words.iter().filter(is_address).filter_map(|word| of_place(word.place.as_ref()?)).collect();
    match command {
        Neigh::Get(target) => vec![target.address.address],
        Neigh::Del(args) => of_words(&args.what),
        Neigh::Add(change) | Neigh::Set(change) | Neigh::Replace(change) => of_words(&change.words),
        Neigh::Resolve(resolve) => resolve.targets.iter().filter_map(of_place).collect(),
        Neigh::Show(_) | Neigh::Flush(_) | Neigh::Watch(_) | Neigh::Apply(_) | Neigh::Save(_) => Vec::new(),
    }
}
