//! The commands, from the command line to the text on the screen.

mod changes;
mod errors;
mod flush;
mod interface_watch;
mod machine;
mod neighbor_watch;
mod schema;
mod shows;
mod targets;
mod watch;

use crate::{
    args::Cli,
    output::{Output, Screen},
    run,
};
use clap::{CommandFactory, Parser};
use insta::assert_snapshot;
use machine::{Driver, Machine};

/// Exit code and what is on the screen.
fn on(machine: &Machine, line: &str) -> String {
    on_screen(machine, line, Screen::default())
}

fn on_screen(machine: &Machine, line: &str, screen: Screen) -> String {
    let cli = match Cli::try_parse_from(words(line)) {
        Ok(cli) => cli,
        Err(error) => return format!("exit {}\n{error}", error.exit_code()),
    };
    let mut shown = Vec::new();
    let result = run(&cli, machine, &mut Output::new(&mut shown, cli.global.format(), screen));
    let shown = String::from_utf8(shown).unwrap();
    match result {
        Ok(code) => format!("exit {code}\n{shown}"),
        Err(error) => format!("exit {}\n{shown}netioctl: {error}\n", error.exit_code()),
    }
}

/// Words, of which `_` stands for a space.
fn words(line: &str) -> Vec<String> {
    ["netioctl"].into_iter().chain(line.split_whitespace()).map(|word| word.replace('_', " ")).collect()
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
        screens += &format!("\n----\n{}", group.render_long_help());
        for command in group.get_subcommands_mut().filter(|command| command.get_name() != "help") {
            let help = command.render_long_help().to_string();
            assert!(help.contains("Examples:\n  netioctl "), "{} has no examples", command.get_name());
            screens += &format!("\n----\n{help}");
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

#[test]
fn each_command_has_a_manual_page_with_its_examples() {
    let folder = std::env::temp_dir().join(format!("netioctl-man-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut command: Vec<_> = words("man");
    command.push(folder.to_str().unwrap().to_owned());
    let cli = Cli::try_parse_from(command).unwrap();
    let mut shown = Vec::new();
    let done = run(&cli, &Machine::default(), &mut Output::new(&mut shown, cli.global.format(), Screen::default()));
    let page = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let pages = ["netioctl.1", "netioctl-neigh-show.1", "netioctl-interface-watch.1"].map(page);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!((done.unwrap(), shown.is_empty()), (0, true));
    for page in &pages {
        assert!(page.contains("Examples:") && page.starts_with(".ie"), "{page}");
    }
    assert!(works("man").starts_with("exit 0\n.ie"));
}
