//! Adding, setting, replacing and deleting one neighbor.

use crate::{
    args,
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
    let key = super::key(&args.target(), system, &device)?;
    let update = NeighborUpdate::of(key, args.physical_address);
    match verb {
        Verb::Add => device.create_neighbor(&update)?,
        Verb::Set => device.set_neighbor(&update)?,
        Verb::Replace => device.replace_neighbor(&update)?,
    }
    output.show(&CHANGED, |_| format!("{} is at {} now", key.address(), args.physical_address))?;
    Ok(DONE)
}

pub fn delete(target: &args::Target, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let device = system.open(Access::ReadWrite)?;
    let key = super::key(target, system, &device)?;
    device.delete_neighbor(&key)?;
    output.show(&CHANGED, |_| format!("{} is deleted", key.address()))?;
    Ok(DONE)
}
