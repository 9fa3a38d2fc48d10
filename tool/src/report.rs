//! What the user sees of long steps, and how commands fail.

use std::io::{self, Write};
use std::process::Command;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

/// How often a step that is still running says so.
const TICK: Duration = Duration::from_secs(10);

/// Runs one step: says what begins, that it still goes on, and how long it took, of its own time and of processors.
///
/// # Errors
///
/// The step's own.
pub fn step<T>(title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    note(&format!("==> {title}"));
    let (start, used) = (Instant::now(), processor_time());
    let (done, ticker) = channel::<()>();
    let result = thread::scope(|scope| {
        scope.spawn(move || {
            while ticker.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                note(&format!("    … {title}: {} s", start.elapsed().as_secs()));
            }
        });
        let result = work();
        drop(done);
        result
    });
    let seconds = start.elapsed().as_secs_f32();
    let used = processor_time().saturating_sub(used).as_secs_f32();
    let how = if result.is_ok() { "done in" } else { "FAILED after" };
    note(&format!("    {how} {seconds:.1} s, with {used:.1} s of processor time"));
    result.with_context(|| format!("step failed: {title}"))
}

/// What this process has used, and those of the processes it started that have ended (`getrusage`). A sandbox that goes on
/// after a step is not among them until it ends.
fn processor_time() -> Duration {
    let who = [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN];
    let times =
        who.iter().filter_map(|&who| getrusage(who).ok()).flat_map(|usage| [usage.user_time(), usage.system_time()]);
    times.map(duration).sum()
}

fn duration(time: TimeVal) -> Duration {
    let micros = time.tv_sec().saturating_mul(1_000_000).saturating_add(time.tv_usec());
    Duration::from_micros(micros.try_into().unwrap_or_default())
}

/// Runs a command whose output the user sees; an exit code other than 0 is an error.
///
/// # Errors
///
/// The command cannot be started, or fails.
pub fn run(command: &mut Command) -> Result<()> {
    let line = shown(command);
    let status = command.status().with_context(|| format!("cannot run `{line}`"))?;
    if !status.success() {
        bail!("`{line}`: {status}");
    }
    Ok(())
}

/// Runs a command and hands back its output; an exit code other than 0 is an error.
///
/// # Errors
///
/// The command cannot be started, or fails; the error has what it wrote to its error output.
pub fn read(command: &mut Command) -> Result<String> {
    let line = shown(command);
    let output = command.output().with_context(|| format!("cannot run `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}`: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Prints a line of the result.
pub fn say(line: &str) {
    let mut out = io::stdout().lock();
    // With standard output closed there is nobody left to tell.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Prints a line about the progress, apart from the result.
pub fn note(line: &str) {
    eprintln!("{line}");
}

fn shown(command: &Command) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
