//! What the search begins with: every example that the help or the README gives, and every word that the parser knows.

use clap::Command;
use netioctl_cli::program;

/// What people read first.
const README: &str = include_str!("../../../README.md");

/// What the machine is like: with a terminal, with an answer, refusing, without a driver.
const HEADS: [[u8; 3]; 4] = [[0x03, 0, 60], [0x04, 0, 0], [0x20, 7, 0], [0x10, 0, 0]];

/// The examples, each as users type it and on a machine of the next kind.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let seed = |head: [u8; 3], words: &[String]| [&head[..], words.join("\0").as_bytes()].concat();
    let examples = examples();
    let plain = examples.iter().map(|words| seed([0; 3], words));
    plain.chain(examples.iter().zip(HEADS.iter().cycle()).map(|(words, head)| seed(*head, words))).collect()
}

/// Commands, options and values, and numbers that are the first or the last of something.
#[must_use]
pub fn dictionary() -> Vec<Vec<u8>> {
    const VALUES: [&str; 12] = [
        "fe80::7%12",
        "192.0.2.0/24",
        "::/0",
        "0x0006008007000000",
        "02-00-00-00-77-02",
        "auto",
        "on",
        "4294967295",
        "268435455",
        "3=12",
        "0.001",
        "if12",
    ];
    let mut words: Vec<_> = words(&program());
    words.extend(VALUES.map(str::to_owned));
    words.sort();
    words.dedup();
    words.iter().map(|word| format!("\0{word}").into_bytes()).collect()
}

/// The command lines of the examples, without the name of the program and what the shell does with the output.
fn examples() -> Vec<Vec<String>> {
    let mut texts = Vec::new();
    texts_after_help(&program(), &mut texts);
    let of_help = texts.iter().flat_map(|text| text.lines()).filter_map(|line| line.strip_prefix("  netioctl "));
    let lines = README.lines().filter_map(|line| line.strip_prefix(r"C:\> netioctl ")).chain(of_help);
    let lines = lines.map(|line| line.split(['>', '<', '|']).next().unwrap_or_default());
    let mut lines: Vec<Vec<_>> = lines.map(|line| line.split_whitespace().map(str::to_owned).collect()).collect();
    lines.sort();
    lines.dedup();
    lines
}

fn texts_after_help(command: &Command, texts: &mut Vec<String>) {
    texts.extend(command.get_after_help().map(ToString::to_string));
    command.get_subcommands().for_each(|below| texts_after_help(below, texts));
}

fn words(command: &Command) -> Vec<String> {
    let mut words: Vec<_> = command.get_name_and_visible_aliases().into_iter().map(str::to_owned).collect();
    for option in command.get_arguments() {
        words.extend(option.get_long().map(|long| format!("--{long}")));
        words.extend(option.get_short().map(|short| format!("-{short}")));
        words.extend(option.get_possible_values().iter().map(|value| value.get_name().to_owned()));
    }
    words.extend(command.get_subcommands().flat_map(self::words));
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::machine::Machine;
    use netioctl_cli::{Screen, run_on};

    #[test]
    fn the_examples_do_what_they_are_for() {
        let examples = examples();
        assert!(examples.len() > 50, "{examples:?}");
        for words in examples {
            let args: Vec<_> = ["netioctl".into()].into_iter().chain(words.iter().map(Into::into)).collect();
            let run = run_on(&Machine::new(0x04, 0), &args, Screen::default());
            // The neighbors that are made are there: others are read, changed and deleted.
            let exists = words.starts_with(&["neigh".to_owned(), "add".to_owned()]);
            assert_eq!(run.code, u8::from(exists), "{words:?}: {}", run.complaint);
        }
    }

    #[test]
    fn the_dictionary_has_commands_options_and_values() {
        let dictionary = dictionary();
        for word in ["\0resolve", "\0--retransmit-time", "\0reachable", "\0-i", "\0powershell"] {
            assert!(dictionary.iter().any(|known| known == word.as_bytes()), "{word:?}");
        }
    }
}
