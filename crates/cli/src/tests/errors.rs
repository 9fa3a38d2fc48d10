//! What goes wrong, and how it is said.

use super::{
    machine::{Driver, Machine},
    on, works,
};
use crate::{Screen, run_on};
use insta::assert_snapshot;
use netioctl_abi::{AF_INET, Capabilities, NtStatus};

#[test]
fn errors_are_one_line_with_an_exit_code() {
    let refusing = |status| Machine::with(Driver::refusing(status));
    let older = Driver::serving(Capabilities::SET_NEIGHBOR | Capabilities::GET_NEIGHBOR_TABLE);
    let screens = [
        works("neigh flush"),
        works("neigh flush -i 0"),
        works("neigh show -i 99"),
        works("neigh show -i Ethernot_2"),
        works("neigh show -i zzz"),
        works("neigh get 192.0.2.99 -i 12"),
        works("neigh del fe80::7"),
        works("interface get 99"),
        works("interface set 12 --metric 5"),
        works("-4 interface set 12"),
        works("arp flush -i 0"),
        on(&Machine::default(), "neigh show"),
        on(&Machine::with(older), "stats"),
        on(&refusing(NtStatus::ACCESS_DENIED), "neigh flush --all"),
        on(&refusing(NtStatus::NOT_FOUND), "neigh set 192.0.2.1 020000007702 -i 12"),
        on(&refusing(NtStatus::DUPLICATE_OBJECTID), "neigh add 192.0.2.1 020000007702 -i 12"),
        on(&refusing(NtStatus::NOT_FOUND), "neigh del 192.0.2.1 -i 12"),
        on(&refusing(NtStatus::INVALID_PARAMETER), "neigh set 127.0.0.1 020000007702 -i 12"),
        on(&refusing(NtStatus::INVALID_PARAMETER), "-4 interface set 12 --mtu 1"),
        on(&refusing(NtStatus::OBJECT_NAME_NOT_FOUND), "neigh set 192.0.2.1 020000007702 -i 99"),
        on(&refusing(NtStatus::BAD_NETWORK_NAME), "neigh resolve 192.0.2.1 -i 12"),
        on(&Machine::with(Driver::silent()), "neigh resolve 192.0.2.1 -i 12 --timeout 0.02"),
        on(&refusing(NtStatus::OBJECT_NAME_NOT_FOUND), "arp flush -i 99"),
        on(&refusing(NtStatus::NOT_SUPPORTED), "arp flush -i 12"),
        on(&refusing(NtStatus::NO_MEMORY), "arp flush -i 12"),
    ];
    for screen in &screens {
        assert_eq!(screen.lines().count(), 2, "{screen}");
    }
    assert_snapshot!(screens.concat());
}

#[test]
fn an_interface_without_the_family_is_there_nevertheless() {
    let driver = Driver::default();
    driver.interfaces(|rows| rows.retain(|row| row.InterfaceIndex != 12 || row.Family == AF_INET));
    let machine = Machine::with(driver);
    let said = "exit 3\nnetioctl: Ethernet 2 has no IPv6: `netioctl interface show` lists what it has\n";
    for selector in ["Ethernet_2", "12", "0x0006008007000000", "if12"] {
        assert_eq!(on(&machine, &format!("-6 if show -i {selector}")), said, "{selector}");
        assert_eq!(on(&machine, &format!("-6 if get {selector}")), said, "{selector}");
        assert!(on(&machine, &format!("-4 if show -i {selector}")).starts_with("exit 0\n"), "{selector}");
    }
    assert!(on(&machine, "-6 if show -i 99").contains("no interface has index 99"));
}

#[test]
fn a_wrong_command_line_says_what_is_wrong() {
    let lines = [
        "neigh set 192.0.2.300 020000007702 -i 1",
        "neigh set 192.0.2.3 02-00 -i 1 -4 -6",
        "neigh set 192.0.2.3 02-0:00 -i 1",
        "neigh set fe80::1%268435456 020000007702 -i 1",
        "neigh show --state up",
        "neigh show -i 0xnothex",
        "neigh show --prefix 192.0.2.0/33",
        "neigh show --json --csv",
        "neigh flush --all -i 1",
        "neigh flsh",
        "neigh watch --interval 0",
        "interface set 1 --metric -1",
        "interface set 1 --zone 16=1",
        "arp flush",
        "neigh show --state reachabl",
        "nigh show",
        "-4 neighbor --color never show --stat up",
        "--json",
    ];
    let screens = lines.map(works);
    for screen in &screens {
        assert!(screen.starts_with("exit 2\nnetioctl: ") && screen.lines().count() == 2, "{screen}");
    }
    assert_snapshot!(screens.concat());
    for (line, code, text) in
        [("neigh --help", 0, "Neighbors: "), ("--version", 0, "netioctl "), ("driver", 2, "The driver itself: ")]
    {
        assert!(works(line).starts_with(&format!("exit {code}\n{text}")), "{}", works(line));
    }
}

#[test]
fn an_error_is_one_line_whatever_words_it_quotes() {
    let machine = Machine::with(Driver::default());
    let said = |args: &[&str]| {
        let args: Vec<_> = args.iter().map(Into::into).collect();
        run_on(&machine, &args, Screen::default()).complaint
    };
    let unknown = said(&["netioctl", "\tneigh"]);
    assert!(unknown.contains(r"unrecognized subcommand '\tneigh'"), "{unknown:?}");
    let nobody = said(&["netioctl", "neigh", "show", "--interface", "a\nb"]);
    assert_eq!(nobody, "netioctl: no interface is called \"a\\nb\": `netioctl interface show` lists them\n");
}

#[cfg(not(windows))]
#[test]
fn without_windows_there_is_no_driver() {
    let exit = |line| on(&Machine::default(), line).lines().next().unwrap().to_owned();
    assert_eq!(exit("driver status"), "exit 5");
    assert_eq!(exit("driver install --inf x.inf"), "exit 5");
    assert_eq!(exit("driver uninstall"), "exit 5");
}
