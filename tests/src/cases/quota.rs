//! How much of the driver one client can have.

use super::{ends::GIVEN_UP, neighbors::silent};
use crate::{expect, lab::Lab};
use anyhow::{Context, Result, bail, ensure};
use netioctl_client::{
    Access, Canceller, Device, Error, Family, InterfaceKey, NeighborKey, WatchSources,
    abi::{
        ControlCode, NtStatus,
        wire::{
            MAX_HANDLE_RESOLUTIONS, MAX_READER_WATCHES, MAX_RESOLUTIONS, MAX_SESSION_WATCHES, MAX_WAITING_REQUESTS,
            MAX_WATCH_OUTPUT, MAX_WRITER_WATCHES, WatchFlags, WatchRequest,
        },
    },
};
use std::{
    fs,
    net::Ipv6Addr,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};
use verifier_abi::{CALLER_PATH, Caller};
use zerocopy::IntoBytes;

super::cases! { "quota":
    Driver a_handle_lets_so_many_requests_wait,
    Driver a_request_that_waits_keeps_no_more_memory_than_it_can_use,
    Witness sessions_and_all_readers_have_so_many_watches_and_lock_no_writer_out,
    Witness a_handle_and_all_handles_resolve_so_many_neighbors_at_once,
}

const EXCEEDED: &[NtStatus] = &[NtStatus::QUOTA_EXCEEDED];

/// A refusal comes at once; this is for a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between two looks.
const POLL: Duration = Duration::from_millis(50);

/// Sends one request more than may run at the same time, cancels all when the first has ended, and answers how many were
/// refused. Those that may run do not end before they are cancelled.
fn refused<T: Send>(most: u32, send: impl Fn(&Canceller, u32) -> Result<T, Error> + Sync) -> Result<usize> {
    let canceller = Canceller::new()?;
    thread::scope(|scope| {
        let (ends, ended) = mpsc::channel();
        for number in 0..=most {
            let (ends, send, canceller) = (ends.clone(), &send, &canceller);
            scope.spawn(move || ends.send(send(canceller, number).map(drop)));
        }
        let first = ended.recv_timeout(PATIENCE).context("nobody was refused");
        canceller.cancel();
        let rest = (0..most).map(|_| ended.recv_timeout(PATIENCE).context("a request does not end"));
        let ends = std::iter::once(first).chain(rest).collect::<Result<Vec<_>>>()?;
        let statuses = ends.into_iter().map(expect::error_of).collect::<Result<Vec<_>>>()?;
        Ok(statuses.iter().filter(|status| **status == NtStatus::QUOTA_EXCEEDED).count())
    })
}

fn a_handle_lets_so_many_requests_wait(lab: &Lab) -> Result<()> {
    let device = lab.open(Access::Read)?;
    let wait = |canceller: &Canceller, _| {
        device.with_canceller(canceller).watch(WatchSources::INTERFACES, Family::Ipv6).without_initial().wait()
    };
    for _ in 0..3 {
        let refused = refused(MAX_WAITING_REQUESTS, wait)?;
        ensure!(refused == 1, "{refused} of {MAX_WAITING_REQUESTS} and one were refused");
    }
    Ok(())
}

fn a_request_that_waits_keeps_no_more_memory_than_it_can_use(lab: &Lab) -> Result<()> {
    let device = lab.open(Access::Read)?;
    let code = ControlCode::WATCH_CHANGES.raw();
    let request = WatchRequest::new(WatchSources::INTERFACES, 0, WatchFlags::INITIAL);
    let most = MAX_WATCH_OUTPUT as usize;
    expect::refusal(&device, code, request.as_bytes(), most + 1, NtStatus::QUOTA_EXCEEDED)?;
    let mut output = vec![0; most];
    let answered = device.raw_control(code, request.as_bytes(), &mut output);
    ensure!(answered.is_ok(), "{answered:?} with {most} bytes");
    Ok(())
}

/// The I/O manager of the sandbox says so of who opens the device, for as long as this lives.
pub struct Played;

impl Played {
    /// Plays this caller.
    pub fn caller(access: u32, session: u64) -> Result<Self> {
        fs::write(CALLER_PATH, serde_json::to_vec(&Caller { access, session })?)?;
        Ok(Self)
    }
}

impl Drop for Played {
    fn drop(&mut self) {
        let _ = fs::remove_file(CALLER_PATH);
    }
}

/// Opens devices that watch, as many as the quota of the caller admits.
fn watchers(lab: &Lab, access: u32, session: u64) -> Result<Vec<Device>> {
    let _caller = Played::caller(access, session)?;
    let mut devices = Vec::new();
    loop {
        let device = lab.open(Access::Read)?;
        match device.watch(WatchSources::INTERFACES, Family::Ipv4).wait() {
            Ok(_) => devices.push(device),
            Err(error) => {
                expect::status(Err::<(), _>(error), EXCEEDED)?;
                return Ok(devices);
            }
        }
    }
}

const READER: u32 = 1;
const WRITER: u32 = 3;

/// Has each session watch as often as it may. A handle of an earlier test keeps its place until the stack has given up
/// on a neighbor that it was asked for; afterwards the numbers are exact.
fn readers(lab: &Lab, expected: &[usize]) -> Result<Vec<Vec<Device>>> {
    let mut seen = Vec::new();
    for _ in 0..TRIES {
        let sessions = (1..).take(expected.len()).map(|session| watchers(lab, READER, session));
        let sessions = sessions.collect::<Result<Vec<_>>>()?;
        let counts: Vec<_> = sessions.iter().map(Vec::len).collect();
        if counts == expected {
            return Ok(sessions);
        }
        seen.push(counts);
        drop(sessions);
        thread::sleep(GIVEN_UP);
    }
    bail!("the sessions have {seen:?}")
}

fn sessions_and_all_readers_have_so_many_watches_and_lock_no_writer_out(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    linux.await_listeners(0)?;
    let each = MAX_SESSION_WATCHES as usize;
    let left = (MAX_READER_WATCHES as usize).checked_sub(3 * each).context("three sessions leave nothing over")?;
    let sessions = readers(lab, &[each, each, each, left])?;
    let writers = watchers(lab, WRITER, 5)?;
    ensure!(writers.len() == MAX_WRITER_WATCHES as usize, "with write access {} watch", writers.len());
    drop(sessions);
    linux.await_listeners(u64::from(MAX_WRITER_WATCHES))?;
    let again = watchers(lab, READER, 9)?;
    ensure!(again.len() == each, "afterwards {} watch", again.len());
    drop((again, writers));
    linux.await_listeners(0)
}

/// Times that a number of resolutions is tried. A cancelled resolution counts until the stack has given up on it, and on a
/// busy machine some end before the last is sent: such a try says nothing.
const TRIES: u32 = 10;

/// Exactly one of so many resolutions and one more is refused.
fn one_too_many<T: Send>(most: u32, send: impl Fn(&Canceller, u32) -> Result<T, Error> + Sync) -> Result<()> {
    let mut counts = Vec::new();
    for _ in 0..TRIES {
        match refused(most, &send)? {
            1 => return Ok(()),
            other => counts.push(other),
        }
        thread::sleep(GIVEN_UP);
    }
    bail!("of {most} and one these were refused: {counts:?}")
}

fn a_handle_and_all_handles_resolve_so_many_neighbors_at_once(lab: &Lab) -> Result<()> {
    let [link, _] = lab.linux()?.links()?;
    let key = NeighborKey::new(link.key(), silent(&link));
    let device = lab.device()?;
    let of_one = |canceller: &Canceller, _| device.with_canceller(canceller).resolve_neighbor(&key);
    one_too_many(MAX_HANDLE_RESOLUTIONS, of_one).context("of one handle")?;
    thread::sleep(GIVEN_UP);
    let handles = MAX_RESOLUTIONS.div_ceil(MAX_HANDLE_RESOLUTIONS) + 1;
    let devices = (0..handles).map(|_| lab.device()).collect::<Result<Vec<_>>>()?;
    let of_all = |canceller: &Canceller, number: u32| {
        let device = &devices[number as usize % devices.len()];
        device.with_canceller(canceller).resolve_neighbor(&key)
    };
    one_too_many(MAX_RESOLUTIONS, of_all).context("of all handles")?;
    until_one_is_admitted(lab)
}

/// NETIO goes on with what was given up, all of it for the same time; the tests that follow resolve neighbors, too.
fn until_one_is_admitted(lab: &Lab) -> Result<()> {
    // No zone: refused once it is admitted, without the network.
    let key = NeighborKey::new(InterfaceKey::Index(1), Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7).into());
    let device = lab.device()?;
    let deadline = Instant::now() + PATIENCE;
    while expect::status(device.resolve_neighbor(&key.with_scope_id(1)), EXCEEDED).is_ok() {
        ensure!(Instant::now() < deadline, "the resolutions that were given up do not end");
        thread::sleep(POLL);
    }
    Ok(())
}
