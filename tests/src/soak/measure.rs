//! What is measured while the clients work: what the driver and the framework hold, and what the processes take.

use super::slope::Slope;
use crate::{lab::Lab, linux::Linux};
use anyhow::{Context, Result, ensure};
use std::{
    collections::BTreeMap,
    fmt::{self, Display},
    fs, thread,
    time::{Duration, Instant},
};
use verifier_abi::{CENSUS_PATH, Census};

/// Between two looks at the processes.
const INTERVAL: Duration = Duration::from_millis(500);

/// How long what was given up may take to end: NETIO gives up a resolution after three seconds.
const REST: Duration = Duration::from_secs(10);

/// Of the measurements this part comes too early: threads are started, and memory is taken for the first time.
const WARM_UP: f64 = 0.3;

/// The process that runs the driver, and the one that has Wine's handles.
const PROCESSES: [&str; 2] = ["winedevice.exe", "wineserver"];

/// What may come and go with what the clients are just doing, so that a growth by less says nothing.
const LEAST: f64 = 40.0;

/// The same for memory, in KiB: an allocator keeps what it has once had.
const LEAST_MEMORY: f64 = 4096.0;

/// The processes start threads, as more requests than ever come together, and each has files: that is quick for about two
/// minutes. What they take is judged when it was measured for longer than this, in seconds.
const SETTLED: f64 = 120.0;

/// The stack of a thread, in KiB, all of which Wine touches.
const STACK: u64 = 1024;

/// Measurements by name, each with its time in seconds.
#[derive(Default)]
pub struct Measurements {
    series: BTreeMap<String, Vec<(f64, f64)>>,
}

impl Measurements {
    /// Measures for so long.
    pub fn take_for(&mut self, lab: &Lab, time: Duration) -> Result<()> {
        let mut linux = lab.linux()?;
        let counted = counts()?.len();
        let start = Instant::now();
        while start.elapsed() < time {
            self.look(&mut linux, start.elapsed().as_secs_f64())?;
            thread::sleep(INTERVAL);
        }
        self.add(counts()?.get(counted..).context("counts have gone")?);
        Ok(())
    }

    fn look(&mut self, linux: &mut Linux, at: f64) -> Result<()> {
        for process in linux.processes()?.into_iter().filter(|process| is_of_process(&process.name)) {
            let name = process.name;
            let memory = process.memory.saturating_sub(process.threads * STACK);
            self.note(&format!("{name}: memory but for stacks, KiB"), at, u32::try_from(memory)?);
            self.note(&format!("{name}: files"), at, u32::try_from(process.files)?);
            self.note(&format!("{name}: threads"), at, u32::try_from(process.threads)?);
        }
        Ok(())
    }

    /// The counts of the framework stand-in, which are taken all the time.
    fn add(&mut self, counts: &[Census]) {
        let Some(first) = counts.first() else { return };
        for count in counts {
            let at = Duration::from_millis(count.time - first.time).as_secs_f64();
            for (name, value) in [
                ("framework objects", count.objects),
                ("requests", count.requests),
                ("IRPs kept", count.irps),
                ("pool blocks", count.pool),
                ("MIB tables", count.tables),
                ("notifications", count.notifications),
            ] {
                self.note(name, at, value);
            }
        }
    }

    fn note(&mut self, name: &str, at: f64, value: u32) {
        self.series.entry(name.to_owned()).or_default().push((at, value.into()));
    }

    fn slopes(&self) -> impl Iterator<Item = (&str, Slope)> {
        self.series.iter().filter_map(|(name, points)| {
            let from = points.last()?.0 * WARM_UP;
            let steady: Vec<_> = points.iter().copied().filter(|(time, _)| *time >= from).collect();
            Some((name.as_str(), Slope::fit(&steady)?))
        })
    }

    /// Nothing has grown, and something was measured.
    pub fn judge(&self) -> Result<()> {
        let least = |name: &str| if name.contains("memory") { LEAST_MEMORY } else { LEAST };
        let judged = |name: &str, slope: &Slope| slope.seconds > SETTLED || !is_of_process(name);
        let grown = self.slopes().filter(|(name, slope)| judged(name, slope) && slope.grows(least(name)));
        let grown: Vec<_> = grown.map(|(name, slope)| format!("{name}: {slope}")).collect();
        ensure!(grown.is_empty(), "this grows: {}", grown.join("; "));
        let seen = |name: &&str| self.series.keys().any(|known| known.starts_with(name));
        let needed = ["framework objects", "winedevice.exe", "wineserver"];
        ensure!(self.series.is_empty() || needed.iter().all(seen), "not measured: {:?}", self.series.keys());
        Ok(())
    }
}

/// Whether this is a measured process, or a measurement of one.
fn is_of_process(name: &str) -> bool {
    PROCESSES.iter().any(|process| name.starts_with(process))
}

/// What there is now: the next count.
pub fn now() -> Result<Census> {
    let (start, counted) = (Instant::now(), counts()?.len());
    loop {
        if let Some(count) = counts()?.into_iter().nth(counted) {
            return Ok(count);
        }
        ensure!(start.elapsed() < REST, "nobody counts");
        thread::sleep(INTERVAL);
    }
}

/// Waits until there is no more than that again: of what a client has done, nothing stays.
pub fn come_to_rest(before: &Census) -> Result<()> {
    let start = Instant::now();
    loop {
        let now = now()?;
        let parts = |count: &Census| [count.objects, count.requests, count.pool, count.tables, count.notifications];
        if parts(&now).iter().zip(parts(before)).all(|(now, before)| *now <= before) {
            return Ok(());
        }
        ensure!(start.elapsed() < REST, "this is left: {now:?}; before: {before:?}");
    }
}

/// All counts so far.
fn counts() -> Result<Vec<Census>> {
    let text = fs::read_to_string(CENSUS_PATH).context(CENSUS_PATH)?;
    // The last line may be on its way.
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    whole.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

impl Display for Measurements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.slopes().try_for_each(|(name, slope)| writeln!(f, "{name}: {slope}"))
    }
}
