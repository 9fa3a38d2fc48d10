//! The processes of a sandbox, as the host sees them.

use anyhow::{Context, Result};
use procfs::process::{Process as Entry, all_processes};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// A process, also once its number has been given to another.
#[derive(Clone, Debug)]
pub struct Process {
    pid: i32,
    started: u64,
    /// Its program and arguments.
    pub command: String,
}

impl Process {
    fn of(entry: &Entry) -> Option<(Self, i32)> {
        let (stat, words) = (entry.stat().ok()?, entry.cmdline().ok()?);
        Some((Self { pid: stat.pid, started: stat.starttime, command: words.join(" ") }, stat.ppid))
    }

    /// It still runs. One that has ended and waits for its parent to notice does not.
    fn runs(&self) -> bool {
        let stat = Entry::new(self.pid).and_then(|entry| entry.stat());
        stat.is_ok_and(|stat| stat.starttime == self.started && stat.state != 'Z')
    }

    /// Ends it in a way that it cannot notice.
    pub fn kill(&self) -> Result<()> {
        let pid = Pid::from_raw(self.pid).context("a process has a number")?;
        kill_process(pid, Signal::KILL).with_context(|| self.command.clone())
    }
}

/// All processes below the one with this number.
pub fn below(root: u32) -> Result<Vec<Process>> {
    // What ends while it is looked at is not there.
    let all: Vec<_> = all_processes()?.flatten().filter_map(|entry| Process::of(&entry)).collect();
    let mut found: Vec<Process> = Vec::new();
    let mut parents = vec![i32::try_from(root)?];
    while let Some(parent) = parents.pop() {
        let children = all.iter().filter(|(_, above)| *above == parent).map(|(process, _)| process.clone());
        let start = found.len();
        found.extend(children);
        parents.extend(found[start..].iter().map(|process| process.pid));
    }
    Ok(found)
}

/// Those of the processes that still run.
pub fn running(processes: &[Process]) -> Vec<&Process> {
    processes.iter().filter(|process| process.runs()).collect()
}

/// Sends a signal to a program and its children, as a terminal does.
pub fn signal(group: u32, signal: Signal) -> Result<()> {
    let group = Pid::from_raw(i32::try_from(group)?).context("a process has a number")?;
    Ok(kill_process_group(group, signal)?)
}
