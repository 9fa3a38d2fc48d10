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

#[test]
#[ignore = "needs Wine; run by `cargo xtask test`"]
fn the_heap_of_a_program_begins_where_the_linker_put_it() {
    let sandbox = Sandbox::start(&options()).unwrap();
    let heap = || {
        let maps = linux(&sandbox, "cat /proc/self/maps");
        let line = maps.lines().find(|line| line.ends_with("[heap]")).expect("it has a heap");
        line.split('-').next().unwrap().to_owned()
    };
    let first = heap();
    assert!((0..8).all(|_| heap() == first), "chance may put a heap where Windows has its shared user data");
}

#[test]
#[ignore = "needs Wine; run by `cargo xtask test`"]
fn a_program_that_does_not_start_says_why() {
    let sandbox = Sandbox::start(&options()).unwrap();
    let cmd = sandbox.wine(["cmd", "/c", "exit 0"]).env("WINEDLLOVERRIDES", "kernelbase=");
    let output = cmd.timeout(LIMIT).run().unwrap();
    assert!(!output.outcome.success() && output.stderr.contains("err:module:"), "{output:?}");
}

/// A file next to the template, which is visible in the sandbox; a test that could write it would find it here.
fn bystander() -> std::path::PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bystander-{}", std::process::id()))
}

#[test]
#[ignore = "needs Wine; run by `cargo xtask test`"]
fn programs_cannot_write_to_the_host() {
    let bystander = bystander();
    std::fs::write(&bystander, "as it was").unwrap();
    let sandbox =
        Sandbox::start(&Options { visible: vec![bystander.parent().unwrap().to_owned()], ..options() }).unwrap();
    let shown = bystander.display().to_string();
    assert_eq!(sandbox.linux(["cat", &shown]).timeout(LIMIT).run().unwrap().stdout, "as it was");
    // What is the host's refuses, whoever runs this.
    for place in
        [&*shown, "/usr/netioctl", "/etc/netioctl", "/var/netioctl", "/dev/pts/netioctl", "/proc/sys/kernel/hostname"]
    {
        let output = sandbox.linux(["sh", "-c", r#"echo other > "$0""#, place]).timeout(LIMIT).run().unwrap();
        assert!(!output.outcome.success(), "{place} could be written");
    }
    // Wine's shell says nothing of a redirection that fails: the file tells, at the end.
    let [folder, name] = [bystander.parent(), bystander.file_name().map(Path::new)].map(|part| part.unwrap().display());
    let windows = format!("echo other> {name}& echo tried");
    let there = [r#"cd "$0" && exec wine cmd /c "$1""#, &folder.to_string(), &windows];
    let output = sandbox.linux(["sh", "-c"].into_iter().chain(there)).timeout(LIMIT).run().unwrap();
    assert!(output.stdout.contains("tried"), "{output:?}");
    // What is its own takes it, and the host does not see it.
    for place in [
        "/tmp/netioctl-own",
        "/var/tmp/netioctl-own",
        "/run/netioctl-own",
        "/home/netioctl-own",
        "/root/netioctl-own",
        "/dev/shm/netioctl-own",
    ] {
        linux(&sandbox, &format!("echo own > {place}"));
        assert!(!Path::new(place).exists(), "{place} is seen outside");
    }
    linux(&sandbox, "echo 1 > /proc/sys/net/ipv4/ip_forward");
    assert!(!linux(&sandbox, "ls -l /dev").lines().any(|line| line.starts_with('b')), "a disk can be opened");
    assert_eq!(std::fs::read_to_string(&bystander).unwrap(), "as it was");
    std::fs::remove_file(bystander).unwrap();
}
