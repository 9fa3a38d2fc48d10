//! The commands that watch, as a program reads them: one event a line.

use crate::{
    alarm,
    command::Running,
    lab::Lab,
    linux::{Link, Linux},
};
use anyhow::{Context, Result, bail, ensure};
use macaddr::MacAddr6;
use netioctl_client::Family;
use serde_json::{Value, json};
use std::{
    net::{IpAddr, Ipv4Addr},
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};
use witness::State;

super::cases! { "watching":
    Witness interface_watch_shows_what_changes,
    Witness interface_watch_shows_addresses,
    Witness neigh_watch_shows_neighbors,
    Witness neigh_watch_tells_what_changed_from_what,
    Witness neigh_watch_tells_of_addresses_that_move,
    Witness neigh_watch_looks_at_once_when_an_address_comes,
    Witness a_program_is_run_for_each_event,
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

fn neigh_watch_tells_what_changed_from_what(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let device = lab.device()?;
    device.flush_neighbors(Family::Both, None)?;
    let address = link.silent(70);
    linux.add(&link, address, Some(MacAddr6::new(2, 0, 0x5e, 0, 3, 1)), State::Stale, false)?;
    let text = address.to_string();
    let running = Running::start(&["neigh", "watch", &text, "--interval", "0.1", "--count", "1"])?;
    present(&running, 1)?;
    device.set_neighbor(&link.update(address, [2, 0, 0x5e, 0, 3, 2]))?;
    let seen = running.rest()?;
    linux.delete(&link, address)?;
    let names = ["event", "changed", "old_lladdr", "lladdr", "old_state", "state"];
    let seen: Vec<_> = seen.iter().map(|event| facts(event, &names)).collect();
    let expected = json!({
        "event": "changed", "changed": ["lladdr", "state"],
        "old_lladdr": "02:00:5e:00:03:01", "lladdr": "02:00:5e:00:03:02",
        "old_state": "STALE", "state": ["PERMANENT"],
    });
    ensure!(seen == [expected], "{seen:?}");
    Ok(())
}

/// Nothing says that this watch has begun, so the address moves there and back until it has told of it.
fn neigh_watch_tells_of_addresses_that_move(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let device = lab.device()?;
    let address = link.silent(71);
    let (text, told) = (address.to_string(), AtomicBool::new(false));
    let running = Running::start(&["neigh", "watch", &text, "--on-mac-change", "--interval", "0.05", "--count", "1"])?;
    let seen = thread::scope(|scope| {
        let moving = scope.spawn(|| {
            for last in (1..=2).cycle() {
                device.replace_neighbor(&link.update(address, [2, 0, 0x5e, 0, 4, last]))?;
                thread::sleep(MOVES);
                if told.load(Ordering::Relaxed) {
                    break;
                }
            }
            Ok::<_, anyhow::Error>(())
        });
        let seen = running.rest();
        told.store(true, Ordering::Relaxed);
        moving.join().expect("the thread that moves it panicked")?;
        seen
    });
    linux.delete(&link, address)?;
    let seen = seen?;
    let ends = ["02:00:5e:00:04:01", "02:00:5e:00:04:02"];
    let [event] = &seen[..] else { bail!("{seen:?}") };
    let (old, new) = (&event["old_lladdr"], &event["lladdr"]);
    ensure!(ends.iter().any(|end| old == end) && ends.iter().any(|end| new == end) && old != new, "{event}");
    Ok(())
}

/// So long a neighbor stays where it is.
const MOVES: Duration = Duration::from_millis(300);

/// The next look is far away, and is due at once all the same.
fn neigh_watch_looks_at_once_when_an_address_comes(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    linux.await_listeners(0)?;
    let (neighbor, own) = (link.silent(72), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 98)));
    let running = Running::start(&["neigh", "watch", &neighbor.to_string(), "--interval", "3600"])?;
    // Interfaces and addresses.
    linux.await_listeners(2)?;
    linux.add_permanent(&link, neighbor, MacAddr6::new(2, 0, 0x5e, 0, 3, 1))?;
    linux.change_address(&link, own, true)?;
    let event = running.next();
    linux.change_address(&link, own, false)?;
    linux.delete(&link, neighbor)?;
    let event = event.context("nobody looked")?;
    ensure!(event["event"] == "added" && event["dst"] == json!(neighbor), "{event}");
    drop(running);
    linux.await_listeners(0)
}

/// What a program is given, apart from the time.
fn a_program_is_run_for_each_event(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let device = lab.device()?;
    let folder = tempfile::tempdir()?;
    let neighbor = link.silent(74);
    linux.add_permanent(&link, neighbor, MacAddr6::new(2, 0, 0x5e, 0, 6, 1))?;
    let file = folder.path().join("neighbors.txt");
    let watch = ["neigh", "watch", &neighbor.to_string(), "--interval", "0.1", "--count", "2"];
    let running = Running::with_alarm(&watch, &file)?;
    present(&running, 1)?;
    device.set_neighbor(&link.update(neighbor, [2, 0, 0x5e, 0, 6, 2]))?;
    let mut shown = vec![running.next()?];
    linux.delete(&link, neighbor)?;
    shown.extend(running.rest()?);
    let given = alarm::given(&file)?;
    let events: Vec<_> = given.iter().map(|given| given["event"].clone()).collect();
    ensure!(events == shown && shown.len() == 2, "the command shows {shown:?}, programs read {events:?}");
    let expected = json!({
        "NETIOCTL_EVENT": "changed", "NETIOCTL_ADDRESS": neighbor, "NETIOCTL_INTERFACE": link.name,
        "NETIOCTL_LLADDR": "02:00:5e:00:06:02", "NETIOCTL_STATE": "PERMANENT",
        "NETIOCTL_OLD_LLADDR": "02:00:5e:00:06:01",
    });
    ensure!(of_watch(&given[0]["variables"]) == expected, "{}", given[0]);
    ensure!(given[1]["arguments"] == json!(["removed", neighbor, link.name]), "{}", given[1]);
    addresses_are_told_to_programs(&mut linux, &link, &folder.path().join("addresses.txt"))
}

/// The variables without those of the machine.
fn of_watch(variables: &Value) -> Value {
    let own = variables.as_object().into_iter().flatten().filter(|(name, _)| *name != "NETIOCTL_WITNESS");
    own.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn addresses_are_told_to_programs(linux: &mut Linux, link: &Link, file: &Path) -> Result<()> {
    let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 95));
    let watch = ["-4", "interface", "watch", "-i", &link.name, "--only", "addresses", "--count", "2"];
    let running = Running::with_alarm(&watch, file)?;
    present(&running, 1)?;
    for add in [true, false] {
        linux.change_address(link, address, add)?;
    }
    let shown = running.rest()?;
    let given = alarm::given(file)?;
    let events: Vec<_> = given.iter().map(|given| given["event"].clone()).collect();
    ensure!(events == shown && shown.len() == 2, "the command shows {shown:?}, programs read {events:?}");
    ensure!(given[0]["arguments"] == json!(["added", "address", link.name, address]), "{}", given[0]);
    let expected = json!({
        "NETIOCTL_EVENT": "removed", "NETIOCTL_SOURCE": "address", "NETIOCTL_INTERFACE": link.name,
        "NETIOCTL_FAMILY": "IPv4", "NETIOCTL_ADDRESS": address,
    });
    ensure!(of_watch(&given[1]["variables"]) == expected, "{}", given[1]);
    Ok(())
}
