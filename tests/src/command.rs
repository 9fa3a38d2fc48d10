//! The command `netioctl`, run as a user runs it.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::{env, process::Command};

/// The program of the driver package, which holds the harness as well.
const PROGRAM: &str = "netioctl.exe";

/// Runs the command, which must succeed; answers its standard output.
pub fn run(arguments: &[&str]) -> Result<String> {
    let program = env::current_exe()?.with_file_name(PROGRAM);
    let output = Command::new(&program).args(arguments).output().with_context(|| program.display().to_string())?;
    let line = arguments.join(" ");
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "netioctl {line}: {}: {errors}", output.status);
    String::from_utf8(output.stdout).with_context(|| format!("netioctl {line}"))
}

/// Runs the command, which must succeed and print a list as JSON.
pub fn list(arguments: &[&str]) -> Result<Vec<Value>> {
    let text = run(&[arguments, &["--json"]].concat())?;
    serde_json::from_str(&text).with_context(|| format!("netioctl {}: {text}", arguments.join(" ")))
}
