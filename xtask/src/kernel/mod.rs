//! Kernel images on Linux: Microsoft's crates, clang's headers and rust-lld, without the WDK.
//!
//! [`Kernel::prepare`] puts together what the build scripts of windows-drivers-rs expect (a WDK content root, a
//! `wdk-build` that works here) and writes a cargo configuration that names it all. With that file any cargo command
//! works on kernel code: `cargo check --config target/wdk/cargo.toml -p kmdf --target x86_64-pc-windows-msvc`.

mod binding;
mod build;
mod cache;
mod config;
mod content;
mod files;
mod frames;
mod guard;
pub mod image;
mod linkage;
mod model;
mod package;
mod real;
pub mod symbols;
mod tools;
mod unwind;
mod version;
mod windows;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Subcommand;

pub use package::{DriverPackage, time};
use tools::Tools;

use crate::workspace::Workspace;

/// The Rust target of kernel images.
pub const TARGET: &str = "x86_64-pc-windows-msvc";

/// The packages with kernel code, for clippy: together those whose dependencies may have the same features. The NETIO
/// stand-in has no allocator, which serde asks for as the framework stand-in has it.
pub const PACKAGES: [&[&str]; 2] =
    [&["netioctl", "kmdf", "kmdf-abi", "sandbox-wdfldr", "sandbox-probe-driver"], &["sandbox-netio"]];

/// The tasks about kernel code alone.
#[derive(Subcommand)]
pub enum Task {
    /// Builds the kernel image of a package.
    Build {
        /// The package.
        #[arg(short, long, default_value = "netioctl")]
        package: String,
        /// Optimized, as shipped.
        #[arg(short, long)]
        release: bool,
    },
    /// Builds the driver package (image, debug information, stamped INF) and checks the image.
    Package,
    /// Checks an image: flags, sections, imports, exports, size, entry point, unwind data, ways to panic, version.
    CheckImage {
        /// The image, its debug information beside it; without one, the driver is built.
        sys: Option<PathBuf>,
    },
    /// Checks packages with kernel code; `kmdf-abi` is the proof of the framework's binary interface.
    Check {
        /// The packages.
        #[arg(required = true)]
        packages: Vec<String>,
    },
    /// Runs clippy on packages with kernel code.
    Clippy {
        /// The packages.
        #[arg(required = true)]
        packages: Vec<String>,
    },
    /// Prints the cargo configuration with which any cargo command works on kernel code.
    Config,
}

/// Runs a task.
pub fn run(task: &Task, workspace: &Workspace) -> Result<()> {
    let kernel = Kernel::prepare(workspace)?;
    match task {
        Task::Build { package, release } => {
            let profile = if *release { Profile::Release } else { Profile::Dev };
            println!("{}", kernel.build(package, profile)?.sys.display());
        }
        Task::Package => {
            let package = kernel.driver_package(Profile::Release)?;
            println!("{}", package.inf.display());
            image::check(&package.image)?;
        }
        Task::CheckImage { sys: None } => image::check(&kernel.build("netioctl", Profile::Release)?)?,
        Task::CheckImage { sys: Some(sys) } => {
            image::check(&KernelImage { sys: sys.clone(), pdb: sys.with_extension("pdb") })?;
        }
        Task::Check { packages } => kernel.check(packages)?,
        Task::Clippy { packages } => kernel.clippy(packages)?,
        Task::Config => println!("{}", kernel.cargo_config().display()),
    }
    Ok(())
}

/// How an image is optimized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build, with debug assertions.
    Dev,
    /// As shipped.
    Release,
}

/// A built image and its debug information.
#[derive(Clone, Debug)]
pub struct KernelImage {
    /// The image under its final name.
    pub sys: PathBuf,
    /// The debug information.
    pub pdb: PathBuf,
}

/// Everything that building a kernel image needs.
pub struct Kernel<'a> {
    workspace: &'a Workspace,
    config: PathBuf,
}

impl<'a> Kernel<'a> {
    /// Assembles what is missing or out of date: a second or two.
    pub fn prepare(workspace: &'a Workspace) -> Result<Self> {
        let tools = Tools::find()?;
        let folder = workspace.target.join("wdk");
        let content = content::assemble(&workspace.root, &folder, &tools)?;
        let config = config::write(&workspace.root, &workspace.target, &folder, &content, &tools)?;
        cache::forget_outdated(workspace, &content.root)?;
        Ok(Self { workspace, config })
    }

    /// The cargo configuration that makes kernel code build: pass it with `--config`.
    pub fn cargo_config(&self) -> &Path {
        &self.config
    }
}
