//! What is told of neighbors that change, and to whom.

use super::{
    machine::{Driver, Machine, Meanwhile},
    on, on_screen,
    rows::neighbor,
};
use crate::output::Screen;

/// A machine where these things happen, one between two looks each.
fn machine<const N: usize>(events: [fn(&Driver); N]) -> Machine {
    let machine = Machine::with(Driver::default());
    let mut events: Vec<Meanwhile> = events.into_iter().map(|event| Box::new(event) as Meanwhile).collect();
    events.reverse();
    machine.meanwhile.replace(events);
    machine
}

/// The neighbor 192.0.2.10 changes its state, moves, is a router, and moves while nobody knows where it is.
fn restless() -> Machine {
    machine([
        |driver| driver.neighbors(|rows| rows[0].State = 4),
        |driver| driver.neighbors(|rows| rows[0].PhysicalAddress[0] = 6),
        |driver| driver.neighbors(|rows| rows[0].Flags = 1),
        |driver| driver.neighbors(|rows| (rows[0].State, rows[0].PhysicalAddressLength) = (1, 0)),
        |driver| driver.neighbors(|rows| rows.retain(|row| row.State != 1)),
        |driver| driver.neighbors(|rows| rows.insert(0, neighbor("192.0.2.10", 5, &[2, 0, 0, 0, 0x77, 9], 0, 0))),
    ])
}

#[test]
fn a_change_says_from_what_to_what() {
    let shown = on(&restless(), "neigh watch 192.0.2.10 --count 6");
    let said: Vec<_> = shown.lines().skip(2).map(|line| line.split_once(' ').unwrap().1).collect();
    assert_eq!(
        said,
        [
            "changed 192.0.2.10 on Ethernet 2: Reachable -> Stale",
            "changed 192.0.2.10 on Ethernet 2: 02-00-00-00-77-02 -> 06-00-00-00-77-02",
            "changed 192.0.2.10 on Ethernet 2: router",
            "changed 192.0.2.10 on Ethernet 2: 06-00-00-00-77-02 -> no physical address, Stale -> Incomplete",
            "removed 192.0.2.10 on Ethernet 2: Incomplete, router",
            "added   192.0.2.10 on Ethernet 2 at 02-00-00-00-77-09: Reachable",
        ]
    );
    let json = on(&restless(), "neigh watch 192.0.2.10 --count 2 --json");
    let last = json.lines().last().unwrap();
    assert!(last.contains(r#""changed":["lladdr"],"old_lladdr":"02:00:00:00:77:02""#), "{last}");
    let csv = on(&restless(), "neigh watch 192.0.2.10 --count 1 --csv");
    assert!(csv.ends_with(",state,,REACHABLE\n"), "{csv}");
}

#[test]
fn an_address_that_moves_is_told_even_if_it_was_away() {
    let moved = on(&restless(), "neigh watch --on-mac-change --count 2");
    let said: Vec<_> = moved.lines().skip(1).map(|line| line.split_once(' ').unwrap().1).collect();
    let expected = [
        "changed 192.0.2.10 on Ethernet 2: 02-00-00-00-77-02 -> 06-00-00-00-77-02",
        "changed 192.0.2.10 on Ethernet 2: 06-00-00-00-77-02 -> 02-00-00-00-77-09",
    ];
    assert_eq!(said, expected, "{moved}");
    let screen = Screen { terminal: true, color: false, size: Some((120, 40)) };
    assert_eq!(on_screen(&restless(), "neigh watch --on-mac-change --count 2", screen), moved, "an alarm is no table");
}

#[test]
fn a_program_is_run_for_each_event() {
    let machine = restless();
    let shown = on(&machine, "neigh watch 192.0.2.10 --count 2 --exec alarm");
    assert!(shown.starts_with("exit 0\n"), "{shown}");
    let executed = machine.executed.borrow();
    assert_eq!(executed.len(), 2, "what is there at the start is no event");
    let begins = "changed\n192.0.2.10\nEthernet 2\n\
        NETIOCTL_EVENT=changed\nNETIOCTL_ADDRESS=192.0.2.10\nNETIOCTL_INTERFACE=Ethernet 2\n\
        NETIOCTL_LLADDR=06:00:00:00:77:02\nNETIOCTL_STATE=STALE\n\
        NETIOCTL_OLD_LLADDR=02:00:00:00:77:02\nNETIOCTL_OLD_STATE=\n{\"event\":\"changed\",";
    assert!(executed[1].starts_with(begins), "{}", executed[1]);
    let missing = on(&restless(), "neigh watch 192.0.2.10 --exec not-there");
    assert!(missing.starts_with("exit 1\n") && missing.contains("netioctl: running not-there failed"), "{missing}");
}

#[test]
fn the_latest_events_are_below_the_live_table() {
    let screen = Screen { terminal: true, color: false, size: Some((120, 40)) };
    let shown = on_screen(&restless(), "neigh watch 192.0.2.10 --count 2", screen);
    let last = shown.rsplit("\u{1b}[2J\u{1b}[1;1H").next().unwrap();
    assert!(last.contains("~  192.0.2.10 "), "{last}");
    let (_, events) = last.split_once("\n\n").unwrap();
    assert_eq!(events.lines().count(), 2, "{last}");
    assert!(events.contains(": Reachable -> Stale\n"), "{last}");
}

#[cfg(unix)]
#[test]
fn a_program_gets_arguments_variables_and_the_event() {
    use crate::system::{Setup, TheSystem};
    let file = std::env::temp_dir().join(format!("netioctl-exec-{}", std::process::id()));
    let script = format!("echo \"$1 $NETIOCTL_STATE\" > {0}; cat >> {0}; exit 3", file.display());
    let run = |program: &str, arguments: &[&str]| {
        let arguments: Vec<_> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        TheSystem::default().execute(program.as_ref(), &arguments, &[("NETIOCTL_STATE", "STALE".to_owned())], b"{}\n")
    };
    run("/bin/sh", &["-c", &script, "sh", "changed"]).unwrap();
    let written = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(written, "changed STALE\n{}\n");
    run("/bin/true", &[]).unwrap();
    assert!(run("/not/there", &[]).is_err());
}
