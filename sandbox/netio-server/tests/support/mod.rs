//! A private network with the real server in it, for one test.
//!
//! Each test runs itself again under `unshare`, in a network namespace of its own: `a0` (10.1.0.1/24, `fd00:1::1/64`)
//! and `b0` (10.2.0.1/24, IPv6 link-local only) lead to a second namespace, where 10.1.0.2 and `fd00:1::2` answer.
#![allow(dead_code, reason = "every test file uses its own part")]

use netio_sys::{MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, MIB_UNICASTIPADDRESS_ROW};
use netio_wire::{
    FamilyRequest, FlushRequest, MAGIC, Operation, RequestHeader, ResponseHeader, Row, VERSION, row, row::TableHeader,
};
use netioctl_status::NtStatus;
pub use rustix::process::Signal;
use rustix::process::{Pid, kill_process};
use std::{
    env, fs,
    io::{Read, Write, stderr},
    net::{IpAddr, Shutdown, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio, id},
    thread::sleep,
    time::{Duration, Instant},
};
use witness::Witness;
use zerocopy::{FromBytes, Immutable, IntoBytes};

const INSIDE: &str = "NETIO_SERVER_TEST_INSIDE";
const PATIENCE: Duration = Duration::from_secs(10);
pub const SERVER: &str = "127.0.0.1:4799";
/// The physical address that tests give to neighbors.
pub const MAC: [u8; 6] = [2, 0, 0, 0, 0, 9];

/// Runs a test in a private network; `name` is the test's own.
pub fn in_private_network(name: &str, test: impl FnOnce(&mut Network)) {
    if env::var_os(INSIDE).is_some() {
        return test(&mut Network::new(&[]));
    }
    let Some(options) = unshare_options() else {
        // Past the capture of the test harness, which hides what a test prints that passes.
        let _ = writeln!(stderr(), "SKIPPED {name}: no private network can be had: `unshare -rn true` fails");
        return;
    };
    let mut command = Command::new("timeout");
    command.args(["60", "unshare", options]).arg(env::current_exe().unwrap());
    let result = command.args(["--exact", name, "--nocapture"]).env(INSIDE, "1").status().unwrap();
    assert!(result.success(), "{name} failed in its private network: {result}");
}

fn unshare_options() -> Option<&'static str> {
    ["-n", "-rn"].into_iter().find(|options| {
        let tried = Command::new("unshare").args([options, "true"]).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    })
}

/// A child process that ends with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The private network.
pub struct Network {
    server: Option<Process>,
    neighbor: Process,
    /// Index of `a0`.
    pub a: u32,
    /// Index of `b0`.
    pub b: u32,
}

impl Network {
    fn new(options: &[&str]) -> Self {
        let neighbor = Process(Command::new("unshare").args(["-n", "sleep", "60"]).spawn().unwrap());
        let namespace = |process: u32| fs::read_link(format!("/proc/{process}/ns/net")).unwrap();
        wait_until("the second namespace exists", || namespace(neighbor.0.id()) != namespace(id()));
        // Link-local addresses are to be usable at once.
        fs::write("/proc/sys/net/ipv6/conf/default/accept_dad", "0").unwrap();
        ip("link set lo up");
        for (link, address) in [("a0", "10.1.0.1/24"), ("b0", "10.2.0.1/24")] {
            ip(&format!("link add {link} type veth peer name peer netns {}", neighbor.0.id()));
            ip(&format!("link set {link} up"));
            ip(&format!("address add {address} dev {link}"));
            beyond(&neighbor, &format!("link set peer name {link}"));
            beyond(&neighbor, &format!("link set {link} up"));
        }
        ip("address add fd00:1::1/64 dev a0 nodad");
        beyond(&neighbor, "address add 10.1.0.2/24 dev a0");
        beyond(&neighbor, "address add fd00:1::2/64 dev a0 nodad");
        // A link becomes usable some time after its other end is up, and the kernel tells of it.
        for link in ["a0", "b0"] {
            wait_until("the link is up, with its link-local address", || is_usable(link));
        }
        let mut network = Self { server: None, neighbor, a: index("a0"), b: index("b0") };
        network.restart(options);
        network
    }

    /// Starts the server anew with these options.
    pub fn restart(&mut self, options: &[&str]) {
        self.server = None;
        let ready: PathBuf = env::temp_dir().join(format!("netio-server-test-{}", id()));
        let _ = fs::remove_file(&ready);
        let mut command = Command::new(env!("CARGO_BIN_EXE_netio-server"));
        command.arg("--ready-file").arg(&ready).args(options);
        self.server = Some(Process(command.spawn().unwrap()));
        wait_until("the server is ready", || ready.exists());
        fs::remove_file(ready).unwrap();
    }

    /// Runs `ip` in the second namespace.
    pub fn beyond(&self, arguments: &str) {
        beyond(&self.neighbor, arguments);
    }

    /// The process of the server.
    pub fn server(&self) -> u32 {
        self.server.as_ref().unwrap().0.id()
    }

    /// Sends the server a signal.
    pub fn signal(&self, signal: Signal) {
        let server = Pid::from_raw(self.server().cast_signed()).unwrap();
        kill_process(server, signal).unwrap();
    }

    #[expect(clippy::unused_self, reason = "there is a witness where there is such a network")]
    pub fn witness(&self) -> Witness {
        Witness::connect(witness::DEFAULT_ADDRESS).unwrap()
    }
}

fn beyond(neighbor: &Process, arguments: &str) {
    let process = neighbor.0.id().to_string();
    run(Command::new("nsenter").args(["-t", &process, "-n", "ip"]).args(arguments.split(' ')));
}

/// Runs `ip`.
pub fn ip(arguments: &str) {
    run(Command::new("ip").args(arguments.split(' ')));
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The index of a link.
pub fn index(link: &str) -> u32 {
    let output = Command::new("ip").args(["-j", "link", "show", link]).output().unwrap().stdout;
    let links: serde_json::Value = serde_json::from_slice(&output).unwrap();
    u32::try_from(links[0]["ifindex"].as_u64().unwrap()).unwrap()
}

fn is_usable(link: &str) -> bool {
    let output = Command::new("ip").args(["-j", "address", "show", link]).output().unwrap().stdout;
    let links: serde_json::Value = serde_json::from_slice(&output).unwrap();
    let mut addresses = links[0]["addr_info"].as_array().into_iter().flatten();
    let usable = |address: &serde_json::Value| address["scope"] == "link" && address["tentative"].is_null();
    links[0]["operstate"] == "UP" && addresses.any(usable)
}

/// Waits for something that takes an unknown but short time.
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "not in time: {what}");
        sleep(Duration::from_millis(10));
    }
}

/// Sends a request as it is, and gives the header and payload of the answer.
pub fn exchange(header: RequestHeader, payload: &[u8]) -> (ResponseHeader, Vec<u8>) {
    let mut stream = TcpStream::connect(SERVER).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(header.as_bytes()).unwrap();
    stream.write_all(payload).unwrap();
    // The server waits for another call, unless there is none.
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let (header, payload) = ResponseHeader::read_from_prefix(&answer).unwrap();
    assert_eq!((header.magic, header.version, header.length as usize), (MAGIC, VERSION, payload.len()));
    (header, payload.to_vec())
}

/// Calls a function of NETIO.
pub fn call(operation: Operation, arguments: &(impl IntoBytes + Immutable)) -> Result<Vec<u8>, NtStatus> {
    let payload = arguments.as_bytes();
    let header = RequestHeader::new(operation, u32::try_from(payload.len()).unwrap());
    let (answer, payload) = exchange(header, payload);
    if answer.status() == NtStatus::SUCCESS { Ok(payload) } else { Err(answer.status()) }
}

/// Calls a function that takes a row and fills it.
pub fn fill<R: Row>(operation: Operation, row: &R) -> Result<R, NtStatus> {
    call(operation, &row.image()).map(|payload| whole(&payload))
}

/// The row with an image, whose padding is poison.
pub fn whole<R: Row>(image: &[u8]) -> R {
    let row = R::read(image).unwrap();
    assert_eq!(row.image().as_bytes(), image, "padding is poisoned");
    row
}

/// Calls a function that gives nothing back.
pub fn change(operation: Operation, row: &MIB_IPNET_ROW2) -> Result<(), NtStatus> {
    call(operation, &row.image()).map(|payload| assert!(payload.is_empty()))
}

pub fn set(row: &MIB_IPNET_ROW2) -> Result<(), NtStatus> {
    change(Operation::SetIpNetEntry2, row)
}

pub fn create(row: &MIB_IPNET_ROW2) -> Result<(), NtStatus> {
    change(Operation::CreateIpNetEntry2, row)
}

pub fn get(row: &MIB_IPNET_ROW2) -> Result<MIB_IPNET_ROW2, NtStatus> {
    fill(Operation::GetIpNetEntry2, row)
}

pub fn flush(family: u16, interface_index: u32) -> Result<(), NtStatus> {
    call(Operation::FlushIpNetTable2, &FlushRequest { family, reserved: 0, interface_index }).map(|_| ())
}

/// The rows of a table.
pub fn table<R: Row>(operation: Operation, family: u16) -> Result<Vec<R>, NtStatus> {
    let image = call(operation, &FamilyRequest { family, reserved: 0 })?;
    let (header, rows) = TableHeader::read_from_prefix(&image).unwrap();
    assert_eq!(header, TableHeader::new(header.num_entries));
    let rows: Vec<R> = rows.chunks(size_of::<R>()).map(whole).collect();
    assert_eq!(rows.len(), header.num_entries as usize);
    Ok(rows)
}

pub fn neighbors(family: u16) -> Result<Vec<MIB_IPNET_ROW2>, NtStatus> {
    table(Operation::GetIpNetTable2, family)
}

pub fn interfaces(family: u16) -> Result<Vec<MIB_IPINTERFACE_ROW>, NtStatus> {
    table(Operation::GetIpInterfaceTable, family)
}

pub fn addresses(family: u16) -> Result<Vec<MIB_UNICASTIPADDRESS_ROW>, NtStatus> {
    table(Operation::GetUnicastIpAddressTable, family)
}

/// A row as a driver would fill it: zero but for key and physical address.
pub fn row(address: &str, index: u32) -> MIB_IPNET_ROW2 {
    let image = row::neighbor(address.parse().unwrap(), &MAC);
    MIB_IPNET_ROW2 {
        Address: image.Address,
        InterfaceIndex: index,
        PhysicalAddress: image.PhysicalAddress,
        PhysicalAddressLength: image.PhysicalAddressLength,
        ..MIB_IPNET_ROW2::default()
    }
}

/// The address of a row.
pub fn address(row: &MIB_IPNET_ROW2) -> IpAddr {
    row::ip(&row.Address).unwrap()
}
