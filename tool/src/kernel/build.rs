//! Cargo runs on kernel code.

use std::io::BufReader;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use cargo_metadata::Message;

use crate::report::run;
use crate::workspace::deny_rustdoc_warnings;

use super::architecture::{self, Architecture};
use super::artifact::{KernelImage, Profile};
use super::files;
use super::prepare::Kernel;

/// What the names of the kit's own images begin with: they stand in for parts of Windows, or try those that do.
const STAND_IN: &str = "sandbox-";

impl Kernel<'_> {
    /// Builds the kernel image of a package into `target/driver` or, for the kit's stand-ins, `target/sandbox`.
    ///
    /// # Errors
    ///
    /// It does not compile, or makes no image.
    pub fn build(&self, package: &str, profile: Profile) -> Result<KernelImage> {
        self.build_for(&architecture::X64, package, profile)
    }

    /// The same for any processor; of those other than x64 the image lies in a folder of its own.
    ///
    /// # Errors
    ///
    /// Those of [`Kernel::build`].
    pub fn build_for(&self, architecture: &Architecture, package: &str, profile: Profile) -> Result<KernelImage> {
        let mut cargo = self.cargo_for(architecture, "rustc");
        cargo.args(["--package", package, "--message-format=json-render-diagnostics"]);
        if profile == Profile::Release {
            cargo.arg("--release");
        }
        let stand_in = package.strip_prefix(STAND_IN);
        if stand_in.is_none() {
            // For the image alone: link-time optimization makes it hold for everything in it.
            cargo.args(["--", "-Ccontrol-flow-guard"]);
        }
        let built = dynamic_library(&mut cargo, package)?;
        let (folder, name) = match stand_in {
            Some(name) => ("sandbox", name.to_owned()),
            None => ("driver", package.replace('-', "_")),
        };
        let mut folder = self.workspace.target.join(folder);
        if *architecture != architecture::X64 {
            folder.push(architecture.folder);
        }
        files::folder(&folder)?;
        let image = KernelImage { sys: folder.join(format!("{name}.sys")), pdb: folder.join(format!("{name}.pdb")) };
        files::copy(&built, &image.sys)?;
        files::copy(&built.with_extension("pdb"), &image.pdb)?;
        Ok(image)
    }

    /// Checks packages with kernel code; for `kmdf-abi` that is the proof of the framework's binary interface.
    ///
    /// As a release, like the images: the bindings are then not generated a second time, which takes most of a minute.
    ///
    /// # Errors
    ///
    /// They do not compile.
    pub fn check(&self, packages: &[impl AsRef<str>]) -> Result<()> {
        run(self.cargo("check").arg("--release").args(selected(packages)))
    }

    /// Runs clippy on packages with kernel code, as a release for the same reason; warnings are errors.
    ///
    /// # Errors
    ///
    /// It finds something.
    pub fn clippy(&self, packages: &[impl AsRef<str>]) -> Result<()> {
        run(self.cargo("clippy").arg("--release").args(selected(packages)).args(["--", "--deny", "warnings"]))
    }

    /// Writes the documentation of packages with kernel code, as a release for the same reason; warnings are errors.
    ///
    /// # Errors
    ///
    /// There are warnings.
    pub fn document(&self, packages: &[impl AsRef<str>]) -> Result<()> {
        let mut cargo = self.cargo("doc");
        cargo.args(["--release", "--no-deps"]).args(selected(packages));
        run(deny_rustdoc_warnings(&mut cargo))
    }

    /// A cargo command for the kernel's target.
    #[must_use]
    pub fn cargo(&self, command: &str) -> Command {
        self.cargo_for(&architecture::X64, command)
    }

    fn cargo_for(&self, architecture: &Architecture, command: &str) -> Command {
        let mut cargo = self.workspace.cargo();
        // After the command: cargo passes none of its own options on to clippy.
        cargo.args([command, "--target", architecture.target, "--config"]).arg(self.cargo_config());
        cargo
    }
}

fn selected(packages: &[impl AsRef<str>]) -> impl Iterator<Item = &str> {
    packages.iter().flat_map(|package| ["--package", package.as_ref()])
}

/// Runs cargo and answers the package's dynamic library.
fn dynamic_library(cargo: &mut Command, package: &str) -> Result<PathBuf> {
    let mut child = cargo.stdout(Stdio::piped()).spawn().context("cannot run cargo")?;
    let stdout = child.stdout.take().context("cargo has an output")?;
    let mut library = None;
    for message in Message::parse_stream(BufReader::new(stdout)) {
        let Message::CompilerArtifact(artifact) = message? else {
            continue;
        };
        // Of a kernel image and its dependencies, only the image is linked.
        if artifact.target.is_cdylib() {
            let mut files = artifact.filenames.into_iter();
            library = files.find(|file| file.extension() == Some("dll")).or(library);
        }
    }
    let status = child.wait()?;
    ensure!(status.success(), "cargo build of {package}: {status}");
    Ok(library.with_context(|| format!("{package} makes no image"))?.into_std_path_buf())
}
