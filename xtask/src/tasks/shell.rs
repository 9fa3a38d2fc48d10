//! A shell in the sandbox.

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

/// Boots a sandbox, installs the driver and opens a shell.
pub fn run(workspace: &Workspace) -> Result<()> {
    setup::run_all()?;
    let products = build::run_all(workspace)?;
    let machine = Machine::start(workspace, &products)?;
    machine.install_driver()?;
    say(HELP);
    let prompt = r"sandbox:\w\$ ";
    machine.sandbox().linux(["bash", "--noprofile", "--norc"]).env("PS1", prompt).interactive()?;
    Ok(())
}
