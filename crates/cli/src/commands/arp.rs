//! `netioctl arp`.

use crate::{
    error::{CliError, DONE},
    output::Output,
    select::{Directory, InterfaceSelector},
    system::System,
};
use clap::Subcommand;
use netioctl_client::{Access, Error, InterfaceKey};
use serde_json::json;

#[derive(Debug, Subcommand)]
pub enum Arp {
    /// Remove the IPv4 neighbors of one interface (`FlushIpNetTable`)
    #[command(after_help = "\
Examples:
  netioctl arp flush --interface Ethernet
  netioctl arp flush --interface 12

Unlike `neigh flush` it has no way to mean all interfaces: index 0 is invalid. Failures are told
by the codes of FlushIpNetTable: 5, 50, 87.
Needs an administrator.")]
    Flush {
        /// The interface: an index, a LUID (0x...), an alias or a name
        #[arg(short, long, value_name = "INTERFACE")]
        interface: InterfaceSelector,
    },
}

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
