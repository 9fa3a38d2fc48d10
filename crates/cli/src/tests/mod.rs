//! The commands, from the command line to the text on the screen.

mod apply;
mod changes;
mod comparison;
mod compartments;
mod errors;
mod flush;
mod habits;
mod interface_watch;
mod machine;
mod many;
mod neighbor_events;
mod neighbor_watch;
mod powershell;
mod rows;
mod schema;
mod screens;
mod shows;
mod stream;
mod targets;
mod watch;

use crate::{Run, args::Cli, output::Screen, run_on};
use clap::CommandFactory;
use insta::assert_snapshot;
use machine::{Driver, Machine};
use std::{ffi::OsString, fmt::Write, fs, path::Path};

/// Exit code and what is on the screen.
fn on(machine: &Machine, line: &str) -> String {
    on_screen(machine, line, Screen::default())
}

fn on_screen(machine: &Machine, line: &str, screen: Screen) -> String {
    let run = run_on(machine, &words(line), screen);
    format!("exit {}\n{}{}", run.code, String::from_utf8(run.shown).unwrap(), run.complaint)
}

/// Words, of which `_` stands for a space.
fn words(line: &str) -> Vec<OsString> {
    ["netioctl"].into_iter().chain(line.split_whitespace()).map(|word| word.replace('_', " ").into()).collect()
}

/// Runs a command on a machine whose driver works.
fn works(line: &str) -> String {
    on(&Machine::with(Driver::default()), line)
}

#[test]
fn help_teaches_with_examples() {
    let mut screens = String::new();
    let mut root = Cli::command().term_width(100);
    root.build();
    screens += &root.render_long_help().to_string();
    for group in root.get_subcommands_mut().filter(|command| command.get_name() != "help") {
        write!(screens, "\n----\n{}", group.render_long_help()).unwrap();
        for command in group.get_subcommands_mut().filter(|command| command.get_name() != "help") {
            let help = command.render_long_help().to_string();
            assert!(help.contains("Examples:\n  netioctl "), "{} has no examples", command.get_name());
            write!(screens, "\n----\n{help}").unwrap();
        }
    }
    assert_snapshot!(screens);
}

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = works(&format!("completions {shell}"));
        assert!(script.contains("resolve") && script.contains("dry-run"), "{shell}: {script}");
    }
}

/// Lines that are longer than the width of the help would be wrapped a second time.
#[test]
fn what_follows_the_options_is_wrapped_once() {
    fn check(command: &clap::Command) {
        let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let long: Vec<_> = text.lines().filter(|line| line.chars().count() > 100).collect();
        assert!(long.is_empty(), "{}: {long:?}", command.get_name());
        command.get_subcommands().for_each(check);
    }
    check(&Cli::command());
}

/// A command and those below it.
fn commands(command: &clap::Command) -> usize {
    1 + command.get_subcommands().map(commands).sum::<usize>()
}

fn write_pages(folder: &Path) -> Run {
    let mut command = words("man");
    command.push(folder.into());
    let run = run_on(&Machine::default(), &command, Screen::default());
    assert!(run.shown.is_empty());
    run
}

#[test]
fn each_command_has_a_manual_page_with_its_examples() {
    let root = std::env::temp_dir().join(format!("netioctl-man-{}", std::process::id()));
    let folder = root.join("share").join("man1");
    let done = write_pages(&folder);
    let page = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let pages = ["netioctl.1", "netioctl-neigh-show.1", "netioctl-interface-watch.1"].map(page);
    let count = fs::read_dir(&folder).unwrap().count();
    // A file is no folder.
    let file = folder.join("netioctl.1");
    let refused = write_pages(&file);
    fs::remove_dir_all(&root).unwrap();
    assert_eq!((done.code, count), (0, commands(&Cli::command())), "a page for each command, but none for `help`");
    for page in &pages {
        assert!(page.contains(".SH EXAMPLES\n  netioctl ") && page.starts_with(".ie"), "{page}");
        assert!(!page.contains("EXTRA") && !page.contains("Examples:"), "{page}");
    }
    assert!(works("man").starts_with("exit 0\n.ie"));
    assert_eq!(refused.code, 1);
    assert!(refused.complaint.contains(file.to_str().unwrap()), "{refused:?}");
}
