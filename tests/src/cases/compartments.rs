//! Callers that are not in the primary network compartment.

use super::neighbors::silent;
use crate::{expect, lab::Lab};
use anyhow::{Context, Result, ensure};
use netioctl_client::{
    Canceller, Family, NeighborKey,
    abi::{AddressFamily, NtStatus},
};
use serde_json::json;
use std::time::Duration;

super::cases! { "compartments":
    Witness a_request_acts_in_the_compartment_of_its_caller,
    Witness a_resolution_acts_in_the_compartment_of_its_caller,
    Witness a_thread_that_resolved_is_back_in_its_own_compartment,
}

/// The links and all callers are in this compartment; threads of the system are in the primary one, where no link is.
fn elsewhere() -> serde_json::Value {
    json!({ "compartment": 2 })
}

fn a_request_acts_in_the_compartment_of_its_caller(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let device = lab.device()?;
    linux.with_settings(elsewhere(), || {
        ensure!(device.interface_table(Family::Both)?.iter().any(|row| row.index == link.index), "no interface");
        Ok(device.interface(link.key(), AddressFamily::Ipv6).map(drop)?)
    })
}

fn a_resolution_acts_in_the_compartment_of_its_caller(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let device = lab.device()?;
    linux.with_settings(elsewhere(), || {
        for address in link.one_of_each() {
            let found = device.resolve_neighbor(&NeighborKey::new(link.key(), address)).context("elsewhere")?;
            ensure!(!found.physical_address.is_empty(), "{address} was not resolved");
        }
        Ok(())
    })?;
    Ok(device.flush_neighbors(Family::Both, None)?)
}

/// The verifier looks at the compartment of each thread that comes back from the driver, after a resolution that
/// succeeds, one that fails, and one that nobody waits for.
fn a_thread_that_resolved_is_back_in_its_own_compartment(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let device = lab.device()?;
    linux.with_settings(elsewhere(), || {
        device.resolve_neighbor(&NeighborKey::new(link.key(), link.one_of_each()[0]))?;
        let nobody = NeighborKey::new(link.key(), silent(&link));
        let patience = Canceller::after(Duration::from_millis(50))?;
        let given_up = device.with_canceller(&patience).resolve_neighbor(&nobody);
        expect::status(given_up, &[NtStatus::CANCELLED])?;
        expect::status(device.resolve_neighbor(&nobody), &[NtStatus::BAD_NETWORK_NAME])
    })?;
    // What a thread kept of another compartment would be found by the next request that it works on.
    device.resolve_neighbor(&NeighborKey::new(link.key(), link.one_of_each()[1]))?;
    Ok(device.flush_neighbors(Family::Both, None)?)
}
