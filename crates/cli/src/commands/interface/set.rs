//! Changing an interface.

use crate::{
    commands::interface::args::{Metric, SetInterface, Switch},
    error::{CliError, DONE},
    output::Output,
    select,
    system::System,
};
use netioctl_client::{
    Access, Device, Error, Family, InterfaceChange, InterfaceKey,
    abi::{AddressFamily, wire::InterfaceMember},
};
use serde_json::json;

pub fn run(args: &SetInterface, family: Family, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let (family, name) = match family {
        Family::Ipv4 => (AddressFamily::Ipv4, "IPv4"),
        Family::Ipv6 => (AddressFamily::Ipv6, "IPv6"),
        Family::Both => return Err(CliError::FamilyNeeded),
    };
    if named(args, InterfaceKey::Index(0), family).is_empty() && args.zone.is_empty() {
        return Err(CliError::NothingToSet);
    }
    let device = system.open(Access::ReadWrite)?;
    let key = select::resolve(&args.interface, system, &device)?;
    let change = with_zones(named(args, key, family), args, key, family, &device)?;
    device.set_interface(&change)?;
    let members = members(change.members());
    output.show(&json!({ "done": true, "members": members }), |_| {
        format!("changed {} of {name} on {}", members.join(", "), args.interface)
    })?;
    Ok(DONE)
}

/// The change, but for the zones.
fn named(args: &SetInterface, key: InterfaceKey, family: AddressFamily) -> InterfaceChange {
    let change = InterfaceChange::new(key, family);
    let change = switches(args, change);
    let change = numbers(args, change);
    match args.metric {
        None => change,
        Some(Metric::Automatic) => change.use_automatic_metric(true),
        // A metric of one's own does not stay while the automatic one is on.
        Some(Metric::Fixed(metric)) => change.use_automatic_metric(false).metric(metric),
    }
}

/// Applies `set` if there is a value.
fn with<T>(
    change: InterfaceChange,
    value: Option<T>,
    set: fn(InterfaceChange, T) -> InterfaceChange,
) -> InterfaceChange {
    match value {
        Some(value) => set(change, value),
        None => change,
    }
}

fn switches(args: &SetInterface, change: InterfaceChange) -> InterfaceChange {
    type Set = fn(InterfaceChange, bool) -> InterfaceChange;
    let switches: [(Option<Switch>, Set); 9] = [
        (args.forwarding, InterfaceChange::forwarding_enabled),
        (args.advertising, InterfaceChange::advertising_enabled),
        (args.advertise_default_route, InterfaceChange::advertise_default_route),
        (args.managed_address, InterfaceChange::managed_address_configuration_supported),
        (args.other_stateful, InterfaceChange::other_stateful_configuration_supported),
        (args.ignore_default_routes, InterfaceChange::disable_default_routes),
        (args.weak_host_send, InterfaceChange::weak_host_send),
        (args.weak_host_receive, InterfaceChange::weak_host_receive),
        (args.nud, InterfaceChange::use_neighbor_unreachability_detection),
    ];
    switches.into_iter().fold(change, |change, (switch, set)| with(change, switch.map(Switch::is_on), set))
}

fn numbers(args: &SetInterface, change: InterfaceChange) -> InterfaceChange {
    let router_discovery = args.router_discovery.map(|behavior| behavior as i32);
    let link_local = args.link_local.map(|behavior| behavior as i32);
    let change = with(change, args.mtu, InterfaceChange::nl_mtu);
    let change = with(change, router_discovery, InterfaceChange::router_discovery_behavior);
    let change = with(change, args.dad_transmits, InterfaceChange::dad_transmits);
    let change = with(change, args.base_reachable_time, InterfaceChange::base_reachable_time);
    let change = with(change, args.retransmit_time, InterfaceChange::retransmit_time);
    let change = with(change, args.path_mtu_timeout, InterfaceChange::path_mtu_discovery_timeout);
    let change = with(change, link_local, InterfaceChange::link_local_address_behavior);
    let change = with(change, args.link_local_timeout, InterfaceChange::link_local_address_timeout);
    with(change, args.site_prefix_length, InterfaceChange::site_prefix_length)
}

/// Zone ids travel together, so those that are not named are taken from the interface.
fn with_zones(
    change: InterfaceChange,
    args: &SetInterface,
    key: InterfaceKey,
    family: AddressFamily,
    device: &Device,
) -> Result<InterfaceChange, Error> {
    if args.zone.is_empty() {
        return Ok(change);
    }
    let mut zones = device.interface(key, family)?.zone_indices;
    for zone in &args.zone {
        if let Some(id) = zones.get_mut(zone.level) {
            *id = zone.id;
        }
    }
    Ok(change.zone_indices(zones))
}

/// The members as the JSON of `interface show` names them.
fn members(members: InterfaceMember) -> Vec<String> {
    let name = |name: &str| if name == "NL_MTU" { "mtu".to_owned() } else { name.to_lowercase() };
    members.iter_names().map(|(member, _)| name(member)).collect()
}
