//! The command about many neighbors at once, held against Linux.

use crate::{
    command,
    lab::Lab,
    linux::{Link, Linux},
};
use anyhow::{Context, Result, ensure};
use macaddr::MacAddr6;
use netioctl_client::{ControlCode, Device, Family, abi::wire::MAX_BATCH};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    net::{IpAddr, Ipv4Addr},
    ops::Range,
};

super::cases! { "many_neighbors":
    Witness apply_changes_what_differs_and_prunes_what_is_not_listed,
    Witness what_is_saved_is_applied_again,
    Witness more_neighbors_are_applied_than_one_request_takes,
    Witness a_file_that_cannot_be_read_changes_nothing,
    Witness words_of_ip_and_short_commands_do_what_they_say,
    Witness lists_and_networks_are_added_and_deleted,
    Witness dynamic_neighbors_are_flushed_and_permanent_ones_stay,
    Witness a_network_is_scanned_and_silence_has_its_own_exit_code,
}

const MAC: &str = "02:00:5e:20:00:01";
const OTHER: MacAddr6 = MacAddr6::new(2, 0, 0x5e, 0x20, 0, 2);

fn clean(lab: &Lab) -> Result<(Linux, Link)> {
    let mut linux = lab.linux()?;
    lab.device()?.flush_neighbors(Family::Both, None)?;
    let [link, _] = linux.links()?;
    Ok((linux, link))
}

/// Linux has this neighbor as a permanent one with this physical address, or not at all.
fn has(linux: &mut Linux, link: &Link, address: IpAddr, mac: Option<&str>) -> Result<()> {
    let row = linux.neighbor(link, address)?;
    let expected = mac.map(|mac| ("PERMANENT".to_owned(), Some(mac.to_owned())));
    ensure!(row == expected, "Linux has {row:?} for {address}, where {expected:?} was due");
    Ok(())
}

/// What has become of each neighbor, by `apply` of this file.
fn apply(file: &str, options: &[&str]) -> Result<Vec<(String, String)>> {
    let rows = command::list(&[&["neigh", "apply", file], options].concat())?;
    let word = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    Ok(rows.iter().map(|row| (word(row, "action"), word(row, "dst"))).collect())
}

fn apply_changes_what_differs_and_prunes_what_is_not_listed(lab: &Lab) -> Result<()> {
    let (mut linux, link) = clean(lab)?;
    let [[dynamic, new], [same, changed]] = link.hosts;
    linux.reach(&link, dynamic)?;
    linux.add_permanent(&link, same, MacAddr6::new(2, 0, 0x5e, 0x20, 0, 1))?;
    linux.add_permanent(&link, changed, OTHER)?;
    let extra = link.silent(60);
    linux.add_permanent(&link, extra, OTHER)?;
    let row = |address: IpAddr| json!({ "dst": address, "dev": link.name, "lladdr": MAC, "state": ["PERMANENT"] });
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("neighbors.json");
    fs::write(&file, json!([row(new), row(same), row(changed)]).to_string())?;
    let file = file.to_string_lossy();

    let planned = apply(&file, &["--prune", "--dry-run"])?;
    let word = |action: &str, address: IpAddr| (action.to_owned(), address.to_string());
    let expected = [word("add", new), word("change", changed), word("remove", extra)];
    ensure!(planned == expected, "{planned:?}");
    has(&mut linux, &link, new, None)?;
    has(&mut linux, &link, extra, Some(&OTHER.to_string().to_lowercase()))?;

    let done = apply(&file, &["--prune"])?;
    ensure!(done == expected, "{done:?}");
    for address in [new, same, changed] {
        has(&mut linux, &link, address, Some(MAC))?;
    }
    has(&mut linux, &link, extra, None)?;
    ensure!(linux.neighbor(&link, dynamic)?.is_some(), "a neighbor that was learned is no permanent one");
    let again = apply(&file, &["--prune"])?;
    ensure!(again.is_empty(), "{again:?}");
    let device = lab.device()?;
    linux.agrees(&device, Family::Both)?;
    Ok(device.flush_neighbors(Family::Both, None)?)
}

fn what_is_saved_is_applied_again(lab: &Lab) -> Result<()> {
    for options in [&[][..], &["--csv"][..]] {
        let (mut linux, link) = clean(lab)?;
        linux.populate()?;
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("saved");
        let file = file.to_string_lossy();
        let said = command::run(&[&["neigh", "save", &file], options].concat())?;
        ensure!(said.starts_with("saved 4 permanent neighbors to "), "{said}");
        command::run(&["neigh", "flush", "--all", "--yes"])?;
        for [_, permanent] in link.hosts {
            has(&mut linux, &link, permanent, None)?;
        }
        let made = apply(&file, &[])?;
        ensure!(made.len() == 4 && made.iter().all(|(action, _)| action == "add"), "{made:?}");
        for link in linux.links()? {
            for [_, permanent] in link.hosts {
                has(&mut linux, &link, permanent, Some("02:00:5e:00:00:33"))?;
            }
        }
    }
    Ok(lab.device()?.flush_neighbors(Family::Both, None)?)
}

/// A network that neither test link has: nothing resolves its hosts.
fn host(number: u32) -> IpAddr {
    let [.., high, low] = number.to_be_bytes();
    Ipv4Addr::new(10, 202, high, low).into()
}

/// The neighbors of that network that Linux has as permanent ones, with their physical addresses.
fn hosts(linux: &mut Linux, link: &Link) -> Result<BTreeMap<IpAddr, Option<String>>> {
    let is_host = |row: &witness::Neighbor| matches!(row.dst, IpAddr::V4(v4) if v4.octets()[..2] == [10, 202]);
    let rows = linux.neighbors_of(link)?.into_iter().filter(is_host);
    let rows = rows.filter(|row| row.state == ["PERMANENT"]);
    Ok(rows.map(|row| (row.dst, row.lladdr)).collect())
}

/// Made, changed where it differs, and pruned: each takes two requests.
fn more_neighbors_are_applied_than_one_request_takes(lab: &Lab) -> Result<()> {
    const MANY: u32 = MAX_BATCH + 200;
    let (mut linux, link) = clean(lab)?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("many.json");
    let write = |mac: &str, numbers: Range<u32>| {
        let row = |number| json!({ "dst": host(number), "dev": link.name, "lladdr": mac, "state": ["PERMANENT"] });
        fs::write(&file, numbers.map(row).collect::<Value>().to_string())?;
        let name = file.to_string_lossy().into_owned();
        let before = requests(&lab.device()?)?;
        let done = apply(&name, &["--prune"])?;
        Ok::<_, anyhow::Error>((done.len() as u64, requests(&lab.device()?)? - before))
    };
    let all = |mac: &str, numbers: Range<u32>| {
        numbers.map(|number| (host(number), Some(mac.to_owned()))).collect::<BTreeMap<_, _>>()
    };
    let other = OTHER.to_string().to_lowercase();
    let steps = [
        (MAC, 0..MANY, u64::from(MANY), 2),
        (MAC, 0..MANY, 0, 0),
        (MAC, 0..MANY + 1, 1, 1),
        (&other, 0..MANY + 1, u64::from(MANY) + 1, 2),
        (&other, 0..1, u64::from(MANY), 2),
    ];
    for (mac, numbers, changes, sent) in steps {
        let done = write(mac, numbers.clone())?;
        ensure!(
            done == (changes, sent),
            "{numbers:?}: {done:?} changes and requests, where {changes} and {sent} were due"
        );
        let (there, expected) = (hosts(&mut linux, &link)?, all(mac, numbers.clone()));
        ensure!(there == expected, "{numbers:?}: Linux has {} of {}", there.len(), expected.len());
    }
    Ok(lab.device()?.flush_neighbors(Family::Both, None)?)
}

/// How many batches the driver has been sent.
fn requests(device: &Device) -> Result<u64> {
    let statistics = device.statistics()?;
    let batches = statistics.iter().find(|row| row.code == Some(ControlCode::BATCH_NEIGHBORS));
    Ok(batches.context("no counter of batches")?.requests)
}

fn a_file_that_cannot_be_read_changes_nothing(lab: &Lab) -> Result<()> {
    let (mut linux, link) = clean(lab)?;
    let address = link.silent(61);
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("lines.txt");
    let good = format!("neigh add {address} lladdr {MAC} dev {}\n", link.name);
    fs::write(&file, format!("{good}neigh add {address}0 lladdr {MAC}\n"))?;
    let file = file.to_string_lossy();
    let (code, said) = command::refused(&["neigh", "apply", &file])?;
    ensure!(code == 2 && said.contains(", line 2, column 11: "), "{code}: {said}");
    has(&mut linux, &link, address, None)?;
    fs::write(&*file, good)?;
    command::run(&["neigh", "apply", &file])?;
    has(&mut linux, &link, address, Some(MAC))?;
    linux.delete(&link, address)
}

fn words_of_ip_and_short_commands_do_what_they_say(lab: &Lab) -> Result<()> {
    let (mut linux, link) = clean(lab)?;
    let address = link.silent(62);
    let text = address.to_string();
    command::run(&["neigh", "add", &text, "lladdr", MAC, "dev", &link.name, "nud", "permanent"])?;
    has(&mut linux, &link, address, Some(MAC))?;
    command::run(&["n", "chg", &text, "2:0:5e:20:0:2"])?;
    has(&mut linux, &link, address, Some("02:00:5e:20:00:02"))?;
    command::run(&["n", "r", &text, "0200.5e20.0001", "-i", &link.name])?;
    has(&mut linux, &link, address, Some(MAC))?;
    let shown = command::run(&["n", "s", &text, "-b"])?;
    ensure!(shown.split_whitespace().collect::<Vec<_>>() == [&text, &link.name, "02-00-5E-20-00-01"], "{shown}");
    let rows = command::list(&["n", "-i", &link.name, "sh", "-m", "02-00-5e"]).is_err();
    ensure!(rows, "options of a command come after it");
    command::run(&["n", "rm", &text])?;
    has(&mut linux, &link, address, None)?;
    let link_local = IpAddr::from([0xfe80, 0, 0, 0, 0, 0, 0, 0x62]);
    command::run(&["n", "a", &format!("{link_local}%{}", link.name), MAC])?;
    has(&mut linux, &link, link_local, Some(MAC))?;
    linux.delete(&link, link_local)
}

fn lists_and_networks_are_added_and_deleted(lab: &Lab) -> Result<()> {
    let (mut linux, link) = clean(lab)?;
    let hosts = [65, 66].map(|host| link.silent(host));
    let network = format!("{}/30", link.silent(64));
    command::run(&["neigh", "add", &network, MAC, "-i", &link.name])?;
    for host in hosts {
        has(&mut linux, &link, host, Some(MAC))?;
    }
    let (code, said) = command::refused(&["neigh", "add", &network, MAC, "-i", &link.name])?;
    ensure!(code == 1 && said.contains("2 of 2 changes failed"), "{code}: {said}");
    command::run(&["neigh", "del", "2:0:5e:20:0:1", "-i", &link.name])?;
    for host in hosts {
        has(&mut linux, &link, host, None)?;
    }
    let (code, said) = command::refused(&["neigh", "del", &network])?;
    ensure!(code == 3 && said.contains("no neighbor matches"), "{code}: {said}");
    Ok(())
}

fn dynamic_neighbors_are_flushed_and_permanent_ones_stay(lab: &Lab) -> Result<()> {
    let (mut linux, link) = clean(lab)?;
    linux.populate()?;
    let [[dynamic, permanent], _] = link.hosts;
    let said = command::run(&["-4", "neigh", "flush", "-i", &link.name, "--dynamic", "--yes"])?;
    ensure!(said.starts_with("deleted 1 IPv4 neighbor of "), "{said}");
    ensure!(linux.neighbor(&link, dynamic)?.is_none(), "{dynamic} is still there");
    has(&mut linux, &link, permanent, Some("02:00:5e:00:00:33"))?;
    let said = command::run(&["-4", "neigh", "flush", "-i", &link.name, "--yes"])?;
    ensure!(said.contains(": 1 permanent went"), "{said}");
    has(&mut linux, &link, permanent, None)?;
    Ok(lab.device()?.flush_neighbors(Family::Both, None)?)
}

fn a_network_is_scanned_and_silence_has_its_own_exit_code(lab: &Lab) -> Result<()> {
    let (mut linux, link) = clean(lab)?;
    let (silent, networks) = (link.silent(251), [2, 4].map(|host| format!("{}/31", link.silent(host))));
    let both = link.one_of_each().map(|address| address.to_string());
    let rows = command::list(&["neigh", "resolve", &both[0], &both[1], "-i", &link.name])?;
    let found: Vec<_> = rows.iter().filter_map(|row| row["dst"].as_str()).collect();
    ensure!(found == both, "{rows:?}");
    for address in link.one_of_each() {
        ensure!(linux.neighbor(&link, address)?.is_some(), "{address} is not there");
    }
    // Hosts 2 and 3 answer, 4 and 5 do not, as most of a network do: that is no error.
    let rows = command::list(&["neigh", "resolve", &networks[0], &networks[1], "-i", &link.name])?;
    let found: Vec<_> = rows.iter().filter_map(|row| row["dst"].as_str()?.parse::<IpAddr>().ok()).collect();
    ensure!(found == link.hosts[0], "{rows:?}");
    let silent = silent.to_string();
    let (code, said) = command::refused(&["neigh", "resolve", &both[0], &silent, "-i", &link.name])?;
    ensure!(code == 8 && said.contains(&format!("{silent} did not answer")), "{code}: {said}");
    let (code, _) = command::refused(&["neigh", "resolve", &silent, "-i", &link.name, "--timeout", "0.2"])?;
    ensure!(code == 8, "{code}");
    Ok(lab.device()?.flush_neighbors(Family::Both, None)?)
}
