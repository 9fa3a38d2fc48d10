//! How runs end before their time: processes killed at every stage, signals, a full disk, no file descriptors, two at
//! once. Each says in a sentence what happened, leaves nothing behind, and the next run is well.

mod processes;
mod run;
mod steps;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use regex::Regex;
use rustix::process::Signal;

use super::fuzz;
use cargo_kmdf::report::{say, step};
use cargo_kmdf::workspace::Workspace;
use processes::Process;
use run::Run;

/// A busy machine needs some seconds to start the processes of a sandbox.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where a run of the demo is.
#[derive(Clone, Copy)]
struct Stage {
    name: &'static str,
    /// What it says when it gets there.
    line: &'static str,
}

const BOOT: Stage = Stage { name: "boot", line: "==> boot the sandbox" };
const INSTALL: Stage = Stage { name: "install", line: "--- Install the driver" };
const USE: Stage = Stage { name: "use", line: "--- The neighbor table, read" };
const REMOVE: Stage = Stage { name: "uninstall", line: "--- Uninstall the driver" };
const STAGES: [Stage; 4] = [BOOT, INSTALL, USE, REMOVE];

/// The processes of a sandbox.
struct Victim {
    name: &'static str,
    /// What its command line has.
    command: &'static str,
    /// What the run says of its end.
    said: &'static str,
    /// Where nothing depends on it, or Wine starts another: the run goes on.
    spared: &'static [&'static str],
}

const VICTIMS: [Victim; 5] = [
    Victim {
        name: "process 1 of the sandbox",
        command: "kmdf-sandbox init",
        said: "the sandbox ended .* one of its processes has been killed",
        spared: &[],
    },
    Victim {
        name: "the warden",
        command: "kmdf-sandbox warden",
        said: "the sandbox ended .* one of its processes has been killed",
        spared: &[],
    },
    Victim {
        name: "Wine's server",
        command: "wineserver",
        said: r"the driver has ended: .*its process ended without unloading it",
        spared: &["boot", "install"],
    },
    Victim {
        name: "the processes that run drivers",
        command: "winedevice.exe",
        said: r"the driver has ended: .*its process ended without unloading it",
        spared: &["boot", "install"],
    },
    Victim {
        name: "the NETIO server",
        command: "netio-server --listen",
        said: r"\(netio-server\) has ended|netio-server does not get ready \(ended by signal 9\)",
        spared: &["uninstall"],
    },
];

/// What a terminal sends, and what nobody can ignore.
const SIGNALS: [(&str, Signal); 4] =
    [("SIGINT", Signal::INT), ("SIGTERM", Signal::TERM), ("SIGHUP", Signal::HUP), ("SIGKILL", Signal::KILL)];

/// How much is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Every end at every stage.
    Whole,
    /// Signals to runs of the tests.
    Tests,
    /// One of each kind.
    Sample,
}

/// Ends runs, and prints the table. Everything has been built.
pub fn run(workspace: &Workspace, extent: Extent) -> Result<()> {
    let sample = extent == Extent::Sample;
    // Through the link of the kernel: the file may have been replaced by a newer build since this process started.
    let copy = workspace.target.join("ends");
    fs::copy("/proc/self/exe", &copy).context("cannot copy xtask")?;
    let program = copy.as_path();
    let mut table = Vec::new();
    if !sample {
        // What takes minutes to build is there then.
        fuzz::briefly(workspace)?;
        table = steps::run(program, &SIGNALS);
    }
    let stages: &[Stage] = match extent {
        Extent::Whole => &STAGES,
        Extent::Tests => &[],
        Extent::Sample => &[USE],
    };
    for stage in stages {
        for victim in VICTIMS.iter().filter(|victim| !sample || victim.command == "winedevice.exe") {
            let title = format!("{} killed: {}", victim.name, stage.name);
            table.push((title.clone(), step(&title, || killed(program, *stage, victim))));
        }
        for (name, signal) in SIGNALS.iter().filter(|(name, _)| !sample || *name == "SIGTERM") {
            let title = format!("{name} to the run: {}", stage.name);
            table.push((title.clone(), step(&title, || signalled(program, *stage, *signal))));
        }
    }
    if extent != Extent::Tests {
        table.push(("a full disk".into(), step("a full disk", || full_disk(program, workspace))));
    }
    if extent == Extent::Whole {
        table.push(("few file descriptors".into(), step("few file descriptors", || few_descriptors(program))));
        table.push(("two at once".into(), step("two at once", || two_at_once(program))));
    }
    for (title, result) in &table {
        say(&format!("| {title} | {} |", result.as_ref().map_or_else(|error| format!("{error:#}"), Clone::clone)));
    }
    ensure!(table.iter().all(|(_, result)| result.is_ok()), "not every end was good");
    Ok(())
}

/// What the run says last, if it has failed.
fn sentence(status: ExitStatus, said: &str) -> Result<String> {
    ensure!(!status.success(), "it succeeds all the same:\n{said}");
    // What cargo says of its own errors begins so as well, and comes before.
    let (_, error) = said.rsplit_once("\nerror: ").with_context(|| format!("no error is told:\n{said}"))?;
    Ok(error.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" "))
}

fn killed(program: &Path, stage: Stage, victim: &Victim) -> Result<String> {
    let mut run = Run::start(program, &[], &["demo"])?;
    run.wait_for(stage.line)?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let found: Vec<_> = run.look()?.iter().filter(|process| process.command.contains(victim.command)).collect();
        if !found.is_empty() {
            found.into_iter().try_for_each(Process::kill)?;
            break;
        }
        // At the first stage not all are there yet.
        ensure!(Instant::now() < deadline, "there is no {}", victim.command);
        thread::sleep(Duration::from_millis(5));
    }
    let (status, said) = run.end()?;
    if victim.spared.contains(&stage.name) && status.success() {
        return Ok("goes on".into());
    }
    let sentence = sentence(status, &said)?;
    ensure!(Regex::new(victim.said)?.is_match(&sentence), "it says: {sentence}");
    Ok(sentence)
}

fn signalled(program: &Path, stage: Stage, signal: Signal) -> Result<String> {
    let mut run = Run::start(program, &[], &["demo"])?;
    run.wait_for(stage.line)?;
    run.look()?;
    ends_by(run, signal)
}

/// The run ends by the signal, and nothing of it is left.
fn ends_by(run: Run, signal: Signal) -> Result<String> {
    processes::signal(run.id(), signal)?;
    let (status, said) = run.end()?;
    ensure!(status.signal() == Some(signal.as_raw()), "{status}: {said}");
    Ok("ends by it".into())
}

/// A mount namespace in which the folder of the sandbox has little room.
const SMALL: &str = r#"mount -t tmpfs -o size=64k none "$1" && shift && exec "$@""#;

fn full_disk(program: &Path, workspace: &Workspace) -> Result<String> {
    let folder = workspace.target.join("sandbox");
    let words = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", SMALL, "sh"].map(OsStr::new);
    let through: Vec<_> = words.into_iter().chain([folder.as_os_str()]).collect();
    let (status, said) = Run::start(program, &through, &["demo"])?.end()?;
    sentence(status, &said)
}

fn few_descriptors(program: &Path) -> Result<String> {
    let words = ["sh", "-c", r#"ulimit -n 10 && exec "$@""#, "sh"].map(OsStr::new);
    let (status, said) = Run::start(program, &words, &["demo"])?.end()?;
    sentence(status, &said)
}

fn two_at_once(program: &Path) -> Result<String> {
    let runs = [Run::start(program, &[], &["demo"])?, Run::start(program, &[], &["demo"])?];
    for run in runs {
        let (status, said) = run.end()?;
        ensure!(status.success(), "{said}");
    }
    Ok("both are well".into())
}
