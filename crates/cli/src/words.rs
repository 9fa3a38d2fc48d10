//! The words of the command line: which command they name, and those that `ip` has without dashes.

use crate::args::Cli;
use clap::{Arg, Command, CommandFactory};
use std::ffi::{OsStr, OsString};

/// Words that `ip neigh` has before a value. Each is an option here, for the commands that have one of that name.
const OF_IP: [&str; 4] = ["dev", "lladdr", "nud", "to"];

/// What one letter stands for where several commands begin with it, as with `ip`.
const LETTERS: [(&str, &str); 4] = [("s", "show"), ("a", "add"), ("a", "address"), ("r", "replace")];

/// What the words of a command line say before they are parsed.
pub struct Words {
    /// The words, with the names of commands in full, and with options for those that `ip` has without dashes.
    pub args: Vec<OsString>,
    /// The command that they name, as far as it is known: its names in full.
    pub names: Vec<String>,
    /// The command itself.
    pub command: Command,
}

impl Words {
    /// Goes through the words as the parser will. The first one is the name of the program.
    pub fn of(args: &[OsString]) -> Self {
        let mut command = Cli::command();
        command.build();
        let mut words = Self { args: args[..args.len().min(1)].to_vec(), names: vec!["netioctl".to_owned()], command };
        let mut rest = args.iter().skip(1);
        while let Some(arg) = rest.next() {
            words.take(arg);
            match arg.to_str() {
                Some("--") => words.args.extend(rest.by_ref().cloned()),
                // The value is no word of its own, whatever it says.
                Some(text) if words.wants_value(text) => words.args.extend(rest.next().cloned()),
                _ => {}
            }
        }
        words
    }

    fn take(&mut self, arg: &OsStr) {
        let text = arg.to_str().unwrap_or_default();
        let arg = if let Some(next) = meant(&self.command, text).cloned() {
            let name = next.get_name().to_owned();
            self.command = next;
            self.names.push(name.clone());
            name.into()
        } else if self.is_of_ip(text) {
            format!("--{text}").into()
        } else {
            arg.to_owned()
        };
        self.args.push(arg);
    }

    fn is_of_ip(&self, text: &str) -> bool {
        OF_IP.contains(&text) && self.long(text).is_some()
    }

    /// The word is an option whose value is the next word.
    fn wants_value(&self, text: &str) -> bool {
        let takes = |option: &Arg| option.get_action().takes_values();
        match text.strip_prefix("--") {
            Some(long) => self.long(long).is_some_and(takes),
            None if self.is_of_ip(text) => true,
            None => text.strip_prefix('-').is_some_and(|shorts| self.last_wants_value(shorts)),
        }
    }

    fn last_wants_value(&self, shorts: &str) -> bool {
        let takes = |short: char| {
            let is_short = |option: &&Arg| option.get_short() == Some(short);
            self.command.get_arguments().find(is_short).is_some_and(|option| option.get_action().takes_values())
        };
        shorts.chars().position(takes).is_some_and(|place| place + 1 == shorts.chars().count())
    }

    fn long(&self, name: &str) -> Option<&Arg> {
        let has = |option: &&Arg| {
            option.get_long() == Some(name) || option.get_all_aliases().is_some_and(|names| names.contains(&name))
        };
        self.command.get_arguments().find(has)
    }
}

/// The subcommand that a word names: in full, or by a beginning that no other has.
fn meant<'a>(command: &'a Command, word: &str) -> Option<&'a Command> {
    let all = beginning_with(command, word);
    let letter = |below: &&Command| LETTERS.contains(&(word, below.get_name()));
    match all[..] {
        [only] => Some(only),
        _ => command.find_subcommand(word).or_else(|| all.into_iter().find(letter)),
    }
}

/// The subcommands that a word may be the beginning of, by one of their names.
pub fn beginning_with<'a>(command: &'a Command, word: &str) -> Vec<&'a Command> {
    let begins = |below: &&Command| {
        let mut names = [below.get_name()].into_iter().chain(below.get_all_aliases());
        !word.is_empty() && names.any(|name| name.starts_with(word))
    };
    command.get_subcommands().filter(begins).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> (String, String) {
        let args: Vec<OsString> = line.split(' ').map(Into::into).collect();
        let words = Words::of(&args);
        (words.args.join(OsStr::new(" ")).into_string().unwrap(), words.names.join(" "))
    }

    #[test]
    fn words_of_ip_become_options() {
        let (args, names) = words("netioctl n add 192.0.2.7 lladdr 2:0:0:0:77:2 dev lan0 nud permanent");
        assert_eq!(args, "netioctl neigh add 192.0.2.7 --lladdr 2:0:0:0:77:2 --dev lan0 --nud permanent");
        assert_eq!(names, "netioctl neigh add");
        let (args, _) = words("netioctl -4 neigh show to 192.0.2.0/24 dev 12");
        assert_eq!(args, "netioctl -4 neigh show --to 192.0.2.0/24 --dev 12");
    }

    #[test]
    fn what_is_a_value_stays_one() {
        for line in [
            "netioctl neigh show -i dev",
            "netioctl neigh show -4ui dev",
            "netioctl neigh show --interface dev --color always",
            "netioctl neigh show -- dev",
            "netioctl dev",
            "netioctl man to",
            "netioctl neigh show --interface=dev -s stale",
        ] {
            assert_eq!(words(line).0, line);
        }
        assert_eq!(words("netioctl neigh show dev dev").0, "netioctl neigh show --dev dev");
    }

    #[test]
    fn a_command_is_named_by_a_beginning() {
        for (line, names) in [
            ("netioctl n sh", "netioctl neigh show"),
            ("netioctl --color never neighb del", "netioctl neigh del"),
            ("netioctl neigh re 192.0.2.7", "netioctl neigh"),
            ("netioctl neighbour remove 192.0.2.7", "netioctl neigh del"),
            ("netioctl if s", "netioctl interface show"),
            ("netioctl a", "netioctl address"),
            ("netioctl help n re", "netioctl help neigh"),
        ] {
            assert_eq!(words(line).1, names, "{line}");
        }
    }
}
