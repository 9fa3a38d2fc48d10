//! Many neighbors on one interface.

use crate::{
    command,
    lab::Lab,
    linux::{Link, Linux},
    watcher::TEST_LINK,
};
use anyhow::{Context, Result, ensure};
use netioctl_client::{
    Device, Family, Neighbor, NeighborChange, NeighborUpdate, PhysicalAddress,
    abi::wire::{MAX_BATCH, NeighborState},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};
use witness::TestLink;

super::cases! { "many":
    Witness ten_thousand_neighbors_are_made_shown_filtered_and_flushed,
    Witness half_a_million_neighbors_are_read_one_for_one,
    Witness the_command_takes_little_more_memory_than_the_table,
}

/// Of each family.
const HALF: u16 = 5000;

/// A network that neither test link has: nothing resolves its hosts.
fn ipv4(number: u16) -> IpAddr {
    let [high, low] = number.to_be_bytes();
    Ipv4Addr::new(10, 200, high, low).into()
}

fn ipv6(number: u16) -> IpAddr {
    Ipv6Addr::new(0xfd77, 0, 0, 0x200, 0, 0, 0, number).into()
}

/// Each has a physical address of its own.
fn physical(address: IpAddr) -> [u8; 6] {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            [2, 4, a, b, c, d]
        }
        IpAddr::V6(v6) => {
            let [.., high, low] = v6.octets();
            [2, 6, 0, 0, high, low]
        }
    }
}

fn addresses() -> impl Iterator<Item = IpAddr> {
    (0..HALF).map(ipv4).chain((0..HALF).map(ipv6))
}

/// What the neighbors are: address and physical address.
type Known = BTreeMap<IpAddr, String>;

fn known(matches: impl Fn(IpAddr) -> bool) -> Known {
    let colons = |address| PhysicalAddress::from(physical(address)).to_colon_string();
    addresses().filter(|&address| matches(address)).map(|address| (address, colons(address))).collect()
}

fn make(device: &Device, link: &Link) -> Result<()> {
    let changes: Vec<_> = addresses()
        .map(|address| NeighborUpdate::new(link.key(), address, PhysicalAddress::from(physical(address))))
        .map(NeighborChange::Create)
        .collect();
    for batch in changes.chunks(MAX_BATCH as usize) {
        let failed = device.change_neighbors(batch)?.into_iter().find(|status| status.is_error());
        ensure!(failed.is_none(), "{failed:?} for a new neighbor");
    }
    Ok(())
}

/// The permanent neighbors of a link, groups left out, as Linux has them.
fn of_linux(linux: &mut Linux, link: &Link) -> Result<Known> {
    let rows = linux.neighbors_of(link)?.into_iter().filter(|row| row.state == ["PERMANENT"]);
    rows.map(|row| Ok((row.dst, row.lladdr.context("no physical address")?))).collect()
}

/// The same in the client's table.
fn of_client(rows: &[Neighbor], link: &Link) -> Known {
    let ours = |row: &&Neighbor| {
        row.interface_index == link.index
            && row.state() == Some(NeighborState::Permanent)
            && !row.address.is_multicast()
    };
    rows.iter().filter(ours).map(|row| (row.address, row.physical_address.to_colon_string())).collect()
}

/// The same in what the command prints; every row there must match.
fn of_command(arguments: &[&str]) -> Result<Known> {
    let rows = command::list(arguments)?;
    let count = rows.len();
    let text = |row: &Value, key: &str| Ok::<_, anyhow::Error>(row[key].as_str().context("a text")?.to_owned());
    let known =
        rows.iter().map(|row| Ok((text(row, "dst")?.parse()?, text(row, "lladdr")?))).collect::<Result<Known>>()?;
    ensure!(known.len() == count, "{} of {count} rows are different", known.len());
    Ok(known)
}

/// Says how many rows differ, because ten thousand of them would be no help.
fn same(ours: &Known, theirs: &Known) -> Result<()> {
    let missing = theirs.iter().filter(|(address, physical)| ours.get(*address) != Some(*physical)).count();
    let extra = ours.keys().filter(|address| !theirs.contains_key(*address)).count();
    ensure!(missing == 0 && extra == 0, "{missing} missing or different, {extra} too many");
    Ok(())
}

fn ten_thousand_neighbors_are_made_shown_filtered_and_flushed(lab: &Lab) -> Result<()> {
    let (device, mut linux) = (lab.device()?, lab.linux()?);
    device.flush_neighbors(Family::Both, None)?;
    let [link, other] = linux.links()?;
    make(&device, &link)?;
    let everything = known(|_| true);
    same(&of_linux(&mut linux, &link)?, &everything).context("Linux after the batches")?;
    shown(&device, &link, &everything)?;
    filtered(&mut linux, &link)?;
    let bystander = other.hosts[0][1];
    linux.add_permanent(&other, bystander, physical(bystander).into())?;
    flushed(&device, &mut linux, &link)?;
    ensure!(linux.neighbor(&other, bystander)?.is_some(), "a neighbor of another interface went as well");
    Ok(device.flush_neighbors(Family::Both, None)?)
}

fn shown(device: &Device, link: &Link, everything: &Known) -> Result<()> {
    let table = device.neighbor_table(Family::Both)?;
    same(&of_client(table.rows(), link), everything).context("the table")?;
    let printed = of_command(&["neigh", "show", "--interface", &link.name, "--unicast", "--state", "permanent"])?;
    same(&printed, everything).context("neigh show")
}

fn filtered(linux: &mut Linux, link: &Link) -> Result<()> {
    let show = |filters: &[&str]| of_command(&[&["neigh", "show", "--interface", &link.name], filters].concat());
    let small = known(|address| matches!(address, IpAddr::V4(v4) if v4.octets()[2] == 3));
    same(&show(&["--prefix", "10.200.3.0/24"])?, &small).context("an IPv4 prefix")?;
    let ranges = known(|address| matches!(address, IpAddr::V6(v6) if v6.segments()[7] < 0x100));
    same(&show(&["--prefix", "fd77:0:0:200::/120"])?, &ranges).context("an IPv6 prefix")?;
    let family = known(|address| address.is_ipv6());
    same(&show(&["-6", "--state", "permanent", "--unicast"])?, &family).context("a family and a state")?;
    let one = ipv6(4711);
    let mac = PhysicalAddress::from(physical(one)).to_colon_string();
    same(&show(&["--mac", &mac])?, &known(|address| address == one)).context("a physical address")?;
    // One that is not permanent is found by the other states, and it alone. By which, changes meanwhile: neighbors age.
    let [host, _] = link.hosts[0];
    linux.reach(link, host)?;
    let states = ["reachable", "stale", "delay", "probe"].map(|state| ["--state", state]).concat();
    let dynamic = show(&states)?;
    ensure!(dynamic.contains_key(&host), "{host} is not among {dynamic:?}");
    let ours = known(|address| dynamic.contains_key(&address));
    same(&ours, &Known::new()).context("permanent neighbors in other states")
}

/// First those of a prefix, through the command; then the rest of the interface, with one request.
fn flushed(device: &Device, linux: &mut Linux, link: &Link) -> Result<()> {
    let network = "10.200.0.0/22";
    command::run(&["neigh", "flush", "--interface", &link.name, "--prefix", network, "--yes"])?;
    let left = known(|address| !matches!(address, IpAddr::V4(v4) if v4.octets()[2] < 4));
    same(&of_linux(linux, link)?, &left).context("Linux after the flush of a prefix")?;
    device.flush_neighbors(Family::Both, Some(link.key()))?;
    same(&of_linux(linux, link)?, &Known::new()).context("Linux after the flush")?;
    let table = device.neighbor_table(Family::Both)?;
    same(&of_client(table.rows(), link), &Known::new()).context("the table after the flush")
}

/// More than any machine is known to have: what grows with the table must not have a limit of its own.
const HALF_A_MILLION: u32 = 500_000;

fn half_a_million_neighbors_are_read_one_for_one(lab: &Lab) -> Result<()> {
    let (device, mut linux) = (lab.device()?, lab.linux()?);
    let index = linux.add_link(TEST_LINK)?;
    let read = linux.fill(TEST_LINK, HALF_A_MILLION).and_then(|()| Ok(device.neighbor_table(Family::Ipv4)?));
    linux.remove_link(TEST_LINK)?;
    let mut found: Vec<_> = read?
        .into_iter()
        .filter(|row| row.interface_index == index && row.state() == Some(NeighborState::Permanent))
        .filter_map(|row| match row.address {
            IpAddr::V4(address) if !address.is_multicast() => Some((address, row.physical_address)),
            _ => None,
        })
        .collect();
    found.sort_unstable_by_key(|(address, _)| *address);
    let expected = TestLink::neighbors(0..HALF_A_MILLION);
    let expected = expected.map(|(address, physical)| (address, PhysicalAddress::from(physical.into_array())));
    let (count, same) = (found.len(), found.into_iter().eq(expected));
    ensure!(same, "{count} rows, which are not those that were made");
    device.version().context("afterwards")?;
    Ok(())
}

/// Bytes of a neighbor on the wire, and the room that the answer has for a quarter more: twice the table is 160.
const OF_A_ROW: u64 = 80 + 80 / 4 + 20;

fn the_command_takes_little_more_memory_than_the_table(lab: &Lab) -> Result<()> {
    // What the shorter table makes the command print is more than a pipe holds: it waits to be looked at.
    const ROWS: [u32; 2] = [5_000, 55_000];
    let mut linux = lab.linux()?;
    let mut peaks = [0; 2];
    for (rows, peak) in ROWS.into_iter().zip(&mut peaks) {
        linux.add_link(TEST_LINK)?;
        let measured = linux.fill(TEST_LINK, rows).and_then(|()| peak_of_command(&mut linux));
        linux.remove_link(TEST_LINK)?;
        *peak = measured?;
    }
    is_that_of_the_table(peaks[1].saturating_sub(peaks[0]), ROWS[1] - ROWS[0])
}

fn is_that_of_the_table(kibibytes: u64, rows: u32) -> Result<()> {
    let each = (kibibytes << 10) / u64::from(rows);
    ensure!(each > 40, "{each} bytes for each row: the table is not read");
    ensure!(each <= OF_A_ROW, "{each} bytes for each row");
    Ok(())
}

/// The most memory, in KiB, that the command has had when it has read and sorted the table.
fn peak_of_command(linux: &mut Linux) -> Result<u64> {
    let processes = command::while_it_prints(&["neigh", "show", "--sort", "physical"], || linux.processes())?;
    let command = processes.iter().find(|process| process.name == command::PROGRAM);
    let peak = command.map(|command| command.peak).filter(|peak| *peak > 0);
    peak.with_context(|| format!("{} is not among {processes:?}", command::PROGRAM))
}
