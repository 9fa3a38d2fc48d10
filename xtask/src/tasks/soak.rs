//! Many clients at work for a long time.

use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Args;
use sandbox_runner::Output;
use sandbox_runner::network::LINKS;

use super::build::{self, Products};
use super::machine::Machine;
use super::suites::INF;
use cargo_kmdf::report::{say, step};
use cargo_kmdf::windows::{self, Entry, Windows};
use cargo_kmdf::workspace::Workspace;

/// Nothing is said for as long as the clients work, and then within this time.
const SILENCE: Duration = Duration::from_mins(5);

/// Between two counts of what the driver has, in milliseconds.
const CENSUS: u32 = 250;

/// How long the clients work as a part of the tests.
const BRIEFLY: Duration = Duration::from_secs(20);

/// How long clients leak there.
const LEAKING: Duration = Duration::from_secs(5);

/// How long, and what happens meanwhile.
#[derive(Args)]
pub struct Arguments {
    /// What is part of the tests: 20 seconds, and then clients that leak, which has to be seen.
    #[arg(long, conflicts_with_all = ["minutes", "cycles", "delays", "more"])]
    quick: bool,
    /// How long the clients work while the driver stays.
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// How often the driver is removed and installed after that, under the clients.
    #[arg(long, default_value_t = 50)]
    cycles: u32,
    /// The seed of a scheduler that holds threads of the driver up at random; 0: none does.
    #[arg(long, default_value_t = 0)]
    delays: u64,
    /// More arguments for netioctl-harness, after `--`, such as `--clients 8`.
    #[arg(last = true)]
    more: Vec<String>,
}

/// Runs it in the sandbox.
pub fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    let products = build::run_all(workspace)?;
    if arguments.quick {
        return briefly(workspace, &products);
    }
    let machine = start(workspace, &products, arguments.delays)?;
    let time = Duration::try_from_secs_f64(arguments.minutes * 60.0)?;
    let more: Vec<_> = arguments.more.iter().map(String::as_str).collect();
    let soak = step("clients at work", || {
        let output = clients(&machine, time, arguments.cycles, &more)?;
        ensure!(output.outcome.success(), "the clients: {}", output.outcome);
        Ok(())
    });
    machine.netioctl(&["driver", "uninstall"])?;
    machine.verdict().and(soak)
}

/// A part of it for every run of the tests. Then one in which the clients leak, which has to be seen.
pub fn briefly(workspace: &Workspace, products: &Products) -> Result<()> {
    let machine = start(workspace, products, 0)?;
    let soak = step("many clients at work", || {
        let output = clients(&machine, BRIEFLY, 3, &[])?;
        ensure!(output.outcome.success(), "the clients: {}", output.outcome);
        let output = clients(&machine, LEAKING, 0, &["--leak"])?;
        let seen = output.stderr.contains("this grows: ") && output.stderr.contains("framework objects");
        ensure!(!output.outcome.success() && seen, "handles that are kept open are not seen to grow");
        Ok(())
    });
    machine.netioctl(&["driver", "uninstall"])?;
    machine.verdict().and(soak)
}

/// A machine with the driver.
fn start(workspace: &Workspace, products: &Products, delays: u64) -> Result<Machine> {
    let machine = Machine::start(workspace, products)?;
    machine.play(Windows { entry: Entry::Passive, seed: delays, census: CENSUS, ..windows::NEWEST })?;
    quick_silence(&machine)?;
    machine.install_driver()?;
    Ok(machine)
}

/// Has resolutions of neighbors that do not answer end after 0.3 seconds instead of 3: a removal waits for them.
fn quick_silence(machine: &Machine) -> Result<()> {
    let times = LINKS.iter().map(|link| format!("/proc/sys/net/ipv4/neigh/{}/retrans_time_ms", link.name));
    for time in times {
        let output = machine.sandbox().linux(["sh", "-c", "echo 100 > \"$1\"", "sh", &time]).run()?;
        ensure!(output.outcome.success(), "{time}: {}", output.stderr);
    }
    Ok(())
}

/// Clients at work for `time`, and then while the driver comes and goes.
fn clients(machine: &Machine, time: Duration, cycles: u32, more: &[&str]) -> Result<Output> {
    let (seconds, cycles) = (time.as_secs().to_string(), cycles.to_string());
    let arguments = [&["--inf", INF, "--soak", &seconds, "--cycles", &cycles], more].concat();
    let program = machine.program("netioctl-harness.exe", &arguments).silence(time + SILENCE);
    program.follow(|text, _| say(text.trim_end()))
}
