//! A row of the neighbor table.

use super::{is_default, milliseconds, number, word};
use crate::{InterfaceLuid, Neighbor, PhysicalAddress};
use netioctl_abi::{
    UnknownWord,
    wire::{NeighborFlags, NeighborState},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{net::IpAddr, time::Duration};

#[derive(Serialize, Deserialize)]
pub struct Form {
    dst: IpAddr,
    #[serde(default, skip_serializing_if = "PhysicalAddress::is_empty")]
    lladdr: PhysicalAddress,
    /// Present, with the value null, for a router.
    #[serde(default, skip_serializing_if = "is_default", serialize_with = "null", deserialize_with = "present")]
    router: bool,
    state: [String; 1],
    ifindex: u32,
    luid: InterfaceLuid,
    #[serde(default, skip_serializing_if = "is_default")]
    scope_id: u32,
    #[serde(rename = "reachability_ms", with = "milliseconds")]
    reachability: Duration,
    /// The flags that have no name here.
    #[serde(default, skip_serializing_if = "is_default")]
    flags: u16,
}

fn null<S: Serializer>(_: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_unit()
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    <()>::deserialize(deserializer).map(|()| true)
}

impl From<Neighbor> for Form {
    fn from(row: Neighbor) -> Self {
        Self {
            dst: row.address,
            lladdr: row.physical_address,
            router: row.is_router(),
            state: [word::<NeighborState>(row.raw_state, |word| word.linux_name().to_owned())],
            ifindex: row.interface_index,
            luid: row.interface_luid,
            scope_id: row.scope_id,
            reachability: row.reachability_time,
            flags: (row.flags - NeighborFlags::ROUTER).bits(),
        }
    }
}

impl TryFrom<Form> for Neighbor {
    type Error = UnknownWord;

    fn try_from(form: Form) -> Result<Self, Self::Error> {
        let router = if form.router { NeighborFlags::ROUTER } else { NeighborFlags::empty() };
        Ok(Self {
            interface_luid: form.luid,
            interface_index: form.ifindex,
            address: form.dst,
            scope_id: form.scope_id,
            physical_address: form.lladdr,
            raw_state: number::<NeighborState>(&form.state[0])?,
            flags: NeighborFlags::from_bits_retain(form.flags) | router,
            reachability_time: form.reachability,
        })
    }
}
