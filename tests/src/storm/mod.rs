//! Requests that no client sends, by several threads: random ones in odd buffers, cancelled or left without their handle
//! at any time. Each must end, with a status that the contract gives its operation.

#[cfg_attr(not(windows), allow(dead_code, reason = "only requests to a driver end"))]
mod ends;
#[cfg(windows)]
mod memory;
#[cfg(windows)]
mod sender;

pub use ends::Ends;

use crate::{found::Found, lab::Lab};
use anyhow::{Context, Result, ensure};
use netioctl_client::abi::{
    ControlCode,
    wire::{InterfaceMember, SetInterfaceRequest},
};
use netioctl_client::{Device, Family, device_path};
use netioctl_fuzz::{Random, request::Request};
use std::{num::NonZeroU64, thread};
use zerocopy::FromBytes;

/// Which storm.
#[derive(Clone, Copy, Debug)]
pub struct Storm {
    /// Requests, those of all threads together.
    pub requests: NonZeroU64,
    /// The same seed makes the same requests; when they are cancelled is up to the machine.
    pub seed: u64,
    /// No handle is closed with requests under way.
    pub keep_handles: bool,
}

/// Threads, each with handles of its own.
const THREADS: u64 = 4;

/// Members of an interface that a storm may change: they are put back.
const HARMLESS: InterfaceMember = InterfaceMember::METRIC.union(InterfaceMember::BASE_REACHABLE_TIME);

impl Storm {
    /// Sends the requests, and looks whether the driver has counted each and serves as before.
    pub fn run(self, lab: &Lab) -> Result<Ends> {
        let (device, mut linux) = (lab.device()?, lab.linux()?);
        let links = linux.links()?;
        let found = links.iter().map(|link| Found::look(&device, link.key())).collect::<Result<Vec<_>>>()?;
        let before = counted(&device)?;
        let path = device_path()?;
        let ends = thread::scope(|scope| {
            let share = self.requests.get().div_ceil(THREADS);
            let path = &path;
            let threads: Vec<_> = (0..THREADS)
                .map(|thread| scope.spawn(move || send(path, share, self.seed + thread, self.keep_handles)))
                .collect();
            let ends = threads.into_iter().map(|thread| thread.join().expect("a thread of the storm panicked"));
            ends.collect::<Result<Vec<_>>>()
        })?;
        let ends = ends.into_iter().fold(Ends::default(), Ends::and);
        // The request that read the counters before has been counted since.
        let counted = counted(&device)? - before - 1;
        ends.check(counted)?;
        linux.await_listeners(0).context("watches outlive their handles")?;
        for found in &found {
            found.restore(&device)?;
        }
        ensure!(linux.links()?.map(|link| link.mtu) == links.map(|link| link.mtu), "a link was changed");
        device.flush_neighbors(Family::Both, None)?;
        linux.populate()?;
        linux.agrees(&device, Family::Both)?;
        Ok(ends)
    }
}

/// Requests that the driver has completed since it was loaded.
fn counted(device: &Device) -> Result<u64> {
    Ok(device.statistics()?.iter().map(|row| row.requests).sum())
}

/// A random request, which is made in the place that is given, but none that spoils the sandbox or the counters.
#[cfg_attr(not(windows), expect(dead_code, reason = "only a driver is sent anything"))]
fn next(source: &mut Random, bytes: &mut Vec<u8>) -> Request {
    let mut request = Request::random(source, bytes);
    if request.code == ControlCode::RESET_STATISTICS {
        request.code = ControlCode::GET_STATISTICS;
    }
    if request.code == ControlCode::SET_INTERFACE
        && let Ok(change) = SetInterfaceRequest::mut_from_bytes(&mut request.input)
    {
        change.members &= HARMLESS.bits() | !InterfaceMember::all().bits();
    }
    request
}

#[cfg(not(windows))]
fn send(_: &str, _: u64, _: u64, _: bool) -> Result<Ends> {
    anyhow::bail!("there is no driver here")
}

#[cfg(windows)]
fn send(path: &str, requests: u64, seed: u64, keep_handles: bool) -> Result<Ends> {
    sender::Sender::new(path, seed, keep_handles)?.run(requests)
}
