//! A route.

use super::{is_default, lifetime, number, seconds, word};
use crate::{InterfaceLuid, Route};
use netioctl_abi::wire::{RouteOrigin, RouteProtocol};
use serde::{Deserialize, Serialize};
use std::{error::Error, net::IpAddr, time::Duration};

#[expect(clippy::struct_excessive_bools, reason = "each is a member of MIB_IPFORWARD_ROW2")]
#[derive(Serialize, Deserialize)]
pub struct Form {
    /// The network, always with its length.
    prefix: String,
    #[serde(default, skip_serializing_if = "is_default")]
    scope_id: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gateway: Option<IpAddr>,
    #[serde(default, skip_serializing_if = "is_default")]
    gateway_scope_id: u32,
    protocol: String,
    ifindex: u32,
    luid: InterfaceLuid,
    /// Of the route alone: what the command calls `metric` has that of the interface in it.
    route_metric: u32,
    origin: String,
    valid_life_time: u32,
    preferred_life_time: u32,
    /// Seconds.
    age: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    site_prefix_length: u8,
    loopback: bool,
    publish: bool,
    autoconfigure_address: bool,
    immortal: bool,
}

impl From<Route> for Form {
    fn from(row: Route) -> Self {
        Self {
            prefix: format!("{}/{}", row.destination, row.prefix_length),
            scope_id: row.destination_scope_id,
            gateway: row.next_hop,
            gateway_scope_id: row.next_hop_scope_id,
            protocol: word::<RouteProtocol>(row.raw_protocol, |word| word.to_string()),
            ifindex: row.interface_index,
            luid: row.interface_luid,
            route_metric: row.metric,
            origin: word::<RouteOrigin>(row.raw_origin, |word| word.to_string()),
            valid_life_time: seconds(row.valid_lifetime),
            preferred_life_time: seconds(row.preferred_lifetime),
            age: row.age.as_secs(),
            site_prefix_length: row.site_prefix_length,
            loopback: row.loopback,
            publish: row.publish,
            autoconfigure_address: row.autoconfigure_address,
            immortal: row.immortal,
        }
    }
}

impl TryFrom<Form> for Route {
    type Error = Box<dyn Error>;

    fn try_from(form: Form) -> Result<Self, Self::Error> {
        let (destination, length) =
            form.prefix.split_once('/').ok_or("a prefix is an address, a slash and a length")?;
        Ok(Self {
            interface_luid: form.luid,
            interface_index: form.ifindex,
            destination: destination.parse()?,
            prefix_length: length.parse()?,
            destination_scope_id: form.scope_id,
            next_hop: form.gateway,
            next_hop_scope_id: form.gateway_scope_id,
            metric: form.route_metric,
            raw_protocol: number::<RouteProtocol>(&form.protocol)?,
            raw_origin: number::<RouteOrigin>(&form.origin)?,
            valid_lifetime: lifetime(form.valid_life_time),
            preferred_lifetime: lifetime(form.preferred_life_time),
            age: Duration::from_secs(form.age),
            site_prefix_length: form.site_prefix_length,
            loopback: form.loopback,
            autoconfigure_address: form.autoconfigure_address,
            publish: form.publish,
            immortal: form.immortal,
        })
    }
}
