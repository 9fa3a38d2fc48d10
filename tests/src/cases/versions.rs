//! Clients and drivers of different versions: each meets the real other side over a transport that changes the
//! versions on their way.

use crate::{
    doctored::{OtherClient, OtherDriver},
    expect,
    lab::Lab,
    linux::{Link, Linux},
};
use anyhow::{Context, Result, bail, ensure};
use netioctl_client::{
    Canceller, Change, ChangeKind, Device, Error, Family, Interface, InterfaceChange, NeighborChange, NeighborKey,
    Operation, PhysicalAddress, Watch, WatchSources,
    abi::{ABI_MAJOR, ABI_MINOR, AddressFamily, Capabilities, NtStatus, wire::RequestHeader},
};
use std::{collections::BTreeSet, net::IpAddr, thread, time::Duration};
use zerocopy::IntoBytes;

super::cases! { "versions":
    Witness clients_of_any_minor_version_work,
    Witness clients_of_another_major_version_are_refused_by_every_operation,
    Witness a_newer_driver_is_understood,
    Witness what_a_driver_lacks_is_said_and_the_rest_works,
    Driver a_driver_of_another_major_version_is_not_talked_to,
    Driver a_table_of_another_major_version_is_not_read,
}

const MAC: [u8; 6] = [2, 0, 0x5e, 0x40, 0, 1];
const MAC_TEXT: &str = "02:00:5e:40:00:01";
const OTHER: [u8; 6] = [2, 0, 0x5e, 0x40, 0, 2];
const OTHER_TEXT: &str = "02:00:5e:40:00:02";

/// Minor versions before and far behind the one that driver and client have.
const MINORS: [u16; 4] = [0, ABI_MINOR + 1, ABI_MINOR + 7, u16::MAX];

/// An event comes within milliseconds; this is for a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

const OTHER_MAJORS: [u16; 3] = [0, ABI_MAJOR + 1, u16::MAX];

/// The operations that a client is for, each looked at from the Linux side.
fn works(device: &Device, linux: &mut Linux) -> Result<()> {
    let links = linux.populate()?;
    linux.agrees(device, Family::Both)?;
    for link in &links {
        for family in [AddressFamily::Ipv4, AddressFamily::Ipv6] {
            let interface = device.interface(link.key(), family)?;
            ensure!((interface.index, interface.nl_mtu) == (link.index, link.mtu), "{interface:?}");
            let table = device.interface_table(Family::Both)?;
            ensure!(table.iter().any(|row| *row == interface), "{interface:?} is not in the table");
        }
    }
    device.flush_neighbors(Family::Both, None)?;
    for address in links[0].hosts.map(|family| family[1]) {
        neighbor_lives(device, linux, &links[0], address).with_context(|| address.to_string())?;
    }
    let resolved = device.resolve_neighbor(&NeighborKey::new(links[0].key(), links[0].hosts[0][0]))?;
    ensure!(!resolved.physical_address.is_empty(), "{resolved:?}");
    watches(device, linux, &links[1])?;
    let counted = device.statistics()?;
    ensure!(counted.iter().any(|row| row.requests > 0), "nothing was counted");
    Ok(device.flush_neighbors(Family::Both, None)?)
}

/// A watch begins, and tells of a change of Linux.
fn watches(device: &Device, linux: &mut Linux, link: &Link) -> Result<()> {
    let canceller = Canceller::new()?;
    let patience = canceller.clone();
    thread::spawn(move || {
        thread::sleep(PATIENCE);
        patience.cancel();
    });
    let mut watch = device.with_canceller(&canceller).watch(WatchSources::all(), Family::Both);
    let first = watch.wait()?.events;
    ensure!(first.len() == 2 && first.iter().all(|change| change.kind() == ChangeKind::Initial), "{first:?}");
    linux.set_mtu(link, link.mtu - 4)?;
    let told = until_changed(&mut watch, link);
    linux.set_mtu(link, link.mtu)?;
    told
}

fn until_changed(watch: &mut Watch, link: &Link) -> Result<()> {
    let of_link = |change: &Change| (change.interface_index, change.kind()) == (link.index, ChangeKind::Changed);
    while !watch.wait().context("waiting for the change")?.events.iter().any(of_link) {}
    Ok(())
}

/// Create, get, set, replace, delete, and all of it in a batch.
fn neighbor_lives(device: &Device, linux: &mut Linux, link: &Link, address: IpAddr) -> Result<()> {
    let key = NeighborKey::new(link.key(), address);
    device.create_neighbor(&link.update(address, MAC))?;
    ensure!(linux.lladdr(link, address)? == MAC_TEXT, "not created");
    ensure!(device.neighbor(&key)?.physical_address == PhysicalAddress::from(MAC), "not shown");
    device.set_neighbor(&link.update(address, OTHER))?;
    ensure!(linux.lladdr(link, address)? == OTHER_TEXT, "not set");
    device.replace_neighbor(&link.update(address, MAC))?;
    ensure!(linux.lladdr(link, address)? == MAC_TEXT, "not replaced");
    device.delete_neighbor(&key)?;
    ensure!(linux.neighbor(link, address)?.is_none(), "not deleted");
    if device.supports(Operation::BatchNeighbors) {
        let statuses = device.change_neighbors(&[NeighborChange::Create(link.update(address, OTHER))])?;
        ensure!(statuses == [NtStatus::SUCCESS], "{statuses:?}");
        ensure!(linux.lladdr(link, address)? == OTHER_TEXT, "not created by a batch");
    }
    Ok(())
}

fn clients_of_any_minor_version_work(lab: &Lab) -> Result<()> {
    for minor in MINORS {
        // A handle has one watch.
        let client = OtherClient::new(&lab.device()?, (ABI_MAJOR, minor));
        works(&Device::over(client.clone())?, &mut lab.linux()?).with_context(|| format!("minor version {minor}"))?;
        let doctored = client.doctored().len();
        ensure!(doctored >= 10, "only {doctored} operations were asked for");
    }
    Ok(())
}

/// What a request that should have been refused could have changed.
#[derive(Debug, PartialEq)]
struct Configuration {
    neighbors: Vec<Option<(String, Option<String>)>>,
    interfaces: Vec<Interface>,
    batches: u64,
}

impl Configuration {
    fn look(device: &Device, linux: &mut Linux, link: &Link) -> Result<Self> {
        let mut interfaces = device.interface_table(Family::Both)?.into_rows();
        interfaces.sort_by_key(|row| (row.index, row.family));
        // 0 as soon as the counters are reset.
        let batches = device.statistics()?.into_iter().find(|row| row.operation() == Some(Operation::BatchNeighbors));
        let batches = batches.map_or(0, |row| row.requests - row.failures);
        let neighbors = link.hosts.iter().flatten().map(|host| linux.neighbor(link, *host)).collect::<Result<_>>()?;
        Ok(Self { neighbors, interfaces, batches })
    }
}

/// A well-formed request, which would be carried out if its version were right.
type Ask = fn(&Device, &Link) -> Result<(), Error>;

const REQUESTS: &[(Operation, Ask)] = &[
    (Operation::FlushNeighbors, |device, _| device.flush_neighbors(Family::Both, None)),
    (Operation::SetNeighbor, |device, link| device.set_neighbor(&link.update(kept(link), OTHER))),
    (Operation::GetInterfaceTable, |device, _| device.interface_table(Family::Both).map(drop)),
    (Operation::GetNeighborTable, |device, _| device.neighbor_table(Family::Both).map(drop)),
    (Operation::CreateNeighbor, |device, link| device.create_neighbor(&link.update(link.hosts[1][1], OTHER))),
    (Operation::ReplaceNeighbor, |device, link| device.replace_neighbor(&link.update(kept(link), OTHER))),
    (Operation::DeleteNeighbor, |device, link| device.delete_neighbor(&key(link))),
    (Operation::GetNeighbor, |device, link| device.neighbor(&key(link)).map(drop)),
    (Operation::GetInterface, |device, link| device.interface(link.key(), AddressFamily::Ipv6).map(drop)),
    (Operation::SetInterface, |device, link| {
        device.set_interface(&InterfaceChange::new(link.key(), AddressFamily::Ipv4).metric(4321))
    }),
    (Operation::ResolveNeighbor, |device, link| {
        device.resolve_neighbor(&NeighborKey::new(link.key(), link.hosts[0][0])).map(drop)
    }),
    (Operation::BatchNeighbors, |device, link| device.change_neighbors(&[NeighborChange::Delete(key(link))]).map(drop)),
    (Operation::GetStatistics, |device, _| device.statistics().map(drop)),
    (Operation::ResetStatistics, |device, _| device.reset_statistics()),
    (Operation::WatchChanges, |device, _| device.watch(WatchSources::all(), Family::Both).wait().map(drop)),
];

/// The one neighbor that exists before the requests.
const fn kept(link: &Link) -> IpAddr {
    link.hosts[0][1]
}

const fn key(link: &Link) -> NeighborKey {
    NeighborKey::new(link.key(), kept(link))
}

fn clients_of_another_major_version_are_refused_by_every_operation(lab: &Lab) -> Result<()> {
    let (device, mut linux) = (lab.device()?, lab.linux()?);
    device.flush_neighbors(Family::Both, None)?;
    let [link, _] = linux.links()?;
    let kept = link.update(kept(&link), MAC);
    // So that there is something to change, and a counter that a reset would set back.
    ensure!(device.change_neighbors(&[NeighborChange::Create(kept)])? == [NtStatus::SUCCESS], "not created");
    let before = Configuration::look(&device, &mut linux, &link)?;
    ensure!(before.neighbors.iter().flatten().count() == 1 && before.batches > 0, "{before:?}");
    for major in OTHER_MAJORS {
        let client = OtherClient::new(&device, (major, 0));
        let other = Device::over(client.clone())?;
        for (operation, ask) in REQUESTS {
            refused(*operation, ask(&other, &link))
                .with_context(|| format!("{} from major version {major}", operation.name()))?;
        }
        every_header_is_checked(&device, major, &client.doctored())?;
        let after = Configuration::look(&device, &mut linux, &link)?;
        ensure!(before == after, "major version {major} changed something: {before:?}, {after:?}");
    }
    Ok(device.flush_neighbors(Family::Both, None)?)
}

fn refused(operation: Operation, result: Result<(), Error>) -> Result<()> {
    let Err(error) = result else { bail!("success") };
    ensure!(error.ntstatus() == Some(NtStatus::REVISION_MISMATCH), "{error}");
    let text = error.to_string();
    let says = [&*operation.to_string(), "STATUS_REVISION_MISMATCH", "another major version", "of one release"];
    says.into_iter().try_for_each(|part| {
        ensure!(text.contains(part), "{text:?} does not say {part:?}");
        Ok(())
    })
}

/// The operations for which the client had no request: the version is looked at before anything else of it.
fn every_header_is_checked(device: &Device, major: u16, done: &BTreeSet<u32>) -> Result<()> {
    let header = RequestHeader { abi_major: major, ..RequestHeader::CURRENT };
    let with_header = Operation::ALL.iter().filter(|operation| operation.input().minimum() >= size_of_val(&header));
    for operation in with_header.filter(|operation| !done.contains(&operation.code().raw())) {
        let mut input = vec![0; operation.input().minimum()];
        header.write_to_prefix(&mut input).ok().context("there is room for the header")?;
        expect::refusal(device, operation.code().raw(), &input, 4096, NtStatus::REVISION_MISMATCH)
            .with_context(|| format!("{} from major version {major}", operation.name()))?;
    }
    Ok(())
}

fn a_newer_driver_is_understood(lab: &Lab) -> Result<()> {
    const UNKNOWN: u64 = 1 << 63 | 1 << 40;
    // With 20000 bytes to each row, three rows fill the client's first buffer, and tables take two tries.
    for news in [0, 8, 20_000] {
        let capabilities = Capabilities::all().bits() | UNKNOWN;
        let newer = (ABI_MAJOR, ABI_MINOR + 7);
        let driver = OtherDriver { capabilities, news, ..OtherDriver::new(&lab.device()?, newer) };
        let device = Device::over(driver)?;
        let version = device.version()?;
        ensure!((version.abi, version.capabilities.bits()) == (newer, capabilities), "{version:?}");
        works(&device, &mut lab.linux()?).with_context(|| format!("{news} bytes of news in each row"))?;
    }
    Ok(())
}

fn what_a_driver_lacks_is_said_and_the_rest_works(lab: &Lab) -> Result<()> {
    let (device, mut linux) = (lab.device()?, lab.linux()?);
    let [link, _] = linux.links()?;
    for operation in Operation::ALL.iter().filter(|operation| !operation.capability().is_empty()) {
        let lacks = Capabilities::all() - operation.capability();
        let driver = OtherDriver { capabilities: lacks.bits(), ..OtherDriver::new(&device, (ABI_MAJOR, 0)) };
        let older = Device::over(driver)?;
        for (asked, ask) in REQUESTS.iter().filter(|(asked, _)| !older.supports(*asked)) {
            match ask(&older, &link) {
                Err(error @ Error::Unsupported { .. }) => says_so(*asked, &error, &older)?,
                other => bail!("{asked} without the capability: {other:?}"),
            }
        }
    }
    let without_batches = Capabilities::all() - Capabilities::BATCH_NEIGHBORS;
    let driver = OtherDriver { capabilities: without_batches.bits(), ..OtherDriver::new(&device, (ABI_MAJOR, 0)) };
    works(&Device::over(driver)?, &mut linux)
}

fn says_so(operation: Operation, error: &Error, device: &Device) -> Result<()> {
    let text = error.to_string();
    let version = device.version()?.to_string();
    let says =
        [&*operation.to_string(), &version, "does not know this operation", "install the driver of this release"];
    says.into_iter().try_for_each(|part| {
        ensure!(text.contains(part), "{text:?} does not say {part:?}");
        Ok(())
    })
}

fn a_driver_of_another_major_version_is_not_talked_to(lab: &Lab) -> Result<()> {
    let device = lab.device()?;
    for major in OTHER_MAJORS {
        let Err(error) = Device::over(OtherDriver::new(&device, (major, 3))) else { bail!("opened {major}.3") };
        let known = (ABI_MAJOR, ABI_MINOR);
        ensure!(
            matches!(error, Error::AbiMismatch { driver, client } if driver == (major, 3) && client == known),
            "{error:?}"
        );
        let text = error.to_string();
        let says = format!("the driver speaks ABI {major}.3, this program {ABI_MAJOR}.{ABI_MINOR}: install");
        ensure!(text.starts_with(&says), "{text}");
    }
    Ok(())
}

fn a_table_of_another_major_version_is_not_read(lab: &Lab) -> Result<()> {
    let device = lab.device()?;
    for major in OTHER_MAJORS {
        let current = OtherDriver::new(&device, (ABI_MAJOR, ABI_MINOR));
        let driver = OtherDriver { table_version: (major, 0), ..current };
        let Err(error) = Device::over(driver)?.interface_table(Family::Both) else { bail!("read {major}") };
        let text = error.to_string();
        ensure!(text.contains(&format!("table of ABI major version {major}, expected {ABI_MAJOR}")), "{text}");
        ensure!(text.contains("install the driver of this release"), "{text}");
    }
    Ok(())
}
