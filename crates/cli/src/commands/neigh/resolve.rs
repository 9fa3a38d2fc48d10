//! Asking the network for neighbors: for one, or for many at once.

mod scan;

use super::{
    args::{Resolve, Target},
    on_link::OnLink,
    places,
    target::{Found, Otherwise},
};
use crate::{
    error::CliError,
    output::Output,
    system::System,
    values::{Place, ScopedAddress},
};
use netioctl_client::{
    Access, Device, Error, Family, Neighbor,
    abi::{NtStatus, wire::has_zone},
};
use std::net::IpAddr;

pub fn run(args: &Resolve, family: Family, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    if let [Place::Address(address)] = &args.targets[..] {
        return one(address, args, system, output);
    }
    let addresses = places::expand(&args.targets, family, system)?;
    let networks = args.targets.iter().filter_map(|place| match place {
        Place::Network(network) => Some(*network),
        _ => None,
    });
    scan::run(&addresses, &networks.collect::<Vec<_>>(), args, system, output)
}

fn one(address: &ScopedAddress, args: &Resolve, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let device = system.open(Access::ReadWrite)?;
    let target = Target { address: address.clone(), interface: args.interface.clone() };
    let found = Found::find(&target, Otherwise::OnLink(&OnLink::default()), system, &device)?;
    let device = match args.timeout {
        None => device,
        Some(time) => device.with_canceller(&system.after(time)?),
    };
    match (ask(&device, &found, args.source), args.timeout) {
        (Err(error), Some(time)) if error.ntstatus() == Some(NtStatus::CANCELLED) => {
            Err(CliError::NoAnswer { address: found.to_string(), time })
        }
        (resolved, _) => super::one(&resolved.map_err(|error| found.explain(error))?, system, output),
    }
}

fn ask(device: &Device, found: &Found, source: Option<IpAddr>) -> Result<Neighbor, Error> {
    let Some(source) = source else { return device.resolve_neighbor(&found.key) };
    let zoned = matches!(source, IpAddr::V6(v6) if has_zone(v6));
    let zone = if zoned { found.key.to_request().key.scope_id } else { 0 };
    device.resolve_neighbor_from(&found.key, source, zone)
}
