//! Watching interfaces and addresses come, change and go.

use super::{
    machine::{Driver, ETHERNET, Machine, TUNNEL},
    on, on_screen,
    rows::{interface, socket_address},
    watch::{Step, machine},
};
use crate::output::Screen;
use insta::assert_snapshot;
use netio_sys::{MIB_UNICASTIPADDRESS_ROW, MibAddInstance, MibDeleteInstance, MibParameterNotification};
use netioctl_abi::{AF_INET, AF_INET6, Capabilities, NtStatus, wire::MAX_PENDING_EVENTS};

/// An address of the Ethernet interface.
fn address(address: &str, scope_id: u32) -> MIB_UNICASTIPADDRESS_ROW {
    MIB_UNICASTIPADDRESS_ROW {
        Address: socket_address(address, scope_id),
        InterfaceLuid: ETHERNET,
        InterfaceIndex: 12,
        ..MIB_UNICASTIPADDRESS_ROW::default()
    }
}

/// The tunnel is announced, again and again, and is not there when somebody looks.
fn tunnel_flickers(driver: &Driver, times: usize) {
    let row = interface(TUNNEL, 13, AF_INET, 1400, 5);
    for _ in 0..times {
        driver.netio().tell_interface(&row, MibAddInstance);
        driver.netio().tell_interface(&row, MibDeleteInstance);
    }
}

/// What a watch of everything can meet, step by step.
pub fn eventful() -> Machine {
    machine([
        // An interface comes.
        Step::Happens(|driver| driver.interfaces(|rows| rows.push(interface(TUNNEL, 13, AF_INET, 1400, 5)))),
        // One changes, is announced twice, and draws another reachable time: one line.
        Step::Happens(|driver| {
            let row = driver.interfaces(|rows| {
                let row = &mut rows[1];
                (row.Metric, row.ForwardingEnabled, row.ReachableTime) = (10, 1, 17_000);
                *row
            });
            driver.netio().tell_interface(&row, MibParameterNotification);
        }),
        // Nothing to see changes: no line.
        Step::Happens(|driver| driver.interfaces(|rows| rows[1].ReachableTime = 23_000)),
        // A kind of a newer system is a change.
        Step::Happens(|driver| {
            let mut row = driver.netio().look(|tables| tables.rows::<netio_sys::MIB_IPINTERFACE_ROW>()[3]);
            row.Connected = 0;
            driver.netio().tell_interface(&row, 9);
            driver.interfaces(|rows| rows[3] = row);
        }),
        // Addresses: each event is a line.
        Step::Happens(|driver| {
            driver.netio().tell_address(&address("192.0.2.7", 0), MibAddInstance);
            driver.netio().tell_address(&address("fe80::7", 12), MibAddInstance);
            driver.netio().tell_address(&address("2001:db8::7", 0), MibParameterNotification);
            driver.netio().tell_address(&address("192.0.2.7", 0), MibDeleteInstance);
        }),
        // More than there is room for: the table says what has happened, whatever was told of it.
        Step::Happens(|driver| {
            driver.netio().tell_address(&address("fe80::7", 12), MibDeleteInstance);
            tunnel_flickers(driver, MAX_PENDING_EVENTS);
            driver.interfaces(|rows| {
                rows.retain(|row| row.InterfaceLuid != TUNNEL);
                rows[0].NlMtu = 65_535;
                rows.push(interface(TUNNEL, 13, AF_INET6, 1280, 5));
            });
        }),
        // One goes.
        Step::Happens(|driver| {
            driver.interfaces(|rows| rows.retain(|row| row.InterfaceLuid != ETHERNET || row.Family == AF_INET));
        }),
        // One has come and gone before anybody could look.
        Step::Happens(|driver| tunnel_flickers(driver, 1)),
        Step::Interrupt,
    ])
}

#[test]
fn a_link_local_address_without_a_zone_has_that_of_its_interface() {
    let machine = || {
        let come = Step::Happens(|driver| {
            driver
                .netio()
                .update(|tables| tables.rows_mut().extend([address("fe80::7", 0), address("2001:db8::7", 0)]));
        });
        machine([come, Step::Interrupt])
    };
    let json = on(&machine(), "if watch -6 --json");
    let zones: Vec<_> = json.lines().filter(|line| line.contains("added")).collect();
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
    assert_eq!(screens.len(), 1 + 1 + 10, "an announcement without a change shows nothing: {shown:?}");
    assert_snapshot!("live_first", screens[1]);
    assert_snapshot!("live_after_a_loss", screens[8]);
    assert_snapshot!("live_last", screens[11]);

    let addresses = on_screen(&machine([Step::Interrupt]), "if watch --only addresses", screen);
    assert_snapshot!("live_addresses", addresses);
    let none = Driver::serving(Capabilities::all() - Capabilities::GET_ADDRESS_TABLE);
    none.wire(|wire| wire.script = [Step::Interrupt].into());
    let none = on_screen(&Machine::with(none), "if watch --only addresses", screen);
    assert_eq!(none, "exit 0\n\u{1b}[2J\u{1b}[1;1Hnothing has changed yet\n", "an older driver cannot tell");
}

#[test]
fn the_driver_is_asked_for_what_is_wanted_only() {
    let asked = |line: &str| {
        let machine = machine([Step::Interrupt]);
        let screen = on(&machine, line);
        assert!(screen.starts_with("exit 0\n"), "{screen}");
        let requests = machine.driver.unwrap().watched();
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
    assert_eq!(screen.lines().count(), 1 + 2 + 4 + 4, "two families, four addresses: {screen}");
    assert!(screen.ends_with("address fe80::7%12 on Ethernet 2\n"), "the last of four events: {screen}");
    let screen = on(&eventful(), "if watch --count 0");
    assert_eq!(screen.lines().count(), 1 + 4 + 6, "what is there at the start does not count: {screen}");
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

#[test]
fn a_program_is_run_for_each_event() {
    let machine = eventful();
    let shown = on(&machine, "interface watch --json --exec alarm");
    let events: Vec<_> = shown.lines().filter(|line| line.starts_with('{') && !line.contains("\"present\"")).collect();
    let executed = machine.executed.borrow();
    let read: Vec<_> = executed.iter().map(|run| run.lines().last().unwrap()).collect();
    assert_eq!(read, events);
    let of = |event: &str| executed.iter().find(|run| run.contains(event)).unwrap();
    let changed = "changed\ninterface\nEthernet 2\nNETIOCTL_EVENT=changed\nNETIOCTL_SOURCE=interface\n\
        NETIOCTL_INTERFACE=Ethernet 2\nNETIOCTL_FAMILY=IPv4\nNETIOCTL_ADDRESS=\n\
        NETIOCTL_CHANGED=metric forwarding_enabled\nNETIOCTL_LOST=\n{";
    assert!(of("metric forwarding_enabled").starts_with(changed), "{executed:?}");
    let address = "added\naddress\nEthernet 2\nfe80::7%12\nNETIOCTL_EVENT=added\nNETIOCTL_SOURCE=address\n";
    assert!(of("fe80::7%12").starts_with(address), "{executed:?}");
    assert!(of("NETIOCTL_LOST=67").starts_with("lost\nNETIOCTL_EVENT=lost\n"), "{executed:?}");
    let missing = on(&eventful(), "interface watch --exec not-there");
    assert!(missing.starts_with("exit 1\n") && missing.contains("netioctl: running not-there failed"), "{missing}");
}
