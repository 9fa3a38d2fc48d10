//! Wrong command lines, said as every other error is: in one line that says what to do.

use crate::words::{Words, beginning_with};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;

/// What is wrong, what may have been meant, and where to read on. `None` if this is no error but text that was asked for,
/// or the help that a command without its subcommand gets.
pub fn line(error: &clap::Error, args: &[OsString]) -> Option<String> {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return None;
    }
    let words = Words::of(args);
    let command = words.names.join(" ");
    if let Some(several) = ambiguous(error, &words) {
        return Some(format!("{several}: see `{command} --help`"));
    }
    short(error).map(|wrong| format!("{wrong}: see `{command} --help`"))
}

/// What is wrong, and what may have been meant.
pub fn short(error: &clap::Error) -> Option<String> {
    if !error.use_stderr() {
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
    Some(format!("{wrong}{tips}"))
}

/// How clap begins what may have been meant.
const TIP: &str = "tip: ";

/// A subcommand that is named by what several begin with.
fn ambiguous(error: &clap::Error, words: &Words) -> Option<String> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    let candidates = beginning_with(&words.command, word);
    let names: Vec<_> = candidates.iter().map(|command| command.get_name()).collect();
    let [first @ .., last] = &names[..] else { return None };
    (!first.is_empty()).then(|| format!("\"{word}\" may be {} or {last}", first.join(", ")))
}

/// "a, b and c".
pub fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
