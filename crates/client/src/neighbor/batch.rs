//! Many changes in one request.

use super::{NeighborKey, NeighborUpdate};
use crate::PhysicalAddress;
use netioctl_abi::wire::{BatchAction, BatchEntry};

/// One change of a batch (see [`Device::change_neighbors`](crate::Device::change_neighbors)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum NeighborChange {
    /// As [`Device::set_neighbor`](crate::Device::set_neighbor).
    Set(NeighborUpdate),
    /// As [`Device::create_neighbor`](crate::Device::create_neighbor).
    Create(NeighborUpdate),
    /// As [`Device::replace_neighbor`](crate::Device::replace_neighbor).
    Replace(NeighborUpdate),
    /// As [`Device::delete_neighbor`](crate::Device::delete_neighbor).
    Delete(NeighborKey),
}

impl NeighborChange {
    /// The neighbor that is meant.
    #[must_use]
    pub const fn key(&self) -> &NeighborKey {
        match self {
            Self::Set(update) | Self::Create(update) | Self::Replace(update) => update.key(),
            Self::Delete(key) => key,
        }
    }

    /// The entry as it travels.
    #[must_use]
    pub fn to_entry(&self) -> BatchEntry {
        let (action, physical_address) = match self {
            Self::Set(update) => (BatchAction::Set, update.physical_address),
            Self::Create(update) => (BatchAction::Create, update.physical_address),
            Self::Replace(update) => (BatchAction::Replace, update.physical_address),
            Self::Delete(_) => (BatchAction::Delete, PhysicalAddress::EMPTY),
        };
        BatchEntry {
            action: action as u32,
            reserved: 0,
            key: self.key().wire(&physical_address),
            physical_address: physical_address.padded(),
        }
    }
}
