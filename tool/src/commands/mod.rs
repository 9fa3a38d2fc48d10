//! The command line.

mod build;
mod driver;
mod new;
mod package;
mod prepare;
mod result;
mod run;
mod shell;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::report::note;

/// What the command answers when it could not do what it was to do: as container tools have it, so that the codes below
/// are those of the program.
const FAILED: u8 = 125;

/// Cargo calls its subcommands with their own name as the first argument.
#[derive(Parser)]
#[command(name = "cargo", bin_name = "cargo")]
enum Cargo {
    Kmdf(Arguments),
}

/// Builds, packages and runs KMDF drivers on Linux: without the WDK, under a verifier.
#[derive(clap::Args)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds the kernel image of a driver, and says what a reviewer would ask about it.
    Build(build::Arguments),
    /// Makes a driver package: builds, stamps the INF, makes the catalog, signs.
    Package(package::Arguments),
    /// Boots a test machine, installs a driver, runs a program there, and gives its exit code and the verifier's verdict.
    Run(run::Arguments),
    /// Opens a shell on a test machine with a driver.
    Shell(shell::Arguments),
    /// Installs what the other commands need, and builds the parts of the test machine.
    Prepare(prepare::Arguments),
    /// Makes a new driver, with a program, a test and a CI workflow.
    New(new::Arguments),
}

/// Runs the command that the command line names.
#[must_use]
pub fn main() -> ExitCode {
    let Cargo::Kmdf(arguments) = Cargo::parse();
    match run(&arguments.command) {
        Ok(code) => code,
        Err(error) => {
            note(&format!("error: {error:#}"));
            ExitCode::from(FAILED)
        }
    }
}

fn run(command: &Command) -> Result<ExitCode> {
    match command {
        Command::Build(arguments) => build::run(arguments).map(|()| ExitCode::SUCCESS),
        Command::Package(arguments) => package::run(arguments).map(|()| ExitCode::SUCCESS),
        Command::Run(arguments) => run::run(arguments),
        Command::Shell(arguments) => shell::run(arguments),
        Command::Prepare(arguments) => prepare::run(arguments).map(|()| ExitCode::SUCCESS),
        Command::New(arguments) => new::run(arguments).map(|()| ExitCode::SUCCESS),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cargo::command().debug_assert();
    }
}
