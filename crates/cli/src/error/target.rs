//! Why it cannot be told which neighbor is meant.

use super::{NOT_FOUND, USAGE};
use crate::{values::Zone, zone::is_link_local};
use netioctl_client::{Failure, Operation};
use std::net::IpAddr;

/// Why it cannot be told which neighbor is meant, or that it is not there.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    #[error("an interface is needed: name it with --interface{}", or_by_zone(*.address))]
    InterfaceNeeded { address: IpAddr },
    #[error("the zone of {address}{zone} is not that of {interface}: leave out the zone or --interface")]
    OtherZone { address: IpAddr, zone: Zone, interface: String },
    #[error("{address} is in a network of {interfaces}: name one with --interface{}", or_by_zone(*.address))]
    Several { address: IpAddr, interfaces: String },
    #[error(
        "{address} is in no network of this machine: name an interface with --interface, or see `netioctl route show`"
    )]
    NotOnLink { address: IpAddr },
    #[error("no interface has the neighbor {address}: `netioctl neigh show` lists them")]
    Nowhere { address: IpAddr },
    #[error("{address} is a neighbor of {interfaces}: name one with --interface")]
    Ambiguous { address: IpAddr, interfaces: String },
    #[error("{operation} failed: {failure}: {explanation}")]
    Missing { operation: Operation, failure: Failure, explanation: String },
}

impl TargetError {
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::InterfaceNeeded { .. }
            | Self::OtherZone { .. }
            | Self::Ambiguous { .. }
            | Self::Several { .. }
            | Self::NotOnLink { .. } => USAGE,
            Self::Nowhere { .. } | Self::Missing { .. } => NOT_FOUND,
        }
    }
}

fn or_by_zone(address: IpAddr) -> String {
    if is_link_local(address) { format!(", or by the zone of the address ({address}%12)") } else { String::new() }
}
