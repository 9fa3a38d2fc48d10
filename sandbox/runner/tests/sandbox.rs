//! Boots real sandboxes. Needs Wine, iproute2 and either root or user namespaces.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::path::Path;
use std::time::Duration;

use sandbox_runner::network::LINKS;
use sandbox_runner::{Options, Outcome, Sandbox};

const LIMIT: Duration = Duration::from_mins(1);

fn options() -> Options {
    Options::new(Path::new(env!("CARGO_TARGET_TMPDIR")), Path::new(env!("CARGO_BIN_EXE_kmdf-sandbox")))
}

fn linux(sandbox: &Sandbox, line: &str) -> String {
    let output = sandbox.linux(["sh", "-c", line]).timeout(LIMIT).run().unwrap();
    assert_eq!(output.outcome, Outcome::Exited(0), "{line}: {}", output.stderr);
    output.stdout
}

#[test]
#[ignore = "needs Wine; run by `cargo xtask test`"]
fn wine_runs_and_tells_its_exit_code() {
    let sandbox = Sandbox::start(&options()).unwrap();
    let output = sandbox.wine(["cmd", "/c", "echo hello& exit 7"]).timeout(LIMIT).run().unwrap();
    assert_eq!(output.outcome, Outcome::Exited(7), "{}", output.stderr);
    assert_eq!(output.stdout.trim(), "hello");
    assert!(sandbox.verdict().unwrap().is_none(), "no verifier has been loaded");
}

#[test]
#[ignore = "needs Wine; run by `cargo xtask test`"]
fn the_neighbor_answers_on_every_link() {
    let sandbox = Sandbox::start(&options()).unwrap();
    for link in &LINKS {
        for address in [link.ipv4(2), link.ipv4(3), link.ipv6(2), link.ipv6(3)] {
            sandbox.reach(&address).unwrap();
            let entry = linux(&sandbox, &format!("ip neigh show to {address} dev {}", link.name));
            assert!(entry.contains(link.neighbor_mac), "{address}: {entry}");
        }
    }
    assert!(sandbox.reach("10.77.0.99").is_err(), "nobody has this address");
}

#[test]
#[ignore = "needs Wine; run by `cargo xtask test`"]
fn a_command_that_takes_too_long_is_killed() {
    let sandbox = Sandbox::start(&options()).unwrap();
    let output = sandbox.linux(["sleep", "1000"]).timeout(Duration::from_millis(200)).run().unwrap();
    assert_eq!(output.outcome, Outcome::TimedOut);
    assert!(!linux(&sandbox, "cat /proc/*/cmdline | tr '\\0' ' '").contains("sleep 1000"));
}

#[test]
#[ignore = "needs Wine; run by `cargo xtask test`"]
fn a_command_that_is_silent_for_too_long_is_killed() {
    let sandbox = Sandbox::start(&options()).unwrap();
    let limit = Duration::from_secs(2);
    // It speaks for longer than it may be silent, and then it is silent.
    let line = "for n in 1 2 3 4 5 6; do sleep 0.5; echo $n; done; sleep 1000";
    let output = sandbox.linux(["sh", "-c", line]).silence(limit).run().unwrap();
    assert_eq!((output.outcome, output.stdout.as_str()), (Outcome::TimedOut, "1\n2\n3\n4\n5\n6\n"));
}
