//! The operations, and how long they take.

use crate::memory;
use anyhow::{Context, Result, ensure};
use netioctl_client::{
    Device, Family, InterfaceKey, NeighborChange, NeighborUpdate, PhysicalAddress, abi::wire::MAX_BATCH,
};
use std::{
    env,
    net::{IpAddr, Ipv6Addr},
    process::Command,
    time::{Duration, Instant},
};

/// The command, beside this program.
pub const COMMAND: &str = "netioctl.exe";

/// The operations, in the order in which [`Bench::size`] answers their times.
pub const NAMES: [&str; 6] = [
    "make (batches)",
    "show (library)",
    "filter (library)",
    "show --json (command)",
    "filter --json (command)",
    "flush (library)",
];

/// Who reads the table, in the order of [`Bench::peaks`]: a process with typed rows, and the command.
pub const READERS: [&str; 2] = ["PEAK (LIBRARY)", "PEAK (COMMAND)"];

/// The network in which the neighbors are: of no real link.
const NETWORK: [u16; 4] = [0xfd77, 0, 0, 0x300];

/// The filter of the command: one in sixteen.
const FILTER: [&str; 4] = ["--prefix", "fd77:0:0:300::/68", "--state", "permanent"];

/// Where the measurements are made, and how often.
pub struct Bench {
    pub device: Device,
    pub interface: InterfaceKey,
    pub samples: u32,
}

impl Bench {
    /// The times of each operation with so many neighbors, and the peak memory of processes that read them.
    pub fn size(&self, rows: u32) -> Result<([Vec<Duration>; NAMES.len()], [u64; READERS.len()])> {
        let (mut made, mut flushed) = (Vec::new(), Vec::new());
        for _ in 1..self.samples {
            made.push(self.make(rows)?);
            flushed.push(self.flush()?);
        }
        made.push(self.make(rows)?);
        let looks = [
            self.each(|| self.show(rows))?,
            self.each(|| self.filter(rows))?,
            self.each(|| command(&["neigh", "show", "--json"]))?,
            self.each(|| command(&[&["neigh", "show", "--json"], &FILTER[..]].concat()))?,
        ];
        let peaks = self.peaks()?;
        flushed.push(self.flush()?);
        let [show, filter, show_command, filter_command] = looks;
        Ok(([made, show, filter, show_command, filter_command, flushed], peaks))
    }

    /// Makes neighbors, 1/16 of them in each of 16 networks.
    fn make(&self, rows: u32) -> Result<Duration> {
        let changes: Vec<_> = (0..rows)
            .map(|number| NeighborUpdate::new(self.interface, address(number), physical(number)))
            .map(NeighborChange::Create)
            .collect();
        timed(|| {
            for batch in changes.chunks(MAX_BATCH as usize) {
                let failed = self.device.change_neighbors(batch)?.into_iter().find(|status| status.is_error());
                ensure!(failed.is_none(), "{failed:?} for a new neighbor");
            }
            Ok(())
        })
    }

    fn flush(&self) -> Result<Duration> {
        let took = timed(|| Ok(self.device.flush_neighbors(Family::Both, Some(self.interface))?))?;
        ensure!(self.count(|_| true)? == 0, "the flush left some");
        Ok(took)
    }

    /// Removes what the benchmark has made.
    pub fn clear(&self) -> Result<()> {
        self.flush().map(drop)
    }

    fn show(&self, rows: u32) -> Result<()> {
        let count = self.count(|_| true)?;
        ensure!(count == rows as usize, "{count} neighbors");
        Ok(())
    }

    fn filter(&self, rows: u32) -> Result<()> {
        let count = self.count(|address| address.segments()[4] == 0)?;
        ensure!(count == rows.div_ceil(16) as usize, "{count} neighbors match");
        Ok(())
    }

    /// How many of the neighbors of the benchmark are in the table and match.
    fn count(&self, matches: impl Fn(Ipv6Addr) -> bool) -> Result<usize> {
        let table = self.device.neighbor_table(Family::Both)?;
        let ours = table.iter().filter_map(|row| match row.address {
            IpAddr::V6(address) if address.segments()[..4] == NETWORK => Some(address),
            _ => None,
        });
        Ok(ours.filter(|address| matches(*address)).count())
    }

    fn each(&self, work: impl Fn() -> Result<()>) -> Result<Vec<Duration>> {
        (0..self.samples).map(|_| timed(&work)).collect()
    }

    /// The most memory, in bytes, that [`READERS`] take to read the table: the least of a few tries, because the system
    /// adds to it as it likes.
    pub fn peaks(&self) -> Result<[u64; READERS.len()]> {
        let library = || {
            let output = Command::new(env::current_exe()?).arg("--peak").output()?;
            ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            Ok(String::from_utf8(output.stdout)?.trim().parse()?)
        };
        Ok([self.least(library)?, self.least(memory::of_command)?])
    }

    fn least(&self, once: impl Fn() -> Result<u64>) -> Result<u64> {
        let peaks = (0..self.samples).map(|_| once()).collect::<Result<Vec<_>>>()?;
        peaks.into_iter().min().context("no samples")
    }
}

pub fn address(number: u32) -> IpAddr {
    let [a, b, c, d] = NETWORK;
    let [high @ .., third, fourth] = (number / 16).to_be_bytes();
    let [high, low] = [high, [third, fourth]].map(u16::from_be_bytes);
    // The fifth group begins with the number of the network.
    let network = ((number % 16) as u16) << 12;
    Ipv6Addr::new(a, b, c, d, network, 0, high, low).into()
}

pub fn physical(number: u32) -> PhysicalAddress {
    let [a, b, c, d] = number.to_be_bytes();
    PhysicalAddress::from([2, 0, a, b, c, d])
}

/// Runs the command, which must succeed.
fn command(arguments: &[&str]) -> Result<()> {
    let program = env::current_exe()?.with_file_name(COMMAND);
    let output = Command::new(&program).args(arguments).output().with_context(|| program.display().to_string())?;
    ensure!(output.status.success(), "{COMMAND}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

pub fn timed(work: impl FnOnce() -> Result<()>) -> Result<Duration> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}
