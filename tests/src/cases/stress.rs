//! Many threads at once, each doing what it is best not done in the middle of.

use crate::lab::Lab;
use anyhow::{Result, ensure};
use netioctl_client::{Access, Canceller, Error, Family, WatchSources, abi::NtStatus};
use std::{
    net::{IpAddr, Ipv4Addr},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

super::cases! { "stress":
    Witness watches_begin_and_end_while_events_come,
}

/// Threads that watch, each with a handle of its own.
const THREADS: u32 = 6;

/// Watches that each thread begins and ends.
const ROUNDS: u32 = 40;

/// A thread waits for each watch so long, in milliseconds, one after the other.
const WAITS: [u64; 5] = [0, 1, 3, 7, 20];

fn watches_begin_and_end_while_events_come(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let done = AtomicBool::new(false);
    let changed = thread::scope(|scope| {
        let watching: Vec<_> = (0..THREADS).map(|number| scope.spawn(move || watch(lab, number))).collect();
        let changing = scope.spawn(|| {
            let mut changes = 0;
            while !done.load(Ordering::Relaxed) {
                let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 200));
                linux.change_address(&link, address, true)?;
                linux.change_address(&link, address, false)?;
                changes += 2;
            }
            Ok(changes)
        });
        let ends: Vec<Result<()>> =
            watching.into_iter().map(|thread| thread.join().expect("a watching thread panicked")).collect();
        done.store(true, Ordering::Relaxed);
        let changes: Result<u32> = changing.join().expect("the changing thread panicked");
        ends.into_iter().collect::<Result<()>>()?;
        changes
    })?;
    ensure!(changed > 20, "too little happened meanwhile: {changed} changes");
    linux.await_listeners(0)?;
    // It answers still.
    lab.device()?.version()?;
    Ok(())
}

/// Begins watches, waits with two requests for the initial notification and for what comes next, gives up the one that
/// still waits at one time or another, and closes the handle with or without events pending.
fn watch(lab: &Lab, number: u32) -> Result<()> {
    for round in 0..ROUNDS {
        let wait = WAITS[(number + round) as usize % WAITS.len()];
        let canceller = Canceller::new()?;
        let device = lab.open(Access::Read)?.with_canceller(&canceller);
        let mut watch = device.watch(WatchSources::all(), Family::Both);
        let mut other = watch.clone();
        thread::scope(|scope| {
            let second = scope.spawn(move || expected(other.wait().map(drop)));
            let first = expected(watch.wait().map(drop));
            thread::sleep(Duration::from_millis(wait));
            canceller.cancel();
            first.and(second.join().expect("a waiting thread panicked"))
        })?;
    }
    Ok(())
}

/// Done, or cancelled.
fn expected(end: Result<(), Error>) -> Result<()> {
    match end {
        Err(error) if error.ntstatus() == Some(NtStatus::CANCELLED) => Ok(()),
        end => Ok(end?),
    }
}
