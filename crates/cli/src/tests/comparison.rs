//! `docs/comparison.md` tells the truth about this command: its lines are understood, and the keystrokes counted.

use crate::{args::Cli, words::Words};
use clap::Parser;
use std::{ffi::OsString, fs, path::Path};

/// The columns after the task, each of a command and its keystrokes.
const TOOLS: usize = 5;

/// The tasks: the command and the number of each tool, where it has any.
fn tasks() -> Vec<Vec<Option<(String, usize)>>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/comparison.md");
    let text = fs::read_to_string(file).unwrap();
    let rows = text.lines().skip_while(|line| !line.starts_with("| task |")).skip(2);
    rows.take_while(|line| line.starts_with('|')).map(task).collect()
}

fn task(row: &str) -> Vec<Option<(String, usize)>> {
    // A bar in a command is escaped.
    let cells: Vec<_> = row.replace(r"\|", "\u{1}").split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect();
    let tool = |pair: &[String]| {
        let command = pair[0].strip_prefix('`')?.strip_suffix('`')?.to_owned();
        Some((command, pair[1].parse().unwrap()))
    };
    let (tools, rest) = cells[2..].as_chunks::<2>();
    assert!(rest.len() == 1 && tools.len() == TOOLS, "{row}");
    tools.iter().map(|pair| tool(pair)).collect()
}

#[test]
fn the_keystrokes_are_counted_and_none_is_more_than_with_ip() {
    let tasks = tasks();
    assert_eq!(tasks.len(), 10);
    for tools in &tasks {
        for (command, keystrokes) in tools.iter().flatten() {
            assert_eq!(command.chars().count(), *keystrokes, "{command}");
        }
        let [Some((ours, our_keys)), Some((theirs, their_keys)), ..] = &tools[..] else { panic!("{tools:?}") };
        assert!(our_keys <= their_keys, "{ours} is longer than {theirs}");
    }
}

fn args(line: &str) -> Vec<OsString> {
    ["netioctl"].into_iter().chain(line.split(' ')).map(Into::into).collect()
}

/// What the parser makes of a line.
fn parsed(line: &str) -> String {
    let cli = Cli::try_parse_from(Words::of(&args(line)).args);
    format!("{:?}", cli.unwrap_or_else(|error| panic!("{line}: {error}")).command)
}

#[test]
fn each_of_our_lines_is_a_command_and_most_lines_of_ip_are_too() {
    let mut alike = 0;
    for tools in tasks() {
        let [Some((ours, _)), Some((theirs, _)), ..] = &tools[..] else { panic!("{tools:?}") };
        let understood = parsed(ours);
        if theirs != "mo n" {
            parsed(theirs);
            alike += 1;
        }
        assert!(understood.starts_with("Neigh") || understood.starts_with("Address"), "{ours}: {understood}");
    }
    assert_eq!(alike, 9);
}
