//! The user's terminal, lent to a command of the sandbox.
//!
//! A terminal sends Ctrl-C and the like to the process group in its foreground. While a command has the terminal that is
//! the command's own group, so that they end the command and not the sandbox around it.

use std::io::{IsTerminal, stdin, stdout};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result};
use nix::sys::signal::{SigSet, Signal as Signals};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, getpgrp, kill_process_group, waitid};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr, tcsetpgrp};

/// The argument of the process that takes the terminal and then becomes the command named after it.
pub const FOREGROUND: &str = "foreground";

/// Whether a command without other orders would read from a terminal and write to it. With one end elsewhere, in a pipe to
/// a pager say, all belong together, and Ctrl-C is for all of them.
pub(crate) fn is_ours() -> bool {
    stdin().is_terminal() && stdout().is_terminal()
}

/// Takes the terminal for the process group of this process, which then becomes the command. It is not for the parent to
/// do: the command would already be running, and Ctrl-C would miss it.
///
/// # Errors
///
/// There is no terminal to take, or no such program.
pub fn foreground(argv: &[&str]) -> Result<()> {
    let (program, arguments) = argv.split_first().context("no program named")?;
    in_background(|| tcsetpgrp(stdin(), getpgrp())).context("cannot take the terminal")?;
    let error = Command::new(program).args(arguments).exec();
    Err(error).with_context(|| format!("cannot run {program}"))
}

/// Lets a stopped group go on: with Ctrl-Z nobody would be there to wake it.
pub(crate) fn wake(group: Pid) {
    if let Ok(Some(_)) = waitid(WaitId::Pid(group), WaitIdOptions::STOPPED | WaitIdOptions::NOHANG) {
        let _ = kill_process_group(group, Signal::CONT);
    }
}

/// The terminal while a command has it. It comes back when this is dropped, set as it was.
///
/// That is for a process outside of the sandbox: in it, the group that had the terminal before has no number.
pub(crate) struct Lent(Option<&'static Termios>);

/// How the terminal was set before the first command had it. Wine sets it back too, but some time after the command's end.
static BEFORE: OnceLock<Option<Termios>> = OnceLock::new();

impl Lent {
    pub fn new() -> Self {
        Self(is_ours().then(|| BEFORE.get_or_init(|| tcgetattr(stdin()).ok()).as_ref()).flatten())
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(before) = self.0 else { return };
        // With the terminal gone there is nothing to take back. A command that was killed has left it as it was using it.
        let _ = in_background(|| {
            tcsetpgrp(stdin(), getpgrp())?;
            tcsetattr(stdin(), OptionalActions::Now, before)
        });
    }
}

/// Does something to the terminal that stops a group in the background, unless it does not hear the signal.
fn in_background(change: impl FnOnce() -> rustix::io::Result<()>) -> Result<()> {
    let signal = SigSet::from(Signals::SIGTTOU);
    signal.thread_block()?;
    let changed = change();
    signal.thread_unblock()?;
    Ok(changed?)
}
