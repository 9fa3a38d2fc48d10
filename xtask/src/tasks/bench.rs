//! Measures how time and memory grow with the neighbor table.

use std::time::Duration;

use anyhow::{Result, ensure};
use sandbox_runner::network::LINKS;

use super::build;
use super::machine::Machine;
use cargo_kmdf::report::{say, step};
use cargo_kmdf::workspace::Workspace;

/// Makes and removes a hundred thousand neighbors.
const TIMEOUT: Duration = Duration::from_mins(15);

/// The NETIO stand-in, where the driver finds it too.
const NETIO: &str = r"C:\windows\system32\drivers\netio.sys";

/// Runs the benchmark in the sandbox, with arguments for it.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let products = build::run_all(workspace)?;
    let program = build::benchmark(workspace)?;
    let machine = Machine::start(workspace, &products)?;
    machine.bring(&program)?;
    machine.install_driver()?;
    let link = ["--interface", LINKS[0].name, "--netio", NETIO];
    let arguments: Vec<_> = link.into_iter().chain(arguments.iter().map(String::as_str)).collect();
    let output = step("benchmark", || machine.program("netioctl-bench.exe", &arguments).timeout(TIMEOUT).run())?;
    ensure!(output.outcome.success(), "netioctl-bench: {}: {}", output.outcome, output.stderr);
    say(output.stdout.trim_end());
    machine.netioctl(&["driver", "uninstall"])?;
    machine.verdict()
}
