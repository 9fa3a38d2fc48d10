//! Links and routes, held against what Linux says.

use crate::{lab::Lab, linux::Linux};
use anyhow::{Context, Result, ensure};
use netioctl_client::{
    Device, Failure, Family, InterfaceKey, InterfaceLuid, Route, RouteQuery,
    abi::{
        NtStatus,
        wire::{AdminStatus, LinkFlags, MediaConnectState, OperStatus},
    },
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};
use witness::TestLink;

super::cases! { "routes":
    Witness links_agree_with_linux,
    Witness a_link_that_does_not_work_says_why,
    Witness routes_agree_with_linux,
    Witness the_best_route_is_that_of_linux,
    Driver no_route_leads_through_an_interface_that_is_not_there,
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str> {
    value[name].as_str().with_context(|| format!("{name} in {value}"))
}

fn number(value: &Value, name: &str) -> Result<u64> {
    value[name].as_u64().with_context(|| format!("{name} in {value}"))
}

fn links_agree_with_linux(lab: &Lab) -> Result<()> {
    let everything = lab.linux()?.everything()?;
    let theirs = everything["links"].as_array().context("links")?;
    let links = lab.device()?.link_table()?.into_rows();
    ensure!(links.len() == theirs.len(), "the driver shows {links:?}, Linux {theirs:?}");
    for theirs in theirs {
        let (name, index) = (text(theirs, "ifname")?, number(theirs, "ifindex")?);
        let link = links.iter().find(|link| u64::from(link.index) == index);
        let link = link.with_context(|| format!("the driver has no {name}"))?;
        ensure!(link.alias == name, "{link:?} is {name}");
        ensure!(u64::from(link.mtu) == number(theirs, "mtu")?, "{link:?}, {theirs}");
        ensure!(link.oper_status() == Some(OperStatus::Up), "{link:?}");
        ensure!(link.admin_status() == Some(AdminStatus::Up), "{link:?}");
        ensure!(link.media_connect_state() == Some(MediaConnectState::Connected), "{link:?}");
        let is_loopback = text(theirs, "link_type")? == "loopback";
        ensure!(link.interface_type == if is_loopback { 24 } else { 6 }, "{link:?}");
        let physical = if is_loopback { "" } else { text(theirs, "address")? };
        ensure!(link.physical_address.to_colon_string() == physical, "{link:?}");
        // What the kernel says of every veth.
        let speed = (!is_loopback).then_some(10_000_000_000);
        ensure!((link.transmit_link_speed, link.receive_link_speed) == (speed, speed), "{link:?}");
        ensure!(is_loopback || link.received.octets > 0 && link.sent.packets() > 0, "{link:?}");
    }
    Ok(())
}

fn a_link_that_does_not_work_says_why(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let test = TestLink::new(7).context("a link below 10")?;
    let index = linux.add_link(test)?;
    let device = lab.device()?;
    let status = || -> Result<_> {
        let rows = device.link_table()?.into_rows();
        let row = rows.iter().find(|row| row.index == index).context("a link that is down is there")?;
        Ok((row.oper_status(), row.admin_status(), row.media_connect_state(), row.flags))
    };
    let off = status();
    // The other end is still down.
    let unplugged = linux.set_up(test, true).and_then(|()| status());
    linux.remove_link(test)?;
    let (down, disconnected) = (Some(OperStatus::Down), Some(MediaConnectState::Disconnected));
    let off = off?;
    ensure!(off == (down, Some(AdminStatus::Down), disconnected, LinkFlags::empty()), "{off:?}");
    let (oper, admin, media, flags) = unplugged?;
    ensure!([down, Some(OperStatus::LowerLayerDown)].contains(&oper), "{oper:?}");
    ensure!((admin, media, flags) == (Some(AdminStatus::Up), disconnected, LinkFlags::NOT_MEDIA_CONNECTED));
    ensure!(status().is_err(), "a link that is gone is not there");
    Ok(())
}

/// Interface, destination, length of its prefix, router, metric.
type Entry = (u32, IpAddr, u8, Option<IpAddr>, u32);

fn entry(route: &Route) -> Entry {
    (route.interface_index, route.destination, route.prefix_length, route.next_hop, route.metric)
}

/// A line of `ip -j route`.
fn linux_entry(route: &Value, indexes: &BTreeMap<String, u32>) -> Result<Entry> {
    let destination = text(route, "dst")?;
    let gateway = route["gateway"].as_str().map(str::parse::<IpAddr>).transpose()?;
    let any = if gateway.is_some_and(|gateway| gateway.is_ipv4()) { "0.0.0.0/0" } else { "::/0" };
    let destination = if destination == "default" { any } else { destination };
    let (address, prefix) = destination.split_once('/').map_or((destination, None), |(a, p)| (a, Some(p)));
    let address: IpAddr = address.parse()?;
    let prefix = prefix.map_or(Ok(if address.is_ipv4() { 32 } else { 128 }), str::parse)?;
    let metric = u32::try_from(route["metric"].as_u64().unwrap_or(0))?;
    let index = *indexes.get(text(route, "dev")?).context("a link")?;
    Ok((index, address, prefix, gateway, metric))
}

fn routes_agree_with_linux(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let made =
        [("198.51.100.0", 24, "10.77.0.2", 7), ("0.0.0.0", 0, "10.78.0.2", 9), ("2001:db8:9::", 48, "fd77::2", 5)];
    let set = |linux: &mut Linux, add| {
        made.iter().try_for_each(|(to, prefix, via, metric)| {
            linux.set_route((to.parse()?, *prefix), via.parse()?, *metric, add)
        })
    };
    set(&mut linux, true)?;
    let compared = compare_routes(lab, &mut linux);
    set(&mut linux, false)?;
    compared
}

fn compare_routes(lab: &Lab, linux: &mut Linux) -> Result<()> {
    let device = lab.device()?;
    let rows = device.route_table(Family::Both)?.into_rows();
    let indexes = linux.indexes()?;
    let mut theirs = BTreeSet::new();
    for route in linux.routes()? {
        let entry = linux_entry(&route, &indexes)?;
        let row = rows.iter().find(|row| self::entry(row) == entry);
        let row = row.with_context(|| format!("the driver has no {route}, but {rows:#?}"))?;
        ensure!(row.loopback == (route["type"] == "local"), "{row:?}, {route}");
        ensure!(row.protocol().is_some() && row.origin().is_some(), "{row:?}");
        ensure!(row.valid_lifetime.is_none() && row.immortal == (route["protocol"] == "kernel"), "{row:?}");
        theirs.insert(entry);
    }
    let ours: BTreeSet<_> = rows.iter().map(entry).collect();
    ensure!(ours == theirs && ours.len() == rows.len(), "the driver shows {ours:?}, Linux {theirs:?}");
    ensure!(
        ours.iter().any(|(_, to, prefix, via, metric)| {
            to.is_unspecified() && *prefix == 0 && via.is_some() && *metric == 9
        })
    );
    let of = |family| device.route_table(family).map(|table| table.len());
    ensure!(of(Family::Ipv4)? + of(Family::Ipv6)? == rows.len(), "both families are the two tables together");
    Ok(())
}

fn the_best_route_is_that_of_linux(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let device = lab.device()?;
    let nowhere = device.best_route(&RouteQuery::to("203.0.113.1".parse()?));
    let status = nowhere.err().and_then(|error| error.failure().and_then(Failure::status));
    ensure!(status == Some(NtStatus::NETWORK_UNREACHABLE), "without a route: {status:?}");
    let (all, via) = (("0.0.0.0".parse()?, 0), "10.78.0.2".parse()?);
    linux.set_route(all, via, 9, true)?;
    let compared = compare_best(&device, &mut linux, via);
    linux.set_route(all, via, 9, false)?;
    compared
}

fn compare_best(device: &Device, linux: &mut Linux, router: IpAddr) -> Result<()> {
    for to in ["10.77.0.9", "10.78.0.9", "203.0.113.1", "fd77::9", "fd78::9"] {
        let to: IpAddr = to.parse()?;
        let theirs = linux.route_to(to)?;
        let best = device.best_route(&RouteQuery::to(to))?;
        ensure!(
            Some(&best.route.interface_index) == linux.indexes()?.get(text(&theirs, "dev")?),
            "{to}: {best:?}, {theirs}"
        );
        let gateway = theirs["gateway"].as_str().map(str::parse::<IpAddr>).transpose()?;
        ensure!(best.route.next_hop == gateway, "{to}: {best:?}, {theirs}");
        ensure!(best.source == text(&theirs, "prefsrc")?.parse::<IpAddr>()?, "{to}: {best:?}, {theirs}");
        let table = device.route_table(Family::Both)?.into_rows();
        ensure!(table.iter().any(|row| entry(row) == entry(&best.route)), "{best:?} is not of the table");
    }
    let default = device.best_route(&RouteQuery::to("0.0.0.0".parse()?))?;
    ensure!((default.route.prefix_length, default.route.next_hop) == (0, Some(router)), "{default:?}");
    // The other link, which has no such route; and from an address of this machine.
    let [lan0, lan1] = linux.links()?;
    let elsewhere = device.best_route(&RouteQuery::to("203.0.113.1".parse()?).through(InterfaceKey::Index(lan0.index)));
    ensure!(elsewhere.is_err() || elsewhere?.route.interface_index == lan0.index);
    let luid = InterfaceKey::Luid(InterfaceLuid(lan1.luid()));
    let there = device.best_route(&RouteQuery::to("203.0.113.1".parse()?).through(luid))?;
    ensure!(there.route.interface_luid.0 == lan1.luid(), "{there:?}");
    let source = "10.78.0.1".parse()?;
    let from = device.best_route(&RouteQuery::to("10.78.0.9".parse()?).from(source, 0))?;
    ensure!(from.source == source, "{from:?}");
    Ok(())
}

fn no_route_leads_through_an_interface_that_is_not_there(lab: &Lab) -> Result<()> {
    let device = lab.device()?;
    let query = RouteQuery::to("127.0.0.1".parse()?).through(InterfaceKey::Index(0x00ff_fff0));
    let status = device.best_route(&query).err().and_then(|error| error.failure().and_then(Failure::status));
    ensure!(status == Some(NtStatus::OBJECT_NAME_NOT_FOUND), "{status:?}");
    let here = device.best_route(&RouteQuery::to("127.0.0.1".parse()?))?;
    ensure!(here.route.loopback && here.source.is_loopback(), "{here:?}");
    Ok(())
}
