//! The netioctl command: shows and changes the neighbor table and the IP interfaces through the netioctl driver.

mod args;
mod driver;
mod error;
mod interface;
mod neigh;
mod output;
mod select;
mod system;
#[cfg(test)]
mod tests;

use args::{Cli, Command};
use clap::Parser;
use error::CliError;
use output::Output;
use std::{
    io::{self, IsTerminal},
    process::ExitCode,
};
use system::{System, TheSystem};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut stdout = io::stdout().lock();
    let terminal = stdout.is_terminal();
    let mut output = Output::new(&mut stdout, cli.global.json, terminal);
    let code = match run(&cli, &TheSystem, &mut output) {
        Ok(code) => code,
        // The reader of a pipe has seen enough.
        Err(CliError::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => error::DONE,
        Err(error) => {
            eprintln!("netioctl: {error}");
            error.exit_code()
        }
    };
    ExitCode::from(code)
}

/// Runs one command; the number is the exit code.
fn run(cli: &Cli, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let family = cli.global.family();
    match &cli.command {
        Command::Neigh { command } => neigh::run(command, family, system, output),
        Command::Interface { command } => interface::run(command, family, system, output),
        Command::Driver { command } => driver::run(command, output),
    }
}
