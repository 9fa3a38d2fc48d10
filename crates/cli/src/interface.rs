//! `netioctl interface`.

use crate::{
    args,
    error::{CliError, DONE},
    output::{Layout, Output},
    select::Directory,
    system::System,
};
use netioctl_client::{Access, Family, Interface, abi::AddressFamily};
use serde::Serialize;

pub fn run(
    command: &args::Interface,
    family: Family,
    system: &dyn System,
    output: &mut Output<'_>,
) -> Result<u8, CliError> {
    let args::Interface::Show { interface } = command;
    let device = system.open(Access::Read)?;
    let mut rows = device.interface_table(family)?.into_rows();
    let mut directory = Directory::of(system, &rows);
    if let Some(selector) = interface {
        let key = directory.resolve_listed(selector)?;
        rows.retain(|row| key.matches(row.luid, row.index));
    }
    rows.sort_by_key(|row| (row.index, row.family));
    let rows: Vec<_> = rows.iter().map(|row| Row::new(row, &mut directory)).collect();
    output.show(&rows, |layout| text(&rows, layout))?;
    Ok(DONE)
}

/// One IP interface for programs: `ifindex`, `ifname` and `mtu` as `ip -j link` has them. Times are in milliseconds.
#[derive(Debug, Serialize)]
struct Row {
    ifindex: u32,
    ifname: String,
    name: Option<String>,
    luid: String,
    if_type: u16,
    family: &'static str,
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
}

impl Row {
    fn new(row: &Interface, directory: &mut Directory<'_>) -> Self {
        let names = directory.names(row.luid, row.index);
        Self {
            ifindex: row.index,
            ifname: names.label(),
            name: names.name.clone(),
            luid: row.luid.to_string(),
            if_type: row.luid.if_type(),
            family: match row.family {
                AddressFamily::Ipv4 => "inet",
                AddressFamily::Ipv6 => "inet6",
            },
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
        }
    }
}

fn text(rows: &[Row], layout: Layout) -> String {
    let header = ["INDEX", "INTERFACE", "FAMILY", "STATE", "MTU", "METRIC", "LUID"];
    layout.table(
        Some(header),
        rows.iter().map(|row| {
            let family = if row.family == "inet" { "IPv4" } else { "IPv6" };
            let state = if row.connected { "connected" } else { "disconnected" };
            [
                row.ifindex.to_string(),
                row.ifname.clone(),
                family.to_owned(),
                state.to_owned(),
                row.mtu.to_string(),
                row.metric.to_string(),
                row.luid.clone(),
            ]
        }),
    )
}
