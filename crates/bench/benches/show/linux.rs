//! See the parent: this is for Linux only.

use netio_sys::{MIB_IPNET_ROW2, SOCKADDR_INET};
use netioctl_abi::AF_INET6;
use netioctl_cli::{Screen, Setup, System, run_on};
use netioctl_client::{
    Access, Canceller, Device, Error, InterfaceLuid,
    driver::{Installed, OperatorsAllowed, Removed, Status},
};
use netioctl_loopback::Loopback;
use procfs::process::Process;
use std::{
    env,
    fmt::Write,
    fs, io,
    net::Ipv6Addr,
    num::NonZeroU32,
    path::Path,
    process::{self, Command},
    time::{Duration, SystemTime},
};

const ROWS: u32 = 100_000;
/// Each is measured so often at once: the system counts time in hundredths of a second.
const TIMES: u32 = 10;
/// And so often in turn.
const ROUNDS: usize = 3;
/// What our time may be of that of `ip`.
const GOAL: f64 = 1.2;
const INTERFACE: u64 = 0x0006_0080_0700_0000;

/// A machine with one interface, and a driver in this process.
struct Machine(Loopback);

impl System for Machine {
    fn open(&self, access: Access) -> Result<Device, Error> {
        self.0.open(access)
    }

    fn act_in(&self, _: NonZeroU32) {}

    fn alias(&self, _: InterfaceLuid) -> Option<String> {
        Some("veth".to_owned())
    }

    fn name(&self, _: InterfaceLuid) -> Option<String> {
        None
    }

    fn confirm(&self, _: &str) -> io::Result<Option<bool>> {
        Ok(None)
    }

    fn interrupt(&self) -> Result<Canceller, Error> {
        Canceller::new()
    }

    fn after(&self, _: Duration) -> Result<Canceller, Error> {
        Canceller::new()
    }

    fn notifications(&self) -> Option<Device> {
        None
    }

    fn pause(&self, _: Duration, _: &dyn Fn() -> bool) {}

    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// Nothing is installed here.
impl Setup for Machine {
    fn install(&self, _: &Path) -> Result<Installed, Error> {
        Err(Error::DriverNotFound)
    }

    fn allow_operators(&self) -> Result<OperatorsAllowed, Error> {
        Err(Error::DriverNotFound)
    }

    fn uninstall(&self) -> Result<Removed, Error> {
        Err(Error::DriverNotFound)
    }

    fn status(&self) -> Result<Status, Error> {
        Err(Error::DriverNotFound)
    }

    fn make_folder(&self, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn write_file(&self, _: &Path, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn read_file(&self, _: &Path) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn read_input(&self) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn execute(&self, _: &Path, _: &[String], _: &[(&'static str, String)], _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

fn address(number: u32) -> Ipv6Addr {
    let [high, low] = [number >> 16, number & 0xffff].map(|half| u16::try_from(half).unwrap());
    Ipv6Addr::new(0xfd77, 0, 0, 0x300, 0, 0, high, low)
}

fn row(number: u32) -> MIB_IPNET_ROW2 {
    let mut row = MIB_IPNET_ROW2 {
        Address: SOCKADDR_INET { si_family: AF_INET6, sin6_addr: address(number).octets(), ..Default::default() },
        InterfaceIndex: 12,
        InterfaceLuid: INTERFACE,
        PhysicalAddressLength: 6,
        State: 6,
        ..Default::default()
    };
    row.PhysicalAddress[0] = 2;
    row.PhysicalAddress[2..6].copy_from_slice(&number.to_be_bytes());
    row
}

/// Seconds of user time of this process.
fn user_time() -> f64 {
    let [ticks, second] = [Process::myself().unwrap().stat().unwrap().utime, procfs::ticks_per_second()];
    f64::from(u32::try_from(ticks).unwrap()) / f64::from(u32::try_from(second).unwrap())
}

/// Ours: seconds of user time for each time that the table is shown.
fn ours(machine: &Machine) -> f64 {
    let words = ["netioctl", "neigh", "show", "--json"].map(Into::into);
    let before = user_time();
    for _ in 0..TIMES {
        let run = run_on(machine, &words, Screen::default());
        assert_eq!((run.code, run.complaint.as_str()), (0, ""));
        assert!(run.shown.len() > 100 * ROWS as usize, "{} bytes", run.shown.len());
    }
    (user_time() - before) / f64::from(TIMES)
}

/// That of `ip -j neigh`, of as many neighbors in a network namespace of its own.
fn theirs() -> f64 {
    let mut lines = String::new();
    for number in 0..ROWS {
        let [a, b, c, d] = number.to_be_bytes();
        writeln!(
            lines,
            "neigh add {} lladdr 02:00:{a:02x}:{b:02x}:{c:02x}:{d:02x} dev veth nud permanent",
            address(number)
        )
        .unwrap();
    }
    let batch = env::temp_dir().join(format!("netioctl-neighbors-{}", process::id()));
    fs::write(&batch, lines).unwrap();
    // `times` prints two lines, the second with what the children of the shell have taken.
    let script = format!(
        "ip link add veth type veth peer name other && ip link set veth up && ip -batch {} && times && \
         for _ in $(seq {TIMES}); do ip -j neigh > /dev/null; done && times && ip -j neigh",
        batch.display()
    );
    let output = Command::new("unshare").args(["-rn", "sh", "-c", &script]).output().unwrap();
    fs::remove_file(batch).unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let [_, before, _, after, table] = text.lines().collect::<Vec<_>>()[..] else {
        panic!("{}", String::from_utf8_lossy(&output.stderr));
    };
    let rows: Vec<serde::de::IgnoredAny> = serde_json::from_str(table).unwrap();
    assert!(rows.len() >= ROWS as usize, "{} neighbors", rows.len());
    (seconds(after) - seconds(before)) / f64::from(TIMES)
}

/// The first of the times of a line, as the shell has it: minutes and seconds.
fn seconds(line: &str) -> f64 {
    let (minutes, seconds) = line.split(' ').next().unwrap().trim_end_matches('s').split_once('m').unwrap();
    minutes.parse::<f64>().unwrap() * 60.0 + seconds.parse::<f64>().unwrap()
}

pub fn main() {
    let driver = Loopback::new();
    driver.netio().update(|tables| *tables.rows_mut() = (0..ROWS).map(row).collect());
    let machine = Machine(driver);
    let mut ratios: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let (ours, theirs) = (ours(&machine), theirs());
            println!(
                "user time: ours {:.0} ms, ip -j neigh {:.0} ms: x {:.2}",
                ours * 1e3,
                theirs * 1e3,
                ours / theirs
            );
            ours / theirs
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    let (ratio, least, most) = (ratios[ROUNDS / 2], ratios[0], ratios[ROUNDS - 1]);
    let met = if ratio <= GOAL { "met" } else { "not met" };
    println!(
        "neigh show --json of {ROWS} neighbors: x {ratio:.2} of ip -j neigh ({least:.2} to {most:.2}); goal x {GOAL}: {met}"
    );
}
