//! What is printed where Windows speaks another language, where the terminal is narrow, and where names are not ASCII.

use super::{
    machine::{Driver, ETHERNET, Machine},
    on, on_screen, words,
};
use crate::{Screen, output::Output};
use unicode_width::UnicodeWidthStr;

/// Names as people give them: with a dash that is none of ASCII, with letters of two columns, with one that is combined.
const NAMES: [&str; 4] = ["Ethernet 2 – Büro", "以太网 2", "Сеть №3", "Cafe\u{301} 😀"];

fn machine(name: &str) -> Machine {
    Machine { aliases: vec![(ETHERNET, name.to_owned())], ..Machine::with(Driver::default()) }
}

/// The columns of a terminal before this text.
fn columns_before(line: &str, text: &str) -> usize {
    let place = line.find(text).unwrap_or_else(|| panic!("no {text:?} in {line:?}"));
    line[..place].width()
}

#[test]
fn columns_are_aligned_whatever_the_names_are() {
    for name in NAMES {
        let shown = on(&machine(name), "neigh show -6");
        let lines: Vec<_> = shown.lines().skip(1).collect();
        let column = columns_before(lines[0], "INDEX");
        for line in &lines[1..] {
            assert!(line.contains(name), "{line}");
            assert_eq!(columns_before(line, "12     router"), column, "{shown}");
        }
    }
}

#[test]
fn a_narrow_terminal_cuts_no_name() {
    for name in NAMES {
        for width in 10..100 {
            let screen = Screen { terminal: true, color: false, size: Some((width, 24)) };
            for line in ["neigh show -6", "interface show -4", "address show -4"] {
                let shown = on_screen(&machine(name), line, screen);
                assert!(shown.contains(name), "{width} columns, {line}: {shown}");
            }
        }
    }
}

#[test]
fn names_that_are_not_ascii_are_found_shown_and_written() {
    for name in NAMES {
        let machine = machine(name);
        let typed = name.to_uppercase();
        let run = |line: &str| {
            let mut args = words(line);
            args.iter_mut().filter(|arg| *arg == "NAME").for_each(|arg| *arg = typed.clone().into());
            crate::run_on(&machine, &args, Screen::default())
        };
        let done = run("neigh replace 192.0.2.7 02-00-00-00-77-07 -i NAME");
        assert_eq!(done.code, 0, "{name}: {}", done.complaint);
        let flushed = run("neigh flush -i NAME --dynamic");
        assert!(
            String::from_utf8(flushed.shown).unwrap().contains(&format!("neighbors of {name} that matched")),
            "{name}"
        );
        assert_eq!(on(&machine, "neigh save saved.json"), "exit 0\nsaved 2 permanent neighbors to saved.json\n");
        assert_eq!(on(&machine, "neigh save saved.csv --csv"), "exit 0\nsaved 2 permanent neighbors to saved.csv\n");
        for file in ["saved.json", "saved.csv"] {
            let applied = on(&machine, &format!("neigh apply {file} --prune"));
            assert!(applied.starts_with("exit 0\nnothing changed; 2 are as wanted"), "{file}: {applied}");
        }
    }
    let wrong = on(&machine("Büro"), "neigh show -i Buro");
    assert!(wrong.contains("did you mean \"Büro\"?"), "{wrong}");
}

/// Windows gives names in its own language; all else is the same in every language, and of ASCII, so that a console that
/// does not know UTF-8 shows it. The one sign beside the table that is not is on terminals only.
#[test]
fn what_is_printed_is_ascii_but_for_names() {
    let lines = [
        "neigh show",
        "neigh show --sort age",
        "neigh show --json",
        "neigh show --csv",
        "neigh get 192.0.2.10",
        "neigh flush --all --dry-run",
        "neigh apply neighbors.json --dry-run",
        "neigh resolve 192.0.2.10 192.0.2.12 -i 12",
        "neigh watch --count 0",
        "neigh set 192.0.2.10 020000007702",
        "neigh del 192.0.2.77",
        "neigh flush",
        "interface show",
        "interface get 12",
        "interface show --json",
        "address show",
        "stats",
        "--help",
        "neigh --help",
        "neigh show --help",
        "neigh apply --help",
        "neigh watch --help",
        "interface set --help",
        "man",
        "n re",
    ];
    for line in lines {
        let shown = on(&machine("Ethernet 2"), line);
        assert!(shown.is_ascii(), "{line}: {shown}");
    }
    for (line, said) in
        [("neigh show", "Stale"), ("neigh show --json", "\"STALE\""), ("interface get 12", "forwarding")]
    {
        assert!(on(&machine("以太网 2"), line).contains(said), "{line} says the same in every language");
    }
}

/// What is written is UTF-8: never the code page of the console.
#[test]
fn what_is_written_is_utf_8() {
    let mut bytes = Vec::new();
    Output::new(&mut bytes, crate::output::Format::Table, Screen::default()).text("Büro – 以太网").unwrap();
    assert_eq!(bytes, "Büro – 以太网\n".as_bytes());
}
