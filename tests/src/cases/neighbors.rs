//! Create, replace, delete, get, resolve and batches of neighbors.

use crate::{
    expect,
    lab::Lab,
    linux::{Link, Linux},
};
use anyhow::{Context, Result, ensure};
use netioctl_client::{
    Canceller, Device, Family, InterfaceKey, NeighborChange, NeighborKey, Operation,
    abi::{NtStatus, wire::NeighborState},
};
use std::{net::IpAddr, thread};

super::cases! { "neighbors":
    Witness created_ones_are_permanent,
    Witness one_that_exists_in_any_state_is_a_duplicate,
    Witness replace_creates_and_sets,
    Witness delete_removes_any_state,
    Witness a_missing_one_is_not_found,
    Witness get_shows_the_row_of_the_table,
    Witness resolve_asks_the_network,
    Witness resolve_from_a_source_address,
    Witness resolve_of_silence_ends_with_bad_network_name,
    Witness resolve_holds_up_nobody,
    Witness resolve_can_be_cancelled,
    Witness a_cancelled_resolution_is_counted_once,
    Witness a_batch_answers_for_each_entry,
    Witness a_thousand_in_one_batch,
}

const MAC: [u8; 6] = [2, 0, 0x5e, 0x20, 0, 1];
const MAC_TEXT: &str = "02:00:5e:20:00:01";
const OTHER: [u8; 6] = [2, 0, 0x5e, 0x20, 0, 2];

/// Nobody answers here: the last host of the test network.
pub fn silent(link: &Link) -> IpAddr {
    link.silent(250)
}

/// An empty table, the device and the witness.
fn clean(lab: &Lab) -> Result<(Device, Linux, Link)> {
    let mut linux = lab.linux()?;
    let device = lab.device()?;
    device.flush_neighbors(Family::Both, None)?;
    let [link, _] = linux.links()?;
    Ok((device, linux, link))
}

fn created_ones_are_permanent(lab: &Lab) -> Result<()> {
    let (device, mut linux, link) = clean(lab)?;
    for address in link.hosts.map(|family| family[1]) {
        device.create_neighbor(&link.update(address, MAC))?;
        let row = linux.neighbor(&link, address)?;
        ensure!(row == Some(("PERMANENT".to_owned(), Some(MAC_TEXT.to_owned()))), "{address}: {row:?}");
    }
    linux.agrees(&device, Family::Both)?;
    Ok(device.flush_neighbors(Family::Both, None)?)
}

fn one_that_exists_in_any_state_is_a_duplicate(lab: &Lab) -> Result<()> {
    let (device, mut linux, link) = clean(lab)?;
    let duplicate = &[NtStatus::DUPLICATE_OBJECTID, NtStatus::OBJECTID_EXISTS];
    for address in link.one_of_each() {
        linux.reach(&link, address)?;
        let before = linux.lladdr(&link, address)?;
        expect::status(device.create_neighbor(&link.update(address, MAC)), duplicate).context("dynamic")?;
        ensure!(linux.lladdr(&link, address)? == before, "{address} was changed");
    }
    let address = link.hosts[0][1];
    device.create_neighbor(&link.update(address, MAC))?;
    expect::status(device.create_neighbor(&link.update(address, OTHER)), duplicate).context("permanent")?;
    Ok(device.flush_neighbors(Family::Both, None)?)
}

fn replace_creates_and_sets(lab: &Lab) -> Result<()> {
    let (device, mut linux, link) = clean(lab)?;
    for address in link.hosts.map(|family| family[1]) {
        device.replace_neighbor(&link.update(address, OTHER)).context("missing")?;
        ensure!(linux.neighbor(&link, address)?.is_some(), "{address} was not created");
        device.replace_neighbor(&link.update(address, MAC)).context("existing")?;
        ensure!(linux.lladdr(&link, address)? == MAC_TEXT, "{address} was not changed");
    }
    Ok(device.flush_neighbors(Family::Both, None)?)
}

fn delete_removes_any_state(lab: &Lab) -> Result<()> {
    let (device, mut linux, link) = clean(lab)?;
    for [dynamic, permanent] in link.hosts {
        linux.reach(&link, dynamic)?;
        device.create_neighbor(&link.update(permanent, MAC))?;
        for address in [dynamic, permanent] {
            device.delete_neighbor(&NeighborKey::new(link.key(), address))?;
            ensure!(linux.neighbor(&link, address)?.is_none(), "{address} is still there");
        }
    }
    Ok(())
}

fn a_missing_one_is_not_found(lab: &Lab) -> Result<()> {
    let (device, _, link) = clean(lab)?;
    for address in link.hosts.map(|family| family[1]) {
        let key = NeighborKey::new(link.key(), address);
        expect::status(device.neighbor(&key), &[NtStatus::NOT_FOUND])?;
        expect::status(device.delete_neighbor(&key), &[NtStatus::NOT_FOUND])?;
    }
    let unknown = NeighborKey::new(InterfaceKey::Index(0x7fff_fff0), link.hosts[0][0]);
    let either = &[NtStatus::NOT_FOUND, NtStatus::OBJECT_NAME_NOT_FOUND];
    expect::status(device.neighbor(&unknown), either)?;
    expect::status(device.delete_neighbor(&unknown), either)
}

fn get_shows_the_row_of_the_table(lab: &Lab) -> Result<()> {
    let (device, _, link) = clean(lab)?;
    for address in link.hosts.map(|family| family[1]) {
        device.create_neighbor(&link.update(address, MAC))?;
        let table = device.neighbor_table(Family::Both)?;
        let row = table.iter().find(|row| row.interface_index == link.index && row.address == address);
        let got = device.neighbor(&NeighborKey::new(link.key(), address))?;
        let row = row.context("not in the table")?;
        ensure!(got.interface_luid.0 == link.luid(), "the missing key is filled in: {got:?}");
        ensure!(
            (got.physical_address, got.raw_state, got.flags) == (row.physical_address, row.raw_state, row.flags),
            "{got:?} is not {row:?}"
        );
    }
    Ok(device.flush_neighbors(Family::Both, None)?)
}

fn resolve_asks_the_network(lab: &Lab) -> Result<()> {
    let (device, mut linux, link) = clean(lab)?;
    for address in link.one_of_each() {
        // What is known, even if it is wrong and permanent, is dropped first.
        device.create_neighbor(&link.update(address, MAC))?;
        let row = device.resolve_neighbor(&NeighborKey::new(link.key(), address))?;
        ensure!(row.state() == Some(NeighborState::Reachable), "{row:?}");
        ensure!(row.physical_address.to_colon_string() != MAC_TEXT, "the answer is what was known before");
        ensure!(linux.lladdr(&link, address)? == row.physical_address.to_colon_string(), "{row:?}");
    }
    Ok(device.flush_neighbors(Family::Both, None)?)
}

fn resolve_from_a_source_address(lab: &Lab) -> Result<()> {
    let (device, _, link) = clean(lab)?;
    let IpAddr::V4(host) = link.hosts[0][0] else { unreachable!("the first hosts are IPv4") };
    let [a, b, c, _] = host.octets();
    let key = NeighborKey::new(link.key(), host.into());
    let row = device.resolve_neighbor_from(&key, [a, b, c, 1].into(), 0)?;
    ensure!(row.state() == Some(NeighborState::Reachable), "{row:?}");
    Ok(device.flush_neighbors(Family::Both, None)?)
}

fn resolve_of_silence_ends_with_bad_network_name(lab: &Lab) -> Result<()> {
    let (device, _, link) = clean(lab)?;
    let key = NeighborKey::new(link.key(), silent(&link));
    expect::status(device.resolve_neighbor(&key), &[NtStatus::BAD_NETWORK_NAME])
}

fn resolve_holds_up_nobody(lab: &Lab) -> Result<()> {
    let (device, _, link) = clean(lab)?;
    let key = NeighborKey::new(link.key(), silent(&link));
    thread::scope(|scope| {
        let waiting = scope.spawn(|| device.resolve_neighbor(&key));
        let mut served = 0;
        while !waiting.is_finished() {
            device.interface_table(Family::Both)?;
            served += 1;
        }
        let resolved = waiting.join().expect("the waiting thread panicked");
        expect::status(resolved, &[NtStatus::BAD_NETWORK_NAME])?;
        ensure!(served > 3, "only {served} requests were served while one waited");
        Ok(())
    })
}

fn resolve_can_be_cancelled(lab: &Lab) -> Result<()> {
    let (device, mut linux, link) = clean(lab)?;
    let key = NeighborKey::new(link.key(), silent(&link));
    let canceller = Canceller::new()?;
    let waiting = device.with_canceller(&canceller);
    let resolved = thread::scope(|scope| {
        let resolving = scope.spawn(|| waiting.resolve_neighbor(&key));
        linux.await_resolution(&link, silent(&link))?;
        canceller.cancel();
        anyhow::Ok(resolving.join().expect("the waiting thread panicked"))
    })?;
    expect::status(resolved, &[NtStatus::CANCELLED])?;
    ensure!(linux.resolves(&link, silent(&link))?, "it did not end before the network gave up");
    Ok(())
}

/// The stack goes on resolving for a while, although no request waits for it.
fn a_cancelled_resolution_is_counted_once(lab: &Lab) -> Result<()> {
    let (device, mut linux, link) = clean(lab)?;
    device.reset_statistics()?;
    let key = NeighborKey::new(link.key(), silent(&link));
    let canceller = Canceller::new()?;
    let waiting = device.with_canceller(&canceller);
    thread::scope(|scope| {
        let resolving = scope.spawn(|| waiting.resolve_neighbor(&key));
        linux.await_resolution(&link, silent(&link))?;
        canceller.cancel();
        expect::status(resolving.join().expect("the waiting thread panicked"), &[NtStatus::CANCELLED])
    })?;
    // By the time that another one is answered with silence, the stack has given up the first.
    expect::status(device.resolve_neighbor(&key), &[NtStatus::BAD_NETWORK_NAME])?;
    let table = device.statistics()?;
    let row = table.iter().find(|row| row.operation() == Some(Operation::ResolveNeighbor)).context("no row")?;
    // In the order in which the driver, not this test, has met them first.
    let mut by_status = row.by_status.clone();
    by_status.sort_unstable_by_key(|(status, _)| *status != NtStatus::CANCELLED);
    let counted = (row.requests, row.failures, by_status);
    ensure!(counted == (2, 2, vec![(NtStatus::CANCELLED, 1), (NtStatus::BAD_NETWORK_NAME, 1)]), "{counted:?}");
    Ok(())
}

fn a_batch_answers_for_each_entry(lab: &Lab) -> Result<()> {
    let (device, mut linux, link) = clean(lab)?;
    let [one, two] = link.hosts[0];
    let changes = [
        NeighborChange::Create(link.update(one, OTHER)),
        NeighborChange::Create(link.update(one, MAC)),
        NeighborChange::Set(link.update(one, MAC)),
        NeighborChange::Set(link.update(two, MAC)),
        NeighborChange::Replace(link.update(two, MAC)),
        NeighborChange::Delete(NeighborKey::new(link.key(), two)),
        NeighborChange::Delete(NeighborKey::new(link.key(), two)),
    ];
    let statuses = device.change_neighbors(&changes)?;
    let (ok, missing) = (NtStatus::SUCCESS, NtStatus::NOT_FOUND);
    ensure!(statuses == [ok, NtStatus::DUPLICATE_OBJECTID, ok, missing, ok, ok, missing], "{statuses:?}");
    ensure!(linux.lladdr(&link, one)? == MAC_TEXT, "{one} was not set");
    ensure!(linux.neighbor(&link, two)?.is_none(), "{two} is still there");
    Ok(device.flush_neighbors(Family::Both, None)?)
}

fn a_thousand_in_one_batch(lab: &Lab) -> Result<()> {
    let (device, mut linux, link) = clean(lab)?;
    let addresses = (0..1000_u16).map(|number| {
        let [high, low] = number.to_be_bytes();
        IpAddr::from([0xfd77_u16, 0, 0, 0, 0, 1, u16::from(high), u16::from(low)])
    });
    let addresses: Vec<IpAddr> = addresses.collect();
    let create: Vec<_> = addresses.iter().map(|&address| NeighborChange::Create(link.update(address, MAC))).collect();
    let statuses = device.change_neighbors(&create)?;
    ensure!(statuses.iter().all(|status| status.is_success()), "not all were created");
    linux.agrees(&device, Family::Ipv6)?;
    let rows = device.neighbor_table(Family::Ipv6)?;
    let shown = rows.iter().filter(|row| addresses.contains(&row.address)).count();
    ensure!(shown == addresses.len(), "{shown} of {} are in the table", addresses.len());
    device.flush_neighbors(Family::Ipv6, Some(link.key()))?;
    ensure!(linux.neighbor(&link, addresses[999])?.is_none(), "the flush left some");
    Ok(())
}
