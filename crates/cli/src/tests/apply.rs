//! Making the table as a file has it, and writing that file.

use super::{
    machine::{Driver, ETHERNET, LOOPBACK, Machine},
    on,
    rows::{interface, neighbor},
};
use netio_sys::MIB_IPNET_ROW2;
use netioctl_abi::{
    AF_INET, Capabilities, ControlCode, NtStatus,
    wire::{BatchAction, BatchEntry, BatchHeader, MAX_BATCH},
};
use zerocopy::FromBytes;

/// A machine that has a permanent neighbor of a user beside those of the system.
fn machine() -> (Machine, Driver) {
    let driver = Driver::default();
    driver.neighbors(|rows| rows.push(neighbor("192.0.2.99", 6, &[2, 0, 0, 0, 0x77, 0x99], 0, 0)));
    (Machine::with(driver.clone()), driver)
}

/// What has been sent in batches: what is done, and to which last byte of an IPv4 address.
fn sent(driver: &Driver) -> Vec<Vec<(u32, u8)>> {
    let batch = |(code, input): &(ControlCode, Vec<u8>)| {
        assert_eq!(*code, ControlCode::BATCH_NEIGHBORS);
        let (_, entries) = BatchHeader::read_from_prefix(input).unwrap();
        let entries = <[BatchEntry]>::ref_from_bytes(entries).unwrap();
        entries.iter().map(|entry| (entry.action, entry.key.address[3])).collect()
    };
    driver.changes().iter().map(batch).collect()
}

const REPLACE: u32 = BatchAction::Replace as u32;
const DELETE: u32 = BatchAction::Delete as u32;

#[test]
fn a_dry_run_says_what_would_be_changed() {
    let (machine, driver) = machine();
    let shown = "exit 0
   ADDRESS     PHYSICAL ADDRESS   BEFORE                       INTERFACE   RESULT
+  192.0.2.7   02-00-00-00-77-07                               Ethernet 2
~  192.0.2.10  02-00-00-00-77-10  02-00-00-00-77-02 Reachable  Ethernet 2
-  192.0.2.99                     02-00-00-00-77-99 Permanent  Ethernet 2
1 to add, 1 to change and 1 to remove; 1 is as wanted; 1 that was not permanent, or the system's own, was left out
";
    assert_eq!(on(&machine, "neigh apply neighbors.json --prune --dry-run"), shown);
    let kept = on(&machine, "neigh apply neighbors.json -n");
    assert!(!kept.contains("192.0.2.99") && kept.contains("1 to add and 1 to change; 1 is"), "{kept}");
    assert!(driver.codes().is_empty());
}

#[test]
fn only_what_differs_is_changed_in_one_request() {
    let (machine, driver) = machine();
    let done = on(&machine, "neigh apply neighbors.json --prune");
    assert!(
        done.starts_with("exit 0\n") && done.contains("1 added, 1 changed and 1 removed; 1 is as wanted"),
        "{done}"
    );
    assert_eq!(sent(&driver), [[(REPLACE, 7), (REPLACE, 10), (DELETE, 99)]]);
    driver.forget();
    let again = on(&machine, "neigh apply neighbors.json --prune");
    assert!(again.starts_with("exit 0\nnothing changed; 3 are as wanted; 1 that was"), "{again}");
    assert!(driver.codes().is_empty());
    let rows = on(&machine, "neigh show -s permanent -u --csv");
    let shown: Vec<_> = rows.lines().skip(2).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(shown, ["192.0.2.7", "192.0.2.10", "fe80::1"]);
}

#[test]
fn what_is_saved_is_applied_elsewhere() {
    for (name, format) in [("saved.json", ""), ("saved.csv", "--csv")] {
        let (machine, _) = machine();
        let saved = on(&machine, &format!("neigh save {name} {format}"));
        assert_eq!(saved, format!("exit 0\nsaved 2 permanent neighbors to {name}\n"));
        let bytes = machine.files.borrow()[name].clone();
        let printed = on(&machine, &format!("neigh save {format}"));
        assert_eq!(printed.strip_prefix("exit 0\n").map(str::trim_end), str::from_utf8(&bytes).ok().map(str::trim_end));
        let driver = Driver::default();
        driver.neighbors(Vec::clear);
        let other = Machine::with(driver.clone()).file(name, bytes);
        let applied = on(&other, &format!("neigh apply {name} --prune"));
        assert!(applied.contains("2 added\n"), "{applied}");
        assert!(on(&other, &format!("neigh apply {name} --prune")).contains("nothing changed; 2 are as wanted"));
    }
    let (machine, _) = machine();
    assert!(!on(&machine, "neigh save -p 192.0.2.0/24 --json").contains("fe80::1"));
    assert!(on(&machine, "-6 neigh save -i 12").contains("fe80::1"));
}

#[test]
fn lines_of_other_tools_and_input_of_windows_are_read() {
    let lines = "# Routers, then a printer\n\
        neigh add 192.0.2.1 lladdr 2:0:0:0:77:1 dev \"Ethernet 2\" nud permanent\n\
        neighbor replace 192.0.2.2 lladdr 02:00:00:00:77:02 dev ethernet_32775\n\n\
        interface ipv4 add neighbors \"Ethernet 2\" 192.0.2.3 02-00-00-00-77-03\n\
        netsh interface ipv4 add neighbors interface=12 address=192.0.2.4 neighbor=02-00-00-00-77-04 store=persistent\n\
        ip neigh replace 192.0.2.5 lladdr 0200.0000.7705   # on the interface of the option\n";
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(lines.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let bom = format!("\u{feff}{lines}");
    for bytes in [lines.as_bytes().to_vec(), utf16, bom.into_bytes()] {
        let driver = Driver::default();
        let machine = Machine { input: bytes, ..Machine::with(driver.clone()) };
        let done = on(&machine, "neigh apply - -i 12");
        assert!(done.ends_with("\n5 added\n"), "{done}");
        assert_eq!(sent(&driver), [[1, 2, 3, 4, 5].map(|last| (REPLACE, last))]);
    }
    let of_linux = r#"[{"dst":"192.0.2.1","dev":"if12","lladdr":"02:00:00:00:77:01","state":["PERMANENT"]},
        {"dst":"192.0.2.2","dev":"if12","lladdr":"02:00:00:00:77:02","state":["STALE"]},
        {"dst":"192.0.2.3","dev":"if12","state":["FAILED"]},
        {"dst":"224.0.0.5","dev":"if12","lladdr":"01:00:5e:00:00:05","state":["PERMANENT"]}]"#;
    let (machine, _) = machine();
    let done = on(&machine.file("ip", of_linux), "neigh apply ip");
    assert!(done.contains("\n1 added; 3 that were not permanent"), "{done}");
}

#[test]
fn what_cannot_be_read_names_the_place_and_changes_nothing() {
    let good = "neigh add 192.0.2.1 lladdr 020000007701 dev 12\n";
    let cases = [
        (format!("{good}neigh add 192.0.2.300 lladdr 020000007702 dev 12"), "line 2, column 11: ", "'192.0.2.300'"),
        (format!("{good}\n  neigh add 192.0.2.3 lladdr 02-00 0 dev 12"), "line 3, column 36: ", "'0'"),
        (format!("{good}neigh del 192.0.2.1"), "line 2, column 1: ", "only lines that add or replace"),
        (format!("{good}route add default"), "line 2, column 7: ", "'add'"),
        (format!("{good}route show"), "line 2, column 1: ", "only lines that add or replace"),
        (format!("{good}rule add default"), "line 2, column 1: ", "'rule'"),
        (format!("{good}neigh add 192.0.2.3 dev \"12"), "line 2, column 1: ", "a quotation mark is missing"),
        (format!("{good}interface ipv4 add neighbors 12 192.0.2.4 zz"), "line 2, column 43: ", "'zz'"),
        (format!("{good}interface ipv4 set neighbors 12 192.0.2.4 zz"), "line 2, column 16: ", "'set'"),
        ("[{\"dst\": \"192.0.2.1\"},\n {\"dst\": \"x\"}]".to_owned(), "line 2, column 13: ", "\"x\": not an IPv4"),
        ("[{\"dst\": \"192.0.2.1\"},\n {\"dev\": \"x\"}]".to_owned(), "line 2, column 13: ", "missing field `dst`"),
        ("[{\"dst\": \"192.0.2.1\"}".to_owned(), "line 1, column 21: ", "EOF"),
        ("dst,lladdr\n192.0.2.1,02-00-00-00-77-02\n192.0.2.2,zz\n".to_owned(), "line 3, column 2: ", "lladdr: \"zz\""),
        ("dst,lladdr\n192.0.2.1\n".to_owned(), "line 2, column 1: ", "1 fields, where 2 are due"),
    ];
    let (machine, driver) = machine();
    for (text, place, said) in cases {
        machine.files.borrow_mut().insert("bad".to_owned(), text.clone().into_bytes());
        let screen = on(&machine, "neigh apply bad --prune");
        assert!(screen.starts_with(&format!("exit 2\nnetioctl: bad, {place}")), "{text}: {screen}");
        assert!(screen.contains(said) && screen.ends_with("; nothing was changed\n"), "{text}: {screen}");
        assert_eq!(screen.lines().count(), 2, "{screen}");
    }
    machine.files.borrow_mut().insert("bad".to_owned(), vec![0xff, 0xff, 0x80]);
    assert!(on(&machine, "neigh apply bad").contains("bad is no text"));
    machine.files.borrow_mut().insert("bad".to_owned(), b" \n".to_vec());
    assert!(on(&machine, "neigh apply bad --prune").contains("bad is empty, and nothing was changed"));
    assert!(on(&machine, "neigh apply not-there").starts_with("exit 3\nnetioctl: reading not-there failed"));
    assert!(driver.codes().is_empty());
}

#[test]
fn an_interface_that_is_not_certain_is_not_guessed() {
    let (machine, driver) = machine();
    driver.interfaces(|rows| rows.push(interface(LOOPBACK, 1, AF_INET, 1500, 25)));
    let luid = format!("0x{ETHERNET:016X}");
    let row = |rest: &str| format!(r#"[{{"dst": "192.0.2.1", "lladdr": "02:00:00:00:77:01"{rest}}}]"#);
    for (rest, said) in [
        ("", "bad, entry 1 (192.0.2.1): it names no interface"),
        (r#", "dev": "Ethernot 2""#, "did you mean \"Ethernet 2\"?"),
        (&format!(r#", "dev": "if1", "luid": "{luid}""#), "its luid is that of Ethernet 2, its dev is loopback_0"),
        (r#", "luid": "0x0000000000000099""#, "no interface has LUID 0x0000000000000099"),
        (r#", "ifindex": 99"#, "no interface has index 99"),
    ] {
        machine.files.borrow_mut().insert("bad".to_owned(), row(rest).into_bytes());
        let screen = on(&machine, "neigh apply bad");
        assert!(screen.contains(said), "{rest}: {screen}");
    }
    let twice = "neigh add 192.0.2.1 020000007701 -i 12\nneigh add 192.0.2.1 020000007702 -i 12\n";
    machine.files.borrow_mut().insert("bad".to_owned(), twice.into());
    let screen = on(&machine, "neigh apply bad");
    assert!(screen.contains("entry 2 (192.0.2.1): it has another physical address in entry 1"), "{screen}");
    assert!(driver.codes().is_empty());
    // It has been renamed: the LUID is the same.
    let renamed = row(&format!(r#", "dev": "LAN", "luid": "{luid}", "ifindex": 7"#));
    machine.files.borrow_mut().insert("good".to_owned(), renamed.into_bytes());
    assert!(on(&machine, "neigh apply good").contains("Ethernet 2  done\n1 added\n"));
}

#[test]
fn each_failure_is_told_and_the_worst_is_the_exit_code() {
    let driver = Driver::refusing(NtStatus::NOT_FOUND);
    let machine = Machine::with(driver);
    let screen = on(&machine, "neigh apply neighbors.json");
    assert!(screen.starts_with("exit 3\n"), "{screen}");
    assert_eq!(screen.matches("STATUS_NOT_FOUND").count(), 3, "each row, and the error: {screen}");
    assert!(screen.contains("\n2 failed; 1 is as wanted"), "{screen}");
    assert!(screen.contains("netioctl: 2 of 2 changes failed, the first for 192.0.2.7: "), "{screen}");
    let denied = on(&Machine::with(Driver::refusing(NtStatus::ACCESS_DENIED)), "neigh apply neighbors.json");
    assert!(denied.starts_with("exit 4\n"), "{denied}");
    // One by one, where the driver has no batches.
    let older = Driver::serving(Capabilities::all() - Capabilities::BATCH_NEIGHBORS);
    let done = on(&Machine::with(older.clone()), "neigh apply neighbors.json");
    assert!(done.contains("1 added and 1 changed"), "{done}");
    assert_eq!(older.codes(), [ControlCode::REPLACE_NEIGHBOR; 2]);
}

#[test]
fn more_rows_than_a_batch_holds_go_in_several() {
    let many = MAX_BATCH + 2;
    let row = |number: u32| {
        let [_, a, b, c] = number.to_be_bytes();
        format!("10.{a}.{b}.{c},02:00:00:{a:02x}:{b:02x}:{c:02x},12\n")
    };
    let csv: String = ["dst,lladdr,ifindex\n".to_owned()].into_iter().chain((1..=many).map(row)).collect();
    let driver = Driver::default();
    driver.neighbors(|rows: &mut Vec<MIB_IPNET_ROW2>| rows.clear());
    let machine = Machine::with(driver.clone()).file("many", csv);
    let done = on(&machine, "neigh apply many");
    assert!(done.ends_with(&format!("\n{many} added\n")), "{}", &done[done.len() - 80..]);
    assert_eq!(sent(&driver).iter().map(Vec::len).collect::<Vec<_>>(), [MAX_BATCH as usize, 2]);
}
