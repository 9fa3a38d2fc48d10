//! Which neighbor is meant: by interface, zone, family and the table.

use super::{
    machine::{Driver, ETHERNET, LOOPBACK, Machine, TUNNEL},
    on,
    rows::{neighbor, route},
};
use netio_sys::MIB_IPFORWARD_ROW2;
use netioctl_abi::{Capabilities, ControlCode, NtStatus, wire::NeighborKeyRequest};
use zerocopy::FromBytes;

/// The commands about one neighbor, with `target` in them.
fn commands(target: &str) -> [String; 6] {
    let physical = "02-00-00-00-77-02";
    ["get", "resolve", "del", "add", "set", "replace"].map(|verb| match verb {
        "get" | "del" | "resolve" => format!("neigh {verb} {target}"),
        _ => format!("neigh {verb} {target} {physical}"),
    })
}

#[test]
fn a_zone_must_not_contradict_the_interface() {
    let driver = Driver::default();
    let machine = Machine::with(driver.clone());
    let names = [
        ("Ethernet_2", "Ethernet 2, whose index is 12"),
        ("12", "the interface with index 12"),
        ("0x0006008007000000", "the interface with LUID 0x0006008007000000, whose index is 12"),
    ];
    for (name, shown) in names {
        let expected = format!(
            "exit 2\nnetioctl: the zone of fe80::9%3 is not that of {shown}: leave out the zone or --interface\n"
        );
        for command in commands("fe80::9%3") {
            assert_eq!(on(&machine, &format!("{command} -i {name}")), expected, "{command}");
        }
    }
    assert!(driver.codes().is_empty());
    for command in commands("fe80::1%12") {
        let done = on(&machine, &format!("{command} -i Ethernet_2"));
        assert!(done.starts_with("exit 0\n"), "{command}: {done}");
    }
}

#[test]
fn a_family_must_not_contradict_the_address() {
    let driver = Driver::default();
    let machine = Machine::with(driver.clone());
    let both = [("-6", "192.0.2.10", "-4", "IPv4"), ("-4", "2001:db8::1", "-6", "IPv6")];
    for (wrong, address, right, family) in both {
        let expected = format!(
            "exit 2\nnetioctl: {address} is an {family} address, which {wrong} leaves out: give the one or the other\n"
        );
        for command in commands(address) {
            assert_eq!(on(&machine, &format!("{wrong} {command} -i 12")), expected, "{command}");
        }
        assert!(driver.codes().is_empty());
        for command in commands(address) {
            let done = on(&machine, &format!("{right} {command} -i 12"));
            assert!(done.starts_with("exit 0\n"), "{command}: {done}");
        }
        driver.forget();
    }
}

#[test]
fn a_family_that_a_command_has_no_use_for_is_refused() {
    let driver = Driver::default();
    let machine = Machine::with(driver.clone());
    let arp = "exit 2\nnetioctl: `arp flush` is for IPv4 only: leave out -6, or use `netioctl -6 neigh flush`\n";
    assert_eq!(on(&machine, "-6 arp flush -i 12"), arp);
    for (option, line, command) in [
        ("-4", "stats", "stats"),
        ("-6", "stats --reset", "stats"),
        ("-4", "driver status", "driver"),
        ("-6", "completions bash", "completions"),
        ("-4", "man", "man"),
    ] {
        let expected = format!("exit 2\nnetioctl: `{command}` has no use for {option}: leave it out\n");
        assert_eq!(on(&machine, &format!("{option} {line}")), expected);
    }
    assert!(driver.codes().is_empty());
    assert!(on(&machine, "-4 arp flush -i 12").starts_with("exit 0\n"));
}

#[test]
fn the_table_tells_the_one_interface_that_has_the_neighbor() {
    let driver = Driver::default();
    let machine = Machine::with(driver.clone());
    assert!(on(&machine, "neigh get 192.0.2.10").contains("Ethernet 2"));
    let set = on(&machine, "neigh set 192.0.2.10 02-00-00-00-77-02");
    assert_eq!(set, "exit 0\n192.0.2.10 is at 02-00-00-00-77-02 now\n");
    assert_eq!(on(&machine, "neigh del fe80::1"), "exit 0\nfe80::1%12 is deleted\n");
    assert_eq!(driver.codes(), [ControlCode::SET_NEIGHBOR, ControlCode::DELETE_NEIGHBOR]);
    for (_, input) in &driver.changes() {
        let (request, _) = NeighborKeyRequest::read_from_prefix(input).unwrap();
        assert_eq!((request.key.interface_luid, request.key.interface_index), (ETHERNET, 0));
    }
}

#[test]
fn a_neighbor_of_no_interface_or_of_several_is_not_guessed() {
    let driver = Driver::default();
    let mut elsewhere = neighbor("192.0.2.10", 4, &[2, 0, 0, 0, 0x77, 9], 0, 0);
    (elsewhere.InterfaceLuid, elsewhere.InterfaceIndex) = (LOOPBACK, 1);
    driver.neighbors(|rows| rows.push(elsewhere));
    let machine = Machine::with(driver.clone());
    let several =
        "exit 2\nnetioctl: 192.0.2.10 is a neighbor of loopback_0 and Ethernet 2: name one with --interface\n";
    let none = "exit 3\nnetioctl: no interface has the neighbor 192.0.2.99: `netioctl neigh show` lists them\n";
    for (address, expected) in [("192.0.2.10", several), ("192.0.2.99", none)] {
        for verb in ["get", "del", "set"] {
            let physical = if verb == "set" { "02-00-00-00-77-02" } else { "" };
            assert_eq!(on(&machine, &format!("neigh {verb} {address} {physical}")), expected, "{verb}");
        }
    }
    assert!(driver.codes().is_empty());
}

#[test]
fn the_network_tells_the_interface_of_a_neighbor_that_may_not_exist() {
    let driver = Driver::default();
    let machine = Machine::with(driver.clone());
    for address in ["192.0.2.77", "2001:db8::77", "fe80::77"] {
        let [_, _, _, add, _, replace] = commands(address);
        for line in [add, replace] {
            assert!(on(&machine, &line).starts_with("exit 0\n"), "{line}");
        }
    }
    assert!(on(&machine, "neigh resolve 192.0.2.10").contains("Ethernet 2"));
    assert!(on(&machine, "neigh add 192.0.2.80/30 02-00-00-00-77-02").ends_with("added\n"));
    for (_, input) in driver.changes().iter().take(6) {
        let (request, _) = NeighborKeyRequest::read_from_prefix(input).unwrap();
        assert_eq!((request.key.interface_luid, request.key.interface_index), (ETHERNET, 0));
    }
    // An older driver tells addresses with their networks.
    let older = Machine::with(Driver::serving(Capabilities::all() - Capabilities::GET_ROUTE_TABLE));
    assert!(on(&older, "neigh add 192.0.2.77 02-00-00-00-77-02").starts_with("exit 0\n"));
}

/// A route to this network, on the link of the loopback interface's index and of a LUID that is no loopback's.
fn elsewhere(network: &str, prefix: u8) -> MIB_IPFORWARD_ROW2 {
    MIB_IPFORWARD_ROW2 {
        InterfaceLuid: TUNNEL,
        InterfaceIndex: 20,
        ..route(network, prefix, if network.contains(':') { "::" } else { "0.0.0.0" }, 1)
    }
}

#[test]
fn a_network_of_no_interface_or_of_several_is_not_guessed_from() {
    let driver = Driver::default();
    let machine = Machine::with(driver.clone());
    driver.netio().update(|tables| {
        tables.rows_mut().extend([elsewhere("192.0.2.0", 24), elsewhere("192.0.2.64", 26), elsewhere("fe80::", 64)]);
    });
    let several = "is in a network of Ethernet 2 and Tunnel: name one with --interface";
    let cases = [
        ("192.0.2.10", several),
        ("fe80::1", "Ethernet 2 and Tunnel: name one with --interface, or by the zone of the address (fe80::1%12)"),
        ("203.0.113.1", "203.0.113.1 is in no network of this machine: name an interface with --interface"),
        // Only routers lead there.
        ("198.51.100.1", "198.51.100.1 is in no network of this machine"),
        ("224.0.0.9", "an interface is needed: name it with --interface"),
        ("ff02::9", "an interface is needed: name it with --interface"),
    ];
    for (address, expected) in cases {
        let [_, resolve, _, add, _, replace] = commands(address);
        for line in [resolve, add, replace] {
            let screen = on(&machine, &line);
            assert!(screen.starts_with("exit 2\n") && screen.contains(expected), "{line}: {screen}");
        }
    }
    assert!(driver.codes().is_empty());
    // The longer prefix counts, here of an interface that IP is not bound to.
    let longer = on(&machine, "neigh add 192.0.2.77 02-00-00-00-77-02");
    assert!(longer.starts_with("exit 3\n") && longer.contains("STATUS_OBJECT_NAME_NOT_FOUND"), "{longer}");
    let oldest = Capabilities::all() - Capabilities::GET_ROUTE_TABLE - Capabilities::GET_ADDRESS_TABLE;
    let told = on(&Machine::with(Driver::serving(oldest)), "neigh add 192.0.2.77 02-00-00-00-77-02");
    assert_eq!(told, "exit 2\nnetioctl: an interface is needed: name it with --interface\n");
}

#[test]
fn what_is_not_there_is_named() {
    let machine = Machine::with(Driver::refusing(NtStatus::NOT_FOUND));
    for command in commands("fe80::9") {
        for (place, shown) in [("12", "the interface with index 12"), ("Ethernet_2", "Ethernet 2")] {
            let screen = on(&machine, &format!("{command} -i {place}"));
            assert!(screen.starts_with("exit 3\n"), "{screen}");
            assert!(screen.contains("fe80::9%12") && screen.contains(shown), "{screen}");
        }
    }
    let screen = on(&machine, "neigh del 192.0.2.1 -i 0x0006008007000000");
    assert!(screen.contains("LUID 0x0006008007000000 has no neighbor 192.0.2.1, or does not exist;"), "{screen}");
}

#[test]
fn messages_name_the_zone_of_a_link_local_neighbor() {
    for place in ["12", "Ethernet_2", "0x0006008007000000"] {
        let machine = Machine::with(Driver::default());
        let done = on(&machine, &format!("neigh add fe80::7 02-00-00-00-77-02 -i {place}"));
        assert_eq!(done, "exit 0\nfe80::7%12 is at 02-00-00-00-77-02 now\n");
        assert_eq!(on(&machine, &format!("neigh del fe80::7 -i {place}")), "exit 0\nfe80::7%12 is deleted\n");
    }
    let silent = Machine::with(Driver::silent());
    let screen = on(&silent, "neigh resolve fe80::7 -i 12 --timeout 0.02");
    assert!(screen.contains("fe80::7%12 did not answer within 20ms"), "{screen}");
}

#[test]
fn a_link_local_neighbor_without_a_zone_has_that_of_its_interface() {
    let driver = Driver::default();
    let told = [
        neighbor("fe80::7", 4, &[2, 0, 0, 0, 0x77, 7], 0, 0),
        neighbor("2001:db8::7", 4, &[2, 0, 0, 0, 0x77, 7], 0, 0),
        neighbor("ff02::1", 6, &[0x33, 0x33, 0, 0, 0, 1], 0, 0),
    ];
    driver.neighbors(|rows| *rows = told.to_vec());
    let machine = Machine::with(driver);
    let shown = on(&machine, "neigh show --csv");
    let zones: Vec<_> = shown
        .lines()
        .skip(2)
        .map(|line| {
            let fields: Vec<_> = line.split(',').collect();
            (fields[0], fields[7])
        })
        .collect();
    assert_eq!(zones, [("2001:db8::7", ""), ("fe80::7", "12"), ("ff02::1", "")], "{shown}");
    let json = on(&machine, "neigh get fe80::7 --json");
    assert!(json.contains("\"scope_id\": 12"), "{json}");
    assert!(on(&machine, "neigh show").contains("fe80::7%12 "));
}
