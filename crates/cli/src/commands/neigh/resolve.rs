//! Asking the network for one neighbor.

use super::args::Resolve;
use super::target::{Found, Otherwise};
use crate::{error::CliError, output::Output, system::System};
use netioctl_client::{
    Access,
    abi::{NtStatus, wire::has_zone},
};
use std::net::IpAddr;

pub fn run(args: &Resolve, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let device = system.open(Access::ReadWrite)?;
    let found = Found::find(&args.target, Otherwise::Nothing, system, &device)?;
    let device = match args.timeout {
        None => device,
        Some(time) => device.with_canceller(&system.after(time)?),
    };
    let resolved = match args.source {
        None => device.resolve_neighbor(&found.key),
        Some(source) => {
            let zone =
                if matches!(source, IpAddr::V6(v6) if has_zone(v6)) { found.key.to_request().key.scope_id } else { 0 };
            device.resolve_neighbor_from(&found.key, source, zone)
        }
    };
    match (resolved, args.timeout) {
        (Err(error), Some(time)) if error.ntstatus() == Some(NtStatus::CANCELLED) => {
            Err(CliError::NoAnswer { address: found.to_string(), time })
        }
        (resolved, _) => super::one(&resolved.map_err(|error| found.explain(error))?, system, output),
    }
}
