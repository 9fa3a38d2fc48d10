//! Whether `-4` or `-6` fits the command.

use crate::{
    args::{Arp, Cli, Command, Neigh},
    error::CliError,
};
use netioctl_client::Family;
use std::net::IpAddr;

/// Why `-4` or `-6` does not fit.
#[derive(Debug, thiserror::Error)]
pub enum FamilyError {
    #[error("{address} is an {} address, which {} leaves out: give the one or the other", of(*address), option(*.family))]
    OtherAddress { address: IpAddr, family: Family },
    #[error("`arp flush` is for IPv4 only: leave out -6, or use `netioctl -6 neigh flush`")]
    ArpIsIpv4,
    #[error("`{command}` has no use for {}: leave it out", option(*.family))]
    NoUse { command: &'static str, family: Family },
}

/// A family that is asked for is one that the command can have.
pub fn check(cli: &Cli) -> Result<(), CliError> {
    let family = cli.global.family();
    if family == Family::Both {
        return Ok(());
    }
    let no_use = |command| Err(FamilyError::NoUse { command, family }.into());
    match &cli.command {
        Command::Neigh { command } => match address(command) {
            Some(address) if address.is_ipv4() != (family == Family::Ipv4) => {
                Err(FamilyError::OtherAddress { address, family }.into())
            }
            _ => Ok(()),
        },
        Command::Arp { command: Arp::Flush { .. } } if family == Family::Ipv6 => Err(FamilyError::ArpIsIpv4.into()),
        Command::Arp { .. } | Command::Interface { .. } => Ok(()),
        Command::Stats { .. } => no_use("stats"),
        Command::Driver { .. } => no_use("driver"),
        Command::Completions { .. } => no_use("completions"),
        Command::Man { .. } => no_use("man"),
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

fn of(address: IpAddr) -> &'static str {
    if address.is_ipv4() { "IPv4" } else { "IPv6" }
}

fn option(family: Family) -> &'static str {
    if family == Family::Ipv4 { "-4" } else { "-6" }
}
