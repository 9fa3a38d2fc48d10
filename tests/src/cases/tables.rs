//! Version, interface table, neighbor table.

use crate::lab::Lab;
use anyhow::{Context, Result, ensure};
use netioctl_client::{
    Access, Device, Family,
    abi::{
        self, AddressFamily, ControlCode, NtStatus,
        wire::{DadState, FamilyRequest, InterfaceRow, TableHeader},
    },
};
use std::{collections::BTreeSet, net::IpAddr, thread, time::SystemTime};
use zerocopy::{FromBytes, IntoBytes};

super::cases! { "tables":
    Driver version_names_contract_and_capabilities,
    Driver looking_needs_read_access_only,
    Driver both_families_are_the_two_tables_together,
    Witness interfaces_agree_with_linux,
    Witness neighbors_agree_with_linux_row_for_row,
    Witness addresses_agree_with_linux,
    Driver a_short_buffer_gets_whole_rows_and_the_total,
    Driver each_snapshot_has_its_own_generation,
    Witness eight_clients_at_once,
}

fn version_names_contract_and_capabilities(lab: &Lab) -> Result<()> {
    let version = lab.device()?.version()?;
    ensure!(version.abi == (abi::ABI_MAJOR, abi::ABI_MINOR), "{version}");
    ensure!(version.capabilities.is_all(), "{:?}", version.capabilities);
    Ok(())
}

fn looking_needs_read_access_only(lab: &Lab) -> Result<()> {
    let device = lab.open(Access::Read)?;
    device.version()?;
    ensure!(!device.interface_table(Family::Both)?.is_empty(), "every machine has a loopback interface");
    device.neighbor_table(Family::Both)?;
    Ok(())
}

fn both_families_are_the_two_tables_together(lab: &Lab) -> Result<()> {
    let device = lab.device()?;
    let keys = |family| -> Result<Vec<(AddressFamily, u64)>> {
        Ok(device.interface_table(family)?.iter().map(|row| (row.family, row.luid.0)).collect())
    };
    let (both, v4, v6) = (keys(Family::Both)?, keys(Family::Ipv4)?, keys(Family::Ipv6)?);
    ensure!(v4.iter().all(|(family, _)| *family == AddressFamily::Ipv4), "{v4:?}");
    ensure!(v6.iter().all(|(family, _)| *family == AddressFamily::Ipv6), "{v6:?}");
    let together: BTreeSet<_> = v4.iter().chain(&v6).collect();
    ensure!(both.iter().collect::<BTreeSet<_>>() == together, "{both:?} is not {together:?}");
    Ok(())
}

fn interfaces_agree_with_linux(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let everything = linux.everything()?;
    let names = everything["addresses"].as_array().context("addresses")?;
    let table = lab.device()?.interface_table(Family::Both)?;
    let indexes: BTreeSet<u32> = table.iter().map(|row| row.index).collect();
    let theirs: BTreeSet<u32> = names.iter().filter_map(|link| u32::try_from(link["ifindex"].as_u64()?).ok()).collect();
    ensure!(indexes == theirs, "the driver shows {indexes:?}, Linux {theirs:?}");
    for link in linux.links()? {
        for family in [AddressFamily::Ipv4, AddressFamily::Ipv6] {
            let mut rows = table.iter().filter(|row| (row.index, row.family) == (link.index, family));
            let row = rows.next().with_context(|| format!("{} has no {family:?} row", link.name))?;
            ensure!(rows.next().is_none(), "{} has two {family:?} rows", link.name);
            ensure!(row.luid.0 == link.luid(), "{}: {} is not {:#x}", link.name, row.luid, link.luid());
            ensure!(row.nl_mtu == link.mtu, "{}: MTU {} is not {}", link.name, row.nl_mtu, link.mtu);
            ensure!(row.connected, "{} is up", link.name);
        }
    }
    Ok(())
}

fn neighbors_agree_with_linux_row_for_row(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    linux.populate()?;
    let device = lab.device()?;
    for family in [Family::Both, Family::Ipv4, Family::Ipv6] {
        linux.agrees(&device, family).with_context(|| format!("{family:?}"))?;
    }
    Ok(())
}

fn addresses_agree_with_linux(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let everything = linux.everything()?;
    let device = lab.device()?;
    let table = device.address_table(Family::Both)?;
    let ours: BTreeSet<_> = table.iter().map(|row| (row.interface_index, row.address, row.prefix_length)).collect();
    let mut theirs = BTreeSet::new();
    for link in everything["addresses"].as_array().context("addresses")? {
        let index = link["ifindex"].as_u64().context("an index")?;
        for address in link["addr_info"].as_array().context("a list")? {
            let ip: IpAddr = address["local"].as_str().context("an address")?.parse()?;
            let prefix = address["prefixlen"].as_u64().context("a prefix length")?;
            theirs.insert((u32::try_from(index)?, ip, u8::try_from(prefix)?));
            let row = table.iter().find(|row| row.address == ip && u64::from(row.interface_index) == index);
            let row = row.with_context(|| format!("the driver has no {ip}"))?;
            let forever = address["valid_life_time"].as_u64() == Some(u32::MAX.into());
            ensure!(row.valid_lifetime.is_none() == forever, "{ip}: {row:?}");
            ensure!(row.dad_state() == Some(DadState::Preferred), "{ip}: {row:?}");
            ensure!(row.prefix_origin().is_some() && row.suffix_origin().is_some(), "{ip}: {row:?}");
            ensure!(row.created < SystemTime::now() && !row.skip_as_source, "{ip}: {row:?}");
        }
    }
    ensure!(ours == theirs && ours.len() == table.len(), "the driver shows {ours:?}, Linux {theirs:?}");
    let of = |family| device.address_table(family).map(|table| table.len());
    ensure!(of(Family::Ipv4)? + of(Family::Ipv6)? == table.len(), "both families are the two tables together");
    Ok(())
}

/// Asks for the interface table with so much room; answers the status, the header and the bytes.
fn ask(device: &Device, room: usize) -> Result<(Option<NtStatus>, TableHeader, usize)> {
    let request = FamilyRequest::new(abi::AF_UNSPEC);
    let mut output = vec![0; room];
    let code = ControlCode::GET_INTERFACE_TABLE.raw();
    let (status, bytes) = match device.raw_control(code, request.as_bytes(), &mut output) {
        Ok(bytes) => (None, bytes),
        Err(failure) => (Some(failure.status().context("a status")?), failure.bytes),
    };
    let (header, _) = TableHeader::read_from_prefix(&output).ok().context("a header")?;
    Ok((status, header, bytes))
}

fn a_short_buffer_gets_whole_rows_and_the_total(lab: &Lab) -> Result<()> {
    const HEADER: usize = size_of::<TableHeader>();
    const ROW: usize = size_of::<InterfaceRow>();
    let device = lab.device()?;
    let total = device.interface_table(Family::Both)?.len();
    for (room, rows) in [(HEADER, 0), (HEADER + ROW - 1, 0), (HEADER + ROW, 1), (HEADER + total * ROW, total)] {
        let (status, header, bytes) = ask(&device, room)?;
        let expected = (rows < total).then_some(NtStatus::BUFFER_OVERFLOW);
        ensure!(status == expected, "{room} bytes: {status:?}");
        ensure!(header.total_rows as usize == total && header.returned_rows as usize == rows, "{room}: {header:?}");
        ensure!(bytes == HEADER + rows * ROW, "{room} bytes of room: {bytes} written");
    }
    Ok(())
}

fn each_snapshot_has_its_own_generation(lab: &Lab) -> Result<()> {
    let device = lab.device()?;
    let (first, second) = (device.interface_table(Family::Both)?, device.neighbor_table(Family::Both)?);
    ensure!(first.generation() < second.generation(), "{} and {}", first.generation(), second.generation());
    Ok(())
}

fn eight_clients_at_once(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let links = linux.populate()?;
    thread::scope(|scope| {
        let clients: Vec<_> = (0..8)
            .map(|number: usize| {
                let link = links[number % 2].clone();
                scope.spawn(move || -> Result<()> {
                    let device = lab.device()?;
                    for _ in 0..10 {
                        device.interface_table(Family::Both)?;
                        device.neighbor_table(Family::Both)?;
                        device.flush_neighbors(Family::Ipv4, Some(link.key()))?;
                    }
                    Ok(())
                })
            })
            .collect();
        clients.into_iter().try_for_each(|client| client.join().expect("a client panicked"))
    })?;
    linux.agrees(&lab.device()?, Family::Both)
}
