//! The netioctl command: shows and changes the neighbor table and the IP interfaces through the netioctl driver.

mod args;
mod arp;
mod driver;
mod error;
mod family;
mod interface;
mod neigh;
mod output;
mod select;
mod stats;
mod system;
#[cfg(test)]
mod tests;
mod watch;
mod zone;

use anstream::{AutoStream, ColorChoice};
use args::{Cli, Command};
use clap::{CommandFactory, Parser};
use clap_mangen::Man;
use error::CliError;
use output::{Output, Screen};
use std::{
    io::{self, IsTerminal},
    process::ExitCode,
};
use system::{System, TheSystem};

fn main() -> ExitCode {
    let cli = Cli::parse();
    cli.global.color.write_global();
    let stdout = io::stdout();
    let screen = Screen {
        terminal: stdout.is_terminal(),
        // As NO_COLOR, CLICOLOR_FORCE, --color and the terminal have it.
        color: AutoStream::choice(&stdout) != ColorChoice::Never,
    };
    let mut stdout = AutoStream::auto(stdout.lock());
    let mut output = Output::new(&mut stdout, cli.global.format(), screen);
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
    family::check(cli)?;
    let family = cli.global.family();
    match &cli.command {
        Command::Neigh { command } => neigh::run(command, family, system, output),
        Command::Interface { command } => interface::run(command, family, system, output),
        Command::Arp { command } => arp::run(command, system, output),
        Command::Stats { reset } => stats::run(*reset, system, output),
        Command::Driver { command } => driver::run(command, output),
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut Cli::command(), "netioctl", &mut output.raw());
            Ok(error::DONE)
        }
        Command::Man { folder } => {
            match folder {
                None => Man::new(Cli::command()).render(&mut output.raw())?,
                Some(folder) => clap_mangen::generate_to(Cli::command(), folder)?,
            }
            Ok(error::DONE)
        }
    }
}
