//! Neighbors: the typed row of the table, and the requests that name or change one.

mod batch;
mod key;

pub use batch::NeighborChange;
pub use key::{NeighborKey, NeighborUpdate};

use crate::{InterfaceKey, InterfaceLuid, PhysicalAddress, address, decode::Row};
use netioctl_abi::wire::{MAX_ZONE, NeighborFlags, NeighborRow, NeighborState, has_zone};
use std::{net::IpAddr, time::Duration};

/// One neighbor of the table (`MIB_IPNET_ROW2`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "crate::serial::NeighborForm", try_from = "crate::serial::NeighborForm")
)]
#[non_exhaustive]
pub struct Neighbor {
    /// The interface behind which the neighbor lives; stable over reboots.
    pub interface_luid: InterfaceLuid,
    /// The same interface by index, which may change when it is disabled and enabled.
    pub interface_index: u32,
    /// The address of the neighbor.
    pub address: IpAddr,
    /// IPv6 scope id; 0 where the address needs none.
    pub scope_id: u32,
    /// The physical address; empty or all zero while it is not known.
    pub physical_address: PhysicalAddress,
    /// `NL_NEIGHBOR_STATE` as a number, for states that this crate does not know; see [`Neighbor::state`].
    pub raw_state: i32,
    /// Router, unreachable; unknown bits are kept.
    pub flags: NeighborFlags,
    /// Since when the neighbor was last reachable, or unreachable if it is so now.
    pub reachability_time: Duration,
}

impl Neighbor {
    /// The state; `None` for a number that `nldef.h` does not define.
    #[must_use]
    pub const fn state(&self) -> Option<NeighborState> {
        NeighborState::from_raw(self.raw_state)
    }

    /// What names this neighbor in a request: without the scope level that the network stack may have put into the
    /// scope id, and without a scope id that means nothing beside the address, for a request with either is refused.
    #[must_use]
    pub const fn key(&self) -> NeighborKey {
        let zone = match self.address {
            IpAddr::V6(address) if has_zone(address) => self.scope_id & MAX_ZONE,
            _ => 0,
        };
        NeighborKey::new(InterfaceKey::Luid(self.interface_luid), self.address).with_scope_id(zone)
    }

    /// The neighbor is a router.
    #[must_use]
    pub const fn is_router(&self) -> bool {
        self.flags.contains(NeighborFlags::ROUTER)
    }
}

impl Row for Neighbor {
    type Wire = NeighborRow;

    // Who sorts rows by a key needs a part of each only.
    #[inline]
    fn from_wire(row: &NeighborRow) -> Result<Self, String> {
        let length = row.physical_address_length;
        let physical = usize::try_from(length).ok().and_then(|length| row.physical_address.get(..length));
        let physical = physical.ok_or_else(|| format!("a physical address of {length} bytes"))?;
        Ok(Self {
            interface_luid: InterfaceLuid(row.interface_luid),
            interface_index: row.interface_index,
            address: address::of_row(row.family, row.address)?,
            scope_id: row.scope_id,
            physical_address: PhysicalAddress::new(physical).map_err(|error| error.to_string())?,
            raw_state: row.state,
            flags: row.flags(),
            reachability_time: Duration::from_millis(row.reachability_time.into()),
        })
    }
}
