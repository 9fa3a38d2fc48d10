//! What reaches the driver.

use super::{
    machine::{Driver, ETHERNET, Machine},
    on, works,
};
use crate::args::Cli;
use clap::CommandFactory;
use netioctl_abi::{
    AF_INET, AF_INET6, ControlCode,
    wire::{FlushNeighborsRequest, InterfaceMember, NeighborKeyRequest, NeighborRequest, SetInterfaceRequest},
};
use zerocopy::FromBytes;

#[test]
fn a_neighbor_is_added_set_replaced_and_deleted() {
    let driver = Driver::default();
    let machine = Machine::with(driver.clone());
    for verb in ["add", "set", "replace"] {
        let done = on(&machine, &format!("neigh {verb} fe80::7%12 02:00:00:00:77:02 -i Ethernet_2"));
        assert_eq!(done, "exit 0\nfe80::7%12 is at 02-00-00-00-77-02 now\n");
    }
    assert_eq!(on(&machine, "neigh del fe80::7%12"), "exit 0\nfe80::7%12 is deleted\n");
    assert_eq!(on(&machine, "neigh delete 192.0.2.10 -i 12 --json"), "exit 0\n{\n  \"done\": true\n}\n");

    let codes = [
        ControlCode::CREATE_NEIGHBOR,
        ControlCode::SET_NEIGHBOR,
        ControlCode::REPLACE_NEIGHBOR,
        ControlCode::DELETE_NEIGHBOR,
        ControlCode::DELETE_NEIGHBOR,
    ];
    assert_eq!(driver.codes(), codes);
    let changes = driver.changes();
    for (_, input) in &changes[..3] {
        let request = NeighborRequest::read_from_bytes(input).unwrap();
        assert_eq!((request.key.interface_luid, request.key.interface_index), (ETHERNET, 0));
        assert_eq!((request.key.family, request.key.scope_id, request.key.address[15]), (AF_INET6, 12, 7));
        assert_eq!((request.key.physical_address_length, request.physical_address[4]), (6, 0x77));
    }
    let by_zone = NeighborKeyRequest::read_from_bytes(&changes[3].1).unwrap();
    assert_eq!((by_zone.key.interface_luid, by_zone.key.interface_index, by_zone.key.scope_id), (0, 12, 12));
    let by_index = NeighborKeyRequest::read_from_bytes(&changes[4].1).unwrap();
    assert_eq!((by_index.key.interface_index, by_index.key.family, by_index.key.address[3]), (12, AF_INET, 10));
}

/// The request that a command line becomes.
fn set(line: &str) -> SetInterfaceRequest {
    let driver = Driver::default();
    let done = on(&Machine::with(driver.clone()), &format!("interface set {line}"));
    assert!(done.starts_with("exit 0\n"), "{done}");
    let [(ControlCode::SET_INTERFACE, input)] = &driver.changes()[..] else { panic!("one change") };
    SetInterfaceRequest::read_from_bytes(input).unwrap()
}

#[test]
fn every_member_of_an_interface_can_be_set() {
    let line = "-6 Ethernet_2 --metric 10 --mtu 1400 --forwarding on --advertising on --advertise-default-route on \
                --managed-address on --other-stateful on --ignore-default-routes on --weak-host-send on \
                --weak-host-receive on --nud on --router-discovery dhcp --dad-transmits 3 \
                --base-reachable-time 20000 --retransmit-time 500 --path-mtu-timeout 600000 --link-local delayed \
                --link-local-timeout 250 --site-prefix-length 48 --zone 2=99";
    let request = set(line);
    assert_eq!(request.members, InterfaceMember::all().bits());
    let row = request.row;
    assert_eq!((row.interface_luid, row.family), (ETHERNET, AF_INET6));
    assert_eq!((row.metric, row.use_automatic_metric, row.nl_mtu), (10, 0, 1400));
    assert_eq!((row.forwarding_enabled, row.advertising_enabled, row.advertise_default_route), (1, 1, 1));
    assert_eq!((row.managed_address_configuration_supported, row.other_stateful_configuration_supported), (1, 1));
    assert_eq!((row.disable_default_routes, row.weak_host_send, row.weak_host_receive), (1, 1, 1));
    assert_eq!((row.use_neighbor_unreachability_detection, row.router_discovery_behavior), (1, 2));
    assert_eq!((row.dad_transmits, row.base_reachable_time, row.retransmit_time), (3, 20_000, 500));
    assert_eq!((row.path_mtu_discovery_timeout, row.link_local_address_behavior), (600_000, 1));
    assert_eq!((row.link_local_address_timeout, row.site_prefix_length), (250, 48));
    assert_eq!((row.zone_indices[2], row.zone_indices[3]), (99, 7), "zones that are not named stay");
}

#[test]
fn only_what_is_named_changes() {
    let automatic = set("-4 12 --metric auto");
    assert_eq!(automatic.members, InterfaceMember::USE_AUTOMATIC_METRIC.bits());
    assert_eq!((automatic.row.use_automatic_metric, automatic.row.interface_index), (1, 12));
    let off = set("-4 12 --forwarding off");
    assert_eq!((off.members, off.row.forwarding_enabled), (InterfaceMember::FORWARDING_ENABLED.bits(), 0));
    assert_eq!(
        works("-4 if set 12 --metric 5 --mtu 1400"),
        "exit 0\nchanged use_automatic_metric, mtu, metric of IPv4 on the interface with index 12\n"
    );
}

/// The options of `interface set` that set something.
fn members() -> Vec<String> {
    let program = Cli::command();
    let set = program.find_subcommand("interface").and_then(|interface| interface.find_subcommand("set")).unwrap();
    let members = set.get_arguments().filter(|argument| argument.get_help_heading() == Some("Members"));
    members.map(|member| member.get_long().unwrap().to_owned()).collect()
}

#[test]
fn what_get_says_of_an_interface_can_be_set_so() {
    let driver = Driver::default();
    driver.interfaces(|rows| {
        for row in rows.iter_mut() {
            (row.UseAutomaticMetric, row.RouterDiscoveryBehavior, row.LinkLocalAddressBehavior) = (1, 2, 1);
            (row.RetransmitTime, row.PathMtuDiscoveryTimeout, row.ForwardingEnabled) = (500, 600_000, 1);
        }
    });
    let machine = Machine::with(driver.clone());
    let shown = on(&machine, "-6 interface get 12");
    let lines: Vec<_> = shown.lines().skip(1).filter_map(|line| line.split_once("  ")).collect();
    for member in members() {
        let (_, value) =
            lines.iter().find(|(name, _)| *name == member).unwrap_or_else(|| panic!("no {member}: {shown}"));
        let value = value.split_whitespace().next().unwrap();
        let done = on(&machine, &format!("-6 interface set 12 --{member} {value}"));
        assert!(done.starts_with("exit 0\n"), "{member} {value}: {done}");
    }
    assert_eq!(on(&machine, "-6 interface get 12"), shown, "nothing has changed");
    for line in ["metric  auto (25)", "forwarding  on", "router-discovery  dhcp", "link-local  delayed", "zone  3=7"] {
        let (name, value) = line.split_once("  ").unwrap();
        assert!(lines.iter().any(|(found, said)| *found == name && said.trim() == value), "{line}: {shown}");
    }
}

#[test]
fn the_older_flush_wants_one_interface() {
    let driver = Driver::default();
    let machine = Machine::with(driver.clone());
    let done = "exit 0\nflushed the ARP table of the interface with index 12\n";
    for interface in ["12", "Ethernet_2", "0x0006008007000000"] {
        assert_eq!(on(&machine, &format!("arp flush -i {interface}")), done);
    }
    for (code, input) in &driver.changes() {
        assert_eq!(*code, ControlCode::FLUSH_NEIGHBORS);
        assert_eq!(FlushNeighborsRequest::read_from_bytes(input), Ok(FlushNeighborsRequest::new(AF_INET, 12)));
    }
}

#[test]
fn counters_are_shown_before_they_are_reset() {
    let driver = Driver::default();
    let shown = on(&Machine::with(driver.clone()), "stats --reset");
    assert!(shown.contains("set neighbor"), "{shown}");
    assert_eq!(driver.codes(), [ControlCode::RESET_STATISTICS]);
}
