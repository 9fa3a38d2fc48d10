//! Runs one command inside the sandbox and follows its output.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::network::NEIGHBOR;
use crate::protocol::{Outcome, Output, Place, Run};
use crate::terminal::{self, FOREGROUND};

/// How often output and exit are looked for.
const POLL: Duration = Duration::from_millis(10);

/// This program, wherever it is: the sandbox hides most of the host's folders.
const OWN_PROGRAM: &str = "/proc/self/exe";

/// Runs `command` to its end. `chunk` gets output as it appears, the second argument telling the error stream.
pub(crate) fn run(
    command: &Run,
    environment: &BTreeMap<String, String>,
    logs: &Path,
    kill: &AtomicBool,
    chunk: &mut dyn FnMut(String, bool),
) -> Outcome {
    match start(command, environment, logs) {
        Ok((child, followers)) => follow(child, followers, command, kill, chunk),
        Err(error) => Outcome::NotStarted(format!("{error:#}")),
    }
}

fn start(command: &Run, environment: &BTreeMap<String, String>, logs: &Path) -> Result<(Child, Vec<Follower>)> {
    let mut argv = command.argv.clone();
    if command.place == Place::Neighbor {
        argv.splice(0..0, ["ip", "netns", "exec", NEIGHBOR].map(str::to_owned));
    }
    if has_terminal(command) {
        argv.splice(0..0, [OWN_PROGRAM, FOREGROUND].map(str::to_owned));
    }
    let (program, arguments) = argv.split_first().context("no program named")?;
    let mut process = Command::new(program);
    process.args(arguments).env_clear().envs(environment).envs(&command.env);
    if let Some(home) = environment.get("HOME") {
        process.current_dir(home);
    }
    let mut followers = Vec::new();
    if command.output == Output::Inherited {
        if has_terminal(command) {
            process.process_group(0);
        }
    } else {
        // Files, not pipes: a Windows service started by the command inherits its output and would hold a pipe open.
        let file = |kind: &str| logs.join(format!("{}.{kind}", command.id));
        let output = file("out");
        process.stdin(Stdio::null()).stdout(File::create(&output)?).process_group(0);
        followers.push(Follower::new(&output, false)?);
        if command.output == Output::Captured {
            let errors = file("err");
            process.stderr(File::create(&errors)?);
            followers.push(Follower::new(&errors, true)?);
        }
    }
    let child = process.spawn().with_context(|| format!("cannot run {program}"))?;
    Ok((child, followers))
}

/// Whether a command has the user's terminal, and its own process group the foreground of it.
fn has_terminal(command: &Run) -> bool {
    command.output == Output::Inherited && terminal::is_ours()
}

fn follow(
    mut child: Child,
    mut followers: Vec<Follower>,
    command: &Run,
    kill: &AtomicBool,
    chunk: &mut dyn FnMut(String, bool),
) -> Outcome {
    let after = |limit| Instant::now() + Duration::from_millis(limit);
    let deadline = command.timeout_ms.map(after);
    let mut silence = command.silence_ms.map(after);
    let group = group_of(&child).filter(|_| has_terminal(command));
    let outcome = loop {
        match child.try_wait() {
            Ok(Some(status)) => break outcome(status),
            Err(error) => break Outcome::NotStarted(error.to_string()),
            Ok(None) => {}
        }
        let late = [deadline, silence].into_iter().flatten().any(|deadline| Instant::now() >= deadline);
        if late || kill.load(Ordering::Relaxed) {
            end(&mut child, command.output);
            break if late { Outcome::TimedOut } else { Outcome::Signalled(Signal::KILL.as_raw()) };
        }
        group.inspect(|&group| terminal::wake(group));
        for follower in &mut followers {
            if follower.forward(false, chunk) {
                silence = command.silence_ms.map(after);
            }
        }
        std::thread::sleep(POLL);
    };
    for follower in &mut followers {
        follower.forward(true, chunk);
    }
    outcome
}

/// Kills the command and its process group; one that shares the terminal also shares our own group.
fn end(child: &mut Child, output: Output) {
    if let (Output::Captured | Output::ErrorsInherited, Some(group)) = (output, group_of(child)) {
        // Fails only if the group has just ended, which is what is wanted.
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// The process group that a command leads, if it leads one.
fn group_of(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}

fn outcome(status: ExitStatus) -> Outcome {
    match (status.code(), status.signal()) {
        (Some(code), _) => Outcome::Exited(code),
        (None, signal) => Outcome::Signalled(signal.unwrap_or_default()),
    }
}

/// Reads what has been added to an output file.
struct Follower {
    file: File,
    error_stream: bool,
    pending: Vec<u8>,
}

impl Follower {
    fn new(path: &Path, error_stream: bool) -> Result<Self> {
        Ok(Self { file: File::open(path)?, error_stream, pending: Vec::new() })
    }

    /// Hands on all whole lines, and at the end the rest. Answers whether there was something new.
    fn forward(&mut self, last: bool, chunk: &mut dyn FnMut(String, bool)) -> bool {
        // The file is in memory. A read error would show as missing output; there is no other way to report it from here.
        let written = self.file.read_to_end(&mut self.pending).is_ok_and(|bytes| bytes > 0);
        let whole = match self.pending.iter().rposition(|&byte| byte == b'\n') {
            _ if last => self.pending.len(),
            Some(end) => end + 1,
            None => 0,
        };
        if whole > 0 {
            let lines: Vec<u8> = self.pending.drain(..whole).collect();
            chunk(String::from_utf8_lossy(&lines).into_owned(), self.error_stream);
        }
        written
    }
}
