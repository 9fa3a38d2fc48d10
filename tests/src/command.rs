//! The command `netioctl`, run as a user runs it.

use crate::alarm;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::{
    env,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::Duration,
};

/// The program of the driver package, which holds the harness as well.
pub const PROGRAM: &str = "netioctl.exe";

fn command(arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(env::current_exe()?.with_file_name(PROGRAM));
    command.args(arguments);
    Ok(command)
}

/// Runs the command, which must succeed; answers its standard output.
pub fn run(arguments: &[&str]) -> Result<String> {
    succeeds(command(arguments)?)
}

/// Runs a program, which must succeed; answers its standard output.
pub fn succeeds(mut command: Command) -> Result<String> {
    let output = command.output().context(PROGRAM)?;
    let line = line_of(&command);
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "netioctl {line}: {}: {errors}", output.status);
    String::from_utf8(output.stdout).with_context(|| format!("netioctl {line}"))
}

/// Runs the command, which must fail; answers its exit code and its standard error.
pub fn refused(arguments: &[&str]) -> Result<(i32, String)> {
    fails(command(arguments)?)
}

/// The arguments of a program.
fn line_of(command: &Command) -> String {
    command.get_args().map(|argument| argument.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Runs a program, which must fail; answers its exit code and its standard error.
pub fn fails(mut command: Command) -> Result<(i32, String)> {
    let output = command.output().context(PROGRAM)?;
    let line = line_of(&command);
    ensure!(!output.status.success(), "netioctl {line} succeeds: {}", String::from_utf8_lossy(&output.stdout));
    let code = output.status.code().with_context(|| format!("netioctl {line}: no exit code"))?;
    Ok((code, String::from_utf8_lossy(&output.stderr).into_owned()))
}

/// Runs the command, which must succeed and print a list as JSON.
pub fn list(arguments: &[&str]) -> Result<Vec<Value>> {
    let text = run(&[arguments, &["--json"]].concat())?;
    serde_json::from_str(&text).with_context(|| format!("netioctl {}: {text}", arguments.join(" ")))
}

/// Has the command print a list as JSON, and looks at it when it has begun: what it prints further waits for a reader.
pub fn while_it_prints<T>(arguments: &[&str], look: impl FnOnce() -> Result<T>) -> Result<T> {
    let mut process = command(arguments)?.arg("--json").stdout(Stdio::piped()).spawn().context(PROGRAM)?;
    let begun = process.stdout.as_mut().context("no standard output")?.read_exact(&mut [0]);
    let seen = begun.context("nothing is printed").and_then(|()| look());
    // The rest is of no interest.
    process.kill()?;
    process.wait()?;
    seen
}

/// A line comes within milliseconds; this is for a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// The command while it runs, line by line. It is ended, should it go on for longer than it is looked at.
pub struct Running {
    process: Child,
    lines: Receiver<String>,
}

impl Running {
    /// Starts the command, which prints JSON, an object a line.
    pub fn start(arguments: &[&str]) -> Result<Self> {
        Self::of(command(arguments)?)
    }

    /// Starts the command, which runs the harness for each event: it writes down to `file` what it is given.
    pub fn with_alarm(arguments: &[&str], file: &Path) -> Result<Self> {
        let mut command = command(arguments)?;
        command.arg("--exec").arg(env::current_exe()?).env(alarm::VARIABLE, file);
        Self::of(command)
    }

    /// Starts a program, which prints JSON, an object a line.
    pub fn of(mut command: Command) -> Result<Self> {
        let mut process = command.arg("--json").stdout(Stdio::piped()).spawn().context(PROGRAM)?;
        let output = BufReader::new(process.stdout.take().context("no standard output")?);
        let (told, lines) = channel();
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| told.send(line)));
        Ok(Self { process, lines })
    }

    /// The next line.
    pub fn next(&self) -> Result<Value> {
        let line = self.lines.recv_timeout(PATIENCE).context("no more lines")?;
        serde_json::from_str(&line).with_context(|| format!("{line:?} is no JSON"))
    }

    /// The lines that have come and that nobody has taken, for a command that says nothing.
    pub fn so_far(&self) -> Vec<String> {
        self.lines.try_iter().collect()
    }

    /// The command ends by itself, and successfully; answers the rest of the lines.
    pub fn rest(mut self) -> Result<Vec<Value>> {
        let mut rest = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => rest.push(serde_json::from_str(&line).with_context(|| format!("{line:?} is no JSON"))?),
                Err(RecvTimeoutError::Timeout) => bail!("netioctl goes on after {rest:?}"),
                // It has closed its output, and so it is about to end.
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let status = self.process.wait()?;
        ensure!(status.success(), "netioctl ended with {status} after {rest:?}");
        Ok(rest)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already, or nobody looks at it any more.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
