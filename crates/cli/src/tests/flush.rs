//! Flushing: what is meant, what is asked, what is said.

use super::{
    machine::{Driver, LOOPBACK, Machine},
    on,
    rows::neighbor,
    works,
};
use insta::assert_snapshot;
use netioctl_abi::{
    AF_INET, Capabilities, ControlCode,
    wire::{BatchAction, BatchEntry, BatchHeader, FlushNeighborsRequest},
};
use zerocopy::FromBytes;

#[test]
fn everything_must_be_meant() {
    for line in ["neigh flush", "neigh flush -4", "neigh flush --unicast", "neigh flush --yes -v"] {
        let screen = works(line);
        assert!(screen.starts_with("exit 2\n") && screen.contains("say --all"), "{screen}");
    }
}

#[test]
fn an_interface_is_flushed_by_the_stack() {
    let driver = Driver::default();
    let machine = Machine::with(driver.clone());
    assert_eq!(
        on(&machine, "neigh flush -4 -i 12"),
        "exit 0\nflushed the IPv4 neighbors of Ethernet 2: 4 dynamic went\n"
    );
    let all = on(&machine, "neigh flush --all --json");
    let counts = "\"done\": true,\n  \"removed\": 2,\n  \"permanent\": 1,\n  \"dynamic\": 1,\n  \"left\": 0\n}\n";
    assert!(all.starts_with("exit 0\n{") && all.ends_with(counts), "{all}");
    let changes = driver.changes();
    let sent = |n: usize| FlushNeighborsRequest::read_from_bytes(&changes[n].1);
    assert_eq!(sent(0), Ok(FlushNeighborsRequest::new(AF_INET, 12)));
    assert_eq!(sent(1), Ok(FlushNeighborsRequest::new(0, 0)));
}

#[test]
fn a_dry_run_lists_and_changes_nothing() {
    let driver = Driver::default();
    let machine = Machine::with(driver.clone());
    let lines = [
        "neigh flush --all --dry-run",
        "neigh flush -n -i 12 --state stale --json",
        "neigh flush -n --prefix 198.51.100.0/24",
    ];
    assert_snapshot!(lines.map(|line| on(&machine, line)).concat());
    assert!(driver.codes().is_empty());
    assert!(machine.questions.borrow().is_empty());
}

#[test]
fn verbose_lists_what_went() {
    assert_snapshot!(["neigh flush --all -v", "neigh flush -v --router --json"].map(works).concat());
}

#[test]
fn a_filter_deletes_what_matches_and_leaves_what_the_system_keeps() {
    let driver = Driver::default();
    let done = on(&Machine::with(driver.clone()), "neigh flush --prefix 192.0.2.0/24 --prefix 224.0.0.0/4");
    assert_eq!(done, "exit 0\ndeleted 4 neighbors of Ethernet 2 that matched: 4 dynamic\n");
    assert_eq!(driver.codes(), [ControlCode::BATCH_NEIGHBORS]);
    let changes = driver.changes();
    let (_, entries) = BatchHeader::read_from_prefix(&changes[0].1).unwrap();
    let entries = <[BatchEntry]>::ref_from_bytes(entries).unwrap();
    assert!(entries.iter().all(|entry| entry.action == BatchAction::Delete as u32 && entry.key.interface_index == 0));
    assert_eq!(entries.iter().map(|entry| entry.key.address[3]).collect::<Vec<_>>(), [9, 10, 11, 12]);
}

#[test]
fn a_filtered_flush_says_what_went() {
    let driver = Driver::default();
    let mut elsewhere = neighbor("192.0.2.10", 4, &[2, 0, 0, 0, 0x77, 9], 0, 0);
    (elsewhere.InterfaceLuid, elsewhere.InterfaceIndex) = (LOOPBACK, 1);
    driver.neighbors(|rows| rows.push(elsewhere));
    let machine = Machine { answer: Some(true), ..Machine::with(driver.clone()) };
    let two = "exit 0\ndeleted 2 neighbors of 2 interfaces that matched: 2 dynamic\n";
    assert_eq!(on(&machine, "neigh flush -p 192.0.2.10"), two);
    assert_eq!(
        on(&machine, "-4 neigh flush -s incomplete"),
        "exit 0\ndeleted 1 IPv4 neighbor of Ethernet 2 that matched: 1 dynamic\n"
    );
    let questions = ["Flush 2 neighbors of 2 interfaces?", "Flush 1 IPv4 neighbor of Ethernet 2?"];
    assert_eq!(*machine.questions.borrow(), questions);
}

#[test]
fn where_nothing_matches_nothing_is_asked_or_done() {
    let driver = Driver::default();
    let machine = Machine { answer: Some(false), ..Machine::with(driver.clone()) };
    for filter in ["-p 203.0.113.7/32", "-m 02-00-00-00-00-99", "-s probe -v", "-i 1 --unicast"] {
        assert_eq!(on(&machine, &format!("neigh flush {filter}")), "exit 0\nno neighbor matches\n", "{filter}");
    }
    assert_eq!(on(&machine, "-6 neigh flush -p 192.0.2.0/24"), "exit 0\nno IPv6 neighbor matches\n");
    let kept = "exit 0\nno neighbor matches, but for those that the system keeps\n";
    assert_eq!(on(&machine, "neigh flush -p 224.0.0.0/4"), kept);
    assert!(on(&machine, "neigh flush -s probe -v --json").contains("\"flushed\": []"));
    assert!(driver.codes().is_empty() && machine.questions.borrow().is_empty());
}

#[test]
fn an_older_driver_deletes_one_by_one() {
    let driver = Driver::serving(Capabilities::all() - Capabilities::BATCH_NEIGHBORS);
    let done = on(&Machine::with(driver.clone()), "neigh flush --router");
    assert_eq!(done, "exit 0\ndeleted 2 neighbors of Ethernet 2 that matched: 1 permanent and 1 dynamic\n");
    assert_eq!(driver.codes(), [ControlCode::DELETE_NEIGHBOR, ControlCode::DELETE_NEIGHBOR]);
}

#[test]
fn a_person_is_asked_unless_yes_is_said() {
    let driver = Driver::default();
    let mut machine = Machine { answer: Some(false), ..Machine::with(driver.clone()) };
    let refused = on(&machine, "neigh flush -6 -i 12");
    assert!(refused.starts_with("exit 1\nnetioctl: nothing was changed"), "{refused}");
    assert!(on(&machine, "neigh flush --mac 020000007702").starts_with("exit 1\n"));
    assert!(driver.codes().is_empty());
    let questions = ["Flush 2 IPv6 neighbors of Ethernet 2, 1 of them permanent?", "Flush 1 neighbor of Ethernet 2?"];
    assert_eq!(*machine.questions.borrow(), questions);

    assert!(on(&machine, "neigh flush -6 -i 12 --yes").starts_with("exit 0\n"));
    machine.answer = Some(true);
    assert!(on(&machine, "neigh flush -4 -i 12").starts_with("exit 0\n"));
    assert_eq!(driver.codes(), [ControlCode::FLUSH_NEIGHBORS, ControlCode::FLUSH_NEIGHBORS]);
}

#[test]
fn ten_thousand_neighbors_are_shown_and_flushed() {
    const MANY: u32 = 10_000;
    let driver = Driver::default();
    let many = (0..MANY).map(|n| {
        let address = std::net::Ipv4Addr::from(0x0a00_0000 + n).to_string();
        let [_, _, high, low] = n.to_be_bytes();
        neighbor(&address, 4, &[2, 0, 0, 0, high, low], 0, 0)
    });
    driver.neighbors(|rows| *rows = many.collect());
    let machine = Machine::with(driver.clone());
    let lines = |line: &str| on(&machine, line).lines().count();
    assert_eq!(lines("neigh show"), MANY as usize + 2);
    assert_eq!(lines("neigh show --prefix 10.0.1.0/24 --brief"), 256 + 1);
    assert!(on(&machine, "neigh flush --state stale").starts_with("exit 0\n"));
    assert_eq!(driver.codes(), [ControlCode::BATCH_NEIGHBORS; 3], "batches of 4096");
    assert_eq!(lines("neigh show"), 2);
}

#[test]
fn permanent_neighbors_stay_with_dynamic() {
    let driver = Driver::default();
    let machine = Machine { answer: Some(true), ..Machine::with(driver.clone()) };
    let done = on(&machine, "neigh flush --all --dynamic");
    assert_eq!(done, "exit 0\ndeleted 5 neighbors of Ethernet 2 that matched: 5 dynamic\n");
    assert_eq!(driver.codes(), [ControlCode::BATCH_NEIGHBORS]);
    assert_eq!(*machine.questions.borrow(), ["Flush 5 neighbors of Ethernet 2?"]);
    assert!(on(&machine, "neigh show fe80::1").contains("Permanent"));
    assert_eq!(
        on(&machine, "neigh flush --all --dynamic"),
        "exit 0\nno neighbor matches, but for those that the system keeps\n"
    );
    assert!(on(&machine, "neigh flush --dynamic").contains("say --all"));
    let all = on(&machine, "neigh flush --all");
    assert_eq!(all, "exit 0\nflushed the neighbors of all interfaces: 1 permanent went\n");
    assert_eq!(machine.questions.borrow().last().unwrap(), "Flush 1 neighbor of all interfaces, permanent ones?");
}

#[test]
fn what_comes_back_at_once_is_not_said_to_be_gone() {
    let driver = Driver::default();
    let traffic = |driver: &Driver| driver.neighbors(|rows| rows.push(neighbor("192.0.2.10", 5, &[2; 6], 0, 0)));
    driver.wire(|wire| wire.after_flush = Some(traffic));
    let machine = Machine::with(driver);
    let done = on(&machine, "neigh flush --all");
    assert_eq!(
        done,
        "exit 0\nflushed the neighbors of all interfaces: 1 permanent and 4 dynamic went; 1 is there still or again\n"
    );
}
