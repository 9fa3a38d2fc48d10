//! Calls about neighbors, except resolution.

use super::Call;
use crate::{
    family::Family,
    kernel::Put,
    link::Link,
    neighbor::Neighbor,
    status::{NOT_FOUND, NOT_SUPPORTED, Refusal},
    validate::{Purpose, physical},
};
use netio_sys::MIB_IPNET_ROW2;
use netio_wire::{FamilyRequest, FlushRequest, Row};
use netioctl_status::NtStatus;
use netlink_packet_route::neighbour::NeighbourState;
use rand::seq::SliceRandom;
use std::net::IpAddr;

/// Rounds of a flush: traffic makes entries anew while it runs, so a bound is all that can be had.
const FLUSH_ROUNDS: usize = 4;

impl Call<'_> {
    /// Removes what others may remove: not the rows that come back by themselves.
    pub(super) fn flush(&self, request: FlushRequest) -> Result<Vec<u8>, Refusal> {
        let families = self.host.families(request.family)?;
        if request.interface_index != 0 && self.host.by_index(request.interface_index).is_none() {
            return match self.settings.flush_unknown_interface.status() {
                NtStatus::SUCCESS => Ok(Vec::new()),
                refusal => Err(Refusal(refusal)),
            };
        }
        for _ in 0..FLUSH_ROUNDS {
            if self.flush_round(&families, request.interface_index)? == 0 {
                break;
            }
        }
        Ok(Vec::new())
    }

    fn flush_round(&self, families: &[Family], index: u32) -> Result<usize, Refusal> {
        let mut found = 0;
        for family in families {
            let mut doomed = self.kernel.neighbors(*family)?;
            doomed.retain(|neighbor| (index == 0 || neighbor.link == index) && self.may_flush(neighbor));
            found += doomed.len();
            for neighbor in doomed {
                match self.kernel.delete(neighbor.link, neighbor.address) {
                    // It has gone by itself.
                    Ok(()) | Err(NOT_FOUND) => {}
                    Err(refusal) => return Err(refusal),
                }
            }
        }
        Ok(found)
    }

    fn may_flush(&self, neighbor: &Neighbor) -> bool {
        let permanent = neighbor.state == NeighbourState::Permanent;
        !(neighbor.is_well_known() || (permanent && self.settings.flush_keeps_permanent))
    }

    pub(super) fn set(&self, row: MIB_IPNET_ROW2) -> Result<Vec<u8>, Refusal> {
        let (link, address) = self.host.neighbor(&self.settings, &row, Purpose::Change)?;
        let bytes = physical(link, &row)?;
        let put = if self.kernel.neighbor(link.index, address)?.is_some() {
            Put::Replace
        } else if self.well_known(link, address).is_some() {
            Put::CreateOrReplace
        } else {
            return Err(NOT_FOUND);
        };
        refuse_lost_key(link, address)?;
        self.kernel.put(link.index, address, bytes, put)?;
        Ok(Vec::new())
    }

    pub(super) fn create(&self, row: MIB_IPNET_ROW2) -> Result<Vec<u8>, Refusal> {
        let (link, address) = self.host.neighbor(&self.settings, &row, Purpose::Change)?;
        let bytes = physical(link, &row)?;
        let exists = Refusal(NtStatus::DUPLICATE_OBJECTID);
        if self.well_known(link, address).is_some() {
            return Err(exists);
        }
        refuse_lost_key(link, address)?;
        match self.kernel.put(link.index, address, bytes, Put::Create) {
            // What exists may be an entry without state, which is none in the sense of NETIO.
            Err(refusal) if refusal == exists && self.find(link, address)?.is_none() => {
                self.kernel.put(link.index, address, bytes, Put::CreateOrReplace)?;
            }
            created => created?,
        }
        Ok(Vec::new())
    }

    /// Deletes a row in any state. A well-known row is there again at once, so deleting it succeeds and changes
    /// nothing that can be seen.
    pub(super) fn delete(&self, row: MIB_IPNET_ROW2) -> Result<Vec<u8>, Refusal> {
        let (link, address) = self.host.neighbor(&self.settings, &row, Purpose::Find)?;
        if self.kernel.neighbor(link.index, address)?.is_some() {
            self.kernel.delete(link.index, address)?;
        } else {
            self.well_known(link, address).ok_or(NOT_FOUND)?;
        }
        Ok(Vec::new())
    }

    pub(super) fn get(&self, row: MIB_IPNET_ROW2) -> Result<Vec<u8>, Refusal> {
        let (link, address) = self.host.neighbor(&self.settings, &row, Purpose::Find)?;
        let neighbor = self.find(link, address)?.ok_or(NOT_FOUND)?;
        Ok(neighbor.row(link).image().to_vec())
    }

    pub(super) fn neighbor_table(&self, request: FamilyRequest) -> Result<Vec<u8>, Refusal> {
        let mut rows = Vec::new();
        for family in self.host.families(request.family)? {
            rows.extend(self.neighbor_rows(family)?);
        }
        // Windows promises no order, not even of the families.
        rows.shuffle(&mut rand::rng());
        self.table(&rows)
    }

    fn neighbor_rows(&self, family: Family) -> Result<Vec<MIB_IPNET_ROW2>, Refusal> {
        let mut neighbors = self.kernel.neighbors(family)?;
        for link in self.host.links.iter().filter(|link| link.is_bound(family)) {
            for well_known in Neighbor::well_known(link, family) {
                let listed = neighbors.iter().any(|other| same_key(other, &well_known));
                if !listed && !self.settings.no_well_known_rows {
                    neighbors.push(well_known);
                }
            }
        }
        let shown = neighbors.iter().filter_map(|neighbor| Some(neighbor.row(self.host.by_index(neighbor.link)?)));
        Ok(shown.collect())
    }

    fn find(&self, link: &Link, address: IpAddr) -> Result<Option<Neighbor>, Refusal> {
        let listed = self.kernel.neighbor(link.index, address)?;
        Ok(listed.or_else(|| self.well_known(link, address)))
    }

    fn well_known(&self, link: &Link, address: IpAddr) -> Option<Neighbor> {
        let mut all = Neighbor::well_known(link, Family::of(address));
        all.find(|neighbor| neighbor.address == address && !self.settings.no_well_known_rows)
    }
}

fn same_key(one: &Neighbor, other: &Neighbor) -> bool {
    one.link == other.link && one.address == other.address
}

/// Linux would file the entry under 0.0.0.0, and nobody could read back what was written.
pub(super) fn refuse_lost_key(link: &Link, address: IpAddr) -> Result<(), Refusal> {
    if address.is_ipv4() && link.forgets_ipv4_keys() { Err(NOT_SUPPORTED) } else { Ok(()) }
}
