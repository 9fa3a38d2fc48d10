//! One client of many: it opens handles, does a few things with each, and closes them at one time or another.

use super::tally::Tally;
use crate::{linux::Link, raw};
use fastrand::Rng;
use netioctl_client::{
    Access, Canceller, Device, Error, Family, NeighborChange, NeighborKey, NeighborUpdate, Watch, WatchSources,
    abi::{
        ControlCode,
        wire::{WatchFlags, WatchRequest},
    },
    device_path,
};
use std::{
    mem,
    net::{IpAddr, Ipv4Addr},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};
use zerocopy::IntoBytes;

/// Changes in one batch, at most.
const BATCH: usize = 32;

/// A client waits so long at most before it goes on, in milliseconds.
const PAUSE: u64 = 30;

/// While there is no driver, a client looks for it so often.
const AWAY: Duration = Duration::from_millis(300);

/// What closes with requests under way must end them within this time.
const SOON: Duration = Duration::from_secs(10);

pub struct Client<'run> {
    pub random: Rng,
    pub link: &'run Link,
    pub tally: &'run Tally,
    /// Keeps its handles open.
    pub leak: bool,
}

impl Client<'_> {
    /// Works until it is told to stop.
    pub fn run(mut self, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            if !self.leak && self.random.u8(..) < 16 {
                self.close_under_requests();
            } else if self.one_handle().is_err() {
                // Whatever it was has been noted.
                thread::sleep(AWAY);
            }
        }
    }

    fn one_handle(&mut self) -> Result<(), Error> {
        let access = if self.random.bool() { Access::Read } else { Access::ReadWrite };
        let device = self.tally.note("open", Device::open(access))?;
        for _ in 0..self.random.u8(1..6) {
            match self.random.u8(..6) {
                0 | 1 => self.read(&device),
                2 | 3 => self.change(&device),
                4 => self.watch(&device),
                _ => self.resolve(&device),
            }?;
        }
        if self.leak {
            mem::forget(device);
        }
        Ok(())
    }

    fn read(&mut self, device: &Device) -> Result<(), Error> {
        let tally = self.tally;
        match self.random.u8(..4) {
            0 => tally.note("neighbor table", device.neighbor_table(Family::Both)).map(drop),
            1 => tally.note("interface table", device.interface_table(Family::Both)).map(drop),
            2 => tally.note("statistics", device.statistics()).map(drop),
            _ => tally.note("version", device.version()).map(drop),
        }
    }

    /// A neighbor of a network that the link does not have.
    fn address(&mut self) -> IpAddr {
        Ipv4Addr::new(198, 18, self.random.u8(..), self.random.u8(1..255)).into()
    }

    fn update(&mut self) -> NeighborUpdate {
        let address = self.address();
        self.link.update(address, [2, 0, 0x5e, 0, self.random.u8(..), self.random.u8(..)])
    }

    fn change(&mut self, device: &Device) -> Result<(), Error> {
        let (tally, update) = (self.tally, self.update());
        let key = *update.key();
        match self.random.u8(..8) {
            0 => tally.pass("flush", device.flush_neighbors(Family::Both, Some(self.link.key()))),
            1 => tally.pass("set", device.set_neighbor(&update)),
            2 => {
                let count = self.random.usize(1..BATCH);
                let changes: Vec<_> = (0..count).map(|_| NeighborChange::Create(self.update())).collect();
                tally.pass("batch", device.change_neighbors(&changes).map(drop))
            }
            _ => {
                tally.pass("create", device.create_neighbor(&update))?;
                tally.pass("get", device.neighbor(&key).map(drop))?;
                tally.pass("delete", device.delete_neighbor(&key))
            }
        }
    }

    /// Waits for changes with one request or several, and gives up after a moment.
    fn watch(&mut self, device: &Device) -> Result<(), Error> {
        let canceller = Canceller::new()?;
        let device = device.with_canceller(&canceller);
        let sources = if self.random.bool() { WatchSources::INTERFACES } else { WatchSources::all() };
        let watch = device.watch(sources, Family::Both);
        let (tally, waiting) = (self.tally, self.random.u8(1..4));
        thread::scope(|scope| {
            let wait = |mut watch: Watch| move || tally.pass("watch", watch.wait().map(drop));
            let threads: Vec<_> = (0..waiting).map(|_| scope.spawn(wait(watch.clone()))).collect();
            self.pause();
            canceller.cancel();
            threads.into_iter().try_for_each(|thread| thread.join().expect("a waiting thread panicked"))
        })
    }

    /// Asks for a neighbor that does not answer, and gives up after a moment.
    fn resolve(&mut self, device: &Device) -> Result<(), Error> {
        let canceller = Canceller::new()?;
        let device = device.with_canceller(&canceller);
        let key = NeighborKey::new(self.link.key(), self.link.silent(self.random.u8(50..250)));
        let tally = self.tally;
        thread::scope(|scope| {
            let thread = scope.spawn(move || tally.pass("resolve", device.resolve_neighbor(&key).map(drop)));
            self.pause();
            canceller.cancel();
            thread.join().expect("a waiting thread panicked")
        })
    }

    /// Closes a handle with requests under way, which the library lets no program do.
    fn close_under_requests(&mut self) {
        let watch = WatchRequest::new(WatchSources::all(), 0, WatchFlags::empty());
        let key = NeighborKey::new(self.link.key(), self.link.silent(self.random.u8(50..250)));
        let resolve = key.to_resolve_request(None);
        let (watch, resolve) = (
            (ControlCode::WATCH_CHANGES.raw(), watch.as_bytes()),
            (ControlCode::RESOLVE_NEIGHBOR.raw(), resolve.as_bytes()),
        );
        let requests = [watch, resolve, watch];
        let Ok(path) = self.tally.note("path", device_path()) else { return thread::sleep(AWAY) };
        let (count, before) = (self.random.usize(1..=3), self.some_time());
        let wait = || {
            thread::sleep(before);
            Ok(())
        };
        match raw::closed_while_waiting(&path, &requests[..count], SOON, wait) {
            Ok(ends) => ends.into_iter().for_each(|end| self.tally.ended("close", end)),
            Err(error) => self.tally.broken("close", &error),
        }
    }

    fn some_time(&mut self) -> Duration {
        Duration::from_millis(self.random.u64(..PAUSE))
    }

    fn pause(&mut self) {
        thread::sleep(self.some_time());
    }
}
