//! A run of `cargo xtask` that is watched from outside.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::processes::{self, Process};

/// Nothing takes longer on a busy machine, once everything has been built.
const PATIENCE: Duration = Duration::from_mins(3);

/// The kernel needs a moment to end the processes of a sandbox.
const GRACE: Duration = Duration::from_secs(10);

/// A run, in a process group of its own. It is ended when this is dropped.
pub struct Run {
    child: Child,
    lines: Receiver<String>,
    /// What it has said so far.
    said: String,
    /// The processes that there were, when they were last looked at.
    seen: Vec<Process>,
}

impl Run {
    /// Starts a copy of this program, through a program that changes its circumstances if there is one.
    pub fn start(program: &Path, through: &[&OsStr], arguments: &[&str]) -> Result<Self> {
        let line: Vec<_> = through.iter().copied().chain([program.as_os_str()]).collect();
        let [first, rest @ ..] = &line[..] else { bail!("a program has a name") };
        let mut command = Command::new(first);
        command.args(rest).args(arguments).process_group(0).env("RUST_BACKTRACE", "0");
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let (sender, lines) = channel();
        forward(child.stdout.take().context("a pipe")?, sender.clone());
        forward(child.stderr.take().context("a pipe")?, sender);
        Ok(Self { child, lines, said: String::new(), seen: Vec::new() })
    }

    /// Waits until it says something that begins so.
    pub fn wait_for(&mut self, beginning: &str) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        loop {
            let line = self.lines.recv_timeout(end.saturating_duration_since(Instant::now()));
            let line = line.with_context(|| format!("it never says {beginning:?}:\n{}", self.said))?;
            self.keep(&line);
            if line.starts_with(beginning) {
                return Ok(());
            }
        }
    }

    fn keep(&mut self, line: &str) {
        self.said += line;
        self.said.push('\n');
    }

    /// Its number, which is that of its process group.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The processes below it, now.
    pub fn look(&mut self) -> Result<&[Process]> {
        self.seen = processes::below(self.child.id())?;
        Ok(&self.seen)
    }

    /// Waits for its end; answers how it ended and all that it has said. Nothing of it is left then.
    pub fn end(mut self) -> Result<(ExitStatus, String)> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => self.keep(&line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => bail!("it does not end:\n{}", self.said),
            }
        }
        let status = self.child.wait()?;
        let deadline = Instant::now() + GRACE;
        while !processes::running(&self.seen).is_empty() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(50));
        }
        let left: Vec<_> = processes::running(&self.seen).iter().map(|process| process.command.clone()).collect();
        ensure!(left.is_empty(), "{left:?} are left");
        Ok((status, std::mem::take(&mut self.said)))
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // It has ended already, or nobody looks at it any more. Its sandbox goes with it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn forward(pipe: impl Read + Send + 'static, to: Sender<String>) {
    thread::spawn(move || BufReader::new(pipe).lines().map_while(Result::ok).try_for_each(|line| to.send(line)));
}
