//! Watching interfaces and addresses come, change and go.

use super::{
    machine::{Driver, ETHERNET, Machine, TUNNEL, interface_row},
    on, on_screen,
    watch::{Step, event, events, machine},
};
use crate::output::Screen;
use insta::assert_snapshot;
use netioctl_abi::{
    AF_INET, AF_INET6, NtStatus,
    wire::{ChangeEvent, ChangeKind, WatchSources},
};
use std::net::IpAddr;

const INTERFACES: WatchSources = WatchSources::INTERFACES;

fn tunnel(kind: ChangeKind) -> ChangeEvent {
    ChangeEvent { interface_luid: TUNNEL, interface_index: 13, ..event(INTERFACES, kind, AF_INET) }
}

fn address(kind: ChangeKind, address: &str, scope_id: u32) -> ChangeEvent {
    let (family, octets) = match address.parse().unwrap() {
        IpAddr::V4(v4) => (AF_INET, v4.octets().to_vec()),
        IpAddr::V6(v6) => (AF_INET6, v6.octets().to_vec()),
    };
    let mut event = ChangeEvent { scope_id, ..event(WatchSources::ADDRESSES, kind, family) };
    event.address[..octets.len()].copy_from_slice(&octets);
    event
}

/// What a watch of everything can meet, step by step.
pub fn eventful() -> Machine {
    let changed = || event(INTERFACES, ChangeKind::Changed, AF_INET);
    let newer_kind = ChangeEvent { kind: 9, ..event(INTERFACES, ChangeKind::Changed, AF_INET6) };
    machine([
        // An interface comes.
        Step::Events {
            meanwhile: |state| state.interfaces.push(interface_row(TUNNEL, 13, AF_INET, 1400, 5)),
            events: vec![tunnel(ChangeKind::Added)],
            lost: 0,
        },
        // One changes, is announced twice, and draws another reachable time: one line.
        Step::Events {
            meanwhile: |state| {
                let row = &mut state.interfaces[1];
                (row.metric, row.forwarding_enabled, row.reachable_time) = (10, 1, 17_000);
            },
            events: vec![changed(), changed()],
            lost: 0,
        },
        // Nothing to see changes: no line.
        Step::Events {
            meanwhile: |state| state.interfaces[1].reachable_time = 23_000,
            events: vec![changed()],
            lost: 0,
        },
        // A kind of a newer system is a change.
        Step::Events { meanwhile: |state| state.interfaces[3].connected = 0, events: vec![newer_kind], lost: 0 },
        // Addresses: each event is a line.
        events([
            address(ChangeKind::Added, "192.0.2.7", 0),
            address(ChangeKind::Added, "fe80::7", 12),
            address(ChangeKind::Changed, "2001:db8::7", 0),
            address(ChangeKind::Removed, "192.0.2.7", 0),
        ]),
        // More than there was room for: the table says what has happened, whatever was told of it.
        Step::Events {
            meanwhile: |state| {
                state.interfaces.retain(|row| row.interface_luid != TUNNEL);
                state.interfaces[0].nl_mtu = 65_535;
                state.interfaces.push(interface_row(TUNNEL, 13, AF_INET6, 1280, 5));
            },
            events: vec![tunnel(ChangeKind::Removed), address(ChangeKind::Removed, "fe80::7", 12)],
            lost: 70,
        },
        // One goes.
        Step::Events {
            meanwhile: |state| state.interfaces.retain(|row| row.interface_luid != ETHERNET || row.family == AF_INET),
            events: vec![event(INTERFACES, ChangeKind::Removed, AF_INET6)],
            lost: 0,
        },
        // One has come and gone before anybody could look.
        events([tunnel(ChangeKind::Added), tunnel(ChangeKind::Changed)]),
        events([tunnel(ChangeKind::Removed)]),
        Step::Interrupt,
    ])
}

#[test]
fn a_link_local_address_without_a_zone_has_that_of_its_interface() {
    let told = vec![address(ChangeKind::Added, "fe80::7", 0), address(ChangeKind::Added, "2001:db8::7", 0)];
    let machine = || machine([events(told.clone()), Step::Interrupt]);
    let json = on(&machine(), "if watch -6 --json");
    let zones: Vec<_> = json.lines().filter(|line| line.contains("\"address\":")).collect();
    assert!(zones[0].contains("\"address\":\"fe80::7\",\"scope_id\":12"), "{json}");
    assert!(zones[1].contains("2001:db8::7") && !zones[1].contains("scope_id"), "{json}");
    assert!(on(&machine(), "if watch -6").contains("address fe80::7%12 on Ethernet 2"));
}

#[test]
fn each_event_is_a_line_until_ctrl_c() {
    let watch = |options: &str| on(&eventful(), &format!("if watch {options}"));
    assert_snapshot!("watch", watch(""));
    assert_snapshot!("watch_brief", watch("--brief"));
    assert_snapshot!("watch_csv", watch("--csv"));
    let json: Vec<_> = watch("--json").lines().map(shortened).collect();
    assert_snapshot!("watch_json", json.join("\n"));
}

/// A line of JSON without most of what `interface show` has as well.
fn shortened(line: &str) -> String {
    let Ok(mut value) = serde_json::from_str::<serde_json::Value>(line) else { return line.to_owned() };
    let object = value.as_object_mut().unwrap();
    let kept = ["event", "time", "source", "ifname", "family", "address", "scope_id", "changed", "count", "mtu"];
    object.retain(|name, _| kept.contains(&name.as_str()));
    value.to_string()
}

#[test]
fn a_terminal_shows_the_table_and_the_latest_events() {
    let screen = Screen { terminal: true, color: false, size: Some((120, 40)) };
    let shown = on_screen(&eventful(), "interface watch", screen);
    let screens: Vec<_> = shown.split("\u{1b}[2J\u{1b}[1;1H").collect();
    assert_eq!(screens.len(), 1 + 1 + 8, "an announcement without a change shows nothing: {shown:?}");
    assert_snapshot!("live_first", screens[1]);
    assert_snapshot!("live_after_a_loss", screens[6]);
    assert_snapshot!("live_last", screens[9]);

    let addresses = on_screen(&machine([Step::Interrupt]), "if watch --only addresses", screen);
    assert_eq!(addresses, "exit 0\n\u{1b}[2J\u{1b}[1;1Hnothing has changed yet\n");
}

#[test]
fn the_driver_is_asked_for_what_is_wanted_only() {
    let asked = |line: &str| {
        let machine = machine([Step::Interrupt]);
        let screen = on(&machine, line);
        assert!(screen.starts_with("exit 0\n"), "{screen}");
        let requests = machine.driver.unwrap().watch.lock().unwrap().requests.clone();
        assert!(requests.iter().all(|request| request == &requests[0]), "{requests:?}");
        (requests[0].sources, requests[0].family, requests[0].flags)
    };
    assert_eq!(asked("interface watch"), (3, 0, 1));
    assert_eq!(asked("-4 if watch --only interfaces"), (1, AF_INET, 1));
    assert_eq!(asked("-6 if watch --only addresses"), (2, AF_INET6, 1));
}

#[test]
fn only_the_interface_that_is_meant_is_shown() {
    let screen = on(&eventful(), "if watch -i Ethernet_2 --count 4");
    assert!(!screen.contains("Tunnel") && !screen.contains("loopback"), "{screen}");
    assert_eq!(screen.lines().count(), 1 + 2 + 4, "{screen}");
    assert!(screen.ends_with("address fe80::7%12 on Ethernet 2\n"), "the last of four events: {screen}");
    let screen = on(&eventful(), "if watch --count 0");
    assert_eq!(screen.lines().count(), 1 + 4, "what is there at the start does not count: {screen}");
}

#[test]
fn what_ends_a_watch_is_said() {
    let ending = |step| on(&machine([step]), "if watch --only addresses");
    let refused = |status| on(&Machine::with(Driver::refusing(status)), "if watch --only addresses");
    let screens = [
        ending(Step::Fails(NtStatus::DEVICE_REMOVED)),
        ending(Step::Fails(NtStatus::CANCELLED)),
        ending(Step::Interrupt),
        refused(NtStatus::QUOTA_EXCEEDED),
        refused(NtStatus::NOT_SUPPORTED),
        on(&Machine::with(Driver::default()), "if watch -i Ethernot_2"),
    ];
    assert_snapshot!(screens.concat());
}
