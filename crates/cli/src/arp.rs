//! `netioctl arp`.

use crate::{
    args::Arp,
    error::{CliError, DONE},
    output::Output,
    select::{Directory, InterfaceSelector},
    system::System,
};
use netioctl_client::{Access, Error, InterfaceKey};
use serde_json::json;

pub fn run(command: &Arp, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let Arp::Flush { interface } = command;
    let device = system.open(Access::ReadWrite)?;
    let index = match interface {
        InterfaceSelector::Key(InterfaceKey::Index(index)) => *index,
        other => {
            let directory = Directory::read(system, &device)?;
            let key = directory.resolve(other)?;
            directory.index(key).ok_or(Error::NoSuchInterface { key })?
        }
    };
    device.flush_ip_net_table(index).map_err(|code| CliError::Older { code })?;
    output.show(&json!({ "done": true }), |_| format!("flushed the ARP table of the interface with index {index}"))?;
    Ok(DONE)
}
