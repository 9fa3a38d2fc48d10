//! Keeps the host's files as they are: what a program in the sandbox may write is the sandbox's own.
//!
//! This is for programs with faults, not for hostile ones: they run as root of the sandbox's namespaces, and could mount
//! what they like.

use std::ffi::CString;
use std::fs;
use std::io::Error;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use anyhow::{Context, Result};
use libc::{AT_FDCWD, AT_RECURSIVE, MOUNT_ATTR_RDONLY, SYS_mount_setattr, mount_attr};
use rustix::mount::mount_bind;

/// Files of `/proc` that are the whole machine's and not of a namespace, for a sandbox that the machine's root started.
/// Container engines keep these as they are, too.
const OF_THE_MACHINE: [&str; 5] = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/// What of them belongs to the network namespace.
const OF_THE_NETWORK: &str = "/proc/sys/net";

/// Makes all that is mounted read-only, but for what concerns the sandbox's own processes and network. What is mounted
/// from now on is not; what is mounted a second time stays read-only.
pub(crate) fn host() -> Result<()> {
    change(Path::new("/"), AT_RECURSIVE, |flags| flags.attr_set = MOUNT_ATTR_RDONLY)?;
    writable(Path::new("/proc"))?;
    let network = Path::new(OF_THE_NETWORK);
    mount_bind(network, network).context("cannot mount the sandbox's own network settings")?;
    for path in OF_THE_MACHINE.map(Path::new) {
        if fs::exists(path)? {
            let recursive = rustix::mount::mount_bind_recursive(path, path);
            recursive.with_context(|| format!("cannot mount {}", path.display()))?;
            change(path, 0, |flags| flags.attr_set = MOUNT_ATTR_RDONLY)?;
        }
    }
    Ok(())
}

/// Allows writing below one mount point again.
pub(crate) fn writable(mount_point: &Path) -> Result<()> {
    change(mount_point, 0, |flags| flags.attr_clr = MOUNT_ATTR_RDONLY)
}

/// Changes what is allowed at a mount point, and with `AT_RECURSIVE` at those below it: `mount_setattr`, Linux 5.12.
fn change(mount_point: &Path, recursive: i32, what: impl FnOnce(&mut mount_attr)) -> Result<()> {
    let path = CString::new(mount_point.as_os_str().as_bytes())?;
    let mut attributes = mount_attr { attr_set: 0, attr_clr: 0, propagation: 0, userns_fd: 0 };
    what(&mut attributes);
    let (flags, size) = (i64::from(recursive), size_of::<mount_attr>());
    // SAFETY: the path ends with a zero, the attributes are of the size that is told, and both outlive the call.
    let answer =
        unsafe { libc::syscall(SYS_mount_setattr, AT_FDCWD, path.as_ptr(), flags, &raw const attributes, size) };
    if answer == 0 {
        return Ok(());
    }
    Err(Error::last_os_error())
        .with_context(|| format!("cannot change what may be written in {}", mount_point.display()))
}
