//! The netioctl command: shows and changes the neighbor table and the IP interfaces through the netioctl driver.
#![forbid(unsafe_code)]

mod args;
mod commands;
mod error;
mod layout;
mod output;
mod screen;
mod select;
mod system;
#[cfg(test)]
mod tests;
mod usage;
mod values;
mod watch;
mod zone;

use anstream::{AutoStream, ColorChoice};
use args::Cli;
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
    let family = cli.global.family();
    commands::run(&cli.command, Cli::command, family, system, output)
}
