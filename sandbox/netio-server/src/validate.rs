//! What NETIO checks before it does anything, in the order in which Windows checks it.
//!
//! Family, stack, interface ids, interface, address, physical address: the first that is wrong decides the status.
//! Linux checks almost none of this, so all of it is checked here.

use crate::{
    family::Family,
    link::Link,
    settings::Settings,
    status::{INVALID, NOT_FOUND, NOT_SUPPORTED, Refusal},
};
use netio_sys::{IF_MAX_PHYS_ADDRESS_LENGTH, MIB_IPNET_ROW2};
use netio_wire::{AF_UNSPEC, row};
use std::net::{IpAddr, Ipv4Addr};

/// The links and stacks of the machine at the moment of a call.
#[derive(Clone, Debug)]
pub struct Host {
    /// Every link that a LUID can name.
    pub links: Vec<Link>,
    /// Whether there is an IPv4 stack.
    pub ipv4: bool,
    /// Whether there is an IPv6 stack.
    pub ipv6: bool,
}

/// What a neighbor is looked up for; the checks of its address differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// `CreateIpNetEntry2`, `SetIpNetEntry2`.
    Change,
    /// `GetIpNetEntry2`, `DeleteIpNetEntry2`.
    Find,
    /// `ResolveIpNetEntry2`.
    Resolve,
}

impl Host {
    fn has(&self, family: Family) -> bool {
        match family {
            Family::Ipv4 => self.ipv4,
            Family::Ipv6 => self.ipv6,
        }
    }

    /// The families that a call for a whole family means: with `AF_UNSPEC` those that have a stack.
    ///
    /// # Errors
    /// `STATUS_INVALID_PARAMETER`: not a family. `STATUS_NOT_SUPPORTED`: no stack for it.
    pub fn families(&self, number: u16) -> Result<Vec<Family>, Refusal> {
        let wanted = match (number, Family::from_windows(number)) {
            (AF_UNSPEC, _) => Family::ALL.to_vec(),
            (_, Some(family)) => vec![family],
            _ => return Err(INVALID),
        };
        let present: Vec<_> = wanted.into_iter().filter(|family| self.has(*family)).collect();
        if present.is_empty() { Err(NOT_SUPPORTED) } else { Ok(present) }
    }

    /// The family that a row names, which must have a stack.
    ///
    /// # Errors
    /// As [`Host::families`], and `AF_UNSPEC` is not a family here.
    pub fn family(&self, number: u16) -> Result<Family, Refusal> {
        let family = Family::from_windows(number).ok_or(INVALID)?;
        if self.has(family) { Ok(family) } else { Err(NOT_SUPPORTED) }
    }

    /// The link with this index.
    #[must_use]
    pub fn by_index(&self, index: u32) -> Option<&Link> {
        self.links.iter().find(|link| link.index == index)
    }

    /// The link with this LUID, all 64 bits of it.
    #[must_use]
    pub fn by_luid(&self, luid: u64) -> Option<&Link> {
        self.links.iter().find(|link| link.luid() == Some(luid))
    }

    /// The link that a row names: by LUID unless that is 0, then by index. The family must be bound to it.
    ///
    /// # Errors
    /// Both ids are 0, or there is no such link: the settings decide, for a LUID and for an index. `STATUS_NOT_FOUND`: the
    /// family is not bound.
    pub fn interface(&self, settings: &Settings, family: Family, luid: u64, index: u32) -> Result<&Link, Refusal> {
        let (found, unknown) = match (luid, index) {
            (0, 0) => return Err(Refusal(settings.unspecified_interface.status())),
            (0, index) => (self.by_index(index), settings.unknown_index),
            (luid, _) => (self.by_luid(luid), settings.unknown_luid),
        };
        let link = found.ok_or(Refusal(unknown.status()))?;
        if link.is_bound(family) { Ok(link) } else { Err(NOT_FOUND) }
    }

    /// The link and the address that the row of a neighbor names.
    ///
    /// # Errors
    /// The first check that fails, in the order given at the top of this module.
    pub fn neighbor(
        &self,
        settings: &Settings,
        row: &MIB_IPNET_ROW2,
        purpose: Purpose,
    ) -> Result<(&Link, IpAddr), Refusal> {
        let family = self.family(row.Address.si_family)?;
        let link = self.interface(settings, family, row.InterfaceLuid, row.InterfaceIndex)?;
        let address = row::ip(&row.Address).ok_or(INVALID)?;
        check_address(settings, address, purpose)?;
        Ok((link, address))
    }
}

fn check_address(settings: &Settings, address: IpAddr, purpose: Purpose) -> Result<(), Refusal> {
    if address.is_unspecified() {
        return Err(INVALID);
    }
    if address.is_loopback() {
        return Err(match purpose {
            Purpose::Find => Refusal(settings.loopback_key.status()),
            Purpose::Change | Purpose::Resolve => INVALID,
        });
    }
    let broadcast = address == IpAddr::V4(Ipv4Addr::BROADCAST);
    if broadcast && purpose == Purpose::Change && !settings.accept_broadcast {
        return Err(INVALID);
    }
    Ok(())
}

/// The physical address of a row, which must be as long as the link's own.
///
/// # Errors
/// `STATUS_INVALID_PARAMETER`: the length is 0, above 32, or not the link's.
pub fn physical<'a>(link: &Link, row: &'a MIB_IPNET_ROW2) -> Result<&'a [u8], Refusal> {
    let bytes = row::physical(row).ok_or(INVALID)?;
    let fits = !bytes.is_empty() && bytes.len() <= IF_MAX_PHYS_ADDRESS_LENGTH && bytes.len() == link.physical.len();
    if fits { Ok(bytes) } else { Err(INVALID) }
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
