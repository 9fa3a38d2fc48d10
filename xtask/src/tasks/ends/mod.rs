//! How runs end before their time: processes killed at every stage, signals, a full disk, no file descriptors, two at
//! once. Each says in a sentence what happened, leaves nothing behind, and the next run is well.

mod processes;
mod run;

use std::ffi::OsStr;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use anyhow::{Context, Result, ensure};
use regex::Regex;
use rustix::process::Signal;

use super::build;
use crate::report::{say, step};
use crate::workspace::Workspace;
use run::Run;

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

/// The processes of a sandbox: how each is recognized, and what the run says of its end.
const PROCESSES: [(&str, &str, &str); 5] = [
    ("process 1 of the sandbox", "netioctl-sandbox init", "the sandbox (has )?ended"),
    ("the warden", "netioctl-sandbox warden", "the sandbox (has )?ended"),
    ("Wine's server", "wineserver", "."),
    ("the process that runs the driver", "winedevice.exe", "."),
    ("the NETIO server", "netio-server --listen", "."),
];

/// Everything, with a table at the end; in `sample`, one of each kind.
pub fn run(workspace: &Workspace, sample: bool) -> Result<()> {
    build::run_all(workspace)?;
    let mut table = Vec::new();
    let stages: &[Stage] = if sample { &[USE] } else { &STAGES };
    for stage in stages {
        for (name, command, said) in PROCESSES.iter().filter(|(name, ..)| !sample || name.contains("driver")) {
            let title = format!("{name} is killed: {}", stage.name);
            table.push((title.clone(), step(&title, || killed(*stage, command, said))));
        }
        for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::KILL] {
            let title = format!("{signal:?} to the run: {}", stage.name);
            table.push((title.clone(), step(&title, || signalled(*stage, signal))));
        }
    }
    table.push(("a full disk".into(), step("a full disk", || full_disk(workspace))));
    table.push(("few file descriptors".into(), step("few file descriptors", few_descriptors)));
    table.push(("two at once".into(), step("two at once", two_at_once)));
    for (title, result) in &table {
        say(&format!("| {title} | {} |", result.as_ref().map_or_else(|error| format!("{error:#}"), Clone::clone)));
    }
    ensure!(table.iter().all(|(_, result)| result.is_ok()), "not every end was good");
    Ok(())
}

/// What the run says last, if it has failed.
fn sentence(status: ExitStatus, said: &str) -> Result<String> {
    ensure!(!status.success(), "it succeeds all the same:\n{said}");
    let error = said.split("\nError: ").nth(1).with_context(|| format!("no error is told:\n{said}"))?;
    Ok(error.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" "))
}

fn killed(stage: Stage, command: &str, expected: &str) -> Result<String> {
    let mut run = Run::start(&[], &["demo"])?;
    run.wait_for(stage.line)?;
    let victim = loop {
        // At the first stage not all are there yet.
        let found = run.look()?.iter().find(|process| process.command.contains(command)).cloned();
        if let Some(found) = found {
            break found;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    };
    victim.kill()?;
    let (status, said) = run.end()?;
    let sentence = sentence(status, &said)?;
    ensure!(Regex::new(expected)?.is_match(&sentence), "it says: {sentence}");
    Ok(sentence)
}

fn signalled(stage: Stage, signal: Signal) -> Result<String> {
    let mut run = Run::start(&[], &["demo"])?;
    run.wait_for(stage.line)?;
    run.look()?;
    processes::signal(run.id(), signal)?;
    let (status, said) = run.end()?;
    ensure!(status.signal() == Some(signal.as_raw()), "{status}: {said}");
    Ok(format!("ends by {signal:?}"))
}

/// A mount namespace in which the folder of the sandbox has little room.
const SMALL: &str = r#"mount -t tmpfs -o size=64k none "$1" && shift && exec "$@""#;

fn full_disk(workspace: &Workspace) -> Result<String> {
    let folder = workspace.target.join("sandbox");
    let words = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", SMALL, "sh"].map(OsStr::new);
    let through: Vec<_> = words.into_iter().chain([folder.as_os_str()]).collect();
    let (status, said) = Run::start(&through, &["demo"])?.end()?;
    sentence(status, &said)
}

fn few_descriptors() -> Result<String> {
    let words = ["sh", "-c", r#"ulimit -n 10 && exec "$@""#, "sh"].map(OsStr::new);
    let (status, said) = Run::start(&words, &["demo"])?.end()?;
    sentence(status, &said)
}

fn two_at_once() -> Result<String> {
    let runs = [Run::start(&[], &["demo"])?, Run::start(&[], &["demo"])?];
    for run in runs {
        let (status, said) = run.end()?;
        ensure!(status.success(), "{said}");
    }
    Ok("both are well".into())
}
