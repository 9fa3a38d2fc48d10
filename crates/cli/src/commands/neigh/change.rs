//! Adding, setting, replacing and deleting one neighbor.

use super::{
    args,
    target::{Found, Otherwise},
};
use crate::{
    error::{CliError, DONE},
    output::Output,
    system::System,
};
use netioctl_client::{Access, NeighborUpdate};
use serde::Serialize;

/// What is done with a physical address.
#[derive(Clone, Copy, Debug)]
pub enum Verb {
    Add,
    Set,
    Replace,
}

#[derive(Serialize)]
pub struct Change {
    pub done: bool,
}

pub const CHANGED: Change = Change { done: true };

pub fn run(verb: Verb, args: &args::Change, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let device = system.open(Access::ReadWrite)?;
    let otherwise = match verb {
        Verb::Set => Otherwise::Table,
        Verb::Add | Verb::Replace => Otherwise::Nothing,
    };
    let found = Found::find(&args.target(), otherwise, system, &device)?;
    let update = NeighborUpdate::of(found.key, args.physical_address());
    let changed = match verb {
        Verb::Add => device.create_neighbor(&update),
        Verb::Set => device.set_neighbor(&update),
        Verb::Replace => device.replace_neighbor(&update),
    };
    changed.map_err(|error| found.explain(error))?;
    output.show(&CHANGED, |_| format!("{found} is at {} now", args.physical_address()))?;
    Ok(DONE)
}

pub fn delete(target: &args::Target, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let device = system.open(Access::ReadWrite)?;
    let found = Found::find(target, Otherwise::Table, system, &device)?;
    device.delete_neighbor(&found.key).map_err(|error| found.explain(error))?;
    output.show(&CHANGED, |_| format!("{found} is deleted"))?;
    Ok(DONE)
}
