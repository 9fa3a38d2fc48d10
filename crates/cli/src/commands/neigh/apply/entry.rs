//! One neighbor of a file.

use crate::{
    error::{CliError, InputError},
    select::{Directory, InterfaceSelector},
    values::{ScopedAddress, Zone},
};
use netioctl_client::{Error, Family, InterfaceKey, InterfaceLuid, PhysicalAddress};
use std::net::{IpAddr, Ipv4Addr};

/// A neighbor, and whatever names its interface.
#[derive(Debug)]
pub struct Entry {
    pub address: ScopedAddress,
    pub lladdr: Option<PhysicalAddress>,
    /// As a table has it; a line that adds a neighbor has none.
    pub state: Option<String>,
    pub dev: Option<InterfaceSelector>,
    pub luid: Option<InterfaceLuid>,
    pub ifindex: Option<u32>,
}

/// The interface of an entry.
pub struct Place {
    pub luid: InterfaceLuid,
    pub index: u32,
}

impl Entry {
    pub fn is_of(&self, family: Family) -> bool {
        match family {
            Family::Both => true,
            Family::Ipv4 => self.address.address.is_ipv4(),
            Family::Ipv6 => self.address.address.is_ipv6(),
        }
    }

    /// The physical address that the neighbor is to have. `None` for rows of a table that are none of a user: those that
    /// were learned, and those of groups and broadcast, which the system keeps.
    pub fn physical(&self) -> Option<PhysicalAddress> {
        let physical = self.lladdr.filter(|physical| !(physical.is_empty() || physical.is_zero()))?;
        let Some(state) = &self.state else { return Some(physical) };
        let address = self.address.address;
        let to_all = physical.as_bytes().iter().all(|byte| *byte == 0xff);
        let of_many = address.is_multicast() || address == IpAddr::V4(Ipv4Addr::BROADCAST) || to_all;
        (state.eq_ignore_ascii_case("permanent") && !of_many).then_some(physical)
    }

    /// The interface: the LUID, which stays the same, counts more than the name, and the name more than the index. Where
    /// nothing is said it is `otherwise`.
    pub fn place(&self, otherwise: Option<InterfaceKey>, directory: &Directory<'_>) -> Result<Place, CliError> {
        let by_luid = self.luid.and_then(|luid| directory.listed(InterfaceKey::Luid(luid)));
        let by_name = self.dev.as_ref().map(|dev| directory.resolve_listed(dev));
        let key = match (by_luid, by_name) {
            (Some((luid, _)), Some(Ok(key))) if directory.listed(key).is_some_and(|(other, _)| other != luid) => {
                let label = |key| directory.label(key).unwrap_or_default();
                let (by_luid, by_name) = (label(InterfaceKey::Luid(luid)), label(key));
                return Err(InputError::TwoInterfaces { by_luid, by_name }.into());
            }
            // It may have been renamed.
            (Some((luid, _)), _) => InterfaceKey::Luid(luid),
            (None, Some(key)) => key?,
            (None, None) => self.less_certain(otherwise, directory)?,
        };
        let (luid, index) = directory.listed(key).ok_or(Error::NoSuchInterface { key })?;
        Ok(Place { luid, index })
    }

    fn less_certain(
        &self,
        otherwise: Option<InterfaceKey>,
        directory: &Directory<'_>,
    ) -> Result<InterfaceKey, CliError> {
        let by_zone = match &self.address.zone {
            Zone::None => None,
            Zone::Id(id) => Some(InterfaceKey::Index(*id)),
            Zone::Name(name) => Some(directory.resolve_listed(&InterfaceSelector::Name(name.clone()))?),
        };
        let by_luid = self.luid.map(InterfaceKey::Luid);
        let by_index = self.ifindex.map(InterfaceKey::Index);
        by_luid.or(by_index).or(by_zone).or(otherwise).ok_or_else(|| InputError::NoInterface.into())
    }
}
