//! Wrong command lines, said as every other error is: in one line that says what to do.

use crate::args::Cli;
use clap::{CommandFactory, error::ErrorKind};
use std::ffi::OsString;

/// What is wrong, what may have been meant, and where to read on. `None` if this is no error but text that was asked for,
/// or the help that a command without its subcommand gets.
pub fn line(error: &clap::Error, args: &[OsString]) -> Option<String> {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return None;
    }
    let text = error.render().to_string();
    let is_more = |line: &&str| !(line.starts_with("Usage:") || line.starts_with("For more information"));
    let lines = text.lines().map(str::trim).take_while(is_more).filter(|line| !line.is_empty());
    let (tips, wrong): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with(TIP));
    let wrong = wrong.join(" ");
    let wrong = wrong.strip_prefix("error: ").unwrap_or(&wrong);
    let tips: Vec<_> = tips.into_iter().filter_map(|tip| tip.strip_prefix(TIP)).collect();
    let tips = if tips.is_empty() { String::new() } else { format!(" ({})", tips.join("; ")) };
    Some(format!("{wrong}{tips}: see `{} --help`", command(args)))
}

/// How clap begins what may have been meant.
const TIP: &str = "tip: ";

/// The command that was meant, as far as it is known.
fn command(args: &[OsString]) -> String {
    let mut names = vec!["netioctl".to_owned()];
    let mut command = Cli::command();
    for arg in args.iter().skip(1) {
        let Some(next) = command.find_subcommand(arg).cloned() else { continue };
        names.push(next.get_name().to_owned());
        command = next;
    }
    names.join(" ")
}
