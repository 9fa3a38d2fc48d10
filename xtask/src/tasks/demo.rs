//! Shows the driver at work.

use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use sandbox_runner::network::LINKS;

use super::build::Products;
use super::machine::Machine;
use super::{build, setup};
use cargo_kmdf::report::{note, say, step};
use cargo_kmdf::workspace::Workspace;

/// The physical address that the demo gives to a neighbor; the one it has starts with 02-00-00 as well.
const NEW_ADDRESS: &str = "02-00-00-00-77-AA";

/// What stands for a rule that the driver broke when the command itself did well: `cargo kmdf run` has it, too.
const VIOLATIONS: u8 = 3;

/// Runs the demo, or, with `arguments`, one netioctl command.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    setup::run_all(workspace, setup::DEMO)?;
    let products = build::for_demo(workspace)?;
    let machine = Machine::start(workspace, &products)?;
    if !arguments.is_empty() {
        return single(&machine, &arguments.iter().map(String::as_str).collect::<Vec<_>>()).map(ExitCode::from);
    }
    tour(&machine).and_then(|()| machine.verdict()).map_err(|error| machine.explained(error))?;
    Ok(ExitCode::SUCCESS)
}

/// An address that nobody has, and what `netioctl` answers who asks for it.
const NOBODY: &str = "10.77.0.99";
const NOT_FOUND: u8 = 3;

/// Runs the demo and a single command as part of the tests.
pub fn check(workspace: &Workspace, products: &Products) -> Result<()> {
    let machine = Machine::start(workspace, products)?;
    step("the demo", || tour(&machine).and_then(|()| machine.verdict()).map_err(|error| machine.explained(error)))?;
    step("one command by hand, and its exit code", || {
        let code = single(&machine, &["neigh", "get", NOBODY, "--interface", LINKS[0].name])?;
        ensure!(code == NOT_FOUND, "exit code {code}");
        Ok(())
    })
}

/// Runs one command by hand: its input and output are ours, and its exit code as well.
fn single(machine: &Machine, arguments: &[&str]) -> Result<u8> {
    machine.install_driver()?;
    // A table with something in it is more of a show.
    machine.sandbox().reach(&LINKS[0].ipv4(2))?;
    let outcome = machine.showing_debug_print(|| machine.netioctl_by_hand(arguments))??;
    machine.remove_driver()?;
    let verdict = machine.sandbox().verdict()?.context("the verifier was never loaded")?;
    note(&machine.named(&format!("Verifier: {verdict}")));
    let code = if outcome.success() && !verdict.clean() { VIOLATIONS } else { outcome.exit_code() };
    Ok(code)
}

/// The steps of the demo.
fn tour(machine: &Machine) -> Result<()> {
    let link = &LINKS[0];
    let (ipv4, ipv6) = (link.ipv4(2), link.ipv6(2));
    title("Install the driver through its INF");
    show(machine, &["driver", "install"])?;
    title("The interface table, read through the driver");
    show(machine, &["interface", "show"])?;
    title("A neighbor that answers becomes known; then the driver gives it another physical address");
    machine.sandbox().reach(&ipv4)?;
    machine.sandbox().reach(&ipv6)?;
    witness(machine)?;
    show(machine, &["neigh", "set", &ipv4, NEW_ADDRESS, "--interface", link.name])?;
    witness(machine)?;
    title("The neighbor table, read through the driver");
    show(machine, &["neigh", "show"])?;
    title("Flush");
    show(machine, &["neigh", "flush", "--all"])?;
    witness(machine)?;
    title("The neighbor table after the flush");
    show(machine, &["neigh", "show"])?;
    title("Uninstall the driver, so that the verifier sees it unload");
    show(machine, &["driver", "uninstall"])
}

fn title(text: &str) {
    say(&format!("\n--- {text}"));
}

/// Runs netioctl and shows it; an exit code other than 0 ends the demo.
fn show(machine: &Machine, arguments: &[&str]) -> Result<()> {
    say(&format!("\nC:\\> netioctl {}", arguments.join(" ")));
    let output = machine.netioctl(arguments)?;
    say(format!("{}{}", output.stdout, output.stderr).trim_end());
    ensure!(output.outcome.success(), "netioctl {}: {}", arguments.join(" "), output.outcome);
    Ok(())
}

/// Shows the neighbor table as Linux sees it.
fn witness(machine: &Machine) -> Result<()> {
    say("\n$ ip neigh            (Linux, the witness)");
    let output = machine.sandbox().linux(["ip", "neigh"]).run()?;
    say(output.stdout.trim_end());
    Ok(())
}
