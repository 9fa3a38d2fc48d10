//! Nothing of a sandbox may outlive it, however it ends.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sandbox_runner::{Options, Sandbox};

const LIMIT: Duration = Duration::from_mins(1);

/// The kernel needs a moment to end the processes of a killed sandbox.
const GRACE: Duration = Duration::from_secs(10);

/// Set for the process that is going to be killed.
const HOLD: &str = "KMDF_HOLD_SANDBOX";

fn work() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).to_owned()
}

fn start() -> Sandbox {
    let options = Options::new(&work(), Path::new(env!("CARGO_BIN_EXE_kmdf-sandbox")));
    Sandbox::start(&options).unwrap()
}

/// The namespaces of a sandbox, as `kind:[inode]`.
fn namespaces(sandbox: &Sandbox) -> BTreeSet<String> {
    let script = "for kind in net mnt pid ipc; do readlink /proc/self/ns/$kind; done";
    let main = sandbox.linux(["sh", "-c", script]).timeout(LIMIT).run().unwrap().stdout;
    let neighbor = sandbox.neighbor(["readlink", "/proc/self/ns/net"]).timeout(LIMIT).run().unwrap().stdout;
    let names: BTreeSet<String> = main.lines().chain(neighbor.lines()).map(str::to_owned).collect();
    assert_eq!(names.len(), 5, "{names:?}");
    names
}

/// The namespaces in which any process of this machine lives. Other users' processes may be out of sight.
fn inhabited() -> BTreeSet<String> {
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path().join("ns"));
    let links = processes.filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    links.filter_map(|link| fs::read_link(link.path()).ok()).map(|name| name.display().to_string()).collect()
}

fn assert_gone(namespaces: &BTreeSet<String>) {
    let deadline = Instant::now() + GRACE;
    let mut left = inhabited();
    while !left.is_disjoint(namespaces) && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(50));
        left = inhabited();
    }
    assert!(left.is_disjoint(namespaces), "somebody still lives in {:?}", left.intersection(namespaces));
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
    let mount_point = work().join("mnt");
    assert!(!mounts.contains(&mount_point.display().to_string()), "{mounts}");
    assert_eq!(fs::read_dir(mount_point).unwrap().count(), 0);
}

#[test]
#[ignore = "needs Wine; run by `cargo xtask test`"]
fn a_sandbox_that_is_stopped_leaves_nothing() {
    let sandbox = start();
    let namespaces = namespaces(&sandbox);
    assert!(!inhabited().is_disjoint(&namespaces), "the check sees the processes of a running sandbox");
    sandbox.stop().unwrap();
    assert_gone(&namespaces);
}

#[test]
#[ignore = "needs Wine; run by `cargo xtask test`"]
fn a_second_sandbox_starts_like_the_first() {
    for _ in 0..2 {
        let sandbox = start();
        let marks = ["/tmp/left-by-another".to_owned(), sandbox.prefix().join("left-by-another").display().to_string()];
        for mark in marks {
            assert!(!sandbox.linux(["test", "-e", &mark]).run().unwrap().outcome.success(), "{mark}");
            assert!(sandbox.linux(["touch", &mark]).run().unwrap().outcome.success(), "{mark}");
        }
        sandbox.stop().unwrap();
    }
}

#[test]
#[ignore = "needs Wine; run by `cargo xtask test`"]
fn two_sandboxes_do_not_meet() {
    let (first, second) = (start(), start());
    assert!(namespaces(&first).is_disjoint(&namespaces(&second)));
    first.reach("10.77.0.2").unwrap();
    let show = |sandbox: &Sandbox| sandbox.linux(["ip", "neigh", "show", "to", "10.77.0.2"]).run().unwrap().stdout;
    assert!(show(&first).contains("02:00:00:00:77:02"));
    assert_eq!(show(&second), "");
    let add = ["reg", "add", r"HKCU\Mark", "/v", "owner", "/d", "first", "/f"];
    assert!(first.wine(add).timeout(LIMIT).run().unwrap().outcome.success());
    let query = ["reg", "query", r"HKCU\Mark"];
    assert!(first.wine(query).timeout(LIMIT).run().unwrap().outcome.success());
    assert!(!second.wine(query).timeout(LIMIT).run().unwrap().outcome.success(), "the registries are one");
    first.stop().unwrap();
    let alive = second.wine(["cmd", "/c", "exit 3"]).timeout(LIMIT).run().unwrap();
    assert_eq!(alive.outcome, sandbox_runner::Outcome::Exited(3), "stopping one ends the other");
}

/// Not a test by itself: the process that the next test kills.
#[test]
#[ignore = "needs Wine; run by `cargo xtask test`"]
fn hold_a_sandbox() {
    if std::env::var_os(HOLD).is_none() {
        return;
    }
    let sandbox = start();
    for name in namespaces(&sandbox) {
        println!("namespace {name}");
    }
    println!("ready");
    std::thread::sleep(LIMIT);
}

#[test]
#[ignore = "needs Wine; run by `cargo xtask test`"]
fn a_killed_runner_leaves_nothing() {
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "hold_a_sandbox", "--ignored", "--nocapture"])
        .env(HOLD, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(holder.stdout.take().unwrap()).lines().map_while(Result::ok);
    let names = lines
        .take_while(|line| line != "ready")
        .filter_map(|line| line.strip_prefix("namespace ").map(str::to_owned))
        .collect::<BTreeSet<_>>();
    assert_eq!(names.len(), 5, "{names:?}");
    assert!(!inhabited().is_disjoint(&names));
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert_gone(&names);
}
