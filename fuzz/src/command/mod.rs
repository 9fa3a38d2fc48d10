//! The words of a command line: the command, from its parser through the client and the core of the driver to what it
//! prints and its exit code.

mod examples;
mod machine;

use machine::Machine;
use netioctl_cli::{Run, Screen, program, run_on};
use std::{collections::BTreeSet, ffi::OsString, sync::LazyLock};

pub use examples::{dictionary, seeds};

/// Bytes before the words: what the machine is like, how it refuses, how wide its screen is.
const HEAD: usize = 3;

/// Words of one command line, at most.
const MAX_WORDS: usize = 64;

/// Runs the command line in the bytes, where a zero ends each word, as in `/proc/PID/cmdline`.
pub fn run(input: &[u8]) {
    let (head, words) = input.split_at(input.len().min(HEAD));
    let [flags, refusal, width] = [0, 1, 2].map(|place| head.get(place).copied().unwrap_or_default());
    let args: Vec<_> = words.split(|byte| *byte == 0).take(MAX_WORDS).map(word).collect();
    let args = [vec!["netioctl".into()], args].concat();
    let screen = Screen {
        terminal: flags & 0x01 != 0,
        color: flags & 0x02 != 0,
        size: Some((u16::from(width), 1 + u16::from(width) / 4)),
    };
    let run = run_on(&Machine::new(flags, refusal), &args, screen);
    check(&run, &args, screen);
}

/// Any bytes are a word where the system has words of bytes.
fn word(bytes: &[u8]) -> OsString {
    #[cfg(unix)]
    return std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec());
    #[cfg(not(unix))]
    String::from_utf8_lossy(bytes).into_owned().into()
}

/// What holds of every run.
fn check(run: &Run, args: &[OsString], screen: Screen) {
    assert!(DOCUMENTED.contains(&run.code), "{args:?} ends with {}, which the help does not tell", run.code);
    let shown = str::from_utf8(&run.shown).expect("what is shown is text");
    assert!(run.code == 0 || !shown.is_empty() || !run.complaint.is_empty(), "{args:?} fails and says nothing");
    assert!(run.code != 0 || run.complaint.is_empty(), "{args:?} succeeds, and complains: {}", run.complaint);
    check_complaint(&run.complaint, args);
    if !screen.terminal && !screen.color {
        assert!(!shown.contains('\u{1b}'), "{args:?} draws where no terminal is: {shown:?}");
    }
    if run.code == 0 {
        check_json(shown, args);
        check_csv(shown, args);
    }
}

/// An error is one line; the help of a command that lacks its subcommand has several.
fn check_complaint(complaint: &str, args: &[OsString]) {
    if complaint.is_empty() || !complaint.starts_with(ERROR) && complaint.contains("Usage: netioctl") {
        return;
    }
    let line = complaint.strip_suffix('\n').and_then(|line| line.strip_prefix(ERROR));
    let line = line.unwrap_or_else(|| panic!("{args:?}: {complaint:?} is no line of an error"));
    assert!(!line.chars().any(char::is_control), "{args:?}: {line:?} is not one line of text");
    assert!(line.split_whitespace().count() > 3, "{args:?}: {line:?} is no sentence");
}

/// How an error begins.
const ERROR: &str = "netioctl: ";

/// Documents for programs can be read, each of them. Help, scripts and manual pages are no documents.
fn check_json(shown: &str, args: &[OsString]) {
    if has(args, "--json") && shown.starts_with(['[', '{']) {
        let documents = serde_json::Deserializer::from_str(shown).into_iter::<serde_json::Value>();
        for document in documents {
            assert!(document.is_ok(), "{args:?}: {document:?} in {shown}");
        }
    }
}

/// Each line has the columns of the first, which is of names. What is no list has no CSV.
fn check_csv(shown: &str, args: &[OsString]) {
    let is_header = |line: &str| line.contains(',') && !line.contains([' ', ';', '"']);
    if has(args, "--csv") && shown.lines().next().is_some_and(is_header) {
        for record in csv::Reader::from_reader(shown.as_bytes()).records() {
            assert!(record.is_ok(), "{args:?}: {record:?} in {shown}");
        }
    }
}

fn has(args: &[OsString], option: &str) -> bool {
    args.iter().any(|arg| arg == option)
}

/// The exit codes that the help tells.
static DOCUMENTED: LazyLock<BTreeSet<u8>> = LazyLock::new(|| {
    let help = program().get_after_help().map(ToString::to_string).unwrap_or_default();
    let (_, codes) = help.split_once("Exit codes:").expect("the help tells the exit codes");
    codes.split(',').filter_map(|code| code.split_whitespace().next()?.parse().ok()).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_codes_are_those_of_the_help() {
        assert_eq!(*DOCUMENTED, [0, 1, 2, 3, 4, 5, 7, 8].into());
    }
}
