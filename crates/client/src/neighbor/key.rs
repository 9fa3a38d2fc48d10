//! What names a neighbor, and its new physical address.

use crate::{InterfaceKey, PhysicalAddress, address};
use netioctl_abi::wire::{self, NeighborKeyRequest, NeighborRequest, RequestHeader, ResolveNeighborRequest};
use std::{fmt, net::IpAddr};

/// Names a neighbor: an address behind an interface.
///
/// Nothing is checked here: the driver and the network stack decide what is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct NeighborKey {
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub(super) interface: InterfaceKey,
    #[cfg_attr(feature = "serde", serde(rename = "dst"))]
    pub(super) address: IpAddr,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "crate::serial::is_default"))]
    pub(super) scope_id: u32,
}

impl NeighborKey {
    /// The neighbor `address` behind `interface`.
    #[must_use]
    pub const fn new(interface: InterfaceKey, address: IpAddr) -> Self {
        Self { interface, address, scope_id: 0 }
    }

    /// With the zone of a link-local or multicast IPv6 address, at most 2^28 - 1 (the default, 0, means the interface's
    /// own). The driver refuses it with any other address.
    #[must_use]
    pub const fn with_scope_id(mut self, scope_id: u32) -> Self {
        self.scope_id = scope_id;
        self
    }

    /// The interface behind which the neighbor lives.
    #[must_use]
    pub const fn interface(&self) -> InterfaceKey {
        self.interface
    }

    /// The address of the neighbor.
    #[must_use]
    pub const fn address(&self) -> IpAddr {
        self.address
    }

    /// The request, for programs that send it themselves (see [`crate::Device::raw_control`]).
    #[must_use]
    pub fn to_request(&self) -> NeighborKeyRequest {
        NeighborKeyRequest { header: RequestHeader::CURRENT, key: self.wire(&PhysicalAddress::EMPTY) }
    }

    /// The request to resolve it; `source` is the address to send from, with its scope id.
    #[must_use]
    pub fn to_resolve_request(&self, source: Option<(IpAddr, u32)>) -> ResolveNeighborRequest {
        let ((source_family, source), source_scope_id) =
            source.map_or(((0, [0; 16]), 0), |(address, scope_id)| (address::to_wire(address), scope_id));
        let NeighborKeyRequest { header, key } = self.to_request();
        ResolveNeighborRequest { header, key, source, source_scope_id, source_family, reserved: 0 }
    }

    /// What names it in a request, with the length of the physical address that follows.
    pub(super) fn wire(&self, physical_address: &PhysicalAddress) -> wire::NeighborKey {
        let (family, address) = address::to_wire(self.address);
        let (interface_luid, interface_index) = self.interface.to_wire();
        wire::NeighborKey {
            interface_luid,
            interface_index,
            family,
            reserved: 0,
            address,
            scope_id: self.scope_id,
            physical_address_length: u32::from(physical_address.length()),
        }
    }
}

impl fmt::Display for NeighborKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.address)?;
        if self.scope_id != 0 {
            write!(f, "%{}", self.scope_id)?;
        }
        write!(f, " at the interface with {}", self.interface)
    }
}

/// Names a neighbor and its new physical address.
///
/// Nothing is checked here: the driver and the network stack decide what is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct NeighborUpdate {
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub(super) key: NeighborKey,
    #[cfg_attr(feature = "serde", serde(rename = "lladdr"))]
    pub(super) physical_address: PhysicalAddress,
}

impl NeighborUpdate {
    /// The neighbor `address` behind `interface` shall have this physical address.
    #[must_use]
    pub const fn new(interface: InterfaceKey, address: IpAddr, physical_address: PhysicalAddress) -> Self {
        Self::of(NeighborKey::new(interface, address), physical_address)
    }

    /// The neighbor with this key shall have this physical address.
    #[must_use]
    pub const fn of(key: NeighborKey, physical_address: PhysicalAddress) -> Self {
        Self { key, physical_address }
    }

    /// With the zone of a link-local or multicast IPv6 address, at most 2^28 - 1 (the default, 0, means the interface's
    /// own). The driver refuses it with any other address.
    #[must_use]
    pub const fn with_scope_id(mut self, scope_id: u32) -> Self {
        self.key = self.key.with_scope_id(scope_id);
        self
    }

    /// The neighbor that is meant.
    #[must_use]
    pub const fn key(&self) -> &NeighborKey {
        &self.key
    }

    /// The new physical address.
    #[must_use]
    pub const fn physical_address(&self) -> PhysicalAddress {
        self.physical_address
    }

    /// The request, for programs that send it themselves (see [`crate::Device::raw_control`]).
    #[must_use]
    pub fn to_request(&self) -> NeighborRequest {
        NeighborRequest {
            header: RequestHeader::CURRENT,
            key: self.key.wire(&self.physical_address),
            physical_address: self.physical_address.padded(),
        }
    }
}
