//! One IP interface: get and set. And the driver's counters.

use crate::{expect, lab::Lab};
use anyhow::{Context, Result, ensure};
use netioctl_client::{
    Access, Family, Interface, InterfaceChange, InterfaceKey, InterfaceLuid, Operation,
    abi::{AddressFamily, NtStatus},
};
use serde_json::json;
use std::{net::IpAddr, thread, time::Duration};

super::cases! { "interfaces":
    Driver get_shows_the_row_of_the_table,
    Driver an_unknown_one_is_not_found,
    Witness set_changes_what_it_names_and_nothing_else,
    Witness changes_of_two_clients_are_not_lost,
    Witness what_would_hold_up_others_for_long_is_refused,
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
            // The kernel draws a new random value from time to time.
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
        let change = InterfaceChange::new(link.key(), family).base_reachable_time(Duration::from_secs(42));
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

/// How often each client sets its member.
const CHANGES: u64 = 300;

/// A stack whose `InitializeIpInterfaceEntry` leaves every member as it is, and one that fills the row with zeros, as
/// the documentation has it: there the driver has to write all members back.
fn changes_of_two_clients_are_not_lost(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    for settings in [json!({}), json!({ "initialize": "zeros" })] {
        let lost = linux.with_settings(settings.clone(), || lost_changes(lab, link.key()))?;
        ensure!(lost == [0, 0], "{settings}: {lost:?} of {CHANGES} changes were undone");
    }
    Ok(())
}

/// Two clients set a member each, again and again; answers how many changes of each were gone when it looked again.
fn lost_changes(lab: &Lab, interface: InterfaceKey) -> Result<[u64; 2]> {
    type Set = fn(InterfaceChange, Duration) -> InterfaceChange;
    type Get = fn(&Interface) -> Duration;
    let members: [(Set, Get); 2] = [
        (InterfaceChange::path_mtu_discovery_timeout, |row| row.path_mtu_discovery_timeout),
        (InterfaceChange::link_local_address_timeout, |row| row.link_local_address_timeout),
    ];
    let before = lab.device()?.interface(interface, AddressFamily::Ipv4)?;
    let client = |(set, get): (Set, Get)| -> Result<u64> {
        let device = lab.device()?;
        let mut lost = 0;
        for round in 1..=CHANGES {
            let value = Duration::from_millis(600_000 + round);
            device.set_interface(&set(InterfaceChange::new(interface, AddressFamily::Ipv4), value))?;
            lost += u64::from(get(&device.interface(interface, AddressFamily::Ipv4)?) != value);
        }
        Ok(lost)
    };
    let [first, second] = thread::scope(|scope| {
        let threads = members.map(|member| scope.spawn(move || client(member)));
        threads.map(|thread| thread.join().expect("a client panicked"))
    });
    let device = lab.device()?;
    for (set, get) in members {
        device.set_interface(&set(InterfaceChange::new(interface, AddressFamily::Ipv4), get(&before)))?;
    }
    Ok([first?, second?])
}

fn what_would_hold_up_others_for_long_is_refused(lab: &Lab) -> Result<()> {
    let [link, _] = lab.linux()?.links()?;
    let device = lab.device()?;
    for family in FAMILIES {
        let before = device.interface(link.key(), family)?;
        let change = || InterfaceChange::new(link.key(), family);
        for change in [
            change().retransmit_time(Duration::from_millis(10_001)),
            change().retransmit_time(Duration::ZERO),
            change().base_reachable_time(Duration::from_secs(3601)),
            change().dad_transmits(101),
            change().nl_mtu(0),
            // One that is possible does not save the other.
            change().retransmit_time(Duration::from_secs(2)).path_mtu_discovery_timeout(Duration::from_secs(86_401)),
        ] {
            expect::status(device.set_interface(&change), &[NtStatus::INVALID_PARAMETER])?;
        }
        let mut after = device.interface(link.key(), family)?;
        // The kernel draws a new random value from time to time.
        after.reachable_time = before.reachable_time;
        ensure!(after == before, "something changed: {after:?}, {before:?}");
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
    ensure!(left.iter().all(IpAddr::is_ipv6) && left.len() == 2, "IPv6 stays: {left:?}");
    ensure!(linux.unicast_rows(&links[1])?.len() == 4, "the other link was touched");
    let read_only = lab.open(Access::Read)?;
    ensure!(read_only.flush_ip_net_table(links[0].index) == Err(5), "access denied is code 5");
    Ok(device.flush_neighbors(Family::Both, None)?)
}
