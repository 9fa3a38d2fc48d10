//! The commands that watch, as a program reads them: one event a line.

use crate::{command::Running, lab::Lab};
use anyhow::{Context, Result, ensure};
use macaddr::MacAddr6;
use netioctl_client::Family;
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};

super::cases! { "watching":
    Witness interface_watch_shows_what_changes,
    Witness interface_watch_shows_addresses,
    Witness neigh_watch_shows_neighbors,
}

/// The first lines say what is there; answers how many they are, and that none is missing.
fn present(running: &Running, lines: usize) -> Result<()> {
    for _ in 0..lines {
        let line = running.next()?;
        ensure!(line["event"] == "present", "{line}");
    }
    Ok(())
}

/// The members of an event that the test is about.
fn facts(event: &Value, names: &[&str]) -> Value {
    names.iter().map(|name| ((*name).to_owned(), event[*name].clone())).collect()
}

fn interface_watch_shows_what_changes(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let mtu = link.mtu - 30;
    let running = Running::start(&["interface", "watch", "-i", &link.name, "--only", "interfaces", "--count", "2"])?;
    let shown = present(&running, 2).and_then(|()| linux.set_mtu(&link, mtu)).and_then(|()| running.rest());
    linux.set_mtu(&link, link.mtu)?;
    let shown: Vec<_> =
        shown?.iter().map(|event| facts(event, &["event", "source", "ifname", "family", "mtu", "changed"])).collect();
    let expected = |family| json!({ "event": "changed", "source": "interface", "ifname": link.name, "family": family, "mtu": mtu, "changed": ["mtu"] });
    ensure!(shown.len() == 2, "one line for each family: {shown:?}");
    for family in ["inet", "inet6"] {
        ensure!(shown.contains(&expected(family)), "no {}: {shown:?}", expected(family));
    }
    Ok(())
}

fn interface_watch_shows_addresses(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 99));
    let arguments = ["-4", "interface", "watch", "-i", &link.name, "--only", "addresses", "--count", "2"];
    let running = Running::start(&arguments)?;
    present(&running, 1)?;
    for add in [true, false] {
        linux.change_address(&link, address, add)?;
    }
    let shown = running.rest()?;
    let event = |kind: &str| json!({ "event": kind, "source": "address", "ifname": link.name, "address": address });
    let shown: Vec<_> = shown.iter().map(|line| facts(line, &["event", "source", "ifname", "address"])).collect();
    ensure!(shown == [event("added"), event("removed")], "{shown:?}");
    Ok(())
}

fn neigh_watch_shows_neighbors(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    lab.device()?.flush_neighbors(Family::Both, None)?;
    let address = link.hosts[0][1];
    linux.add_permanent(&link, link.hosts[0][0], MacAddr6::new(2, 0, 0x5e, 0, 3, 1))?;
    let running = Running::start(&["-4", "neigh", "watch", "-i", &link.name, "--unicast", "--interval", "0.1"])?;
    present(&running, 1)?;
    let seen = [
        neighbor_event(&running, || linux.add_permanent(&link, address, MacAddr6::new(2, 0, 0x5e, 0, 3, 2)))?,
        neighbor_event(&running, || Ok(lab.device()?.set_neighbor(&link.update(address, [2, 0, 0x5e, 0, 3, 3]))?))?,
        neighbor_event(&running, || linux.delete(&link, address))?,
    ];
    lab.device()?.flush_neighbors(Family::Both, None)?;
    let event = |kind: &str, lladdr: &str| json!({ "event": kind, "dst": address, "dev": link.name, "lladdr": lladdr });
    let (one, two) = ("02:00:5e:00:03:02", "02:00:5e:00:03:03");
    ensure!(seen == [event("added", one), event("changed", two), event("removed", two)], "{seen:?}");
    Ok(())
}

/// What is shown after something was done.
fn neighbor_event(running: &Running, done: impl FnOnce() -> Result<()>) -> Result<Value> {
    done()?;
    Ok(facts(&running.next().context("waiting for an event")?, &["event", "dst", "dev", "lladdr"]))
}
