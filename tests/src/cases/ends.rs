//! Requests that wait, when their handle or their process ends.

use super::neighbors::silent;
use crate::{lab::Lab, linux::Link, raw};
use anyhow::{Context, Result, bail, ensure};
use netioctl_client::{
    Access, Device, Family, InterfaceKey, NeighborChange, NeighborKey, NeighborUpdate, Operation, PhysicalAddress,
    Statistics, WatchSources,
    abi::{
        ControlCode, NtStatus,
        wire::{WatchFlags, WatchRequest},
    },
    device_path,
};
use std::{
    env,
    net::IpAddr,
    panic::resume_unwind,
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
    Driver handles_follow_each_other,
    Witness requests_end_with_their_process,
}

/// NETIO gives up a resolution after three seconds; what ends a request must be faster.
pub const SOON: Duration = Duration::from_secs(2);

/// Requests that were sent wait by now.
pub const UNDER_WAY: Duration = Duration::from_millis(200);

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

/// A handle that is opened while another one is closed with requests under way may get the other's place in memory. What is
/// left to do for the other must not be done to it.
fn handles_follow_each_other(lab: &Lab) -> Result<()> {
    let (path, watch) = (device_path()?, watch());
    let requests = [(ControlCode::WATCH_CHANGES.raw(), watch.as_slice()); 2];
    let follow = || {
        (0..FOLLOWERS).try_for_each(|_| {
            let ends = raw::closed_while_waiting(&path, &requests, SOON, || Ok(()))?;
            ensure!(ends.iter().all(|end| *end == NtStatus::CANCELLED), "they ended with {ends:?}");
            Ok(())
        })
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(follow)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })?;
    lab.device()?.version()?;
    Ok(())
}

/// Handles that each of the threads opens and closes.
const FOLLOWERS: u32 = 50;

pub fn watch() -> Vec<u8> {
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
    let wait = || {
        thread::sleep(UNDER_WAY);
        Ok(())
    };
    let send = || raw::closed_while_waiting(&device_path()?, &requests, SOON, wait);
    let mut ends = send()?;
    // Resolutions of earlier tests count until the stack has given up on them.
    if ends.contains(&NtStatus::QUOTA_EXCEEDED) {
        thread::sleep(GIVEN_UP);
        ends = send()?;
    }
    ensure!(ends.iter().all(|end| *end == NtStatus::CANCELLED), "they ended with {ends:?}");
    Ok(())
}

/// What the process of a test does, so that it can be killed in the middle.
#[derive(Clone, Copy, Debug)]
pub enum Hold {
    /// It waits for changes, and for a neighbor that does not answer.
    Waiting { interface: u32, address: IpAddr },
    /// It makes many neighbors at once, on a network that no link has.
    Batch { interface: u32 },
}

impl FromStr for Hold {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (interface, what) = text.split_once(',').context("INTERFACE,ADDRESS or INTERFACE,batch")?;
        let interface = interface.parse()?;
        Ok(match what {
            BATCH => Self::Batch { interface },
            address => Self::Waiting { interface, address: address.parse()? },
        })
    }
}

impl Hold {
    /// A batch of neighbors on a link.
    pub const fn batch(link: &Link) -> Self {
        Self::Batch { interface: link.index }
    }

    /// Whether a neighbor is one of such a batch.
    pub fn is_of_batch(address: IpAddr) -> bool {
        (0..BATCH_ENTRIES).any(|number| batch_address(number) == address)
    }

    /// Starts a process that does this.
    pub fn start(self) -> Result<Child> {
        let hold = match self {
            Self::Waiting { interface, address } => format!("{interface},{address}"),
            Self::Batch { interface } => format!("{interface},{BATCH}"),
        };
        Ok(Command::new(env::current_exe()?).args(["--hold", &hold]).spawn()?)
    }

    /// Does it, until another thread or program ends it.
    pub fn run(self) -> Result<()> {
        match self {
            Self::Waiting { interface, address } => wait(interface, address),
            Self::Batch { interface } => make_many(interface),
        }
    }
}

const BATCH: &str = "batch";
const BATCH_ENTRIES: u8 = 100;

fn batch_address(number: u8) -> IpAddr {
    [10, 202, 0, number].into()
}

fn make_many(interface: u32) -> Result<()> {
    let physical = PhysicalAddress::from([2, 0, 0x5e, 0x31, 0, 1]);
    let update = |number| NeighborUpdate::new(InterfaceKey::Index(interface), batch_address(number), physical);
    let changes: Vec<_> = (0..BATCH_ENTRIES).map(update).map(NeighborChange::Create).collect();
    Device::open(Access::ReadWrite)?.change_neighbors(&changes)?;
    bail!("the batch has ended")
}

fn wait(interface: u32, address: IpAddr) -> Result<()> {
    let key = NeighborKey::new(InterfaceKey::Index(interface), address);
    let mut watch = Device::open(Access::Read)?.watch(WatchSources::all(), Family::Both).without_initial();
    let device = Device::open(Access::ReadWrite)?;
    thread::scope(|scope| {
        // Again and again, for a resolution that is answered with silence ends as well.
        scope.spawn(|| while device.resolve_neighbor(&key).is_err() {});
        watch.wait().map(drop)
    })?;
    bail!("something has happened")
}

fn requests_end_with_their_process(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    linux.await_listeners(0)?;
    let before = cancellations(lab)?;
    let [link, _] = linux.links()?;
    let mut process = Hold::Waiting { interface: link.index, address: silent(&link) }.start()?;
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

/// Kills a process.
pub fn end(process: &mut Child) -> Result<()> {
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
