//! Whether `-4` or `-6` fits the command.

use super::{Command, arp::Arp, neigh::Neigh};
use crate::error::{CliError, FamilyError};
use netioctl_client::Family;
use std::net::IpAddr;

/// A family that is asked for is one that the command can have.
pub fn check(command: &Command, family: Family) -> Result<(), CliError> {
    if family == Family::Both {
        return Ok(());
    }
    let no_use = |command| Err(FamilyError::NoUse { command, family }.into());
    match command {
        Command::Neigh { command } => match command.as_ref().and_then(address) {
            Some(address) if address.is_ipv4() != (family == Family::Ipv4) => {
                Err(FamilyError::OtherAddress { address, family }.into())
            }
            _ => Ok(()),
        },
        Command::Arp { command: Arp::Flush { .. } } if family == Family::Ipv6 => Err(FamilyError::ArpIsIpv4.into()),
        Command::Stats { .. } => no_use("stats"),
        Command::Driver { .. } => no_use("driver"),
        Command::Completions { .. } => no_use("completions"),
        Command::Man { .. } => no_use("man"),
        _ => Ok(()),
    }
}

/// The address that a command is about.
fn address(command: &Neigh) -> Option<IpAddr> {
    match command {
        Neigh::Get(target) | Neigh::Del(target) => Some(target.address.address),
        Neigh::Add(change) | Neigh::Set(change) | Neigh::Replace(change) => Some(change.address.address),
        Neigh::Resolve(resolve) => Some(resolve.target.address.address),
        Neigh::Show(_) | Neigh::Flush(_) | Neigh::Watch(_) => None,
    }
}
