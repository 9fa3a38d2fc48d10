//! The private file systems of a sandbox. Everything here runs inside the private mount namespace.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rustix::mount::{MountFlags, mount, mount_bind, mount_bind_recursive};

use crate::files::copy_tree;
use crate::protocol::{Places, PrefixSource, Setup};
use crate::read_only;

/// Folders whose content on the host is hidden: Wine keeps sockets in `/tmp`, `ip netns` its names in `/run`, and the
/// homes of users are nobody's business here.
const HIDDEN: [&str; 5] = ["/tmp", "/var/tmp", "/run", "/home", "/root"];

/// The devices that programs may expect; disks are none of them.
const DEVICES: [&str; 7] = ["full", "null", "ptmx", "random", "tty", "urandom", "zero"];

/// What else is in `/dev`, and where it leads.
const LINKS: [(&str, &str); 4] = [("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")];

/// Makes the host's files read-only, and mounts the sandbox's own folders.
pub(crate) fn create(setup: &Setup) -> Result<Places> {
    read_only::host()?;
    let root = &setup.mount_point;
    tmpfs(root)?;
    let scratch = folder(root, "scratch")?;
    let home = folder(root, "home")?;
    let prefix = prefix(root, &setup.prefix)?;
    Ok(Places { prefix, home, scratch })
}

/// Hides what the host has in shared folders. Files of the host may be out of reach from then on.
pub(crate) fn hide(setup: &Setup) -> Result<()> {
    let there = HIDDEN.map(Path::new).into_iter().filter(|folder| folder.is_dir());
    there.into_iter().try_for_each(|hidden| hide_folder(&setup.mount_point, hidden, &setup.visible))?;
    devices(&setup.mount_point)
}

/// Shows the links of this network namespace in `/sys`, where Linux tells their speeds; what is there on the host shows
/// those of the host.
pub(crate) fn show_links() -> Result<()> {
    let flags = MountFlags::RDONLY | MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    mount("sysfs", "/sys", "sysfs", flags, None).context("cannot mount a sysfs on /sys")
}

fn tmpfs(at: &Path) -> Result<()> {
    let options = Some(c"mode=0755,size=4g");
    mount("tmpfs", at, "tmpfs", MountFlags::NOSUID | MountFlags::NODEV, options)
        .with_context(|| format!("cannot mount a tmpfs on {}", at.display()))
}

fn folder(parent: &Path, name: &str) -> Result<PathBuf> {
    let path = parent.join(name);
    fs::create_dir_all(&path).with_context(|| format!("cannot create {}", path.display()))?;
    Ok(path)
}

/// The prefix at `root/prefix`.
fn prefix(root: &Path, source: &PrefixSource) -> Result<PathBuf> {
    let prefix = folder(root, "prefix")?;
    match source {
        PrefixSource::Folder(folder) => {
            mount_bind_recursive(folder, &prefix).context("cannot mount the new prefix")?;
            read_only::writable(&prefix)?;
        }
        PrefixSource::Template(template) => {
            if let Err(error) = overlay(root, template, &prefix) {
                // Some kernels and containers have no overlay file system; a copy does the same, only slower.
                eprintln!("sandbox: no overlay file system ({error:#}), copying the Wine prefix instead");
                copy_tree(template, &prefix)?;
            }
        }
    }
    Ok(prefix)
}

fn overlay(root: &Path, lower: &Path, at: &Path) -> Result<()> {
    folder(root, "upper")?;
    folder(root, "work")?;
    symlink(lower, root.join("lower"))?;
    // Relative names, because commas and colons in a path would mean something to the option's syntax.
    std::env::set_current_dir(root)?;
    let options = Some(c"lowerdir=lower,upperdir=upper,workdir=work,userxattr");
    mount("overlay", at, "overlay", MountFlags::NOSUID | MountFlags::NODEV, options)?;
    Ok(())
}

/// Replaces the content of `hidden` by an empty folder in which only `visible` can be reached.
fn hide_folder(root: &Path, hidden: &Path, visible: &[PathBuf]) -> Result<()> {
    let name = hidden.to_string_lossy().replace('/', "");
    let empty = folder(root, &name)?;
    fs::set_permissions(&empty, fs::Permissions::from_mode(0o1777))?;
    for keep in visible.iter().map(PathBuf::as_path).chain([root]) {
        let Ok(below) = keep.strip_prefix(hidden) else {
            continue;
        };
        let target = empty.join(below);
        fs::create_dir_all(&target)?;
        mount_bind_recursive(keep, &target).with_context(|| format!("cannot keep {} visible", keep.display()))?;
    }
    mount_bind_recursive(&empty, hidden).with_context(|| format!("cannot hide {}", hidden.display()))
}

/// Mounts a `/dev` with what programs need and no more, and with shared memory of its own.
fn devices(root: &Path) -> Result<()> {
    let dev = folder(root, "dev")?;
    for name in DEVICES {
        let host = Path::new("/dev").join(name);
        if host.exists() {
            let target = dev.join(name);
            File::create(&target)?;
            mount_bind(&host, &target).with_context(|| format!("cannot mount {}", host.display()))?;
        }
    }
    // The terminal of whoever started the sandbox is one of these.
    mount_bind_recursive("/dev/pts", folder(&dev, "pts")?).context("cannot mount /dev/pts")?;
    fs::set_permissions(folder(&dev, "shm")?, fs::Permissions::from_mode(0o1777))?;
    LINKS.iter().try_for_each(|(name, target)| symlink(target, dev.join(name)))?;
    mount_bind_recursive(&dev, "/dev").context("cannot mount the sandbox's own /dev")
}
