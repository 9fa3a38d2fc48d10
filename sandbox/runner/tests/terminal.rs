//! A command of the sandbox on the user's terminal: what it writes is seen at once, it can ask, Ctrl-C ends it and not the
//! sandbox around it, and its exit code comes out.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rexpect::session::{PtySession, spawn_command};
use rustix::termios::{LocalModes, tcgetattr};
use sandbox_runner::{Options, Sandbox};

/// Set for the process that has a terminal.
const LEND: &str = "KMDF_LEND_TERMINAL";

/// How long anything may take, in milliseconds.
const LIMIT: u64 = 60_000;

/// Something that writes every second and does not end by itself.
const ENDLESS: [&str; 4] = ["ping", "-n", "100000", "127.0.0.1"];

/// Not a test by itself: the process whose terminal the next test holds.
#[test]
#[ignore = "needs Wine; run by `cargo xtask test`"]
fn lend_the_terminal() {
    if std::env::var_os(LEND).is_none() {
        return;
    }
    let options = Options::new(Path::new(env!("CARGO_TARGET_TMPDIR")), Path::new(env!("CARGO_BIN_EXE_kmdf-sandbox")));
    let sandbox = Sandbox::start(&options).unwrap();
    let windows = |argv: &[&str]| println!("outcome: {}", sandbox.wine(argv).interactive().unwrap());
    windows(&["cmd", "/c", "set /p answer=who?& set answer"]);
    windows(&["cmd", "/c", "exit 7"]);
    windows(&ENDLESS);
    let shell = sandbox.linux(["bash", "--noprofile", "--norc"]).env("PS1", "prompt> ");
    println!("outcome: {}", shell.interactive().unwrap());
    // As a program that is killed leaves it.
    let rude = sandbox.linux(["sh", "-c", "stty raw -echo; exit 3"]);
    println!("outcome: {}", rude.interactive().unwrap());
    println!("the end");
}

#[test]
#[ignore = "needs Wine; run by `cargo xtask test`"]
fn a_command_has_the_terminal_and_hands_it_back() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "lend_the_terminal", "--ignored", "--nocapture"]).env(LEND, "1").env("TERM", "xterm");
    let mut terminal = spawn_command(command, Some(LIMIT)).unwrap();
    expect(&mut terminal, "who?");
    wait_for_keys(&terminal);
    enter(&mut terminal, "a reader");
    expect(&mut terminal, "answer=a reader");
    expect(&mut terminal, "outcome: exit code 0");
    expect(&mut terminal, "outcome: exit code 7");
    // It is still running when its first lines are seen.
    expect(&mut terminal, "Reply from");
    terminal.send_control('c').unwrap();
    expect(&mut terminal, "outcome:");
    // The shell has control over its jobs.
    expect(&mut terminal, "prompt> ");
    enter(&mut terminal, &format!("wine {}", ENDLESS.join(" ")));
    expect(&mut terminal, "Reply from");
    terminal.send_control('c').unwrap();
    expect(&mut terminal, "prompt> ");
    enter(&mut terminal, "exit 5");
    expect(&mut terminal, "outcome: exit code 5");
    expect(&mut terminal, "outcome: exit code 3");
    assert!(takes_lines(&terminal), "the terminal is not as it was");
    expect(&mut terminal, "the end");
}

fn expect(terminal: &mut PtySession, text: &str) {
    terminal.exp_string(text).unwrap_or_else(|error| panic!("no \"{text}\": {error}"));
}

/// Wine takes single keys from the terminal from the moment at which a program reads; until then, the terminal collects
/// lines, and makes a line feed of a carriage return.
fn wait_for_keys(terminal: &PtySession) {
    let deadline = Instant::now() + Duration::from_millis(LIMIT);
    while takes_lines(terminal) {
        assert!(Instant::now() < deadline, "nobody reads");
        sleep(Duration::from_millis(10));
    }
}

fn takes_lines(terminal: &PtySession) -> bool {
    let keyboard = terminal.process.get_file_handle().unwrap();
    tcgetattr(&keyboard).unwrap().local_modes.contains(LocalModes::ICANON)
}

/// Types a line; the key sends a carriage return.
fn enter(terminal: &mut PtySession, line: &str) {
    terminal.send(&format!("{line}\r")).unwrap();
    terminal.flush().unwrap();
}
