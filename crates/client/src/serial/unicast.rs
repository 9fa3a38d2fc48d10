//! A unicast address of an interface.

use super::{family, is_default, lifetime, number, seconds, word};
use crate::{InterfaceLuid, UnicastAddress};
use netioctl_abi::wire::{DadState, PrefixOrigin, SuffixOrigin};
use serde::{Deserialize, Serialize};
use std::{
    error::Error,
    net::IpAddr,
    time::{Duration, SystemTime},
};

/// The last second that has a text: that of the year 9999.
const LAST_SECOND: u64 = 253_402_300_799;

#[derive(Serialize, Deserialize)]
pub struct Form {
    ifindex: u32,
    luid: InterfaceLuid,
    #[serde(skip_deserializing)]
    family: &'static str,
    local: IpAddr,
    prefixlen: u8,
    #[serde(default, skip_serializing_if = "is_default")]
    scope_id: u32,
    prefix_origin: String,
    suffix_origin: String,
    dad_state: String,
    valid_life_time: u32,
    preferred_life_time: u32,
    skip_as_source: bool,
    /// UTC, as RFC 3339 writes it.
    created: String,
}

impl From<UnicastAddress> for Form {
    fn from(row: UnicastAddress) -> Self {
        let last = SystemTime::UNIX_EPOCH + Duration::from_secs(LAST_SECOND);
        Self {
            ifindex: row.interface_index,
            luid: row.interface_luid,
            family: family::name(row.address.into()),
            local: row.address,
            prefixlen: row.prefix_length,
            scope_id: row.scope_id,
            prefix_origin: word::<PrefixOrigin>(row.raw_prefix_origin, |word| word.to_string()),
            suffix_origin: word::<SuffixOrigin>(row.raw_suffix_origin, |word| word.to_string()),
            dad_state: word::<DadState>(row.raw_dad_state, |word| word.to_string()),
            valid_life_time: seconds(row.valid_lifetime),
            preferred_life_time: seconds(row.preferred_lifetime),
            skip_as_source: row.skip_as_source,
            created: humantime::format_rfc3339(row.created.min(last)).to_string(),
        }
    }
}

impl TryFrom<Form> for UnicastAddress {
    type Error = Box<dyn Error>;

    fn try_from(form: Form) -> Result<Self, Self::Error> {
        Ok(Self {
            interface_luid: form.luid,
            interface_index: form.ifindex,
            address: form.local,
            scope_id: form.scope_id,
            prefix_length: form.prefixlen,
            raw_prefix_origin: number::<PrefixOrigin>(&form.prefix_origin)?,
            raw_suffix_origin: number::<SuffixOrigin>(&form.suffix_origin)?,
            raw_dad_state: number::<DadState>(&form.dad_state)?,
            valid_lifetime: lifetime(form.valid_life_time),
            preferred_lifetime: lifetime(form.preferred_life_time),
            skip_as_source: form.skip_as_source,
            created: humantime::parse_rfc3339(&form.created)?,
        })
    }
}
