//! One IP interface: get and set. And the driver's counters.

use crate::{expect, lab::Lab};
use anyhow::{Context, Result, ensure};
use netioctl_client::{
    Access, Family, InterfaceChange, InterfaceKey, InterfaceLuid, Operation,
    abi::{AddressFamily, NtStatus},
};

super::cases! { "interfaces":
    Driver get_shows_the_row_of_the_table,
    Driver an_unknown_one_is_not_found,
    Witness set_changes_what_it_names_and_nothing_else,
    Witness setting_an_ipv4_interface_minds_the_site_prefix_length,
    Driver setting_needs_write_access,
    Driver requests_are_counted_and_the_counters_reset,
    Witness the_older_flush_knows_ipv4_and_one_interface_only,
}

const FAMILIES: [AddressFamily; 2] = [AddressFamily::Ipv4, AddressFamily::Ipv6];

fn get_shows_the_row_of_the_table(lab: &Lab) -> Result<()> {
    let device = lab.device()?;
    for row in &device.interface_table(Family::Both)? {
        for key in [InterfaceKey::Index(row.index), InterfaceKey::Luid(row.luid)] {
            let mut got = device.interface(key, row.family)?;
            // Drawn anew by the kernel from time to time.
            got.reachable_time = row.reachable_time;
            ensure!(got == *row, "{got:?} is not {row:?}");
        }
    }
    Ok(())
}

fn an_unknown_one_is_not_found(lab: &Lab) -> Result<()> {
    let device = lab.device()?;
    let missing = &[NtStatus::NOT_FOUND, NtStatus::OBJECT_NAME_NOT_FOUND];
    for family in FAMILIES {
        for key in [InterfaceKey::Index(0x7fff_fff0), InterfaceKey::Luid(InterfaceLuid(0x0006_00ff_fff0_0000))] {
            expect::status(device.interface(key, family), missing)?;
        }
    }
    Ok(())
}

fn set_changes_what_it_names_and_nothing_else(lab: &Lab) -> Result<()> {
    let [link, _] = lab.linux()?.links()?;
    let device = lab.device()?;
    for family in FAMILIES {
        let before = device.interface(link.key(), family)?;
        let change = InterfaceChange::new(link.key(), family).base_reachable_time(std::time::Duration::from_secs(42));
        device.set_interface(&change)?;
        let mut after = device.interface(link.key(), family)?;
        ensure!(after.base_reachable_time.as_secs() == 42, "{family:?}: {:?}", after.base_reachable_time);
        let back = InterfaceChange::new(link.key(), family).base_reachable_time(before.base_reachable_time);
        device.set_interface(&back)?;
        (after.base_reachable_time, after.reachable_time) = (before.base_reachable_time, before.reachable_time);
        ensure!(after == before, "something else changed: {after:?}, {before:?}");
    }
    Ok(())
}

fn setting_an_ipv4_interface_minds_the_site_prefix_length(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let device = lab.device()?;
    let row = device.interface(link.key(), AddressFamily::Ipv4)?;
    ensure!(row.site_prefix_length != 0, "NETIO gives out what it does not take back; else this proves nothing");
    let forwarding = !row.forwarding_enabled;
    device.set_interface(&InterfaceChange::new(link.key(), AddressFamily::Ipv4).forwarding_enabled(forwarding))?;
    let changed = device.interface(link.key(), AddressFamily::Ipv4)?;
    ensure!(changed.forwarding_enabled == forwarding, "forwarding did not change");
    let back = InterfaceChange::new(link.key(), AddressFamily::Ipv4).forwarding_enabled(row.forwarding_enabled);
    Ok(device.set_interface(&back)?)
}

fn setting_needs_write_access(lab: &Lab) -> Result<()> {
    let device = lab.open(Access::Read)?;
    let change = InterfaceChange::new(InterfaceKey::Index(1), AddressFamily::Ipv4).forwarding_enabled(false);
    expect::status(device.set_interface(&change), &[NtStatus::ACCESS_DENIED])?;
    expect::status(device.reset_statistics(), &[NtStatus::ACCESS_DENIED])
}

fn requests_are_counted_and_the_counters_reset(lab: &Lab) -> Result<()> {
    let device = lab.device()?;
    device.reset_statistics()?;
    let count = || -> Result<_> {
        let table = device.statistics()?;
        let row = table.into_iter().find(|row| row.operation() == Some(Operation::GetInterface));
        row.context("no counters of the operation")
    };
    ensure!(count()?.requests == 0, "the counters were not reset");
    device.interface_table(Family::Both)?;
    for _ in 0..3 {
        drop(device.interface(InterfaceKey::Index(0x7fff_fff0), AddressFamily::Ipv4));
    }
    let counted = count()?;
    ensure!((counted.requests, counted.failures) == (3, 3), "{counted:?}");
    ensure!(counted.by_status.iter().map(|(_, count)| count).sum::<u64>() == 3, "{counted:?}");
    Ok(())
}

fn the_older_flush_knows_ipv4_and_one_interface_only(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let links = linux.populate()?;
    let device = lab.device()?;
    ensure!(device.flush_ip_net_table(0) == Err(87), "index 0 means nothing to the older contract");
    ensure!(device.flush_ip_net_table(0x7fff_fff0) == Err(87), "an unknown index is an invalid parameter");
    device.flush_ip_net_table(links[0].index).map_err(|code| anyhow::anyhow!("Win32 code {code}"))?;
    let left = linux.unicast_rows(&links[0])?;
    ensure!(left.iter().all(|address| address.is_ipv6()) && left.len() == 2, "IPv6 stays: {left:?}");
    ensure!(linux.unicast_rows(&links[1])?.len() == 4, "the other link was touched");
    let read_only = lab.open(Access::Read)?;
    ensure!(read_only.flush_ip_net_table(links[0].index) == Err(5), "access denied is code 5");
    Ok(device.flush_neighbors(Family::Both, None)?)
}
