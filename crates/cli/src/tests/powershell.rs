//! The PowerShell module runs commands that there are, with options that they have.

use crate::args::Cli;
use clap::{Command, CommandFactory};
use std::{fs, path::Path};

fn texts(line: &str) -> Vec<&str> {
    line.split('\'').skip(1).step_by(2).collect()
}

/// The command of these words, and how many of them name it.
fn command(words: &[&str]) -> (Command, usize) {
    let mut command = Cli::command();
    command.build();
    let mut used = 0;
    while let Some(next) = words.get(used).and_then(|word| command.find_subcommand(word)) {
        command = next.clone();
        used += 1;
    }
    (command, used)
}

fn has_option(command: &Command, option: &str) -> bool {
    command.get_arguments().any(|argument| argument.get_long().is_some_and(|long| format!("--{long}") == option))
}

#[test]
fn the_module_runs_commands_that_there_are() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/powershell/Netioctl.psm1");
    let module = fs::read_to_string(path).unwrap();
    let mut seen = 0;
    // Every function, with the options of all, but for those that it does not take.
    for function in module.split("\nfunction ").skip(1) {
        let (name, body) = function.split_once(" {\n").unwrap();
        if !name.contains("-Netio") {
            continue;
        }
        let line = body.lines().find(|line| line.contains("rguments") && line.contains("@('"));
        let words = texts(line.unwrap_or_else(|| panic!("{name} runs nothing")));
        let (command, used) = command(&words[..]);
        assert!(used > 0 && !command.has_subcommands(), "{name}: {words:?}");
        let shared = if body.contains("Get-Option") { &["--interface", "--ipv4", "--ipv6"][..] } else { &[] };
        let own = body.lines().flat_map(texts).filter(|text| text.starts_with("--"));
        for option in shared.iter().copied().chain(own).chain(["--json"]) {
            assert!(has_option(&command, option), "{name}: {} has no {option}", command.get_name());
        }
        seen += 1;
    }
    assert!(seen >= 8, "{seen} functions");
}
