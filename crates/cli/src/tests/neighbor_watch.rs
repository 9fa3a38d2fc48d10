//! Watching neighbors come, change and go.

use super::{
    machine::{Driver, Machine, Meanwhile, neighbor},
    on, on_screen,
};
use crate::output::Screen;
use insta::assert_snapshot;

/// A machine where, look by look, a neighbor comes, nothing but time happens, one changes, and one goes.
fn eventful() -> Machine {
    let machine = Machine::with(Driver::default());
    let mut events: Vec<Meanwhile> = vec![
        Box::new(|state| state.neighbors.push(neighbor("192.0.2.8", 1, &[], 0, 0))),
        Box::new(|state| state.neighbors[0].reachability_time += 1000),
        Box::new(|state| state.neighbors[0].state = 4),
        Box::new(|state| {
            state.neighbors.remove(0);
        }),
    ];
    events.reverse();
    machine.meanwhile.replace(events);
    machine
}

#[test]
fn each_event_is_a_line() {
    let watch = |options: &str| on(&eventful(), &format!("neigh watch -4 --unicast --count 5 {options}"));
    assert_snapshot!("watch", watch(""));
    assert_snapshot!("watch_json", watch("--json"));
    assert_snapshot!("watch_csv", watch("--csv"));
}

#[test]
fn a_terminal_shows_the_table_anew_with_each_change() {
    let screen = Screen { terminal: true, color: false };
    let shown = on_screen(&eventful(), "neigh watch -4 --unicast -c 5", screen);
    let screens: Vec<_> = shown.split("\u{1b}[2J\u{1b}[1;1H").collect();
    assert_eq!(screens.len(), 1 + 4, "a look without a change shows nothing: {shown:?}");
    assert!(screens[2].contains("+  192.0.2.8 "), "{}", screens[2]);
    assert!(screens[3].contains("~  192.0.2.10 "), "{}", screens[3]);
    assert!(screens[4].contains("-  192.0.2.10 "), "{}", screens[4]);
}
