//! `cargo kmdf prepare`.

use anyhow::Result;
use clap::Args;

use crate::report::say;
use crate::setup;
use crate::stand_ins::StandIns;
use crate::workspace::Workspace;

/// What `cargo kmdf prepare` is told.
#[derive(Args)]
pub struct Arguments {
    /// Prints the packages of Debian and Ubuntu that are needed, and does nothing
    #[arg(long)]
    print_packages: bool,
}

/// Installs what the other commands need, and builds the parts of the test machine, so that a first run takes no longer
/// than the next.
pub fn run(arguments: &Arguments) -> Result<()> {
    if arguments.print_packages {
        setup::package_names().for_each(say);
        return Ok(());
    }
    setup::run_all(&[])?;
    StandIns::build(&Workspace::kit()?).map(drop)
}
