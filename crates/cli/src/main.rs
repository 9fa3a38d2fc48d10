//! The netioctl command: shows and changes the neighbor table and the IP interfaces through the netioctl driver.

mod args;
mod arp;
mod driver;
mod error;
mod family;
mod interface;
mod layout;
mod man;
mod neigh;
mod output;
mod screen;
mod select;
mod stats;
mod system;
#[cfg(test)]
mod tests;
mod usage;
mod watch;
mod zone;

use anstream::{AutoStream, ColorChoice};
use args::{Cli, Command};
use clap::{CommandFactory, Parser};
use error::CliError;
use output::{Output, Screen};
use std::{
    env,
    ffi::OsString,
    io::{self, IsTerminal},
    process::ExitCode,
};
use system::{System, TheSystem};

fn main() -> ExitCode {
    let args: Vec<_> = env::args_os().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error, &args),
    };
    cli.global.color.write_global();
    let stdout = io::stdout();
    let screen = Screen {
        terminal: stdout.is_terminal(),
        // As NO_COLOR, CLICOLOR_FORCE, --color and the terminal have it.
        color: AutoStream::choice(&stdout) != ColorChoice::Never,
        size: None,
    };
    let mut stdout = screen.stream(stdout.lock());
    let mut output = Output::new(&mut stdout, cli.global.format(), screen);
    let code = match run(&cli, &TheSystem, &mut output) {
        Ok(code) => code,
        // The reader of a pipe has seen enough.
        Err(error) if error.is_end_of_pipe() => error::DONE,
        Err(error) => {
            eprintln!("netioctl: {error}");
            error.exit_code()
        }
    };
    ExitCode::from(code)
}

/// Says what is wrong with the command line, or shows the help or the version that it asks for.
fn refuse(error: &clap::Error, args: &[OsString]) -> ExitCode {
    match usage::line(error, args) {
        None => error.exit(),
        Some(line) => {
            eprintln!("netioctl: {line}");
            ExitCode::from(error::USAGE)
        }
    }
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
                None => man::print(output)?,
                Some(folder) => man::write(folder)?,
            }
            Ok(error::DONE)
        }
    }
}
