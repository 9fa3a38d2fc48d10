//! `cargo xtask kernel`: kernel code alone.

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;

use crate::driver;

use cargo_kmdf::kernel::{Kernel, KernelImage, Profile, architecture};
use cargo_kmdf::workspace::Workspace;

/// The tasks about kernel code alone.
#[derive(Subcommand)]
pub enum Task {
    /// Builds the kernel image of a package.
    Build {
        /// The package.
        #[arg(short, long, default_value = driver::NAME)]
        package: String,
        /// Optimized, as shipped.
        #[arg(short, long)]
        release: bool,
        /// For ARM64 processors: no sandbox runs such an image.
        #[arg(long)]
        arm64: bool,
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
        Task::Build { package, release, arm64 } => {
            let profile = if *release { Profile::Release } else { Profile::Dev };
            println!("{}", kernel.build_for(architecture::chosen(*arm64), package, profile)?.sys.display());
        }
        Task::Package => {
            let package = kernel.driver_package(driver::NAME, Profile::Release)?;
            println!("{}", package.inf.display());
            driver::check_image(workspace, &package.image)?;
        }
        Task::CheckImage { sys: None } => {
            driver::check_image(workspace, &kernel.build(driver::NAME, Profile::Release)?)?;
        }
        Task::CheckImage { sys: Some(sys) } => {
            driver::check_image(workspace, &KernelImage { sys: sys.clone(), pdb: sys.with_extension("pdb") })?;
        }
        Task::Check { packages } => kernel.check(packages)?,
        Task::Clippy { packages } => kernel.clippy(packages)?,
        Task::Config => println!("{}", kernel.cargo_config().display()),
    }
    Ok(())
}
