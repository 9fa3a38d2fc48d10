//! What `.gitattributes` makes of line ends where git is set up as it is on Windows.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;
use std::process::Command;

/// What sh runs, and what tests compare with what the project's tools write.
const UNIX: [&str; 4] = ["xtask/cc", ".ci/run", "docs/ioctl.md", "packaging/install.ps1"];

/// What programs of Windows read and write.
const WINDOWS: &str = "driver.inx";

#[test]
fn scripts_run_everywhere_and_the_inf_is_that_of_the_machine() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    if !root.join(".git").exists() {
        eprintln!("skipped: these sources are not under git");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let prefix = format!("--prefix={}/", folder.path().display());
    let mut git = Command::new("git");
    git.args(["-c", "core.autocrlf=true", "checkout-index", &prefix, "--"]).args(UNIX).arg(WINDOWS);
    assert!(git.current_dir(root).status().unwrap().success());
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    for name in UNIX {
        assert!(!read(name).contains('\r'), "{name}");
    }
    let inf = read(WINDOWS);
    assert_eq!(inf.matches("\r\n").count(), inf.matches('\n').count(), "{WINDOWS}");
}
