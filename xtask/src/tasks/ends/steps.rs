//! Signals to runs of the tests: while something is compiled, in the sandbox, in libFuzzer.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rustix::process::Signal;

use super::run::Run;
use super::{PATIENCE, ends_by};

/// A step of the tests.
struct Step {
    name: &'static str,
    /// The command that takes it.
    command: &'static [&'static str],
    /// What it says when it begins.
    line: &'static str,
    /// A process that runs when it is under way.
    process: &'static str,
    /// It begins from nothing: then there is something to compile.
    from_nothing: bool,
    /// The command can be run to its end afterwards, for it is short.
    again: bool,
}

const STEPS: [Step; 3] = [
    Step {
        name: "test, while it compiles",
        command: &["test"],
        line: "==> host tests",
        process: "rustc --crate-name",
        from_nothing: true,
        again: false,
    },
    Step {
        name: "harness, in the sandbox",
        command: &["harness", "--", "machine"],
        line: "==> tests in the sandbox",
        process: "netioctl-harness.exe",
        from_nothing: false,
        again: true,
    },
    Step {
        name: "fuzz, in libFuzzer",
        command: &["fuzz", "--quick"],
        line: "==> fuzz ",
        process: "-max_total_time",
        from_nothing: false,
        again: true,
    },
];

/// Sends each signal to a run in each step, and lets a run of the same command come to its end afterwards.
pub fn run(program: &Path, signals: &[(&str, Signal)]) -> Vec<(String, Result<String>)> {
    let mut table = Vec::new();
    for step in &STEPS {
        for (name, signal) in signals {
            let title = format!("{name} to {}", step.name);
            table.push((title.clone(), cargo_kmdf::report::step(&title, || signalled(program, step, *signal))));
        }
        if step.again {
            let title = format!("{} once more", step.name);
            table.push((title.clone(), cargo_kmdf::report::step(&title, || once_more(program, step))));
        }
    }
    table
}

fn signalled(program: &Path, step: &Step, signal: Signal) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let mut target = OsString::from("CARGO_TARGET_DIR=");
    target.push(folder.path());
    let through: &[&OsStr] = if step.from_nothing { &[OsStr::new("env"), &target] } else { &[] };
    let mut run = Run::start(program, through, step.command)?;
    run.wait_for(step.line)?;
    let deadline = Instant::now() + PATIENCE;
    while !run.look()?.iter().any(|process| process.command.contains(step.process)) {
        ensure!(Instant::now() < deadline, "there is no {}", step.process);
        thread::sleep(Duration::from_millis(5));
    }
    ends_by(run, signal)
}

fn once_more(program: &Path, step: &Step) -> Result<String> {
    let (status, said) = Run::start(program, &[], step.command)?.end()?;
    ensure!(status.success(), "{said}");
    Ok("well".into())
}
