//! Requests that wait, when their handle or their process ends.

use super::neighbors::silent;
use crate::{lab::Lab, raw};
use anyhow::{Context, Result, bail, ensure};
use netioctl_client::{
    Access, Device, Family, InterfaceKey, NeighborKey, Operation, Statistics, WatchSources,
    abi::{
        ControlCode, NtStatus,
        wire::{WatchFlags, WatchRequest},
    },
    device_path,
};
use std::{
    env,
    net::IpAddr,
    process::{Child, Command},
    str::FromStr,
    thread,
    time::{Duration, Instant},
};
use zerocopy::IntoBytes;

super::cases! { "ends":
    Driver a_watch_ends_with_its_handle,
    Witness a_resolution_ends_with_its_handle,
    Witness everything_of_a_handle_ends_with_it,
    Witness requests_end_with_their_process,
}

/// NETIO gives up a resolution after three seconds; what ends a request must be faster.
const SOON: Duration = Duration::from_secs(2);

/// By now it has given up.
pub const GIVEN_UP: Duration = Duration::from_millis(3500);

fn a_watch_ends_with_its_handle(_: &Lab) -> Result<()> {
    closed_while_waiting(&[watch().as_slice()].map(|input| (ControlCode::WATCH_CHANGES, input)))
}

fn a_resolution_ends_with_its_handle(lab: &Lab) -> Result<()> {
    let request = resolution(lab)?;
    closed_while_waiting(&[(ControlCode::RESOLVE_NEIGHBOR, request.as_slice())])?;
    lab.device()?.version()?;
    Ok(())
}

/// The driver has to end what its handle began at the cleanup, with requests of all kinds pending: the close comes only
/// after the last of them has ended.
fn everything_of_a_handle_ends_with_it(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    linux.await_listeners(0)?;
    let (watch, resolution) = (watch(), resolution(lab)?);
    let (watch, resolution) =
        ((ControlCode::WATCH_CHANGES, watch.as_slice()), (ControlCode::RESOLVE_NEIGHBOR, resolution.as_slice()));
    closed_while_waiting(&[watch, resolution, watch, resolution])?;
    linux.await_listeners(0)?;
    lab.device()?.version()?;
    Ok(())
}

fn watch() -> Vec<u8> {
    WatchRequest::new(WatchSources::all(), 0, WatchFlags::empty()).as_bytes().to_vec()
}

/// Of a neighbor that does not answer.
fn resolution(lab: &Lab) -> Result<Vec<u8>> {
    let [link, _] = lab.linux()?.links()?;
    let request = NeighborKey::new(link.key(), silent(&link)).to_resolve_request(None);
    Ok(request.as_bytes().to_vec())
}

fn closed_while_waiting(requests: &[(ControlCode, &[u8])]) -> Result<()> {
    let requests: Vec<_> = requests.iter().map(|(code, input)| (code.raw(), *input)).collect();
    let send = || raw::closed_while_waiting(&device_path()?, &requests, SOON);
    let mut ends = send()?;
    // Resolutions of earlier tests count until the stack has given up on them.
    if ends.contains(&NtStatus::QUOTA_EXCEEDED) {
        thread::sleep(GIVEN_UP);
        ends = send()?;
    }
    ensure!(ends.iter().all(|end| *end == NtStatus::CANCELLED), "they ended with {ends:?}");
    Ok(())
}

/// What the process of a test does: it waits for changes, and for a neighbor that does not answer.
#[derive(Clone, Copy, Debug)]
pub struct Hold {
    interface: u32,
    address: IpAddr,
}

impl FromStr for Hold {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (interface, address) = text.split_once(',').context("INTERFACE,ADDRESS")?;
        Ok(Self { interface: interface.parse()?, address: address.parse()? })
    }
}

impl Hold {
    /// Waits until another thread or program ends it.
    pub fn run(self) -> Result<()> {
        let key = NeighborKey::new(InterfaceKey::Index(self.interface), self.address);
        let mut watch = Device::open(Access::Read)?.watch(WatchSources::all(), Family::Both).without_initial();
        let device = Device::open(Access::ReadWrite)?;
        thread::scope(|scope| {
            // Again and again, for a resolution that is answered with silence ends as well.
            scope.spawn(|| while device.resolve_neighbor(&key).is_err() {});
            watch.wait().map(drop)
        })?;
        bail!("something has happened")
    }
}

fn requests_end_with_their_process(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    linux.await_listeners(0)?;
    let before = cancellations(lab)?;
    let [link, _] = linux.links()?;
    let hold = format!("{},{}", link.index, silent(&link));
    let mut process = Command::new(env::current_exe()?).args(["--hold", &hold]).spawn()?;
    let begun = linux.await_listeners(2).and_then(|()| linux.await_resolution(&link, silent(&link)));
    let ended = end(&mut process);
    begun?;
    ended?;
    linux.await_listeners(0)?;
    let start = Instant::now();
    lab.device()?.version()?;
    ensure!(start.elapsed() < SOON, "the driver is held up");
    // It is counted a moment after the end of its registrations.
    while cancellations(lab)? == before {
        ensure!(start.elapsed() < SOON, "the request that waited was not ended");
        thread::sleep(Duration::from_millis(10));
    }
    ensure!(cancellations(lab)? == before + 1, "more was ended than waited");
    Ok(())
}

fn end(process: &mut Child) -> Result<()> {
    process.kill()?;
    process.wait()?;
    Ok(())
}

/// Requests for changes that were cancelled since the driver was loaded.
fn cancellations(lab: &Lab) -> Result<u64> {
    let table = lab.open(Access::Read)?.statistics()?;
    let of_watch = |row: &&Statistics| row.operation() == Some(Operation::WatchChanges);
    let row = table.iter().find(of_watch).context("no row for changes")?;
    let cancelled = row.by_status.iter().filter(|(status, _)| *status == NtStatus::CANCELLED);
    Ok(cancelled.map(|(_, count)| count).sum())
}
