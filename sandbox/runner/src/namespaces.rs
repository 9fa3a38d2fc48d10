//! The namespaces of a sandbox, made by `unshare` of util-linux.

use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use command_fds::{CommandFdExt, FdMapping};
use rustix::process::geteuid;

use crate::warden::{CONTROL_FD, INIT};

/// `unshare` with everything that a sandbox needs, but for the program to run.
///
/// `--kill-child` ends the sandbox should `unshare` itself be killed; `--mount-proc` gives it a `/proc` that shows
/// its own processes and its own network stack.
fn unshare() -> Command {
    let mut command = Command::new("unshare");
    if !geteuid().is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    command.args(["--net", "--mount", "--pid", "--ipc", "--fork", "--kill-child", "--mount-proc", "--"]);
    command
}

/// Finds out whether this machine lets us make a sandbox.
///
/// # Errors
///
/// It does not; the error says what to do.
pub fn check() -> Result<()> {
    let output = unshare().arg("true").output().context("cannot run unshare (package util-linux)")?;
    if output.status.success() {
        return Ok(());
    }
    let reason = String::from_utf8_lossy(&output.stderr);
    if geteuid().is_root() {
        bail!("this machine refuses to make namespaces ({}); a container needs --privileged", reason.trim());
    }
    bail!(
        "this machine refuses user namespaces ({}); run the command as root, or allow them with\n    \
         sudo sysctl kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0\n\
         (a kernel knows at most one of the two keys)",
        reason.trim()
    );
}

/// Starts process 1 of a sandbox, the program `runner`, with `control` as its control socket.
pub(crate) fn enter(runner: &Path, control: OwnedFd) -> Result<Child> {
    let mut command = unshare();
    command.arg(runner).arg(INIT).stdin(Stdio::inherit());
    command.fd_mappings(vec![FdMapping { parent_fd: control, child_fd: CONTROL_FD }])?;
    command.spawn().with_context(|| format!("cannot start {}", runner.display()))
}
