//! Requests that no thread waits for.

use super::{ends::GIVEN_UP, neighbors::silent};
use crate::{
    lab::Lab,
    watcher::{PATIENCE, of_address},
};
use anyhow::{Context, Result, bail, ensure};
use futures::{FutureExt, StreamExt, executor::block_on, future::join_all, poll};
use netioctl_client::{
    Access, AsyncDevice, AsyncWatch, ChangeKind, Changes, Device, Error, ErrorKind, Family, MAX_HANDLE_RESOLUTIONS,
    MAX_RESOLUTIONS, Neighbor, NeighborKey, NtStatus, Operation, WatchSources,
};
use std::{
    net::{IpAddr, Ipv4Addr},
    pin::pin,
    thread,
    time::{Duration, Instant},
};

super::cases! { "asynchronous":
    Witness as_many_neighbors_as_the_driver_admits_are_resolved_by_one_thread,
    Witness a_dropped_future_cancels_its_request,
    Witness a_watch_is_a_stream,
    Witness a_request_outlives_the_thread_that_sent_it,
    Witness tables_and_changes_are_those_of_the_device,
}

/// Times that something is tried while resolutions that earlier tests have given up still count.
const TRIES: u32 = 10;

/// Between two looks.
const POLL: Duration = Duration::from_millis(20);

/// The threads of this process.
#[cfg(windows)]
fn threads() -> Result<usize> {
    use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
    use windows_sys::Win32::{
        Foundation::INVALID_HANDLE_VALUE,
        System::{
            Diagnostics::ToolHelp::{
                CreateToolhelp32Snapshot, TH32CS_SNAPTHREAD, THREADENTRY32, Thread32First, Thread32Next,
            },
            Threading::GetCurrentProcessId,
        },
    };
    // SAFETY: takes numbers only.
    let snapshot = unsafe { CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0) };
    ensure!(snapshot != INVALID_HANDLE_VALUE, "no list of threads: {}", std::io::Error::last_os_error());
    // SAFETY: the call succeeded, so it is an open handle that nobody else closes.
    let snapshot = unsafe { OwnedHandle::from_raw_handle(snapshot) };
    // SAFETY: takes nothing.
    let process = unsafe { GetCurrentProcessId() };
    let size = u32::try_from(size_of::<THREADENTRY32>())?;
    let mut entry = THREADENTRY32 { dwSize: size, ..THREADENTRY32::default() };
    // SAFETY: the snapshot is open, and the entry says its size.
    let mut more = unsafe { Thread32First(snapshot.as_raw_handle(), &raw mut entry) };
    let mut count = 0;
    while more != 0 {
        count += usize::from(entry.th32OwnerProcessID == process);
        // SAFETY: as above.
        more = unsafe { Thread32Next(snapshot.as_raw_handle(), &raw mut entry) };
    }
    Ok(count)
}

#[cfg(not(windows))]
fn threads() -> Result<usize> {
    bail!("there are no such devices here")
}

fn open(lab: &Lab) -> Result<AsyncDevice> {
    Ok(lab.device()?.into())
}

/// The ends of all, and the threads before and while they were under way; or what was refused instead, since the stack is
/// still busy for somebody else.
type Resolved = Result<(Vec<Result<Neighbor, Error>>, [usize; 2]), String>;

fn resolve_all(devices: &[AsyncDevice], one_more: &AsyncDevice, keys: &[NeighborKey]) -> Result<Resolved> {
    let before = threads()?;
    let device = |number: usize| &devices[number % devices.len()];
    let resolves = keys.iter().enumerate().map(|(number, key)| device(number).resolve_neighbor(key));
    block_on(async {
        let mut all = pin!(join_all(resolves));
        ensure!(poll!(all.as_mut()).is_pending(), "nobody answers, but all have ended");
        let during = threads()?;
        // The driver itself says that all are under way: there is no room for another.
        let refused = one_more.resolve_neighbor(&keys[0]).await;
        let ends = all.await;
        let exceeded =
            |end: &Result<_, Error>| end.as_ref().is_err_and(|error| error.kind() == ErrorKind::QuotaExceeded);
        let among = ends.iter().filter(|end| exceeded(end)).count();
        let whole = exceeded(&refused) && among == 0;
        Ok(if whole {
            Ok((ends, [before, during]))
        } else {
            Err(format!("{among} were refused, one more: {refused:?}"))
        })
    })
}

fn as_many_neighbors_as_the_driver_admits_are_resolved_by_one_thread(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    // Somebody who answers would make room for another.
    let keys: Vec<_> = (0..16).map(|number| NeighborKey::new(link.key(), link.silent(200 + number))).collect();
    ensure!(keys.len() == MAX_RESOLUTIONS as usize, "the quota is another");
    let handles = MAX_RESOLUTIONS / MAX_HANDLE_RESOLUTIONS;
    let devices = (0..handles).map(|_| open(lab)).collect::<Result<Vec<_>>>()?;
    // The thread that waits for the ends is there from the first request on.
    block_on(devices[0].version())?;
    let one_more = open(lab)?;
    let mut seen = Vec::new();
    for _ in 0..TRIES {
        let (ends, [before, during]) = match resolve_all(&devices, &one_more, &keys)? {
            Ok(resolved) => resolved,
            Err(why) => {
                seen.push(why);
                thread::sleep(GIVEN_UP);
                continue;
            }
        };
        ensure!(during == before, "{before} threads, and {during} while {MAX_RESOLUTIONS} requests are under way");
        for end in ends {
            ensure!(end.as_ref().is_err_and(|error| error.kind() == ErrorKind::NoAnswer), "{end:?}");
        }
        let answers = link.one_of_each().map(|address| (address, NeighborKey::new(link.key(), address)));
        let resolved = block_on(join_all(answers.iter().map(|(_, key)| devices[0].resolve_neighbor(key))));
        for ((address, _), neighbor) in answers.iter().zip(resolved) {
            let physical_address = neighbor?.physical_address.to_colon_string();
            ensure!(linux.lladdr(&link, *address)? == physical_address, "{address} is not at {physical_address}");
        }
        return Ok(());
    }
    bail!("{MAX_RESOLUTIONS} were never under way at once: {seen:?}")
}

/// How often a resolution was cancelled since the statistics were reset.
fn cancelled(device: &Device) -> Result<u64> {
    let statistics = device.statistics()?;
    let row = statistics.iter().find(|row| row.operation() == Some(Operation::ResolveNeighbor));
    let counts = &row.context("a row for each operation")?.by_status;
    Ok(counts.iter().filter(|(status, _)| *status == NtStatus::CANCELLED).map(|(_, count)| count).sum())
}

fn a_dropped_future_cancels_its_request(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let device = open(lab)?;
    let key = NeighborKey::new(link.key(), silent(&link));
    for _ in 0..TRIES {
        device.as_ref().reset_statistics()?;
        device.as_ref().delete_neighbor(&key).or_else(|error| match error.kind() {
            ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        })?;
        let mut resolving = Box::pin(device.resolve_neighbor(&key));
        if let Some(end) = resolving.as_mut().now_or_never() {
            ensure!(end.as_ref().is_err_and(|error| error.kind() == ErrorKind::QuotaExceeded), "{end:?}");
            thread::sleep(GIVEN_UP);
            continue;
        }
        linux.await_resolution(&link, silent(&link))?;
        ensure!(cancelled(device.as_ref())? == 0, "it was cancelled before it was dropped");
        drop(resolving);
        let deadline = Instant::now() + PATIENCE;
        while cancelled(device.as_ref())? != 1 {
            ensure!(Instant::now() < deadline, "the request is not cancelled");
            thread::sleep(POLL);
        }
        return Ok(());
    }
    bail!("the driver is always busy")
}

/// The next changes of a stream that has begun.
fn next(watch: &mut AsyncWatch) -> Result<Changes> {
    Ok(block_on(watch.next()).context("the stream has ended")??)
}

fn begun(lab: &Lab) -> Result<AsyncWatch> {
    let mut watch = AsyncDevice::from(lab.open(Access::Read)?).watch(WatchSources::ADDRESSES, Family::Both);
    let first = next(&mut watch)?;
    ensure!(first.events.iter().all(|change| change.kind() == ChangeKind::Initial), "it begins with {first:?}");
    Ok(watch)
}

fn a_watch_is_a_stream(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    linux.await_listeners(0)?;
    let [link, _] = linux.links()?;
    let mut watch = begun(lab)?;
    let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 91));
    // Who gives up on an item loses none.
    for _ in 0..3 {
        ensure!(watch.next().now_or_never().is_none(), "nothing has happened");
    }
    for (add, kind) in [(true, ChangeKind::Added), (false, ChangeKind::Removed)] {
        linux.change_address(&link, address, add)?;
        let wanted = of_address(kind, link.index, address);
        while !next(&mut watch)?.events.iter().any(&wanted) {}
    }
    drop(watch);
    linux.await_listeners(0).context("a stream that is dropped watches no more")
}

fn a_request_outlives_the_thread_that_sent_it(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let mut watch = begun(lab)?;
    let sent = thread::scope(|scope| scope.spawn(|| watch.next().now_or_never().is_none()).join());
    ensure!(sent.is_ok_and(|pending| pending), "nothing has happened");
    let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 92));
    linux.change_address(&link, address, true)?;
    linux.change_address(&link, address, false)?;
    let changes = next(&mut watch)?;
    ensure!(changes.events.iter().any(of_address(ChangeKind::Added, link.index, address)), "{changes:?}");
    Ok(())
}

fn tables_and_changes_are_those_of_the_device(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let device = open(lab)?;
    let update = link.update(silent(&link), [2, 0, 0x5e, 0, 0, 9]);
    block_on(async {
        device.replace_neighbor(&update).await?;
        ensure!(linux.lladdr(&link, silent(&link))? == "02:00:5e:00:00:09", "Linux has another");
        let row = device.neighbor(update.key()).await?;
        let table = device.neighbor_table(Family::Ipv4).await?;
        ensure!(table.iter().any(|listed| listed.key() == row.key()), "{row:?} is not listed");
        device.delete_neighbor(update.key()).await?;
        let gone = device.neighbor(update.key()).await;
        ensure!(gone.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound), "{gone:?}");
        let (theirs, ours) = (device.as_ref().address_table(Family::Both)?, device.address_table(Family::Both).await?);
        ensure!(theirs.len() == ours.len() && !ours.is_empty(), "{theirs:?} and {ours:?}");
        let interfaces = device.interface_table(Family::Ipv6).await?;
        let interface = interfaces.iter().find(|row| row.index == link.index).context("the link is not listed")?;
        Ok(device.flush_neighbors(Family::Both, Some(interface.key())).await?)
    })
}
