//! One IP interface as it is shown.

use super::link::Members;
use crate::{
    output::{Cell, Record, field},
    select::Directory,
};
use comfy_table::Color;
use netioctl_client::{
    Interface, InterfaceLuid,
    abi::{AddressFamily, wire::Offload},
};
use serde::Serialize;
use serde_json::Value;

/// What names an IP interface.
#[derive(Clone, Debug, Serialize)]
pub struct Key {
    pub ifindex: u32,
    pub ifname: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    luid: String,
    if_type: u16,
    family: &'static str,
}

impl Key {
    pub const COLUMNS: [&'static str; 6] = ["ifindex", "ifname", "name", "luid", "if_type", "family"];

    pub fn new(luid: InterfaceLuid, index: u32, family: AddressFamily, directory: &mut Directory<'_>) -> Self {
        let names = directory.names(luid, index);
        Self {
            ifindex: index,
            ifname: names.label(),
            name: names.name.clone(),
            luid: luid.to_string(),
            if_type: luid.if_type(),
            family: match family {
                AddressFamily::Ipv4 => "inet",
                AddressFamily::Ipv6 => "inet6",
            },
        }
    }

    /// The family as people write it.
    pub fn shown_family(&self) -> &'static str {
        if self.family == "inet" { "IPv4" } else { "IPv6" }
    }

    /// One line of the table, where nothing more is known.
    pub fn cells(&self) -> Vec<Cell> {
        self.cells_with([Cell::from(""), "".into(), "".into()])
    }

    fn cells_with(&self, [state, mtu, metric]: [Cell; 3]) -> Vec<Cell> {
        let (index, family) = (self.ifindex.to_string().into(), self.shown_family().into());
        vec![index, self.ifname.clone().into(), family, state, mtu, metric, self.luid.clone().into()]
    }
}

#[expect(clippy::struct_excessive_bools, reason = "each is a member of MIB_IPINTERFACE_ROW")]
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    #[serde(flatten)]
    key: Key,
    mtu: u32,
    metric: u32,
    use_automatic_metric: bool,
    connected: bool,
    forwarding_enabled: bool,
    advertising_enabled: bool,
    weak_host_send: bool,
    weak_host_receive: bool,
    use_neighbor_unreachability_detection: bool,
    managed_address_configuration_supported: bool,
    other_stateful_configuration_supported: bool,
    advertise_default_route: bool,
    disable_default_routes: bool,
    supports_wake_up_patterns: bool,
    supports_neighbor_discovery: bool,
    supports_router_discovery: bool,
    transmit_offload: Vec<String>,
    receive_offload: Vec<String>,
    min_router_advertisement_interval: u32,
    max_router_advertisement_interval: u32,
    router_discovery_behavior: i32,
    dad_transmits: u32,
    base_reachable_time: u128,
    reachable_time: u128,
    retransmit_time: u128,
    path_mtu_discovery_timeout: u128,
    link_local_address_behavior: i32,
    link_local_address_timeout: u128,
    site_prefix_length: u32,
    zone_indices: [u32; 16],
    interface_identifier: String,
    max_reassembly_size: u32,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    link: Option<Members>,
}

impl Row {
    pub fn new(row: &Interface, directory: &mut Directory<'_>) -> Self {
        Self {
            key: Key::new(row.luid, row.index, row.family, directory),
            mtu: row.nl_mtu,
            metric: row.metric,
            use_automatic_metric: row.use_automatic_metric,
            connected: row.connected,
            forwarding_enabled: row.forwarding_enabled,
            advertising_enabled: row.advertising_enabled,
            weak_host_send: row.weak_host_send,
            weak_host_receive: row.weak_host_receive,
            use_neighbor_unreachability_detection: row.use_neighbor_unreachability_detection,
            managed_address_configuration_supported: row.managed_address_configuration_supported,
            other_stateful_configuration_supported: row.other_stateful_configuration_supported,
            advertise_default_route: row.advertise_default_route,
            disable_default_routes: row.disable_default_routes,
            supports_wake_up_patterns: row.supports_wake_up_patterns,
            supports_neighbor_discovery: row.supports_neighbor_discovery,
            supports_router_discovery: row.supports_router_discovery,
            transmit_offload: names_of(row.transmit_offload),
            receive_offload: names_of(row.receive_offload),
            min_router_advertisement_interval: row.min_router_advertisement_interval,
            max_router_advertisement_interval: row.max_router_advertisement_interval,
            router_discovery_behavior: row.router_discovery_behavior,
            dad_transmits: row.dad_transmits,
            base_reachable_time: row.base_reachable_time.as_millis(),
            reachable_time: row.reachable_time.as_millis(),
            retransmit_time: row.retransmit_time.as_millis(),
            path_mtu_discovery_timeout: row.path_mtu_discovery_timeout.as_millis(),
            link_local_address_behavior: row.link_local_address_behavior,
            link_local_address_timeout: row.link_local_address_timeout.as_millis(),
            site_prefix_length: row.site_prefix_length,
            zone_indices: row.zone_indices,
            interface_identifier: format!("0x{:016X}", row.interface_identifier),
            max_reassembly_size: row.max_reassembly_size,
            link: None,
        }
    }

    /// With what the link itself tells.
    pub fn with_link(self, link: Option<Members>) -> Self {
        Self { link, ..self }
    }
}

/// Abilities by name; bits without one by number.
fn names_of(offload: Offload) -> Vec<String> {
    let named = offload.iter_names().map(|(name, _)| name.to_lowercase());
    let unknown = offload.bits() & !Offload::all().bits();
    named.chain((unknown != 0).then(|| format!("0x{unknown:02x}"))).collect()
}

impl Row {
    /// The members that are not as they were, and how they are now. What names the interface is none of them, but for
    /// its alias and index.
    pub fn differences(&self, before: &Self) -> serde_json::Result<Vec<Difference>> {
        let (before, now) = (serde_json::to_value(before)?, serde_json::to_value(self)?);
        let differs = |member: &&str| *member != REACHABLE_TIME && before.get(member) != now.get(member);
        let shown = |value: Option<&Value>| value.map_or_else(String::new, field);
        let members = Self::columns().into_iter().filter(differs);
        Ok(members.map(|member| (member, shown(before.get(member)), shown(now.get(member)))).collect())
    }

    pub fn key(&self) -> &Key {
        &self.key
    }

    /// One line without columns.
    pub fn sentence(&self) -> String {
        let state = if self.connected { "connected" } else { "disconnected" };
        let automatic = if self.use_automatic_metric { " (automatic)" } else { "" };
        let forwarding = if self.forwarding_enabled { ", forwarding" } else { "" };
        format!("{state}, MTU {}, metric {}{automatic}{forwarding}", self.mtu, self.metric)
    }

    fn state(&self) -> Cell {
        if self.connected {
            Cell::colored("connected", Color::Green)
        } else {
            Cell::colored("disconnected", Color::Red)
        }
    }
}

/// A member, how it was, and how it is now.
pub type Difference = (&'static str, String, String);

/// Drawn at random now and then (RFC 4861, section 6.3.2): nothing has changed.
const REACHABLE_TIME: &str = "reachable_time";

/// The names of the members of a row beyond what names it.
pub const MEMBERS: [&str; 32] = [
    "mtu",
    "metric",
    "use_automatic_metric",
    "connected",
    "forwarding_enabled",
    "advertising_enabled",
    "weak_host_send",
    "weak_host_receive",
    "use_neighbor_unreachability_detection",
    "managed_address_configuration_supported",
    "other_stateful_configuration_supported",
    "advertise_default_route",
    "disable_default_routes",
    "supports_wake_up_patterns",
    "supports_neighbor_discovery",
    "supports_router_discovery",
    "transmit_offload",
    "receive_offload",
    "min_router_advertisement_interval",
    "max_router_advertisement_interval",
    "router_discovery_behavior",
    "dad_transmits",
    "base_reachable_time",
    "reachable_time",
    "retransmit_time",
    "path_mtu_discovery_timeout",
    "link_local_address_behavior",
    "link_local_address_timeout",
    "site_prefix_length",
    "zone_indices",
    "interface_identifier",
    "max_reassembly_size",
];

impl Record for Row {
    fn header() -> Vec<&'static str> {
        vec!["INDEX", "INTERFACE", "FAMILY", "STATE", "MTU", "METRIC", "LUID"]
    }

    fn columns() -> Vec<&'static str> {
        [&Key::COLUMNS[..], &MEMBERS, &Members::COLUMNS].concat()
    }

    fn cells(&self) -> Vec<Cell> {
        self.key.cells_with([self.state(), self.mtu.to_string().into(), self.metric.to_string().into()])
    }

    fn brief(&self) -> Vec<Cell> {
        let family = self.key.shown_family();
        vec![self.key.ifname.clone().into(), family.into(), self.state(), self.mtu.to_string().into()]
    }
}
