//! What is shown, in each form.

use super::{
    machine::{Driver, Machine},
    on, on_screen, works,
};
use crate::{output::Screen, system::System};
use insta::assert_snapshot;
use netioctl_abi::{Capabilities, NtStatus, wire::MAX_COUNTED_STATUSES};
use netioctl_client::Access;
use std::process::Command;

#[test]
fn neighbors_are_shown_in_each_form() {
    assert_snapshot!("neighbors", works("neigh show"));
    assert_snapshot!("neighbors_json", works("neigh show --json"));
    assert_snapshot!("neighbors_csv", works("neigh show --csv"));
    assert_snapshot!("neighbors_brief", works("neigh show --brief"));
}

#[test]
fn colors_tell_states_apart_where_the_screen_has_them() {
    let shown = on_screen(&Machine::with(Driver::default()), "neigh show", Screen { color: true, ..Screen::default() });
    for (state, color) in [("Reachable", 10), ("Permanent", 14), ("Unreachable", 9), ("Stale", 11), ("Incomplete", 13)]
    {
        assert!(shown.contains(&format!("\u{1b}[38;5;{color}m{state}")), "{state}: {shown:?}");
    }
    assert!(!works("neigh show").contains('\u{1b}'));
}

/// The environment is read once by each process, so another one tells.
#[test]
fn colors_that_are_asked_for_are_shown_whatever_no_color_says() {
    let mut test = Command::new(std::env::current_exe().unwrap());
    test.args(["--exact", "tests::shows::colors_tell_states_apart_where_the_screen_has_them"]);
    let output = test.env("NO_COLOR", "1").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

fn on_columns(width: u16, line: &str) -> String {
    let size = Some((width, 24));
    let machine = if line == "stats" { counted() } else { Machine::with(Driver::default()) };
    on_screen(&machine, line, Screen { terminal: true, size, ..Screen::default() })
}

#[test]
fn a_narrow_terminal_leaves_out_columns_and_cuts_no_value() {
    let lines = ["if show -4", "neigh show -6", "neigh show -4 --state stale", "stats", "-4 if get 12"];
    let at = |width| {
        format!("{width} columns\n{}\n", lines[..4].iter().map(|line| on_columns(width, line)).collect::<String>())
    };
    assert_snapshot!([[75, 57, 52].map(at).concat(), [40, 20].map(at).concat(), on_columns(60, lines[4])].concat());
    for line in lines.into_iter().filter(|line| *line != "stats") {
        assert_eq!(on_columns(250, line), works(line), "{line}");
    }
    for width in 10..90 {
        let neighbors = on_columns(width, "neigh show");
        assert!(neighbors.contains("fe80::1%12 ") && neighbors.contains("02-00-00-00-77-01 "), "{neighbors}");
        assert_eq!(neighbors.lines().count(), works("neigh show").lines().count(), "{neighbors}");
        assert!(on_columns(width, "-4 if get 12").contains("0x0006008007000000\n"));
    }
}

/// The addresses of the rows.
fn addresses(line: &str) -> Vec<String> {
    let screen = works(line);
    assert!(screen.starts_with("exit 0\n"), "{screen}");
    screen.lines().skip(2).map(|line| line.split(' ').next().unwrap().to_owned()).collect()
}

#[test]
fn neighbors_are_filtered() {
    assert_eq!(addresses("-6 neigh show"), ["2001:db8::1", "fe80::1%12"]);
    assert_eq!(addresses("neigh show --state reachable --state STALE"), ["192.0.2.10", "2001:db8::1"]);
    assert_eq!(addresses("neigh show -s failed"), ["192.0.2.9"]);
    for interface in ["12", "0x0006008007000000", "ethernet_2", "ETHERNET_2", "if12"] {
        assert_eq!(addresses(&format!("neigh show -4 -i {interface}")).len(), 6, "{interface}");
    }
    assert!(addresses("neigh show -i 1").is_empty());
    assert_eq!(addresses("neigh show --prefix 192.0.2.8/30 -p fe80::/10").len(), 4);
    assert_eq!(addresses("neigh show --mac 02:00:00:00:77:01 --unicast"), ["2001:db8::1", "fe80::1%12"]);
    assert_eq!(addresses("neigh show --router --state permanent"), ["fe80::1%12"]);
    let unicast = addresses("neigh show -4 --unicast");
    assert_eq!(unicast, ["192.0.2.9", "192.0.2.10", "192.0.2.11", "192.0.2.12"]);
}

#[test]
fn neighbors_are_sorted() {
    let unicast = |options: &str| addresses(&format!("neigh show -4 --unicast {options}"));
    assert_eq!(unicast("--sort state"), ["192.0.2.9", "192.0.2.11", "192.0.2.10", "192.0.2.12"]);
    assert_eq!(unicast("--sort physical"), ["192.0.2.11", "192.0.2.9", "192.0.2.10", "192.0.2.12"]);
    assert_eq!(unicast("--reverse"), ["192.0.2.12", "192.0.2.11", "192.0.2.10", "192.0.2.9"]);
    assert_eq!(addresses("neigh show --sort address")[5], "224.0.0.22");
}

#[test]
fn one_neighbor_is_shown() {
    assert_snapshot!(["neigh get fe80::1%12", "neigh get 192.0.2.10 -i Ethernet_2 --json"].map(works).concat());
    assert_eq!(addresses("neigh resolve 192.0.2.10 -i 12"), ["192.0.2.10"]);
    assert_eq!(addresses("neigh resolve 192.0.2.10 -i 12 --source 192.0.2.1 --timeout 60"), ["192.0.2.10"]);
}

#[test]
fn addresses_are_shown_in_each_form() {
    assert_snapshot!("addresses", works("address show"));
    assert_snapshot!("addresses_json", works("-6 addr show --json -i Ethernet_2"));
    assert_snapshot!("addresses_csv", works("addr show --csv"));
    assert_snapshot!("addresses_brief", works("addr show -b"));
    assert_eq!(
        works("-4 addr show -b"),
        "exit 0\nloopback_0  preferred  127.0.0.1/8\nEthernet 2  preferred  192.0.2.1/24\n"
    );
    assert!(works("addr show -i Ethernot").starts_with("exit 3\n"));
}

#[test]
fn interfaces_are_shown_in_each_form() {
    assert_snapshot!("interfaces_overview", works("interface show"));
    assert_snapshot!("interfaces_overview_all", works("if show --all"));
    assert_snapshot!("interfaces_overview_brief", works("-6 if show -b"));
    assert_snapshot!("interfaces", works("interface show --detail"));
    assert_snapshot!("interfaces_json", works("-4 if show --json -i 12"));
    assert_snapshot!("interfaces_csv", works("if show --csv -i Ethernet_2"));
    assert_snapshot!("interfaces_brief", works("if show -b --detail"));
    assert_snapshot!("interface", works("-4 interface get Ethernet_2"));
    assert_eq!(works("interface get 12 --json"), works("interface show -i 12 --json"));
    let of_one = works("if show Ethernet_2");
    assert_eq!((of_one.as_str(), of_one.lines().count()), (works("if show -i 12").as_str(), 3));
    // Without IP, but asked for.
    assert!(works("if show switch").contains("disabled") && works("if show 14").contains("disconnected"));
    assert!(works("if show -i switch -4").starts_with("exit 3\n"));
    assert!(works("if show Wi-Fy").contains("did you mean \"Wi-Fi\"?"));
}

#[test]
fn an_older_driver_shows_what_it_can_of_interfaces() {
    let without = Capabilities::all() - Capabilities::GET_LINK_TABLE;
    let older = |line: &str| on(&Machine::with(Driver::serving(without)), line);
    assert_eq!(older("if show"), works("if show --detail"));
    assert!(!older("if show --json").contains("operstate") && works("if show --json").contains("operstate"));
    let oldest = Machine::with(Driver::serving(without - Capabilities::GET_ADDRESS_TABLE));
    assert_eq!(on(&oldest, "if show"), works("if show --detail"));
}

#[test]
fn routes_are_shown_in_each_form() {
    assert_snapshot!("routes", works("route show"));
    assert_snapshot!("routes_all", works("-4 route show --all"));
    assert_snapshot!("routes_json", works("-6 route show default --json"));
    assert_snapshot!("routes_csv", works("route show --csv -i 12"));
    assert_snapshot!("routes_brief", works("route show -b"));
    assert_eq!(addresses("-4 route show 192.0.2.77"), ["default", "192.0.2.0/24"]);
    assert_eq!(addresses("route show 192.0.2.0/24 fe80::/64"), ["192.0.2.0/24", "fe80::/64"]);
    assert!(works("route show 192.0.2.0/33").starts_with("exit 2\n"));
    assert!(works("route show -i Ethernot").starts_with("exit 3\n"));
}

#[test]
fn the_route_of_a_packet_is_shown() {
    let lines = [
        "route get 192.0.2.77",
        "route get 203.0.113.1 --source 192.0.2.1",
        "route get 0.0.0.0 -b",
        "route get fe80::77%12 --json",
        "route get 127.0.0.1 -i Ethernet_2",
        "route get 192.0.2.77 --source 2001:db8::2",
        "-6 route get 192.0.2.77",
        "route get fe80::77 -i Ethernot",
    ];
    assert_snapshot!(lines.map(works).concat());
    let machine = Machine::with(Driver::default());
    let netio = machine.driver.as_ref().unwrap().netio();
    netio.update(|tables| tables.rows_mut::<netio_sys::MIB_IPFORWARD_ROW2>().clear());
    let nowhere = on(&machine, "route get 192.0.2.77");
    assert!(nowhere.starts_with("exit 3\n") && nowhere.contains("no route leads there"), "{nowhere}");
}

/// A machine whose driver has something to count: statuses that are known, one that is not, and more than it has places
/// for.
fn counted() -> Machine {
    let driver = Driver::default();
    let machine = Machine::with(driver.clone());
    let set = "neigh set 192.0.2.10 02-00-00-00-77-02 -i 12";
    assert!(on(&machine, set).starts_with("exit 0"));
    let odd = (0..=0xffff).map(|n| NtStatus::from_bits(0xcead_beef - n)).take(MAX_COUNTED_STATUSES + 1);
    for status in [NtStatus::NOT_FOUND; 2].into_iter().chain(odd) {
        driver.netio().fail("SetIpNetEntry2", status);
        assert!(!on(&machine, set).starts_with("exit 0"));
    }
    let unknown = machine.open(Access::Read).unwrap().raw_control(0, &[0; 80], &mut []);
    assert_eq!(unknown.unwrap_err().ntstatus, Some(NtStatus::INVALID_DEVICE_REQUEST));
    machine
}

#[test]
fn statistics_are_shown_in_each_form() {
    assert_snapshot!(["stats", "stats --json", "stats --csv", "stats -b"].map(|line| on(&counted(), line)).concat());
}
