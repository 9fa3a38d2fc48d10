//! What has happened to an interface or an address.

use super::{family, is_default};
use crate::{Change, InterfaceLuid};
use netioctl_abi::{
    AddressFamily,
    wire::{ChangeKind, WatchSources},
};
use serde::{Deserialize, Serialize};
use std::{error::Error, net::IpAddr};

#[derive(Serialize, Deserialize)]
pub struct Form {
    /// `added`, `changed`, `removed`, `initial`, or a number of a newer system.
    event: String,
    /// `interface`, `address`, or the bit of another source.
    source: String,
    #[serde(default, skip_serializing_if = "is_default")]
    sequence: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    ifindex: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    luid: Option<InterfaceLuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    family: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<IpAddr>,
    #[serde(default, skip_serializing_if = "is_default")]
    scope_id: u32,
    #[serde(default = "once")]
    notifications: u32,
}

/// Who tells of an event does not say more.
const fn once() -> u32 {
    1
}

const SOURCES: [(WatchSources, &str); 2] =
    [(WatchSources::INTERFACES, "interface"), (WatchSources::ADDRESSES, "address")];

impl From<Change> for Form {
    fn from(change: Change) -> Self {
        let source = SOURCES.iter().find(|(source, _)| *source == change.source);
        Self {
            event: ChangeKind::from_raw(change.raw_kind)
                .map_or_else(|| change.raw_kind.to_string(), |kind| kind.to_string()),
            source: source.map_or_else(|| change.source.bits().to_string(), |(_, name)| (*name).to_owned()),
            sequence: change.sequence,
            ifindex: change.interface_index,
            luid: (change.interface_luid.0 != 0).then_some(change.interface_luid),
            family: change.family.map(|family| family::name(family).to_owned()),
            address: change.address,
            scope_id: change.scope_id,
            notifications: change.notifications,
        }
    }
}

impl TryFrom<Form> for Change {
    type Error = Box<dyn Error>;

    fn try_from(form: Form) -> Result<Self, Self::Error> {
        let raw_kind = match form.event.parse::<ChangeKind>() {
            Ok(kind) => kind.into(),
            Err(unknown) => form.event.parse().map_err(|_| unknown)?,
        };
        let source = match SOURCES.iter().find(|(_, name)| *name == form.source) {
            Some((source, _)) => *source,
            None => WatchSources::from_bits_retain(form.source.parse()?),
        };
        Ok(Self {
            sequence: form.sequence,
            source,
            raw_kind,
            interface_luid: form.luid.unwrap_or(InterfaceLuid(0)),
            interface_index: form.ifindex,
            family: form.family.map(|family| family.parse::<AddressFamily>()).transpose()?,
            address: form.address,
            scope_id: form.scope_id,
            notifications: form.notifications,
        })
    }
}
