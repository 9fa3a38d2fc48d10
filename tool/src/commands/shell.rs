//! `cargo kmdf shell`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::driver::OnMachine;
use crate::report::{note, say};
use crate::{preflight, setup};

const HELP: &str = r"
On the test machine (exit ends it, and nothing remains):
    wine 'C:\driver\…'       a Windows program that was brought along (--with)
    wine …                   any other
    ip neigh                 what Linux itself says of the network
";

/// What `cargo kmdf shell` is told.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    machine: OnMachine,
}

/// Opens a shell with the driver loaded; the verdict comes at its end.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    preflight::sandbox()?;
    setup::run_all(&[])?;
    let driver = arguments.machine.driver()?;
    let machine = arguments.machine.boot(&driver, &[], &[])?;
    driver.install(&machine)?;
    say(HELP);
    let outcome = machine.showing_debug_print(|| machine.shell())??;
    if let Err(error) = driver.remove(&machine) {
        note(&format!("warning: the driver is not unloaded: {:#}", machine.explained(error)));
    }
    machine.verdict()?;
    Ok(outcome.exit_code().into())
}
