//! What people type who come from `ip`: short commands, its words, and several values at once.

use super::{
    machine::{Driver, ETHERNET, LOOPBACK, Machine},
    on,
    rows::neighbor,
    works,
};
use netioctl_abi::{ControlCode, wire::NeighborRequest};
use zerocopy::FromBytes;

/// Both lines do the same, and something.
fn same(short: &str, long: &str) {
    let (shown, expected) = (works(short), works(long));
    assert_eq!(shown, expected, "{short}");
    assert!(shown.starts_with("exit 0\n"), "{shown}");
}

#[test]
fn commands_may_be_cut_short_and_have_the_names_of_ip() {
    let show = "neigh show";
    for line in ["n", "n s", "n sh", "n ls", "n l", "neighbour show", "neighbor list", "neigh", "neighb sho"] {
        same(line, show);
    }
    same("-j n", "neigh show --json");
    same("-4 n s -j", "-4 neigh show --json");
    same("i", "interface show");
    same("link ls", "interface show");
    same("if s -i 12", "interface show -i 12");
    same("a", "address show");
    same("a s dev 12", "address show -i 12");
    same("st", "stats");
    for verb in ["del", "delete", "rm", "remove", "d"] {
        same(&format!("n {verb} 192.0.2.10"), "neigh del 192.0.2.10");
    }
    for (short, long) in [("change", "set"), ("chg", "set"), ("r", "replace"), ("rep", "replace"), ("a", "add")] {
        let rest = format!("{} 020000007702 -i 12", if long == "add" { "192.0.2.77" } else { "192.0.2.10" });
        same(&format!("n {short} {rest}"), &format!("neigh {long} {rest}"));
    }
    let machine = || Machine { meanwhile: vec![].into(), ..Machine::with(Driver::default()) };
    assert_eq!(on(&machine(), "n mon -c 0"), on(&machine(), "neigh watch -c 0"));
}

#[test]
fn what_several_commands_begin_with_is_not_guessed() {
    let several = "exit 2\nnetioctl: \"re\" may be replace, del or resolve: see `netioctl neigh --help`\n";
    assert_eq!(works("n re 192.0.2.10"), several);
    assert_eq!(works("ne re"), several);
    assert_eq!(works("d"), works("driver"), "one command begins so");
    assert_eq!(works("n x"), "exit 2\nnetioctl: unrecognized subcommand 'x': see `netioctl neigh --help`\n");
    let [both, none] = ["if se 12", "neigh shw"].map(works);
    assert!(both.contains("an interface has a row for each family"), "{both}");
    assert!(none.contains("a similar subcommand exists: 'show'"), "{none}");
}

#[test]
fn the_words_of_ip_are_understood() {
    let driver = Driver::default();
    let machine = Machine::with(driver.clone());
    let lines = [
        "neigh replace 192.0.2.7 lladdr 02:00:00:00:77:02 dev Ethernet_2",
        "neigh replace 192.0.2.7 lladdr 02:00:00:00:77:02 nud permanent dev Ethernet_2",
        "neigh replace dev Ethernet_2 lladdr 2:0:0:0:77:2 192.0.2.7",
        "neigh replace 192.0.2.7 0200.0000.7702 -i Ethernet_2",
        "n rep 192.0.2.7 2:0:0:0:77:2 --dev ethernet_2",
    ];
    for line in lines {
        assert_eq!(on(&machine, line), "exit 0\n192.0.2.7 is at 02-00-00-00-77-02 now\n", "{line}");
    }
    let sent = driver.changes();
    assert_eq!(sent.len(), lines.len());
    for (code, input) in &sent {
        let request = NeighborRequest::read_from_bytes(input).unwrap();
        assert_eq!((*code, request.key.interface_luid), (ControlCode::REPLACE_NEIGHBOR, ETHERNET));
        assert_eq!(request.physical_address[..6], [2, 0, 0, 0, 0x77, 2]);
    }
    same("neigh show to 192.0.2.0/24 nud stale dev 12", "neigh show -p 192.0.2.0/24 -s stale -i 12");
    same("neigh flush dev 12 -n", "neigh flush -i 12 -n");
    for (line, said) in [
        ("neigh add 192.0.2.7 lladdr 020000007702 nud reachable dev 12", "invalid value 'reachable' for '--nud <NUD>'"),
        ("neigh add 192.0.2.7 dev 12", "the physical address is missing"),
        ("neigh add 192.0.2.7 020000007702 lladdr 020000007702 dev 12", "is no address"),
    ] {
        let screen = works(line);
        assert!(screen.starts_with("exit 2\n") && screen.contains(said), "{screen}");
    }
}

/// The addresses that are shown.
fn shown(machine: &Machine, options: &str) -> Vec<String> {
    let screen = on(machine, &format!("neigh show -b {options}"));
    let lines = screen.strip_prefix("exit 0\n").unwrap_or_else(|| panic!("{options}: {screen}")).lines();
    lines.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

#[test]
fn several_values_are_one_option_or_none() {
    let driver = Driver::default();
    let mut elsewhere = neighbor("192.0.2.10", 4, &[2, 0, 0x5e, 0, 0x77, 9], 0, 0);
    (elsewhere.InterfaceLuid, elsewhere.InterfaceIndex) = (LOOPBACK, 1);
    driver.neighbors(|rows| rows.push(elsewhere));
    let machine = Machine::with(driver);
    let of = |options: &str| shown(&machine, options);
    assert_eq!(of("192.0.2.9 fe80::1"), ["192.0.2.9", "fe80::1%12"]);
    assert_eq!(of("192.0.2.8/31 2001:db8::/32"), ["192.0.2.9", "2001:db8::1"]);
    assert_eq!(of("-i 1,Ethernet_2").len(), 9);
    assert_eq!([of("-i 1,12 192.0.2.10"), of("-i 1 192.0.2.10")].map(|rows| rows.len()), [2, 1]);
    assert_eq!(of("-s stale,incomplete"), ["192.0.2.10", "192.0.2.11", "2001:db8::1"]);
    assert_eq!(of("-s stale -s incomplete"), of("-s stale,incomplete"));
    assert_eq!(of("-m 02-00-5e"), ["192.0.2.10"], "by the maker");
    assert_eq!(of("-m 2:0:0:0:77:2,02005e"), ["192.0.2.10", "192.0.2.10"]);
    assert!(of("203.0.113.9").is_empty());
    assert_eq!(works("neigh show -i 12,zzz"), works("neigh show -i zzz"));
}

#[test]
fn a_zone_may_be_a_name() {
    let driver = Driver::default();
    let machine = Machine::with(driver.clone());
    assert_eq!(shown(&machine, "fe80::1%Ethernet_2"), ["fe80::1%12"]);
    assert!(shown(&machine, "fe80::1%1").is_empty());
    let add = |line: &str| on(&machine, &format!("neigh add {line} 02-00-00-00-77-02"));
    assert_eq!(add("fe80::7%ethernet_2"), "exit 0\nfe80::7%12 is at 02-00-00-00-77-02 now\n");
    let request = NeighborRequest::read_from_bytes(&driver.changes()[0].1).unwrap();
    assert_eq!((request.key.interface_luid, request.key.scope_id), (ETHERNET, 12));
    assert!(add("fe80::8%Ethernet_2 -i 12").starts_with("exit 0\n"));
    let other = "the zone of fe80::9%Ethernet 2 is not that of if1, whose index is 1: leave out";
    assert!(add("fe80::9%Ethernet_2 -i if1").contains(other), "{}", add("fe80::9%Ethernet_2 -i if1"));
    assert!(add("fe80::9%Ethernot_2").contains("did you mean \"Ethernet 2\"?"));
    assert!(works("neigh show fe80::1%lan7").starts_with("exit 3\n"));
}

#[test]
fn the_age_is_shown_to_those_who_sort_by_it() {
    let driver = Driver::default();
    driver.neighbors(|rows| {
        rows.truncate(3);
        for (row, age) in rows.iter_mut().zip([250, 3_723_004, 15_999]) {
            row.ReachabilityTime = age;
        }
    });
    let machine = Machine::with(driver);
    let by_age = "exit 0
ADDRESS     PHYSICAL ADDRESS   STATE        AGE       INTERFACE   INDEX
192.0.2.10  02-00-00-00-77-02  Reachable    250ms     Ethernet 2  12
192.0.2.11                     Incomplete   15s       Ethernet 2  12
192.0.2.9                      Unreachable  1h 2m 3s  Ethernet 2  12
";
    assert_eq!(on(&machine, "n s --sort age"), by_age);
    assert!(!on(&machine, "n s").contains("AGE"));
    assert_eq!(on(&machine, "n s --sort age --csv -r").lines().nth(1), on(&machine, "n s --csv").lines().nth(1));
}

#[test]
fn several_interfaces_are_flushed_each() {
    let driver = Driver::default();
    let machine = Machine { answer: Some(true), ..Machine::with(driver.clone()) };
    assert_eq!(
        on(&machine, "neigh flush -i 1,12"),
        "exit 0\nflushed the neighbors of loopback_0 and Ethernet 2: 1 permanent and 5 dynamic went\n"
    );
    assert_eq!(driver.codes(), [ControlCode::FLUSH_NEIGHBORS; 2]);
    assert_eq!(*machine.questions.borrow(), ["Flush 6 neighbors of loopback_0 and Ethernet 2, 1 of them permanent?"]);
}
