//! Commands about several neighbors at once: lists, networks and standard input.

use super::{
    machine::{Driver, Machine},
    on, on_screen,
    rows::{neighbor, socket_address},
    works,
};
use crate::output::Screen;
use netioctl_abi::{ControlCode, NtStatus};
use std::time::Duration;

#[test]
fn several_neighbors_are_added_in_one_request() {
    let driver = Driver::default();
    let machine =
        Machine { input: "192.0.2.33 192.0.2.34\n# none\n192.0.2.35\n".into(), ..Machine::with(driver.clone()) };
    let two = on(&machine, "neigh add 192.0.2.31 fe80::31 02-00-00-00-77-31 -i Ethernet_2");
    assert!(two.contains("+  fe80::31%12  02-00-00-00-77-31") && two.ends_with("\n2 added\n"), "{two}");
    let hosts = on(&machine, "neigh add 192.0.2.40/30 lladdr 02-00-00-00-77-31 dev 12");
    assert!(
        hosts.contains("192.0.2.41 ") && hosts.contains("192.0.2.42 ") && hosts.ends_with("\n2 added\n"),
        "{hosts}"
    );
    assert!(on(&machine, "neigh replace - 020000007735 -i 12").ends_with("\n3 added\n"));
    assert_eq!(driver.codes(), [ControlCode::BATCH_NEIGHBORS; 3]);
    let some = on(&machine, "neigh add 192.0.2.35 192.0.2.36 020000007735 -i 12");
    assert!(some.starts_with("exit 1\n") && some.contains("1 added and 1 failed"), "{some}");
    assert!(some.contains("1 of 2 changes failed, the first for 192.0.2.35: "), "{some}");
    let set = on(&machine, "neigh set 192.0.2.10 192.0.2.35 020000007736 --json");
    assert!(set.contains("\"action\": \"change\"") && set.contains("\"old_lladdr\": \"02:00:00:00:77:02\""), "{set}");
}

#[test]
fn too_many_and_too_few_words_are_refused() {
    for (line, said) in [
        ("neigh add 10.0.0.0/15 020000007702 -i 12", "more than 65536 addresses"),
        ("neigh resolve fd00::/64 -i 12", "more than 65536 addresses"),
        ("neigh add 020000007702 -i 12", "no address is given"),
        ("neigh add 192.0.2.1 192.0.2.2 -i 12", "the physical address is missing"),
        ("neigh add 192.0.2.1 020000007702 020000007703 -i 12", "\"020000007702\" is no address"),
        ("-4 neigh del fe80::/64", "fe80:: is an IPv6 address, which -4 leaves out"),
        ("neigh add x 020000007702 -i 12", "invalid value 'x'"),
    ] {
        let screen = works(line);
        assert!(screen.starts_with("exit 2\n") && screen.contains(said), "{line}: {screen}");
    }
    let machine = Machine { input: "192.0.2.1\n 192.0.2.x".into(), ..Machine::with(Driver::default()) };
    let screen = on(&machine, "neigh del -");
    assert!(screen.contains("standard input, line 2, column 2: not an IPv4 or IPv6 address"), "{screen}");
}

#[test]
fn neighbors_are_deleted_by_network_and_by_physical_address() {
    let driver = Driver::default();
    driver.neighbors(|rows| rows.push(neighbor("2001:db8::9", 5, &[2, 0, 0, 0, 0x77, 2], 0, 0)));
    let machine = Machine { answer: Some(true), ..Machine::with(driver.clone()) };
    let by_mac = on(&machine, "neigh del 2:0:0:0:77:2");
    assert!(by_mac.contains("-  192.0.2.10 ") && by_mac.contains("-  2001:db8::9 "), "{by_mac}");
    assert!(by_mac.ends_with("\n2 removed\n"), "{by_mac}");
    let network = on(&machine, "-4 neigh rm 192.0.2.0/24 224.0.0.0/4");
    assert!(network.ends_with("\n3 removed\n"), "those that the system keeps stay: {network}");
    assert_eq!(*machine.questions.borrow(), ["Delete 2 neighbors?", "Delete 3 neighbors?"]);
    assert_eq!(
        on(&machine, "neigh del 192.0.2.0/24"),
        "exit 3\nnetioctl: no neighbor matches: `netioctl neigh show` lists them\n"
    );
    let no = Machine { answer: Some(false), ..Machine::with(Driver::default()) };
    assert!(on(&no, "neigh del 192.0.2.0/24").starts_with("exit 1\nnetioctl: nothing was changed: answer"));
    let named = on(&no, "neigh del 192.0.2.9 192.0.2.10");
    assert!(named.ends_with("\n2 removed\n"), "addresses are meant: {named}");
    assert!(on(&no, "neigh del 192.0.2.11 192.0.2.77").starts_with("exit 3\n"));
    assert!(on(&no, "neigh del 192.0.2.0/24 -y -i 1").starts_with("exit 3\n"), "none behind that interface");
    assert!(on(&no, "neigh del 192.0.2.0/24 -y -i 12").ends_with("\n2 removed\n"));
}

/// A driver in whose network these hosts answer.
fn network(hosts: impl IntoIterator<Item = u8>) -> Driver {
    let driver = Driver::default();
    driver.neighbors(Vec::clear);
    for host in hosts {
        driver.netio().host(&socket_address(&format!("192.0.2.{host}"), 0), &[2, 0, 0, 0, 0x77, host]);
    }
    driver
}

#[test]
fn a_network_is_scanned() {
    let machine = Machine::with(network([33, 35, 36]));
    let shown = "exit 0
ADDRESS     PHYSICAL ADDRESS   STATE      INTERFACE   INDEX
192.0.2.33  02-00-00-00-77-21  Reachable  Ethernet 2  12
192.0.2.35  02-00-00-00-77-23  Reachable  Ethernet 2  12
192.0.2.36  02-00-00-00-77-24  Reachable  Ethernet 2  12
3 of 14 answered
";
    assert_eq!(on(&machine, "neigh resolve 192.0.2.32/28 -i 12"), shown);
    let json = on(&machine, "neigh resolve 192.0.2.32/28 -i Ethernet_2 --jobs 16 --json");
    assert_eq!(json.matches("\"REACHABLE\"").count(), 3, "{json}");
    let none = on(&machine, "neigh resolve 192.0.2.48/29 -i 12");
    assert!(none.starts_with("exit 8\n0 of 6 answered\nnetioctl: 192.0.2.49, 192.0.2.50, "), "{none}");
    assert!(none.ends_with("192.0.2.53 and 1 more did not answer: check the addresses and the link\n"), "{none}");
}

#[test]
fn an_address_that_was_named_and_is_silent_is_an_error_of_its_own() {
    let machine = Machine { input: "192.0.2.33\n192.0.2.35\n".into(), ..Machine::with(network([33, 35])) };
    assert!(on(&machine, "neigh resolve - -i 12").ends_with("2 of 2 answered\n"));
    let one = on(&machine, "neigh resolve 192.0.2.33 192.0.2.34 -i 12");
    assert!(
        one.starts_with("exit 8\n") && one.contains("1 of 2 answered\nnetioctl: 192.0.2.34 did not answer"),
        "{one}"
    );
    assert!(on(&machine, "neigh resolve 192.0.2.34 -i 12").starts_with("exit 8\n"));
    assert!(
        on(&Machine::with(Driver::silent()), "neigh resolve 192.0.2.34 -i 12 --timeout 0.02").starts_with("exit 8\n")
    );
    let refusing = Machine::with(Driver::refusing(NtStatus::NOT_FOUND));
    let screen = on(&refusing, "neigh resolve 192.0.2.33 192.0.2.34 -i 12");
    assert!(screen.starts_with("exit 3\n") && screen.contains("has no IPv4, which 192.0.2.3"), "{screen}");
}

#[test]
fn each_has_its_time_and_no_more_than_the_driver_takes_are_asked_for() {
    let driver = network(33..=44);
    driver.netio().delay("ResolveIpNetEntry2", Duration::from_millis(30));
    let screen = Screen { terminal: true, color: false, size: Some((80, 24)) };
    let all = on_screen(&Machine::with(driver), "neigh resolve 192.0.2.32/28 -i 12 --jobs 9", screen);
    assert!(all.ends_with("\n12 of 14 answered\n"), "{all}");
    // They would answer, but not in time.
    let slow = network(33..=38);
    slow.netio().delay("ResolveIpNetEntry2", Duration::from_secs(3));
    let none = on(&Machine::with(slow), "neigh resolve 192.0.2.32/29 -i 12 --timeout 0.02");
    assert!(none.contains("0 of 6 answered"), "{none}");
}
