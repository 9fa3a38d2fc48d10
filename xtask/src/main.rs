//! Set-up, build, demo and test of netioctl: `cargo xtask --help`.

mod build;
mod demo;
mod kernel;
mod machine;
mod report;
mod setup;
mod shell;
mod test;
mod workspace;

use anyhow::Result;
use clap::Parser;

use workspace::Workspace;

/// Set-up, build, demo and test of netioctl.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
enum Task {
    /// Installs what the other commands need, and says what and why.
    Setup,
    /// Builds the driver, the sandbox and the programs.
    Build,
    /// Kernel code alone: builds, lints, or prints the cargo configuration for it.
    #[command(subcommand)]
    Kernel(kernel::Task),
    /// Shows the driver at work in the sandbox; with arguments, runs one netioctl command there.
    Demo {
        /// The arguments of netioctl, after `--`.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Opens a shell in a sandbox in which the driver runs.
    Shell,
    /// Runs all tests: on the host, then in the sandbox.
    Test,
}

fn main() -> Result<()> {
    let task = Task::parse();
    let workspace = Workspace::find()?;
    match task {
        Task::Setup => setup::run_all(),
        Task::Build => build::run_all(&workspace).map(drop),
        Task::Kernel(task) => kernel::run(&task, &workspace.root, &workspace.target),
        Task::Demo { arguments } => demo::run(&workspace, &arguments),
        Task::Shell => shell::run(&workspace),
        Task::Test => test::run_all(&workspace),
    }
}
