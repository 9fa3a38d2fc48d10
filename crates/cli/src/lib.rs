//! The netioctl command: shows and changes the neighbor table and the IP interfaces through the netioctl driver.
//!
//! [`main`] is the program. [`run_on`] runs a command line on any [`System`], so that tests and the fuzzer go the same way
//! as users do: from the words of the command line to what is printed and the exit code.
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
mod words;
mod zone;

pub use screen::Screen;
pub use system::{Setup, System};

use anstream::{AutoStream, ColorChoice};
use args::Cli;
use clap::{CommandFactory, Parser};
use output::Output;
use std::{
    env,
    ffi::OsString,
    io::{self, IsTerminal},
    process::ExitCode,
};
use system::TheSystem;
use words::Words;

/// Runs the command line of this process on this machine.
#[must_use]
pub fn main() -> ExitCode {
    let args: Vec<_> = env::args_os().collect();
    let cli = match parse(&args) {
        Ok(cli) => cli,
        Err(Refused::Text(text)) => text.exit(),
        Err(Refused::Wrong(line)) => {
            eprint!("{line}");
            return ExitCode::from(error::USAGE);
        }
    };
    cli.global.color.write_global();
    let stdout = io::stdout();
    let screen = Screen {
        terminal: stdout.is_terminal(),
        // As NO_COLOR, CLICOLOR_FORCE, --color and the terminal have it.
        color: AutoStream::choice(&stdout) != ColorChoice::Never,
        size: None,
    };
    let mut stdout = output::stream(stdout.lock(), cli.global.format(), screen);
    let (code, complaint) =
        run(&cli, &TheSystem::default(), &mut Output::new(&mut stdout, cli.global.format(), screen));
    eprint!("{complaint}");
    ExitCode::from(code)
}

/// What has come of a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The exit code.
    pub code: u8,
    /// What is on standard output.
    pub shown: Vec<u8>,
    /// What is on standard error: nothing, one line, or the help that a command without its subcommand gets.
    pub complaint: String,
}

/// Runs a command line, its first word the name of the program, on a machine. What it prints goes to `screen`.
#[must_use]
pub fn run_on(system: &dyn System, args: &[OsString], screen: Screen) -> Run {
    let cli = match parse(args) {
        Ok(cli) => cli,
        Err(Refused::Wrong(line)) => return Run { code: error::USAGE, shown: Vec::new(), complaint: line },
        Err(Refused::Text(text)) => {
            let code = if text.use_stderr() { error::USAGE } else { error::DONE };
            let (shown, complaint) = (text.to_string(), String::new());
            let (shown, complaint) = if text.use_stderr() { (complaint, shown) } else { (shown, complaint) };
            return Run { code, shown: shown.into_bytes(), complaint };
        }
    };
    let mut shown = output::stream(Vec::new(), cli.global.format(), screen);
    let (code, complaint) = run(&cli, system, &mut Output::new(&mut shown, cli.global.format(), screen));
    Run { code, shown: shown.into_inner(), complaint }
}

/// The whole command line, for what describes it: options, subcommands, help.
#[must_use]
pub fn program() -> clap::Command {
    Cli::command()
}

/// Why a command line names nothing to do.
enum Refused {
    /// It asks for the help or the version, or lacks a subcommand and gets the help.
    Text(clap::Error),
    /// It is wrong: the line that says how.
    Wrong(String),
}

fn parse(args: &[OsString]) -> Result<Cli, Refused> {
    Cli::try_parse_from(Words::of(args).args).map_err(|error| match usage::line(&error, args) {
        None => Refused::Text(error),
        Some(line) => Refused::Wrong(complaint(&line)),
    })
}

/// Runs one command: the exit code, and what is to be said of it on standard error.
fn run(cli: &Cli, system: &dyn System, output: &mut Output<'_>) -> (u8, String) {
    let (family, compartment) = (cli.global.family(), cli.global.compartment);
    let ran = commands::check(&cli.command, family, compartment).and_then(|()| {
        if let Some(compartment) = compartment {
            system.act_in(compartment);
        }
        commands::run(&cli.command, program, family, system, output)
    });
    match ran {
        Ok(code) => (code, String::new()),
        // The reader of a pipe has seen enough.
        Err(error) if error.is_end_of_pipe() => (error::DONE, String::new()),
        Err(error) => (error.exit_code(), complaint(&error.to_string())),
    }
}

/// An error as it is printed: one line, whatever the words and names in it are.
fn complaint(error: &str) -> String {
    let mut line = String::from("netioctl: ");
    for character in error.chars() {
        if character.is_control() { line.extend(character.escape_default()) } else { line.push(character) }
    }
    line + "\n"
}
