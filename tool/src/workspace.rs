//! Where things are, and how cargo is called.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use cargo_metadata::{Metadata, MetadataCommand, Package};

/// The profile of what runs on the machine that builds, in the manifest of the kit; the kit's own programs are built
/// with it.
const HOST_PROFILE: &str = "host";

/// Names the target folder of the kit.
pub const KIT_TARGET: &str = "CARGO_KMDF_TARGET";

/// A workspace with kernel code.
pub struct Workspace {
    /// The folder of the root manifest.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// Debug channels of Wine, if the user wants any.
    pub wine_debug: Option<String>,
    /// What the manifests say.
    pub metadata: Metadata,
}

/// The folder that the kit was built from: the open WDK, the stand-ins and their sources are there.
///
/// # Errors
///
/// It is not there any more.
pub fn kit() -> Result<&'static Path> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the kit lies in a workspace")?;
    ensure!(root.is_dir(), "the sources of this program have left {}: build it again", root.display());
    Ok(root)
}

impl Workspace {
    /// The workspace of the kit itself. Its target folder is its own, wherever the user has those of others; the variable
    /// `CARGO_KMDF_TARGET` names another.
    ///
    /// # Errors
    ///
    /// Those of [`Workspace::of`].
    pub fn kit() -> Result<Self> {
        let root = kit()?;
        let target = env::var_os(KIT_TARGET).map_or_else(|| root.join("target"), PathBuf::from);
        Ok(Self { target, ..Self::of(root)? })
    }

    /// The workspace that a folder belongs to. Cargo is asked, because the target folder may be configured in several
    /// ways.
    ///
    /// # Errors
    ///
    /// There is no manifest, or cargo cannot read it.
    pub fn of(folder: &Path) -> Result<Self> {
        let metadata = MetadataCommand::new().cargo_path(cargo()).current_dir(folder).no_deps().exec()?;
        let (root, target) = (metadata.workspace_root.clone(), metadata.target_directory.clone());
        Ok(Self { root: root.into(), target: target.into(), wine_debug: None, metadata })
    }

    /// The package of this name.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn package(&self, name: &str) -> Result<&Package> {
        let found = self.metadata.packages.iter().find(|package| package.name == name);
        found.with_context(|| format!("{} has no package {name}", self.root.display()))
    }

    /// The packages that make kernel images: those with a dynamic library in C's manner, and a table for the WDK.
    #[must_use]
    pub fn drivers(&self) -> Vec<&Package> {
        let image = |package: &Package| package.targets.iter().any(cargo_metadata::Target::is_cdylib);
        let driver = |package: &&Package| image(package) && !package.metadata["wdk"].is_null();
        self.metadata.packages.iter().filter(driver).collect()
    }

    /// A cargo command at the root of the workspace.
    #[must_use]
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
    #[must_use]
    pub fn cargo_on_host(&self, command: &str) -> Command {
        let mut cargo = self.cargo();
        cargo.args([command, "--profile", HOST_PROFILE]);
        cargo
    }

    /// A run of integration tests, with those that are ignored where nobody has made what they need.
    ///
    /// They are selected by their names alone, so with the features of all tests: nothing is compiled again.
    #[must_use]
    pub fn whole_tests(&self, names: &[&str]) -> Command {
        let mut cargo = self.cargo_on_host("test");
        cargo.args(names.iter().flat_map(|name| ["--test", name])).args(["--", "--include-ignored"]);
        cargo
    }

    /// A program for the machine that builds, once it has been built.
    #[must_use]
    pub fn host_program(&self, name: &str) -> PathBuf {
        self.target.join(HOST_PROFILE).join(name)
    }
}

/// The cargo that runs this program, so that a `+toolchain` holds for all steps.
#[must_use]
pub fn cargo() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from)
}

/// Makes warnings errors in a run of `cargo doc`.
pub fn deny_rustdoc_warnings(cargo: &mut Command) -> &mut Command {
    cargo.env("RUSTDOCFLAGS", "--deny warnings")
}
