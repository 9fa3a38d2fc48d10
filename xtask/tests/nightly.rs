//! What needs a nightly toolchain is left out where none can be had, but not where nothing may be left out.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use std::{env, iter};

/// A rustup that has no nightly, writes down what it is asked for, and cannot install anything.
const RUSTUP: &str = r#"#!/bin/sh
echo "$*" >> "${0%/*}/asked"
case "$*" in
    "toolchain list") echo "stable-x86_64-unknown-linux-gnu (active, default)" ;;
    *) echo "error: could not download file" >&2; exit 1 ;;
esac
"#;

/// Fuzzes for a short time on a machine with that rustup.
fn fuzz(folder: &Path, no_skips: bool) -> Output {
    let rustup = folder.join("rustup");
    fs::write(&rustup, RUSTUP).unwrap();
    fs::set_permissions(&rustup, Permissions::from_mode(0o755)).unwrap();
    let others = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(iter::once(folder.to_owned()).chain(env::split_paths(&others))).unwrap();
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    xtask.args(["fuzz", "--quick"]).env("PATH", path).env_remove("NETIOCTL_NO_SKIPS");
    if no_skips {
        xtask.env("NETIOCTL_NO_SKIPS", "1");
    }
    xtask.output().unwrap()
}

#[test]
fn without_a_nightly_fuzzing_is_left_out_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let output = fuzz(folder.path(), false);
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(shown.contains("fuzzing SKIPPED") && shown.contains("rustup toolchain install nightly"), "{shown}");
    let asked = fs::read_to_string(folder.path().join("asked")).unwrap();
    assert_eq!(asked.matches("toolchain install nightly-20").count(), 2, "{asked}");
}

#[test]
fn where_nothing_may_be_left_out_the_run_fails() {
    let folder = tempfile::tempdir().unwrap();
    let output = fuzz(folder.path(), true);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{output:?}");
    assert!(said.contains("fuzzing cannot be left out") && said.contains("rustup toolchain install nightly"), "{said}");
}

/// The run that others rely on leaves nothing out.
#[test]
fn the_run_of_others_leaves_nothing_out() {
    let run = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.ci/run")).unwrap();
    assert!(run.contains("NETIOCTL_NO_SKIPS=1"), "{run}");
}
