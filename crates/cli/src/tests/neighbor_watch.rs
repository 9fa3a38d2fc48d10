//! Watching neighbors come, change and go.

use super::{
    machine::{Driver, Machine, Meanwhile},
    on, on_screen,
    rows::neighbor,
    watch::{self, Step},
};
use crate::output::Screen;
use insta::assert_snapshot;
use netioctl_abi::NtStatus;
use netioctl_client::Failure;

/// A machine where, look by look, a neighbor comes, nothing but time happens, one changes, and one goes.
fn eventful() -> Machine {
    let machine = Machine::with(Driver::default());
    let mut events: Vec<Meanwhile> = vec![
        Box::new(|driver| driver.neighbors(|rows| rows.push(neighbor("192.0.2.8", 1, &[], 0, 0)))),
        Box::new(|driver| driver.neighbors(|rows| rows[0].ReachabilityTime += 1000)),
        Box::new(|driver| driver.neighbors(|rows| rows[0].State = 4)),
        Box::new(|driver| {
            driver.neighbors(|rows| rows.remove(0));
        }),
    ];
    events.reverse();
    machine.meanwhile.replace(events);
    machine
}

#[test]
fn each_event_is_a_line() {
    let watch = |options: &str| on(&eventful(), &format!("neigh watch -4 --unicast --count 3 {options}"));
    assert_snapshot!("watch", watch(""));
    assert_snapshot!("watch_json", watch("--json"));
    assert_snapshot!("watch_csv", watch("--csv"));
}

#[test]
fn the_end_of_the_driver_is_said_as_when_interfaces_are_watched() {
    // STATUS_FILE_DELETED, STATUS_DEVICE_REMOVED and STATUS_NO_SUCH_DEVICE, each with its Win32 code.
    for (win32, status) in [(5, 0xc000_0123), (1617, 0xc000_02b6), (433, 0xc000_000e)] {
        let machine = Machine::with(Driver::default());
        let failure = Failure { win32, ntstatus: Some(NtStatus::from_bits(status)), bytes: 0 };
        machine.meanwhile.replace(vec![Box::new(move |driver| driver.wire(|wire| wire.fails = Some(failure)))]);
        let neighbors = on(&machine, "neigh watch --brief --prefix 198.51.100.0/24");
        let interfaces = on(&watch::machine([Step::Fails(NtStatus::DEVICE_REMOVED)]), "if watch --only addresses");
        assert!(neighbors.starts_with("exit 5\nnetioctl: the driver was removed or is being upgraded"), "{neighbors}");
        assert_eq!(neighbors.lines().last(), interfaces.lines().last());
        assert!(interfaces.starts_with("exit 5\n"), "{interfaces}");
    }
}

#[test]
fn a_terminal_shows_the_table_anew_with_each_change() {
    let screen = Screen { terminal: true, color: false, size: Some((120, 40)) };
    let shown = on_screen(&eventful(), "neigh watch -4 --unicast -c 3", screen);
    let screens: Vec<_> = shown.split("\u{1b}[2J\u{1b}[1;1H").collect();
    assert_eq!(screens.len(), 1 + 4, "a look without a change shows nothing: {shown:?}");
    assert!(screens[2].contains("+  192.0.2.8 "), "{}", screens[2]);
    assert!(screens[3].contains("~  192.0.2.10 "), "{}", screens[3]);
    assert!(screens[4].contains("-  192.0.2.10 "), "{}", screens[4]);
}

#[test]
fn a_table_is_never_higher_than_the_terminal() {
    let driver = Driver::default();
    let many = (1..=50).map(|n| neighbor(&format!("192.0.2.{n}"), 5, &[2, 0, 0, 0, 0x77, n], 0, 0));
    driver.neighbors(|rows| *rows = many.collect());
    let screen = Screen { terminal: true, color: false, size: Some((80, 16)) };
    let shown = on_screen(&Machine::with(driver), "neigh watch -c 0", screen);
    let (_, view) = shown.split_once("\u{1b}[1;1H").unwrap();
    assert_eq!(view.lines().count(), 15, "the cursor is in the last row: {view}");
    assert!(view.contains("192.0.2.13 ") && !view.contains("192.0.2.14 "), "{view}");
    assert!(view.ends_with("\n… and 37 more\n"), "{view}");
}
