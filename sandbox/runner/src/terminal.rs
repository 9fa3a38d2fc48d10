//! The user's terminal, lent to a command of the sandbox.
//!
//! A terminal sends Ctrl-C and the like to the process group in its foreground. While a command has the terminal that is
//! the command's own group, so that they end the command and not the sandbox around it.

use std::io::{IsTerminal, stdin, stdout};
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sys::signal::{SigSet, Signal as Signals};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, getpgrp, kill_process_group, waitid};
use rustix::termios::tcsetpgrp;

/// Whether a command without other orders would read from a terminal and write to it. With one end elsewhere, in a pipe to
/// a pager say, all belong together, and Ctrl-C is for all of them.
fn is_ours() -> bool {
    stdin().is_terminal() && stdout().is_terminal()
}

/// A command that has the terminal.
pub(crate) struct Loan(Option<Pid>);

impl Loan {
    /// Gets a command ready that is going to have the terminal.
    pub fn prepare(command: &mut Command) {
        if is_ours() {
            command.process_group(0);
        }
    }

    /// Lends the terminal to a prepared command that has been started.
    pub fn begin(child: u32) -> Self {
        let group = i32::try_from(child).ok().and_then(Pid::from_raw).filter(|_| is_ours());
        if let Some(group) = group {
            // The command has ended already if this fails. If it came to the terminal before it had it, it was stopped.
            let _ = tcsetpgrp(stdin(), group);
            let _ = kill_process_group(group, Signal::CONT);
        }
        Self(group)
    }

    /// Lets a stopped command go on: with Ctrl-Z nobody would be there to wake it.
    pub fn wake(&self) {
        let Some(group) = self.0 else { return };
        if let Ok(Some(_)) = waitid(WaitId::Pid(group), WaitIdOptions::STOPPED | WaitIdOptions::NOHANG) {
            let _ = kill_process_group(group, Signal::CONT);
        }
    }
}

/// Takes the terminal back, from outside of the sandbox: in it, the group that had it before has no number.
pub(crate) fn take_back() {
    let signal = SigSet::from(Signals::SIGTTOU);
    // A group in the background is stopped when it does this, unless it does not hear the signal.
    if is_ours() && signal.thread_block().is_ok() {
        // With the terminal gone there is nothing to take back.
        let _ = tcsetpgrp(stdin(), getpgrp());
        let _ = signal.thread_unblock();
    }
}
