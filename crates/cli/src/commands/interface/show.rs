//! `netioctl interface show`.

use super::{
    args::ShowInterfaces,
    link::Machine,
    overview::{self, Wanted},
    row::Row,
};
use crate::{
    error::{CliError, DONE},
    output::{Format, Output},
    select::Directory,
    system::System,
};
use netioctl_client::{Access, Family, Interface, InterfaceKey, abi::AddressFamily};

pub fn run(
    args: &ShowInterfaces,
    family: Family,
    system: &dyn System,
    output: &mut Output<'_>,
) -> Result<u8, CliError> {
    let device = system.open(Access::Read)?;
    // An interface that only lacks the family is there nevertheless.
    let mut rows = device.interface_table(Family::Both)?.into_rows();
    let machine = Machine::read(&device, family)?;
    let mut directory = Directory::of(system, &rows);
    for link in machine.links().unwrap_or_default() {
        directory.names(link.luid, link.index);
    }
    let interface = args.interface().map(|selector| directory.resolve_listed(selector)).transpose()?;
    let is_bound = rows.iter().any(|row| is_meant(row, interface));
    rows.retain(|row| is_meant(row, interface) && is_of(row, family));
    if let Some(key) = interface.filter(|_| rows.is_empty() && (is_bound || family != Family::Both)) {
        return Err(directory.lacks(key, family));
    }
    let for_people = matches!(output.format, Format::Table | Format::Brief) && !args.detail;
    if for_people && machine.links().is_some() {
        let wanted = Wanted { interface, family, all: args.all };
        output.records(overview::lines(&wanted, &rows, &machine, &mut directory))?;
        return Ok(DONE);
    }
    rows.sort_by_key(|row| (row.index, row.family));
    output.records(rows.iter().map(|row| Row::new(row, &mut directory).with_link(machine.members_of(row.index))))?;
    Ok(DONE)
}

fn is_meant(row: &Interface, interface: Option<InterfaceKey>) -> bool {
    interface.is_none_or(|key| key.matches(row.luid, row.index))
}

fn is_of(row: &Interface, family: Family) -> bool {
    match family {
        Family::Both => true,
        Family::Ipv4 => row.family == AddressFamily::Ipv4,
        Family::Ipv6 => row.family == AddressFamily::Ipv6,
    }
}
