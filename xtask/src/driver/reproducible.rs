//! Whether building twice makes the same bytes.
//!
//! The folders of the machine are kept out of the image and its debug information, but for one: a source file that
//! wdk-sys generates names its own place, and the debug information has the hash of each source file. So the second
//! build sees another, empty target folder at the same place.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use cargo_kmdf::kernel::{Kernel, KernelImage, Profile};
use cargo_kmdf::report::{run, step};
use cargo_kmdf::workspace::Workspace;

/// In a mount namespace of its own, what lies at `$1` is seen at `$2`.
const ELSEWHERE: &str = r#"mount --bind "$1" "$2" && exec "$2/xtask" kernel build --release"#;

/// Builds the driver's image, and builds it again in another target folder; both must be the same, byte for byte, and
/// their debug information as well. The second folder stays, so that only the first time takes long.
pub fn same_again(workspace: &Workspace) -> Result<()> {
    step("the same image again", || check(workspace))
}

fn check(workspace: &Workspace) -> Result<()> {
    let here = Kernel::prepare(workspace)?.build(super::NAME, Profile::Release)?;
    let folder = workspace.target.join("second-build");
    fs::create_dir_all(&folder)?;
    // Through the link of the kernel: the file may have been replaced by a newer build since this process started.
    fs::copy("/proc/self/exe", folder.join("xtask")).context("cannot copy xtask")?;
    let mut second = Command::new("unshare");
    second.args(["--user", "--map-root-user", "--mount", "sh", "-c", ELSEWHERE, "sh"]);
    run(second.arg(&folder).arg(&workspace.target).env("CARGO_TARGET_DIR", &workspace.target))?;
    let sys = folder.join("driver/netioctl.sys");
    let there = KernelImage { pdb: sys.with_extension("pdb"), sys };
    same(&here.sys, &there.sys)?;
    same(&here.pdb, &there.pdb)
}

fn same(one: &Path, other: &Path) -> Result<()> {
    let [a, b] = [fs::read(one)?, fs::read(other)?];
    let first = a.iter().zip(&b).position(|(a, b)| a != b);
    ensure!(a == b, "{} and {} differ from byte {first:?} on", one.display(), other.display());
    Ok(())
}
