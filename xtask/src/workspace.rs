//! Where things are, and how cargo is called.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The profile of what runs on the machine that builds, in the root manifest; `cargo xtask` itself is built with it.
const HOST_PROFILE: &str = "host";

/// The workspace that this program belongs to.
pub struct Workspace {
    /// The folder of the root manifest.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// Debug channels of Wine, if the user wants any.
    pub wine_debug: Option<String>,
}

impl Workspace {
    /// Asks cargo, because the target folder may be configured in several ways.
    pub fn find(wine_debug: Option<String>) -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the workspace")?;
        let metadata = Command::new(cargo())
            .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
            .current_dir(root)
            .output()
            .context("cannot run cargo")?;
        ensure!(metadata.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&metadata.stderr));
        let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout)?;
        let target = metadata["target_directory"].as_str().context("cargo names no target folder")?;
        Ok(Self { root: root.to_owned(), target: target.into(), wine_debug })
    }

    /// A cargo command at the root of the workspace.
    pub fn cargo(&self) -> Command {
        let mut command = Command::new(cargo());
        command.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        // Set by the cargo that runs this program; they would make build scripts run again.
        for (name, _) in env::vars_os() {
            let own = name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR");
            if own {
                command.env_remove(name);
            }
        }
        command
    }

    /// A cargo command for what runs on the machine that builds.
    pub fn cargo_on_host(&self, command: &str) -> Command {
        let mut cargo = self.cargo();
        cargo.args([command, "--profile", HOST_PROFILE]);
        cargo
    }

    /// A run of integration tests, with those that are ignored where nobody has made what they need.
    ///
    /// They are selected by their names alone, so with the features of all tests: nothing is compiled again.
    pub fn whole_tests(&self, names: &[&str]) -> Command {
        let mut cargo = self.cargo_on_host("test");
        cargo.args(names.iter().flat_map(|name| ["--test", name])).args(["--", "--include-ignored"]);
        cargo
    }

    /// A program for the machine that builds, once it has been built.
    pub fn host_program(&self, name: &str) -> PathBuf {
        self.target.join(HOST_PROFILE).join(name)
    }
}

/// The cargo that runs this program, so that a `+toolchain` holds for all steps.
pub fn cargo() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from)
}

/// Makes warnings errors in a run of `cargo doc`.
pub fn deny_rustdoc_warnings(cargo: &mut Command) -> &mut Command {
    cargo.env("RUSTDOCFLAGS", "--deny warnings")
}
