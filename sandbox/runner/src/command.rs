//! Commands in a sandbox.

use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::control::{Control, Event};
use crate::protocol::{Outcome, Output as OutputTo, Place, Run};
use crate::terminal::Lent;

/// A command for the sandbox, not yet started.
#[derive(Debug)]
pub struct Command<'a> {
    control: &'a Control,
    run: Run,
}

/// What a command has written, and how it ended.
#[derive(Clone, Debug)]
pub struct Output {
    /// How it ended.
    pub outcome: Outcome,
    /// Its standard output.
    pub stdout: String,
    /// Its error output.
    pub stderr: String,
}

impl<'a> Command<'a> {
    pub(crate) fn new<A: AsRef<str>>(control: &'a Control, argv: impl IntoIterator<Item = A>, place: Place) -> Self {
        let run = Run {
            id: control.next_id(),
            argv: argv.into_iter().map(|argument| argument.as_ref().to_owned()).collect(),
            env: BTreeMap::new(),
            place,
            output: OutputTo::Captured,
            timeout_ms: None,
            silence_ms: None,
        };
        Self { control, run }
    }

    /// Kills the command if it takes longer.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.run.timeout_ms = Some(milliseconds(limit));
        self
    }

    /// Kills the command if it writes nothing for longer. Takes the place of [`timeout`](Self::timeout): a slow machine
    /// may take long for the whole command, but not for one step of it.
    #[must_use]
    pub fn silence(mut self, limit: Duration) -> Self {
        self.run.silence_ms = Some(milliseconds(limit));
        self.run.timeout_ms = None;
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.run.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Runs the command to its end.
    ///
    /// # Errors
    ///
    /// The sandbox has ended.
    pub fn run(self) -> Result<Output> {
        self.follow(|_, _| ())
    }

    /// Runs the command to its end; `watch` gets its output as it appears, with `true` for the error output.
    ///
    /// # Errors
    ///
    /// The sandbox has ended.
    pub fn follow(self, watch: impl FnMut(&str, bool)) -> Result<Output> {
        self.spawn()?.follow(watch)
    }

    /// Runs the command to its end on the terminal of this process, or where else its input and output come from and go
    /// to. On a terminal, Ctrl-C is for the command alone.
    ///
    /// # Errors
    ///
    /// The sandbox has ended.
    pub fn interactive(mut self) -> Result<Outcome> {
        self.run.output = OutputTo::Inherited;
        let _lent = Lent::new();
        Ok(self.run()?.outcome)
    }

    /// Lets the error output go to that of this process at once, and that of all processes that the command leaves behind.
    #[must_use]
    pub(crate) fn errors_inherited(mut self) -> Self {
        self.run.output = OutputTo::ErrorsInherited;
        self
    }

    /// Starts the command and leaves it running.
    ///
    /// # Errors
    ///
    /// The sandbox has ended.
    pub fn spawn(self) -> Result<Service<'a>> {
        let (control, id) = (self.control, self.run.id);
        let events = control.begin(self.run)?;
        Ok(Service { control, id, events })
    }
}

/// A command that is running. It runs on when this is dropped, until the sandbox ends.
#[derive(Debug)]
pub struct Service<'a> {
    control: &'a Control,
    id: u64,
    events: Receiver<Event>,
}

impl<'a> Service<'a> {
    /// Waits for the end of the command.
    ///
    /// # Errors
    ///
    /// The sandbox has ended.
    pub fn wait(self) -> Result<Output> {
        self.follow(|_, _| ())
    }

    /// Kills the command and waits for its end.
    ///
    /// # Errors
    ///
    /// The sandbox has ended.
    pub fn kill(self) -> Result<Output> {
        self.stop().now()?;
        self.wait()
    }

    /// What ends the command from elsewhere while somebody waits for it.
    #[must_use]
    pub fn stop(&self) -> Stop<'a> {
        Stop { control: self.control, id: self.id }
    }

    /// Waits for the end of the command; `watch` gets its output as it appears, with `true` for the error output.
    ///
    /// # Errors
    ///
    /// The sandbox has ended.
    pub fn follow(self, mut watch: impl FnMut(&str, bool)) -> Result<Output> {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        loop {
            let Ok(event) = self.events.recv() else {
                bail!("the sandbox ended while a command was running: one of its processes has been killed")
            };
            match event {
                Event::Chunk { error_stream, text } => {
                    watch(&text, error_stream);
                    if error_stream { &mut stderr } else { &mut stdout }.push_str(&text);
                }
                Event::Done(outcome) => {
                    return Ok(Output { outcome, stdout, stderr });
                }
            }
        }
    }
}

/// Ends a command that somebody else waits for.
#[derive(Clone, Copy, Debug)]
pub struct Stop<'a> {
    control: &'a Control,
    id: u64,
}

impl Stop<'_> {
    /// Kills the command.
    ///
    /// # Errors
    ///
    /// The sandbox has ended.
    pub fn now(self) -> Result<()> {
        self.control.kill(self.id)
    }
}

fn milliseconds(limit: Duration) -> u64 {
    u64::try_from(limit.as_millis()).unwrap_or(u64::MAX)
}
