//! The command, run as a program, against `ip` of Linux.
//!
//! What reads `ip -j neigh` reads `netioctl neigh show --json`. These are all the differences:
//!
//! * Linux has states that Windows has not: a row that is not to be resolved (`NOARP`: groups, broadcast, loopback) is
//!   permanent for Windows, and one without any state (`NONE`, an empty list) is none.
//! * On links without physical addresses, Linux files all IPv4 destinations under `0.0.0.0`; Windows has no such row.
//! * Windows shows permanent rows of groups that Linux makes only when it needs them.
//! * `ifindex`, `luid`, `scope_id` and `reachability_ms` are more than `ip` says.
//! * `ip` lists the rows in the order of the kernel, `netioctl` sorts them.
//!
//! `dev` is the alias of the interface, which Wine takes from the name that the link has on Linux.

use crate::{
    command,
    lab::Lab,
    linux::{Link, Linux},
};
use anyhow::{Context, Result, bail, ensure};
use macaddr::MacAddr6;
use netioctl_client::Family;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    mem::discriminant,
    net::IpAddr,
};
use witness::State;

super::cases! { "command":
    Witness neigh_show_is_ip_neigh_on_the_same_table,
    Witness the_comparison_with_ip_finds_differences,
}

/// What `netioctl` says that `ip` does not.
const MORE: [&str; 4] = ["ifindex", "luid", "reachability_ms", "scope_id"];

/// States that must be in the table, or the comparison shows too little.
const STATES: [&str; 6] = ["PERMANENT", "REACHABLE", "STALE", "FAILED", "INCOMPLETE", "NOARP"];

/// Times that two tables are compared when the kernel changes them in between.
const COMPARISONS: u32 = 20;

/// The rows by interface and address.
type Rows = BTreeMap<(String, IpAddr), Value>;

fn neigh_show_is_ip_neigh_on_the_same_table(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let links = linux.populate()?;
    let made = rows_of_every_kind(&mut linux, &links)?;
    let result = agree(&mut linux);
    for (link, address) in made {
        linux.delete(&link, address)?;
    }
    lab.device()?.flush_neighbors(Family::Both, None)?;
    result
}

/// Makes rows in every state that can be made, hosts 21 and on of each family, routers among them.
fn rows_of_every_kind(linux: &mut Linux, links: &[Link]) -> Result<Vec<(Link, IpAddr)>> {
    let kinds = [
        (State::Permanent, true),
        (State::Permanent, false),
        (State::Reachable, true),
        (State::Stale, true),
        (State::Stale, false),
        (State::Noarp, false),
        (State::Failed, false),
        (State::Incomplete, false),
    ];
    let mut made = Vec::new();
    for link in links {
        let link_local = IpAddr::from([0xfe80, 0, 0, 0, 0, 0, 0, 0x21]);
        linux.add(link, link_local, Some(MacAddr6::new(2, 0, 0x5e, 0, 1, 0x21)), State::Stale, true)?;
        made.push((link.clone(), link_local));
        for (number, (state, router)) in (0x21..).zip(kinds) {
            for [_, other] in link.hosts {
                let address = host(other, number);
                let lladdr = MacAddr6::new(2, 0, 0x5e, 0, 0, number);
                let known = !matches!(state, State::Failed | State::Incomplete);
                linux.add(link, address, known.then_some(lladdr), state, router)?;
                made.push((link.clone(), address));
            }
        }
    }
    Ok(made)
}

/// Another host of the same network.
fn host(neighbor: IpAddr, number: u8) -> IpAddr {
    match neighbor {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            [a, b, c, number].into()
        }
        IpAddr::V6(address) => {
            let mut octets = address.octets();
            octets[15] = number;
            octets.into()
        }
    }
}

/// Both commands print the same, but for the differences above. The table of `netioctl` counts when `ip` says the same
/// before and after.
fn agree(linux: &mut Linux) -> Result<()> {
    for _ in 0..COMPARISONS {
        let before = linux.ip_neigh()?;
        let ours = command::list(&["neigh", "show"])?;
        let same = |after: &[Value]| by_key(after).ok() == by_key(&before).ok();
        if !same(&linux.ip_neigh()?) {
            continue;
        }
        says_enough(&before)?;
        return compare(&before, &ours, &linux.indexes()?);
    }
    bail!("the table never held still")
}

/// The comparison is worth something: every state, both families and routers are in the table.
fn says_enough(theirs: &[Value]) -> Result<()> {
    let states: BTreeSet<_> = theirs.iter().filter_map(|row| row["state"][0].as_str()).collect();
    let missing: Vec<_> = STATES.iter().filter(|state| !states.contains(**state)).collect();
    ensure!(missing.is_empty(), "no row is {missing:?}");
    let routers: Vec<_> = theirs.iter().filter(|row| row.get("router").is_some()).collect();
    for ipv6 in [false, true] {
        let of_family = |row: &&&Value| address(row).is_ok_and(|address| address.is_ipv6() == ipv6);
        ensure!(routers.iter().filter(of_family).count() > 1, "too few routers, IPv6: {ipv6}");
    }
    Ok(())
}

fn compare(theirs: &[Value], ours: &[Value], indexes: &BTreeMap<String, u32>) -> Result<()> {
    let mut ours = by_key(ours)?;
    for (key, row) in by_key(theirs)? {
        if !is_neighbor(&row)? {
            ensure!(!ours.contains_key(&key), "shown, but no neighbor: {row}");
            continue;
        }
        let our = ours.remove(&key).with_context(|| format!("only ip shows {row}"))?;
        compare_row(&row, &our).with_context(|| format!("{row} of ip, {our} of netioctl"))?;
        ensure!(
            our["ifindex"].as_u64() == indexes.get(&key.0).copied().map(u64::from),
            "{our} has another index than {}",
            key.0
        );
    }
    let well_known =
        |row: &Value| address(row).is_ok_and(|to| to.is_multicast()) && row["state"] == json!(["PERMANENT"]);
    let extra: Vec<_> = ours.values().filter(|row| !well_known(row)).collect();
    ensure!(extra.is_empty(), "only netioctl shows {extra:?}");
    Ok(())
}

/// Each key that one of both has: the other has it too, as the same type and with the same value.
fn compare_row(theirs: &Value, ours: &Value) -> Result<()> {
    let (theirs, ours) = (theirs.as_object().context("an object")?, ours.as_object().context("an object")?);
    for (key, value) in theirs {
        let our = ours.get(key).with_context(|| format!("no {key}"))?;
        ensure!(discriminant(value) == discriminant(our), "{key} is of another type");
        let value = if key == "state" { windows_state(value) } else { value.clone() };
        ensure!(value == *our, "{key} differs");
    }
    let more: Vec<_> = ours.keys().filter(|key| !theirs.contains_key(*key) && !MORE.contains(&key.as_str())).collect();
    ensure!(more.is_empty(), "{more:?} are not what ip says");
    Ok(())
}

fn windows_state(state: &Value) -> Value {
    if *state == json!(["NOARP"]) { json!(["PERMANENT"]) } else { state.clone() }
}

/// What Windows, too, would show.
fn is_neighbor(row: &Value) -> Result<bool> {
    let without_state = row["state"].as_array().is_none_or(Vec::is_empty) || row["state"] == json!(["NONE"]);
    Ok(!without_state && !address(row)?.is_unspecified())
}

fn address(row: &Value) -> Result<IpAddr> {
    Ok(row["dst"].as_str().context("dst")?.parse()?)
}

/// Fails if two rows have the same key.
fn by_key(rows: &[Value]) -> Result<Rows> {
    let mut keyed = Rows::new();
    for row in rows {
        let dev = row["dev"].as_str().with_context(|| format!("no dev in {row}"))?;
        let twice = keyed.insert((dev.to_owned(), address(row)?), row.clone());
        ensure!(twice.is_none(), "two rows for {row}");
    }
    Ok(keyed)
}

/// Each single change of what `netioctl` printed is found.
fn the_comparison_with_ip_finds_differences(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    linux.populate()?;
    let (theirs, indexes) = (linux.ip_neigh()?, linux.indexes()?);
    let ours = command::list(&["neigh", "show"])?;
    let at = ours.iter().position(|row| row["dst"] == "10.77.0.3").context("the permanent row")?;
    let changes: [fn(&mut Value); 7] = [
        |row| row["lladdr"] = json!("02:00:00:00:00:00"),
        |row| row["state"] = json!("PERMANENT"),
        |row| row["state"] = json!(["STALE"]),
        |row| row["router"] = json!(null),
        |row| row["ifindex"] = json!(99),
        |row| row["dst"] = json!("10.77.0.9"),
        |row| drop(row.as_object_mut().map(|row| row.remove("lladdr"))),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut changed = ours.clone();
        change(&mut changed[at]);
        ensure!(compare(&theirs, &changed, &indexes).is_err(), "change {number} is not found: {}", changed[at]);
    }
    let mut less = ours;
    less.remove(at);
    ensure!(compare(&theirs, &less, &indexes).is_err(), "a missing row is not found");
    Ok(lab.device()?.flush_neighbors(Family::Both, None)?)
}
