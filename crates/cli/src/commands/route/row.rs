//! One route as it is shown.

use crate::{
    output::{Cell, Record},
    select::Directory,
    zone::{scoped, zone},
};
use netioctl_client::{
    BestRoute, Route,
    abi::wire::{RouteOrigin, RouteProtocol},
};
use serde::Serialize;
use std::{net::IpAddr, time::Duration};

/// A route of the machine's own addresses, of broadcast or of multicast: one that nobody made.
pub fn is_of_the_machine(route: &Route) -> bool {
    let host = if route.destination.is_ipv4() { 32 } else { 128 };
    let own = route.prefix_length == host && route.next_hop.is_none();
    route.loopback || own && route.immortal || route.destination.is_multicast()
}

/// One route for programs: the names of `ip -j route` where the meaning is the same.
#[expect(clippy::struct_excessive_bools, reason = "each is a member of MIB_IPFORWARD_ROW2")]
#[derive(Debug, Serialize)]
pub struct Row {
    /// `default`, a network, or an address.
    dst: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway: Option<IpAddr>,
    dev: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefsrc: Option<IpAddr>,
    protocol: String,
    metric: u32,
    ifindex: u32,
    luid: String,
    family: &'static str,
    prefix: String,
    route_metric: u32,
    origin: String,
    valid_life_time: u32,
    preferred_life_time: u32,
    age: u64,
    loopback: bool,
    publish: bool,
    autoconfigure_address: bool,
    immortal: bool,
    #[serde(skip)]
    gateway_zone: Option<u32>,
}

impl Row {
    /// `metric` is that of the route and of its interface together.
    pub fn new(route: &Route, metric: u32, directory: &mut Directory<'_>) -> Self {
        let prefix = format!("{}/{}", route.destination, route.prefix_length);
        let host = if route.destination.is_ipv4() { 32 } else { 128 };
        let dst = match route.prefix_length {
            0 => "default".to_owned(),
            length if length == host => route.destination.to_string(),
            _ => prefix.clone(),
        };
        let index = route.interface_index;
        Self {
            dst,
            gateway: route.next_hop,
            dev: directory.names(route.interface_luid, index).label(),
            prefsrc: None,
            protocol: word(route.protocol().map(RouteProtocol::name), route.raw_protocol),
            metric,
            ifindex: index,
            luid: route.interface_luid.to_string(),
            family: if route.destination.is_ipv4() { "inet" } else { "inet6" },
            prefix,
            route_metric: route.metric,
            origin: word(route.origin().map(RouteOrigin::name), route.raw_origin),
            valid_life_time: seconds(route.valid_lifetime),
            preferred_life_time: seconds(route.preferred_lifetime),
            age: route.age.as_secs(),
            loopback: route.loopback,
            publish: route.publish,
            autoconfigure_address: route.autoconfigure_address,
            immortal: route.immortal,
            gateway_zone: route.next_hop.and_then(|hop| zone(hop, route.next_hop_scope_id, index)),
        }
    }
}

/// The route that a packet takes.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Taken {
    row: Row,
    #[serde(skip)]
    source: String,
}

impl Taken {
    /// The route that a packet to `to` takes: as `ip route get` has it, the destination is the address, and the network is
    /// told beside it.
    pub fn new(row: Row, to: IpAddr, best: &BestRoute) -> Self {
        let zone = zone(best.source, best.source_scope_id, best.route.interface_index);
        let source = scoped(best.source, zone);
        Self { row: Row { dst: to.to_string(), prefsrc: Some(best.source), ..row }, source }
    }
}

impl Record for Taken {
    fn header() -> Vec<&'static str> {
        vec!["DESTINATION", "NEXT HOP", "INTERFACE", "SOURCE", "METRIC", "ROUTE", "INDEX"]
    }

    fn columns() -> Vec<&'static str> {
        Row::columns()
    }

    fn cells(&self) -> Vec<Cell> {
        let row = &self.row;
        vec![
            row.dst.clone().into(),
            row.next_hop().into(),
            row.dev.clone().into(),
            self.source.clone().into(),
            row.metric.to_string().into(),
            row.prefix.clone().into(),
            row.ifindex.to_string().into(),
        ]
    }

    fn brief(&self) -> Vec<Cell> {
        [self.row.brief(), vec![self.source.clone().into()]].concat()
    }
}

impl Record for Row {
    fn header() -> Vec<&'static str> {
        vec!["DESTINATION", "NEXT HOP", "INTERFACE", "METRIC", "FROM", "INDEX"]
    }

    fn columns() -> Vec<&'static str> {
        vec![
            "dst",
            "gateway",
            "dev",
            "prefsrc",
            "protocol",
            "metric",
            "ifindex",
            "luid",
            "family",
            "prefix",
            "route_metric",
            "origin",
            "valid_life_time",
            "preferred_life_time",
            "age",
            "loopback",
            "publish",
            "autoconfigure_address",
            "immortal",
        ]
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.dst.clone().into(),
            self.next_hop().into(),
            self.dev.clone().into(),
            self.metric.to_string().into(),
            self.protocol.clone().into(),
            self.ifindex.to_string().into(),
        ]
    }

    fn brief(&self) -> Vec<Cell> {
        vec![self.dst.clone().into(), self.next_hop().into(), self.dev.clone().into()]
    }
}

impl Row {
    fn next_hop(&self) -> String {
        self.gateway.map_or_else(|| "on-link".to_owned(), |gateway| scoped(gateway, self.gateway_zone))
    }
}

fn word(known: Option<&'static str>, number: i32) -> String {
    known.map_or_else(|| number.to_string(), str::to_owned)
}

/// Seconds as `ip` writes them: all ones for ever.
fn seconds(lifetime: Option<Duration>) -> u32 {
    lifetime.and_then(|time| u32::try_from(time.as_secs()).ok()).unwrap_or(u32::MAX)
}
