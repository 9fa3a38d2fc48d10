//! Why `-4` or `-6` does not fit the command.

use netioctl_client::Family;
use std::net::IpAddr;

/// Why `-4` or `-6` does not fit.
#[derive(Debug, thiserror::Error)]
pub enum FamilyError {
    #[error("{address} is an {} address, which {} leaves out: give the one or the other", of(*address), option(*.family))]
    OtherAddress { address: IpAddr, family: Family },
    #[error("{address} cannot be reached from {from}, which is {}: name a source of the same family", of(*.from))]
    OtherSource { address: IpAddr, from: IpAddr },
    #[error("`arp flush` is for IPv4 only: leave out -6, or use `netioctl -6 neigh flush`")]
    ArpIsIpv4,
    #[error("`{command}` has no use for {option}: leave it out")]
    NoUse { command: &'static str, option: &'static str },
}

fn of(address: IpAddr) -> &'static str {
    if address.is_ipv4() { "IPv4" } else { "IPv6" }
}

/// The option that asks for one family.
pub fn option(family: Family) -> &'static str {
    if family == Family::Ipv4 { "-4" } else { "-6" }
}
