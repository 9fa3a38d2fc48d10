//! The command on a system with network compartments, which Wine 8 lacks: beside a copy of the program lies the sandbox's
//! stand-in for `iphlpapi.dll`.

use crate::command::PROGRAM;
use anyhow::{Context, Result, ensure};
use std::{env, fs, path::PathBuf, process::Command};
use tempfile::TempDir;

/// The stand-in, beside the harness.
const STAND_IN: &str = "sandbox_iphlpapi.dll";

/// Where Wine is told of a program that libraries beside it come first: without it, Wine takes its own.
const OVERRIDES: &str = r"HKCU\Software\Wine\AppDefaults\netioctl.exe\DllOverrides";

/// The program and the library, in a folder of their own.
pub struct Elsewhere {
    folder: TempDir,
    _overridden: Overridden,
}

impl Elsewhere {
    pub fn make() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let harness = env::current_exe()?;
        for (from, to) in [(PROGRAM, PROGRAM), (STAND_IN, "iphlpapi.dll")] {
            fs::copy(harness.with_file_name(from), folder.path().join(to)).context(from)?;
        }
        Ok(Self { folder, _overridden: Overridden::begin()? })
    }

    /// The program.
    pub fn program(&self) -> PathBuf {
        self.folder.path().join(PROGRAM)
    }
}

/// Libraries beside the program come first until this is dropped.
struct Overridden;

impl Overridden {
    fn begin() -> Result<Self> {
        registry(&["add", OVERRIDES, "/v", "iphlpapi", "/d", "native,builtin", "/f"])?;
        Ok(Self)
    }
}

impl Drop for Overridden {
    fn drop(&mut self) {
        // Where no such library lies beside a program, nothing is different.
        let _ = registry(&["delete", OVERRIDES, "/f"]);
    }
}

fn registry(arguments: &[&str]) -> Result<()> {
    let output = Command::new("reg.exe").args(arguments).output().context("reg.exe")?;
    ensure!(output.status.success(), "reg.exe {}: {}", arguments.join(" "), output.status);
    Ok(())
}
