//! The command line, and the tasks.

mod arm64;
mod bench;
mod build;
mod deaths;
mod demo;
mod drivers;
mod ends;
mod foreign;
mod fuzz;
mod installation;
mod kernel;
mod kit;
mod machine;
mod nightly;
mod older;
mod oldest_rust;
mod package;
mod programs;
mod published;
mod samples;
mod seeds;
mod setup;
mod shell;
mod soak;
mod suites;
mod test;

use std::num::NonZeroU64;
use std::process::ExitCode;

use anyhow::Result;
use cargo_kmdf::report::note;
use cargo_kmdf::windows::Windows;
use clap::{Parser, Subcommand};

use cargo_kmdf::workspace::Workspace;

/// Set-up, build, demo and test of netioctl.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
    /// Debug channels of Wine, such as `+ntoskrnl`, written to the error output of commands.
    #[arg(long, global = true, value_name = "CHANNELS")]
    wine_debug: Option<String>,
}

#[derive(Subcommand)]
enum Task {
    /// Installs what the other commands need, and says what and why.
    Setup,
    /// Builds the driver, the sandbox and the programs.
    Build,
    /// Kernel code alone: builds, lints, or prints the cargo configuration for it.
    #[command(subcommand)]
    Kernel(kernel::Task),
    /// Makes the signed driver package for Windows machines, and its zip, in the target folder.
    Package(package::Arguments),
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
    /// Runs the harness alone, in the sandbox.
    Harness {
        #[command(flatten)]
        windows: Windows,
        /// Runs it with the seeds from 1 to this: the tests in which threads meet, unless others are selected.
        #[arg(long, value_name = "LAST", conflicts_with = "seed")]
        seeds: Option<NonZeroU64>,
        /// The arguments of netioctl-harness, after `--`, such as the name of a test.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Checks drivers that have an older windows-drivers-rs.
    Foreign,
    /// Tries `cargo kmdf` as others use it: on a new project, and on one with mistakes.
    Kit,
    /// Carries out the action for GitHub on a new project; it compiles `cargo kmdf` anew, and asks apt for packages
    Action,
    /// Builds and loads the drivers of a checkout, such as Microsoft's samples, and prints what became of each.
    Samples {
        /// The checkout.
        checkout: std::path::PathBuf,
    },
    /// Builds and runs the examples in C, and holds the command's JSON against its schemas.
    Programs,
    /// Compiles the crates for programs of others with the oldest Rust that they are for.
    OldestRust,
    /// Builds, checks and packages drivers for ARM64; nothing here runs them.
    Arm64,
    /// Runs the probes of the framework stand-in alone, in the sandbox, and has drivers die there.
    Probes,
    /// Runs the drivers of sandbox/drivers with their programs, and judges what the verifier says; with a text, the scenarios
    /// whose names hold it.
    Drivers {
        /// Part of the name of a scenario.
        filter: Option<String>,
    },
    /// Searches for bytes that break a rule: libFuzzer over the targets in `fuzz/`, or random requests.
    Fuzz(fuzz::Arguments),
    /// Has many clients work in the sandbox for a while, and looks at what grows; in the end the driver comes and goes
    /// under them.
    Soak(soak::Arguments),
    /// Ends runs before their time in every way, looks at what they say and leave, and prints the table; takes a while.
    Ends {
        /// Signals to runs of the tests alone.
        #[arg(long)]
        tests: bool,
    },
    /// Measures in the sandbox how time and memory grow with the number of neighbors; no part of the tests.
    Bench {
        /// The arguments of netioctl-bench, after `--`, such as `--sizes 1000,20000`.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
}

/// Runs the task that the command line names.
pub fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            note(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode> {
    let workspace = Workspace { wine_debug: arguments.wine_debug, ..Workspace::of(cargo_kmdf::workspace::kit()?)? };
    let done = match arguments.task {
        // These have an exit code of their own.
        Task::Demo { arguments } => return demo::run(&workspace, &arguments),
        Task::Shell => return shell::run(&workspace),
        Task::Setup => setup::run_all(&workspace, setup::DEMO),
        Task::Build => build::run_all(&workspace).map(drop),
        Task::Kernel(task) => kernel::run(&task, &workspace),
        Task::Package(arguments) => package::run(&workspace, &arguments),
        Task::Test => test::run_all(&workspace),
        Task::Arm64 => arm64::check(&workspace),
        Task::Programs => programs::run_all(&workspace),
        Task::OldestRust => oldest_rust::check(&workspace),
        Task::Foreign => foreign::check(&workspace),
        Task::Samples { checkout } => build::run_all(&workspace).and_then(|_| samples::run_all(&workspace, &checkout)),
        Task::Action => build::run_all(&workspace).and_then(|_| kit::action(&workspace)),
        Task::Kit => build::run_all(&workspace).and_then(|_| kit::check(&workspace)),
        Task::Probes => test::run_probes(&workspace),
        Task::Drivers { filter } => drivers::run_some(&workspace, filter.as_deref()),
        Task::Fuzz(arguments) => fuzz::run(&workspace, &arguments),
        Task::Soak(arguments) => soak::run(&workspace, &arguments),
        Task::Ends { tests } => {
            let extent = if tests { ends::Extent::Tests } else { ends::Extent::Whole };
            build::run_all(&workspace).and_then(|_| ends::run(&workspace, extent))
        }
        Task::Bench { arguments } => bench::run(&workspace, &arguments),
        Task::Harness { windows, seeds: Some(last), arguments } => {
            let products = build::run_all(&workspace)?;
            seeds::run(&workspace, &products, windows, seeds::up_to(last), &arguments)
        }
        Task::Harness { windows, seeds: None, arguments } => test::run_harness(&workspace, windows, &arguments),
    };
    done.map(|()| ExitCode::SUCCESS)
}
