//! Callers and links that are not in the primary network compartment.

use super::neighbors::silent;
use crate::{
    command::{self, Running},
    elsewhere::Elsewhere,
    expect,
    lab::Lab,
    linux::{Link, Linux},
};
use anyhow::{Context, Result, ensure};
use macaddr::MacAddr6;
use netioctl_client::{
    Canceller, Family, NeighborKey,
    abi::{AddressFamily, NtStatus},
};
use serde_json::{Value, json};
use std::{
    net::{IpAddr, Ipv4Addr},
    process::Command,
    time::Duration,
};

super::cases! { "compartments":
    Witness a_request_acts_in_the_compartment_of_its_caller,
    Witness a_resolution_acts_in_the_compartment_of_its_caller,
    Witness a_thread_that_resolved_is_back_in_its_own_compartment,
    Witness the_command_acts_in_the_compartment_that_it_is_told,
    Witness the_command_watches_in_the_compartment_that_it_is_told,
    Witness the_command_says_why_it_does_not_get_into_a_compartment,
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

/// The links are in compartment 2, and callers begin in the primary one.
fn apart() -> Value {
    json!({ "compartment": 2, "callers": 1 })
}

/// The program with these arguments, and in the compartment of the links or where it begins.
fn program(elsewhere: &Elsewhere, there: bool, arguments: &[&str]) -> Command {
    let mut command = Command::new(elsewhere.program());
    command.args(arguments).args(if there { &["--compartment", "2"][..] } else { &[] });
    command
}

/// What the program prints as JSON.
fn shown(elsewhere: &Elsewhere, there: bool, arguments: &[&str]) -> Result<Vec<Value>> {
    let text = command::succeeds(program(elsewhere, there, &[arguments, &["--json"]].concat()))?;
    serde_json::from_str(&text).with_context(|| format!("{arguments:?}: {text}"))
}

fn is_of(link: &Link, row: &Value, index: &str) -> bool {
    row[index] == json!(link.index)
}

fn the_command_acts_in_the_compartment_that_it_is_told(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let device = lab.device()?;
    let elsewhere = Elsewhere::make()?;
    let index = link.index.to_string();
    let own = silent(&link);
    linux.with_settings(apart(), || {
        // Nothing is there for whoever does not enter it, such as this program.
        ensure!(device.interface_table(Family::Both)?.is_empty(), "interfaces are everywhere");
        for (command, member) in [(&["interface", "show"], "ifindex"), (&["address", "show"], "ifindex")] {
            ensure!(shown(&elsewhere, false, command)?.is_empty(), "{command:?} shows what is elsewhere");
            let rows = shown(&elsewhere, true, command)?;
            ensure!(rows.iter().any(|row| is_of(&link, row, member)), "{command:?}: {rows:?}");
        }
        let add = ["neigh", "replace", &own.to_string(), "02-00-5e-00-05-01", "-i", &index];
        let (code, _) = command::fails(program(&elsewhere, false, &add))?;
        ensure!(code == 3, "exit code {code} where no interface is");
        command::succeeds(program(&elsewhere, true, &add)).map(drop)
    })?;
    let known = linux.neighbor(&link, own)?;
    ensure!(known == Some(("PERMANENT".to_owned(), Some("02:00:5e:00:05:01".to_owned()))), "Linux has {known:?}");
    linux.delete(&link, own)?;
    // Each of the threads that ask has to be there.
    let hosts = link.one_of_each().map(|address| address.to_string());
    let resolve = ["neigh", "resolve", &hosts[0], &hosts[1], "-i", &index, "--jobs", "2"];
    let rows = linux.with_settings(apart(), || shown(&elsewhere, true, &resolve))?;
    ensure!(rows.len() == 2 && rows.iter().all(|row| row["lladdr"].is_string()), "{rows:?}");
    Ok(device.flush_neighbors(Family::Both, None)?)
}

fn the_command_watches_in_the_compartment_that_it_is_told(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    linux.await_listeners(0)?;
    let elsewhere = Elsewhere::make()?;
    linux.with_settings(apart(), || {
        lab.linux()?.await_listeners(0)?;
        addresses_are_told(&elsewhere, &mut lab.linux()?, &link)?;
        neighbors_are_told(&elsewhere, &mut lab.linux()?, &link)
    })?;
    linux.await_listeners(0)
}

fn addresses_are_told(elsewhere: &Elsewhere, linux: &mut Linux, link: &Link) -> Result<()> {
    let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 97));
    let here = Running::of(program(elsewhere, false, &["-4", "interface", "watch", "--only", "addresses"]))?;
    linux.await_listeners(1)?;
    let watch = ["-4", "interface", "watch", "-i", &link.name, "--only", "addresses", "--count", "2"];
    let there = Running::of(program(elsewhere, true, &watch))?;
    let present = there.next()?;
    ensure!(present["event"] == "present", "{present}");
    linux.change_address(link, address, true)?;
    linux.change_address(link, address, false)?;
    let told: Vec<_> = there.rest()?.iter().map(|line| (line["event"].clone(), line["address"].clone())).collect();
    ensure!(told == ["added", "removed"].map(|event| (json!(event), json!(address))), "{told:?}");
    ensure!(here.so_far().is_empty(), "a watch tells of another compartment");
    Ok(())
}

/// The next look is far away, so what is seen was told by the thread that waits for changes.
fn neighbors_are_told(elsewhere: &Elsewhere, linux: &mut Linux, link: &Link) -> Result<()> {
    linux.await_listeners(0)?;
    let (address, neighbor) = (IpAddr::V4(Ipv4Addr::new(192, 0, 2, 96)), link.silent(73));
    let watch = ["neigh", "watch", &neighbor.to_string(), "--interval", "3600", "--count", "1"];
    let watching = Running::of(program(elsewhere, true, &watch))?;
    linux.await_listeners(2)?;
    linux.add_permanent(link, neighbor, MacAddr6::new(2, 0, 0x5e, 0, 5, 2))?;
    linux.change_address(link, address, true)?;
    let told = watching.rest();
    linux.change_address(link, address, false)?;
    linux.delete(link, neighbor)?;
    let told = told?;
    ensure!(told.len() == 1 && told[0]["event"] == "added" && told[0]["dst"] == json!(neighbor), "{told:?}");
    Ok(())
}

fn the_command_says_why_it_does_not_get_into_a_compartment(_: &Lab) -> Result<()> {
    let elsewhere = Elsewhere::make()?;
    let expected = [("3", 4, "ERROR_ACCESS_DENIED"), ("7", 3, "`Get-NetCompartment` of PowerShell lists them")];
    for (compartment, code, text) in expected {
        let (ended, said) =
            command::fails(program(&elsewhere, false, &["neigh", "show", "--compartment", compartment]))?;
        ensure!(ended == code && said.contains(text), "compartment {compartment}: exit code {ended}, {said}");
    }
    // Here without the stand-in.
    let (_, said) = command::refused(&["neigh", "show", "--compartment", "7"])?;
    ensure!(said.contains("network compartment 7 cannot be entered"), "{said}");
    Ok(())
}
