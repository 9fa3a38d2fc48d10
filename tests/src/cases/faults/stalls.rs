//! A call of NETIO's that does not come back, and clients and devices that do not wait for it.

use super::faulty;
use crate::{
    cases::{Hold, ends},
    faults::{Faulty, InForce},
    lab::Lab,
    linux::{Link, Linux},
};
use anyhow::{Context, Result, ensure};
use netioctl_client::{Access, Operation, Statistics, driver};
use std::{
    process::Child,
    thread,
    time::{Duration, Instant},
};
use verifier_abi::{Fault, FaultPlan};

/// How long the call takes. The verifier waits five seconds for requests when a device goes.
const STALL: Duration = Duration::from_secs(3);

/// The entry whose call stalls, counted from 1.
const ENTRY: u32 = 3;

/// A client with a batch whose third entry is under way.
struct Stalled {
    client: Child,
    link: Link,
    linux: Linux,
    since: Instant,
    _plan: InForce,
}

fn stall(lab: &Lab, faulty: &Faulty<'_>) -> Result<Stalled> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    lab.device()?.flush_neighbors(netioctl_client::Family::Both, None)?;
    let delay = u32::try_from(STALL.as_millis())?;
    let fault = Fault { function: "CreateIpNetEntry2".into(), call: ENTRY, status: 0, delay };
    let plan = faulty.follow(FaultPlan { faults: vec![fault], ..FaultPlan::default() })?;
    let client = Hold::batch(&link).start()?;
    let start = Instant::now();
    while batch_rows(&mut linux, &link)? < ENTRY as usize - 1 {
        ensure!(start.elapsed() < ends::SOON, "the batch does not begin");
        thread::sleep(Duration::from_millis(5));
    }
    Ok(Stalled { client, link, linux, since: Instant::now(), _plan: plan })
}

fn batch_rows(linux: &mut Linux, link: &Link) -> Result<usize> {
    let rows = linux.neighbors_of(link)?;
    Ok(rows.iter().filter(|row| Hold::is_of_batch(row.dst)).count())
}

/// The client is gone at once; its request ends with the call that is under way, and no further entry is tried.
pub fn a_batch_whose_client_dies_ends_with_the_call_that_is_under_way(lab: &Lab) -> Result<()> {
    faulty(lab, |faulty| {
        let before = batches(lab)?;
        let mut stalled = stall(lab, faulty)?;
        ends::end(&mut stalled.client)?;
        let gone = stalled.since.elapsed();
        ensure!(gone < STALL, "the client is held up for {gone:?}");
        // Others are not: this is a request of its own.
        lab.device()?.version()?;
        while batches(lab)? == before {
            ensure!(stalled.since.elapsed() < STALL + ends::SOON, "the batch does not end");
            thread::sleep(Duration::from_millis(10));
        }
        let took = stalled.since.elapsed();
        let rows = batch_rows(&mut stalled.linux, &stalled.link)?;
        eprintln!("a batch whose client died: it ended after {took:?}, with {rows} entries done");
        ensure!(rows == ENTRY as usize, "{rows} entries were done");
        Ok(lab.device()?.flush_neighbors(netioctl_client::Family::Both, None)?)
    })
}

/// Batches that have ended since the driver was loaded.
fn batches(lab: &Lab) -> Result<u64> {
    let table = lab.open(Access::Read)?.statistics()?;
    let of_batch = |row: &&Statistics| row.operation() == Some(Operation::BatchNeighbors);
    Ok(table.iter().find(of_batch).context("no row for batches")?.requests)
}

/// The removal of the device waits for the call, and for no other.
pub fn a_device_goes_when_the_call_under_way_returns(lab: &Lab) -> Result<()> {
    faulty(lab, |faulty| {
        let mut stalled = stall(lab, faulty)?;
        ends::end(&mut stalled.client)?;
        driver::uninstall()?;
        let took = stalled.since.elapsed();
        eprintln!("a device with a call that stalls: it was gone after {took:?}");
        ensure!(took < STALL + ends::SOON, "that took {took:?}");
        let rows = batch_rows(&mut stalled.linux, &stalled.link)?;
        ensure!(rows == ENTRY as usize, "{rows} entries were done");
        driver::install(lab.inf()?)?;
        Ok(lab.device()?.flush_neighbors(netioctl_client::Family::Both, None)?)
    })
}
