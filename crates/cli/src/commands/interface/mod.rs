//! `netioctl interface`.

mod args;
mod link;
mod overview;
mod row;
mod set;
mod show;
mod watch;
mod words;

use crate::{
    error::{CliError, DONE},
    output::{Format, Output},
    select::{self, Directory, InterfaceSelector},
    system::System,
};
pub use args::{Command, ShowInterfaces};
use link::Machine;
use netioctl_client::{
    Access, Device, Error, Family, Interface, InterfaceKey,
    abi::{AddressFamily, NtStatus},
};
use row::Row;
pub use show::run as show;

pub fn run(command: &Command, family: Family, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    match command {
        Command::Show(args) => show(args, family, system, output),
        Command::Get { interface } => get(interface, family, system, output),
        Command::Set(change) => set::run(change, family, system, output),
        Command::Watch(args) => watch::run(args, family, system, output),
    }
}

fn get(
    interface: &InterfaceSelector,
    family: Family,
    system: &dyn System,
    output: &mut Output<'_>,
) -> Result<u8, CliError> {
    let device = system.open(Access::Read)?;
    let key = select::resolve(interface, system, &device)?;
    let rows = match read(&device, key, family) {
        Err(error) if is_absent(&error) && family != Family::Both => {
            let directory = Directory::read(system, &device)?;
            return Err(if directory.lists(key) { directory.lacks(key, family) } else { error.into() });
        }
        rows => rows?,
    };
    let mut directory = Directory::of(system, &rows);
    let machine = Machine::read(&device, family)?;
    let whole = |row: &Interface| Row::new(row, &mut directory).with_link(machine.members_of(row.index));
    let rows: Vec<_> = rows.iter().map(whole).collect();
    if output.format != Format::Table {
        output.records(&rows)?;
        return Ok(DONE);
    }
    let members = rows.iter().map(words::of).collect::<Result<Vec<_>, _>>().map_err(std::io::Error::from)?;
    let texts: Vec<_> = members.into_iter().map(|members| output.layout().pairs(members)).collect();
    output.text(&texts.join("\n\n"))?;
    Ok(DONE)
}

/// The rows of one interface: of the family, or of each family that it has.
fn read(device: &Device, key: InterfaceKey, family: Family) -> Result<Vec<Interface>, Error> {
    let families: &[_] = match family {
        Family::Ipv4 => &[AddressFamily::Ipv4],
        Family::Ipv6 => &[AddressFamily::Ipv6],
        Family::Both => &[AddressFamily::Ipv4, AddressFamily::Ipv6],
    };
    let mut rows = Vec::new();
    let mut missing = None;
    for family in families {
        match device.interface(key, *family) {
            Ok(row) => rows.push(row),
            Err(error) if is_absent(&error) => missing = Some(error),
            Err(error) => return Err(error),
        }
    }
    match missing {
        Some(error) if rows.is_empty() => Err(error),
        _ => Ok(rows),
    }
}

/// The interface does not have the family, or the system does not.
fn is_absent(error: &Error) -> bool {
    let status = error.failure().and_then(netioctl_client::Failure::status);
    matches!(status, Some(NtStatus::NOT_FOUND | NtStatus::OBJECT_NAME_NOT_FOUND | NtStatus::NOT_SUPPORTED))
}
