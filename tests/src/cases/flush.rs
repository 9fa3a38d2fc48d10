//! `FlushIpNetTable2`.

use crate::{
    lab::Lab,
    linux::{Link, Linux},
};
use anyhow::{Result, ensure};
use netioctl_client::{Family, InterfaceKey, InterfaceLuid};
use std::{collections::BTreeSet, net::IpAddr};

super::cases! { "flush":
    Witness one_family_of_one_interface,
    Witness both_families_of_one_interface,
    Witness one_family_of_all_interfaces,
    Witness everything,
    Witness an_interface_by_its_luid,
    Witness nothing_to_flush_is_no_error,
}

/// The hosts of one family on a link.
fn family_of(link: &Link, family: Family) -> BTreeSet<IpAddr> {
    let hosts = link.hosts.iter().flatten().copied();
    hosts
        .filter(|host| match family {
            Family::Both => true,
            Family::Ipv4 => host.is_ipv4(),
            Family::Ipv6 => host.is_ipv6(),
        })
        .collect()
}

/// Fills the table, flushes, and checks that exactly the rows in scope are gone.
///
/// A dynamic row that is gone may come back by traffic, so only rows that should have stayed count as wrong at once;
/// for those that should be gone, the test links carry no traffic of their own.
fn flush(lab: &Lab, family: Family, key: impl Fn(&[Link; 2]) -> Option<InterfaceKey>) -> Result<()> {
    let mut linux = lab.linux()?;
    let links = linux.populate()?;
    for link in &links {
        ensure!(linux.unicast_rows(link)? == family_of(link, Family::Both), "{} is not filled", link.name);
    }
    let key = key(&links);
    let device = lab.device()?;
    device.flush_neighbors(family, key)?;
    for link in &links {
        let named = key.is_none_or(|key| key.matches(InterfaceLuid(link.luid()), link.index));
        let gone = if named { family_of(link, family) } else { BTreeSet::new() };
        let stays: BTreeSet<_> = family_of(link, Family::Both).difference(&gone).copied().collect();
        let left = linux.unicast_rows(link)?;
        ensure!(left == stays, "{}: left are {left:?}, expected {stays:?}", link.name);
    }
    linux.agrees(&device, Family::Both)?;
    cleanup(lab, &mut linux)
}

fn cleanup(lab: &Lab, linux: &mut Linux) -> Result<()> {
    lab.device()?.flush_neighbors(Family::Both, None)?;
    for link in linux.links()? {
        ensure!(linux.unicast_rows(&link)?.is_empty(), "{} is not clean", link.name);
    }
    Ok(())
}

fn one_family_of_one_interface(lab: &Lab) -> Result<()> {
    for family in [Family::Ipv4, Family::Ipv6] {
        for which in 0..2 {
            flush(lab, family, |links| Some(links[which].key()))?;
        }
    }
    Ok(())
}

fn both_families_of_one_interface(lab: &Lab) -> Result<()> {
    flush(lab, Family::Both, |links| Some(links[1].key()))
}

fn one_family_of_all_interfaces(lab: &Lab) -> Result<()> {
    flush(lab, Family::Ipv4, |_| None)?;
    flush(lab, Family::Ipv6, |_| None)
}

fn everything(lab: &Lab) -> Result<()> {
    flush(lab, Family::Both, |_| None)
}

fn an_interface_by_its_luid(lab: &Lab) -> Result<()> {
    flush(lab, Family::Both, |links| Some(InterfaceKey::Luid(InterfaceLuid(links[0].luid()))))
}

fn nothing_to_flush_is_no_error(lab: &Lab) -> Result<()> {
    let device = lab.device()?;
    device.flush_neighbors(Family::Both, None)?;
    device.flush_neighbors(Family::Both, None)?;
    cleanup(lab, &mut lab.linux()?)
}
