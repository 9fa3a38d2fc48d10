//! A batch that is given up while it runs.

use crate::{lab::Lab, linux::Link};
use anyhow::{Context, Result, ensure};
use netioctl_client::{
    Canceller, Family, NeighborChange, NeighborUpdate, PhysicalAddress,
    abi::{NtStatus, wire::MAX_BATCH},
};
use std::{
    net::{IpAddr, Ipv4Addr},
    thread,
    time::{Duration, Instant},
};

super::cases! { "batch":
    Witness a_long_batch_is_cancelled_between_entries,
}

/// A network that neither test link has: nothing resolves its hosts.
fn address(number: u32) -> IpAddr {
    let [.., high, low] = number.to_be_bytes();
    Ipv4Addr::new(10, 201, high, low).into()
}

fn changes(link: &Link) -> Vec<NeighborChange> {
    let physical = PhysicalAddress::from([2, 0, 0x5e, 0x21, 0, 1]);
    let update = |number| NeighborUpdate::new(link.key(), address(number), physical);
    (0..MAX_BATCH).map(update).map(NeighborChange::Create).collect()
}

fn a_long_batch_is_cancelled_between_entries(lab: &Lab) -> Result<()> {
    let (device, mut linux) = (lab.device()?, lab.linux()?);
    device.flush_neighbors(Family::Both, None)?;
    let [link, _] = linux.links()?;
    let changes = changes(&link);
    let canceller = Canceller::new()?;
    let statuses = thread::scope(|scope| {
        let cancelled = device.with_canceller(&canceller);
        let batch = scope.spawn(move || cancelled.change_neighbors(&changes));
        // Begun: some of the neighbors are there.
        let start = Instant::now();
        let begun = loop {
            match linux.neighbors_of(&link) {
                Ok(rows) if rows.len() < 5 && start.elapsed() < Duration::from_secs(10) => {}
                looked => break looked,
            }
        };
        canceller.cancel();
        let statuses = batch.join().expect("the batch panicked");
        begun.and(statuses.context("the batch"))
    })?;
    let done = statuses.iter().take_while(|status| status.is_success()).count();
    let (first, rest) = statuses.split_at(done);
    ensure!(rest.iter().all(|status| *status == NtStatus::CANCELLED), "{done} done, then {:?}", rest.first());
    ensure!(!first.is_empty() && !rest.is_empty(), "{done} of {} were done: nothing was cancelled", statuses.len());
    let made = (0..MAX_BATCH).map(address);
    let rows = linux.neighbors_of(&link)?;
    let there = made.filter(|address| rows.iter().any(|row| row.dst == *address)).count();
    ensure!(there == done, "{there} neighbors are there, {done} are said to be");
    Ok(device.flush_neighbors(Family::Both, None)?)
}
