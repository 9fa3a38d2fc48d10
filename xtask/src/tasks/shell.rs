//! A shell in the sandbox.

use std::process::ExitCode;

use anyhow::Result;

use super::machine::Machine;
use super::{build, setup};
use cargo_kmdf::report::say;
use cargo_kmdf::workspace::Workspace;

const HELP: &str = "
In the sandbox (exit ends it, and nothing remains):
    netioctl …               the Windows command, in Wine
    wine …                   any other Windows program
    ip neigh                 the neighbor table as Linux sees it
    ip -n neighbor address   the other end of the links lan0 and lan1
    reach ADDRESS            makes a neighbor known
";

/// Boots a sandbox, installs the driver and opens a shell. The verifier speaks when it ends.
pub fn run(workspace: &Workspace) -> Result<ExitCode> {
    setup::run_all(workspace, setup::DEMO)?;
    let products = build::for_demo(workspace)?;
    let machine = Machine::start(workspace, &products)?;
    machine.install_driver()?;
    say(HELP);
    let outcome = machine.showing_debug_print(|| machine.shell())??;
    machine.remove_driver()?;
    machine.verdict().map_err(|error| machine.explained(error))?;
    Ok(outcome.exit_code().into())
}
