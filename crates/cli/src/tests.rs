//! The commands over a machine of two interfaces, from the command line to the text on the screen.

use crate::{args::Cli, output::Output, run, system::System};
use clap::{CommandFactory, Parser};
use insta::assert_snapshot;
use netioctl_abi::{
    AF_INET, AF_INET6, Capabilities, ControlCode, NtStatus,
    wire::{FamilyRequest, InterfaceRow, NeighborRow, TableHeader, VersionReply},
};
use netioctl_client::{Access, Canceller, Device, Error, Failure, InterfaceLuid, Transport};
use std::sync::{Arc, Mutex};
use zerocopy::{FromBytes, FromZeros, Immutable, IntoBytes};

const LOOPBACK: u64 = 0x0018_0000_0100_0000;
const ETHERNET: u64 = 0x0006_0080_0700_0000;

/// Answers the version and the tables, takes changes, and keeps them.
#[derive(Clone, Default)]
struct Driver {
    changes: Arc<Mutex<Vec<ControlCode>>>,
    refuse: Option<NtStatus>,
}

impl Transport for Driver {
    fn control(
        &self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
        _canceller: Option<&Canceller>,
    ) -> Result<usize, Failure> {
        let bytes = match ControlCode::from_raw(code) {
            ControlCode::GET_VERSION => version().as_bytes().to_vec(),
            ControlCode::GET_INTERFACE_TABLE => table(&interfaces(), input, |row| row.family),
            ControlCode::GET_NEIGHBOR_TABLE => table(&neighbors(), input, |row| row.family),
            change => match self.refuse {
                Some(status) => {
                    let win32 = status.info().unwrap().win32;
                    return Err(Failure { win32, ntstatus: Some(status), bytes: 0 });
                }
                None => {
                    self.changes.lock().unwrap().push(change);
                    vec![]
                }
            },
        };
        output[..bytes.len()].copy_from_slice(&bytes);
        Ok(bytes.len())
    }
}

fn table<R: IntoBytes + Immutable + Copy>(rows: &[R], input: &[u8], family: impl Fn(&R) -> u16) -> Vec<u8> {
    let wanted = FamilyRequest::read_from_bytes(input).unwrap().family;
    let rows: Vec<R> = rows.iter().filter(|row| wanted == 0 || family(row) == wanted).copied().collect();
    let count = u32::try_from(rows.len()).unwrap();
    let mut bytes = TableHeader::new::<R>(count, count, 1).as_bytes().to_vec();
    rows.iter().for_each(|row| bytes.extend_from_slice(row.as_bytes()));
    bytes
}

fn version() -> VersionReply {
    let capabilities = Capabilities::all().bits();
    VersionReply { abi_major: 1, abi_minor: 0, driver_version: [0, 1, 0], reserved: [0; 3], capabilities }
}

fn interfaces() -> Vec<InterfaceRow> {
    let row = |luid, index, family, mtu, metric| {
        let mut row = InterfaceRow::new_zeroed();
        (row.interface_luid, row.interface_index, row.family) = (luid, index, family);
        (row.nl_mtu, row.metric, row.connected) = (mtu, metric, 1);
        row
    };
    vec![
        row(LOOPBACK, 1, AF_INET, u32::MAX, 75),
        row(ETHERNET, 12, AF_INET, 1500, 25),
        row(LOOPBACK, 1, AF_INET6, u32::MAX, 75),
        row(ETHERNET, 12, AF_INET6, 1500, 25),
    ]
}

fn neighbors() -> Vec<NeighborRow> {
    let row = |address: &str, state, mac: &[u8], flags, scope_id| {
        let mut row = NeighborRow::new_zeroed();
        (row.interface_luid, row.interface_index, row.state, row.flags) = (ETHERNET, 12, state, flags);
        match address.parse().unwrap() {
            std::net::IpAddr::V4(v4) => {
                row.family = AF_INET;
                row.address[..4].copy_from_slice(&v4.octets());
            }
            std::net::IpAddr::V6(v6) => (row.family, row.address) = (AF_INET6, v6.octets()),
        }
        row.scope_id = scope_id;
        row.reachability_time = 1500;
        row.physical_address_length = u32::try_from(mac.len()).unwrap();
        row.physical_address[..mac.len()].copy_from_slice(mac);
        row
    };
    vec![
        row("192.0.2.10", 5, &[2, 0, 0, 0, 0x77, 2], 0, 0),
        row("192.0.2.9", 0, &[0; 6], 2, 0),
        row("192.0.2.11", 1, &[], 0, 0),
        row("2001:db8::1", 4, &[2, 0, 0, 0, 0x77, 1], 1, 0),
        row("fe80::1", 6, &[2, 0, 0, 0, 0x77, 1], 1, 12),
        row("192.0.2.12", 9, &[2, 0, 0, 0, 0x77, 3], 0, 0),
    ]
}

/// A machine with that driver, or without.
struct Machine(Option<Driver>);

impl System for Machine {
    fn open(&self, access: Access) -> Result<Device, Error> {
        match &self.0 {
            None => Err(Error::DriverNotFound),
            Some(Driver { refuse: Some(NtStatus::ACCESS_DENIED), .. }) if access == Access::ReadWrite => {
                Err(Error::Open { failure: Failure::from_win32(5) })
            }
            Some(driver) => Device::over(driver.clone()),
        }
    }

    fn alias(&self, luid: InterfaceLuid) -> Option<String> {
        (luid.0 == ETHERNET).then(|| "Ethernet 2".to_owned())
    }

    fn name(&self, luid: InterfaceLuid) -> Option<String> {
        Some(if luid.0 == ETHERNET { "ethernet_32775" } else { "loopback_0" }.to_owned())
    }
}

/// Exit code and what is on the screen.
fn on(machine: &Machine, line: &str) -> String {
    let cli = match Cli::try_parse_from(shell_words(line)) {
        Ok(cli) => cli,
        Err(error) => return format!("exit {}\n{error}", error.exit_code()),
    };
    let mut screen = Vec::new();
    match run(&cli, machine, &mut Output::new(&mut screen, cli.global.json, false)) {
        Ok(code) => format!("exit {code}\n{}", String::from_utf8(screen).unwrap()),
        Err(error) => format!("exit {}\nnetioctl: {error}\n", error.exit_code()),
    }
}

/// Words, of which `_` stands for a space.
fn shell_words(line: &str) -> Vec<String> {
    ["netioctl"].into_iter().chain(line.split_whitespace()).map(|word| word.replace('_', " ")).collect()
}

fn works(line: &str) -> String {
    on(&Machine(Some(Driver::default())), line)
}

#[test]
fn neighbors_are_shown_as_a_table() {
    assert_snapshot!(works("neigh show"));
}

#[test]
fn neighbors_are_shown_as_json_of_the_shape_of_ip_neigh() {
    assert_snapshot!(works("neigh show --json"));
}

#[test]
fn neighbors_are_filtered() {
    let shown =
        |line: &str| works(line).lines().skip(2).map(|l| l.split(' ').next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(shown("-6 neigh show"), ["2001:db8::1", "fe80::1%12"]);
    assert_eq!(shown("neigh show --state reachable --state STALE"), ["192.0.2.10", "2001:db8::1"]);
    assert_eq!(shown("neigh show -s failed"), ["192.0.2.9"]);
    for interface in ["12", "0x0006008007000000", "ethernet_2", "if12"] {
        assert_eq!(shown(&format!("neigh show -4 -i {interface}")).len(), 4, "{interface}");
    }
    assert_eq!(shown("neigh show -i 1"), Vec::<String>::new());
}

#[test]
fn interfaces_are_shown_as_a_table_and_as_json() {
    assert_snapshot!("interfaces", works("interface show"));
    assert_snapshot!("interfaces_json", works("-4 if show --json -i 12"));
}

#[test]
fn changes_reach_the_driver() {
    let driver = Driver::default();
    let machine = Machine(Some(driver.clone()));
    let done = on(&machine, "neigh set fe80::7%12 02:00:00:00:77:02 -i Ethernet_2");
    assert_eq!(done, "exit 0\nfe80::7 is at 02-00-00-00-77-02 now\n");
    assert_eq!(
        on(&machine, "neigh flush -4 -i 12"),
        "exit 0\nflushed the IPv4 neighbors of the interface with index 12\n"
    );
    assert_eq!(on(&machine, "neigh flush --all --json"), "exit 0\n{\n  \"done\": true\n}\n");
    let codes: Vec<_> = driver.changes.lock().unwrap().clone();
    assert_eq!(codes, [ControlCode::SET_NEIGHBOR, ControlCode::FLUSH_NEIGHBORS, ControlCode::FLUSH_NEIGHBORS]);
}

#[test]
fn errors_are_one_line_with_an_exit_code() {
    let refusing = |status| Machine(Some(Driver { refuse: Some(status), ..Driver::default() }));
    let screens = [
        works("neigh flush"),
        works("neigh flush -i 0"),
        works("neigh show -i 99"),
        works("neigh show -i Ethernot_2"),
        works("neigh show -i zzz"),
        on(&Machine(None), "neigh show"),
        on(&refusing(NtStatus::ACCESS_DENIED), "neigh flush --all"),
        on(&refusing(NtStatus::NOT_FOUND), "neigh set 192.0.2.1 020000007702 -i 12"),
        on(&refusing(NtStatus::INVALID_PARAMETER), "neigh set 127.0.0.1 020000007702 -i 12"),
        on(&refusing(NtStatus::OBJECT_NAME_NOT_FOUND), "neigh set 192.0.2.1 020000007702 -i 99"),
    ];
    for screen in &screens {
        assert_eq!(screen.lines().count(), 2, "{screen}");
    }
    assert_snapshot!(screens.concat());
}

#[test]
fn a_wrong_command_line_says_what_is_wrong() {
    let lines = [
        "neigh set 192.0.2.300 020000007702 -i 1",
        "neigh set 192.0.2.3 02-00 -i 1 -4 -6",
        "neigh set 192.0.2.3 02-0:00 -i 1",
        "neigh set fe80::1%eth0 020000007702 -i 1",
        "neigh show --state up",
        "neigh show -i 0xnothex",
        "neigh flush --all -i 1",
    ];
    assert_snapshot!(lines.map(works).concat());
}

#[cfg(not(windows))]
#[test]
fn without_windows_there_is_no_driver() {
    let exit = |line| on(&Machine(None), line).lines().next().unwrap().to_owned();
    assert_eq!(exit("driver status"), "exit 5");
    assert_eq!(exit("driver install --inf x.inf"), "exit 5");
    assert_eq!(exit("driver uninstall"), "exit 5");
}

#[test]
fn help_teaches_with_examples() {
    let mut screens = String::new();
    let mut root = Cli::command().term_width(100);
    root.build();
    screens += &root.render_long_help().to_string();
    for group in ["neigh", "interface", "driver"] {
        let group = root.find_subcommand_mut(group).unwrap();
        screens += &format!("\n----\n{}", group.render_long_help());
        for command in group.get_subcommands_mut().filter(|command| command.get_name() != "help") {
            screens += &format!("\n----\n{}", command.render_long_help());
        }
    }
    assert_snapshot!(screens);
}
