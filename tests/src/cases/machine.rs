//! What any Windows machine can show, on an interface that is given up to it; everything is put back as it was found.

use crate::{expect, found::Found, lab::Lab, watcher::Watcher};
use anyhow::{Context, Result, ensure};
use netioctl_client::{
    ChangeKind, Device, Family, InterfaceChange, InterfaceKey, NeighborKey, NeighborUpdate, PhysicalAddress,
    WatchSources,
    abi::{AddressFamily, NtStatus, wire::NeighborState},
};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

super::cases! { "machine":
    Interface a_neighbor_comes_changes_and_goes,
    Interface a_flush_takes_the_neighbors_of_its_interface,
    Interface a_setting_changes_and_comes_back,
    Interface a_new_metric_is_told_of,
}

const ONE: [u8; 6] = [2, 0, 0x5e, 0x40, 0, 1];
const OTHER: [u8; 6] = [2, 0, 0x5e, 0x40, 0, 2];
const MISSING: &[NtStatus] = &[NtStatus::NOT_FOUND, NtStatus::OBJECT_NAME_NOT_FOUND];

/// Runs a test on each family of the interface, and puts back what the test leaves behind, failed or not.
fn on(lab: &Lab, test: impl Fn(&Device, InterfaceKey, AddressFamily) -> Result<()>) -> Result<()> {
    let device = lab.device()?;
    let key = lab.playground(&device)?;
    let found = Found::look(&device, key)?;
    let result =
        found.families().try_for_each(|family| test(&device, key, family).with_context(|| format!("{family:?}")));
    // The reason why a test failed comes first.
    let restored = found.restore(&device).context("putting back what was found");
    result.and(restored)
}

const fn family_of(family: AddressFamily) -> Family {
    match family {
        AddressFamily::Ipv4 => Family::Ipv4,
        AddressFamily::Ipv6 => Family::Ipv6,
    }
}

/// Link-local addresses are on every link.
fn somebody(family: AddressFamily) -> IpAddr {
    match family {
        AddressFamily::Ipv4 => Ipv4Addr::new(169, 254, 77, 77).into(),
        AddressFamily::Ipv6 => Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0x4d, 0x4d).into(),
    }
}

fn update(key: InterfaceKey, address: IpAddr, physical: [u8; 6]) -> NeighborUpdate {
    NeighborUpdate::new(key, address, PhysicalAddress::from(physical))
}

/// The neighbor is there, permanent, with this physical address.
fn is_at(device: &Device, key: &NeighborKey, physical: [u8; 6]) -> Result<()> {
    let row = device.neighbor(key)?;
    ensure!(row.state() == Some(NeighborState::Permanent), "{row:?}");
    ensure!(row.physical_address.as_bytes() == physical, "{row:?}");
    let table = device.neighbor_table(Family::Both)?;
    let same = table.iter().filter(|other| other.interface_luid == row.interface_luid && other.address == row.address);
    ensure!(same.count() == 1, "the table has it more or less than once");
    Ok(())
}

fn a_neighbor_comes_changes_and_goes(lab: &Lab) -> Result<()> {
    on(lab, |device, interface, family| {
        let (address, key) = (somebody(family), NeighborKey::new(interface, somebody(family)));
        expect::status(device.neighbor(&key), MISSING)?;
        device.create_neighbor(&update(interface, address, ONE))?;
        is_at(device, &key, ONE)?;
        device.set_neighbor(&update(interface, address, OTHER))?;
        is_at(device, &key, OTHER)?;
        device.delete_neighbor(&key)?;
        expect::status(device.neighbor(&key), MISSING)
    })
}

fn a_flush_takes_the_neighbors_of_its_interface(lab: &Lab) -> Result<()> {
    on(lab, |device, interface, family| {
        let (address, key) = (somebody(family), NeighborKey::new(interface, somebody(family)));
        device.create_neighbor(&update(interface, address, ONE))?;
        is_at(device, &key, ONE)?;
        device.flush_neighbors(family_of(family), Some(interface))?;
        expect::status(device.neighbor(&key), MISSING)
    })
}

fn a_setting_changes_and_comes_back(lab: &Lab) -> Result<()> {
    on(lab, |device, interface, family| {
        let before = device.interface(interface, family)?;
        let time = before.base_reachable_time + Duration::from_secs(7);
        device.set_interface(&InterfaceChange::new(interface, family).base_reachable_time(time))?;
        let after = device.interface(interface, family)?;
        ensure!(after.base_reachable_time == time, "{after:?}");
        ensure!(after.metric == before.metric && after.nl_mtu == before.nl_mtu, "something else changed: {after:?}");
        Ok(())
    })
}

fn a_new_metric_is_told_of(lab: &Lab) -> Result<()> {
    on(lab, |device, interface, family| {
        let metric = device.interface(interface, family)?.metric + 7;
        let mut watcher = Watcher::new(lab, WatchSources::INTERFACES, family_of(family))?;
        let change = InterfaceChange::new(interface, family).use_automatic_metric(false).metric(metric);
        device.set_interface(&change)?;
        watcher.until("a new metric", |change| {
            change.kind() == ChangeKind::Changed && interface.matches(change.interface_luid, change.interface_index)
        })?;
        let after = device.interface(interface, family)?;
        ensure!(after.metric == metric, "it is told before it has happened: {after:?}");
        Ok(())
    })
}
