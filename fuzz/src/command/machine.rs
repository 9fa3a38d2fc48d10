//! A machine for commands: the core of the driver over tables in memory, and everything else as the input has it.

use netio_sys::{
    IP_ADDRESS_PREFIX, MIB_IPFORWARD_ROW2, MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, MIB_UNICASTIPADDRESS_ROW, SOCKADDR_INET,
};
use netioctl_abi::{AF_INET, AF_INET6, Operation, STATUSES};
use netioctl_cli::{Setup, System};
use netioctl_client::{
    Access, Canceller, Device, Error, InterfaceLuid,
    driver::{DeviceNode, Installed, OperatorsAllowed, ProblemCode, Removed, ServiceState, Status},
};
use netioctl_loopback::{Loopback, Tables};
use std::{
    cell::Cell,
    io,
    num::NonZeroU32,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

/// LUID and index of the interfaces: the loopback interface, and those that the examples name.
const INTERFACES: [(u64, u32); 3] =
    [(0x0018_0000_0100_0000, 1), (0x0006_0080_0700_0000, 12), (0x0006_0080_0800_0000, 13)];

/// What a watch is interrupted after.
const LOOKS: u32 = 3;

/// Who waits less than this is not answered in time.
const PATIENCE: Duration = Duration::from_millis(100);

/// Files of neighbors: as JSON, as CSV, and as lines of words.
const FILES: [&str; 3] = [
    r#"[{"dst": "192.0.2.8", "dev": "Ethernet", "lladdr": "02:00:00:00:77:08", "state": ["PERMANENT"]}]"#,
    "dst,lladdr,ifindex\n192.0.2.8,02-00-00-00-77-08,12\nfe80::8,02-00-00-00-77-08,13\n",
    "# two\nneigh add 192.0.2.8 lladdr 2:0:0:0:77:8 dev Ethernet\nneigh replace fe80::8%12 0200.0000.7708\n",
];

/// What standard input has: lines for `apply`, and the addresses of nobody for others.
const ADDRESSES: &str = "neigh add 192.0.2.8 lladdr 2:0:0:0:77:8\n";

/// What Ctrl+C raises.
type Interrupt = Arc<Mutex<Option<Canceller>>>;

/// A machine that an input describes.
pub struct Machine {
    /// `None`: it is not installed.
    driver: Option<Loopback>,
    /// What is answered to questions; `None`: nobody is there.
    answer: Option<bool>,
    /// The machine itself refuses what is to be changed of it.
    refuses: bool,
    /// Of the device, if it does not run.
    problem: u8,
    interrupt: Interrupt,
    looks: Cell<u32>,
    compartment: Cell<Option<NonZeroU32>>,
}

impl Machine {
    /// Bits 2 and 3 of the flags are the answer to questions, bit 4 says that the driver is not there, bit 5 that NETIO
    /// refuses everything with the status of this number, bit 6 that files cannot be written.
    pub fn new(flags: u8, refusal: u8) -> Self {
        let interrupt = Interrupt::default();
        let driver = (flags & 0x10 == 0).then(|| driver(&interrupt));
        if let Some(driver) = driver.as_ref().filter(|_| flags & 0x20 != 0) {
            let status = STATUSES[usize::from(refusal) % STATUSES.len()];
            for operation in Operation::ALL {
                operation.documentation().functions.iter().for_each(|function| driver.netio().fail(function, status));
            }
        }
        let answer = (flags & 0x04 != 0).then_some(flags & 0x08 == 0);
        Self {
            driver,
            answer,
            refuses: flags & 0x40 != 0,
            problem: refusal,
            interrupt,
            looks: Cell::new(0),
            compartment: Cell::default(),
        }
    }

    fn change(&self, looks: u32) {
        if let Some(driver) = &self.driver {
            driver.netio().update(|tables| flap(tables, looks));
        }
    }
}

/// A driver in whose tables something happens whenever somebody waits for it, until Ctrl+C is pressed.
fn driver(interrupt: &Interrupt) -> Loopback {
    let driver = Loopback::new();
    driver.netio().update(fill);
    let neighbors = driver.netio().look(|tables| tables.rows::<MIB_IPNET_ROW2>().to_vec());
    for row in &neighbors {
        driver.netio().host(&row.Address, &row.PhysicalAddress[..6]);
    }
    let (interrupt, looks) = (Arc::clone(interrupt), Mutex::new(0));
    driver.while_waiting(move |driver| {
        let mut looks = looks.lock().unwrap_or_else(PoisonError::into_inner);
        *looks += 1;
        match *looks {
            ..LOOKS => driver.netio().update(|tables| flap(tables, *looks)),
            _ => raise(&interrupt),
        }
    });
    driver
}

fn raise(interrupt: &Interrupt) {
    if let Some(interrupt) = &*interrupt.lock().unwrap_or_else(PoisonError::into_inner) {
        interrupt.cancel();
    }
}

/// Something changes and goes, of both families: whoever waits for one of them hears of it.
fn flap(tables: &mut Tables, looks: u32) {
    for row in tables.rows_mut::<MIB_IPINTERFACE_ROW>() {
        row.Metric += looks;
    }
    let addresses = tables.rows_mut::<MIB_UNICASTIPADDRESS_ROW>();
    addresses.truncate(addresses.len().saturating_sub(2));
    let neighbors = tables.rows_mut::<MIB_IPNET_ROW2>();
    match neighbors.first_mut() {
        Some(row) if looks == 1 => row.State = 4,
        _ => drop(neighbors.pop()),
    }
}

fn fill(tables: &mut Tables) {
    for (number, (luid, index)) in INTERFACES.into_iter().enumerate() {
        for family in [AF_INET, AF_INET6] {
            let row = MIB_IPINTERFACE_ROW {
                Family: family,
                InterfaceLuid: luid,
                InterfaceIndex: index,
                ..MIB_IPINTERFACE_ROW::default()
            };
            tables.rows_mut().push(row);
            let [own, other] = [1, if index == 12 { 7 } else { 2 }].map(|last| address(family, index, last));
            let row = MIB_UNICASTIPADDRESS_ROW {
                Address: own,
                InterfaceLuid: luid,
                InterfaceIndex: index,
                OnLinkPrefixLength: 24,
                ValidLifetime: u32::MAX,
                ..MIB_UNICASTIPADDRESS_ROW::default()
            };
            tables.rows_mut().push(row);
            tables.rows_mut().push(route(own, if family == AF_INET { 24 } else { 64 }, luid, index));
            let mut row = MIB_IPNET_ROW2 {
                Address: other,
                InterfaceLuid: luid,
                InterfaceIndex: index,
                State: 4 + i32::try_from(number).unwrap_or_default(),
                PhysicalAddressLength: 6,
                ..MIB_IPNET_ROW2::default()
            };
            row.PhysicalAddress[..6].copy_from_slice(&[2, 0, 0, 0, 0x77, 2]);
            tables.rows_mut().push(row);
        }
    }
    // The rest of the world is behind the interface of the examples.
    for family in [AF_INET, AF_INET6] {
        let (luid, index) = INTERFACES[1];
        let anywhere = SOCKADDR_INET { si_family: family, ..SOCKADDR_INET::default() };
        tables
            .rows_mut()
            .push(MIB_IPFORWARD_ROW2 { NextHop: address(family, index, 254), ..route(anywhere, 0, luid, index) });
    }
}

/// The way to a network: to an own one directly.
fn route(network: SOCKADDR_INET, length: u8, luid: u64, index: u32) -> MIB_IPFORWARD_ROW2 {
    MIB_IPFORWARD_ROW2 {
        InterfaceLuid: luid,
        InterfaceIndex: index,
        DestinationPrefix: IP_ADDRESS_PREFIX { Prefix: network, PrefixLength: length },
        NextHop: SOCKADDR_INET { si_family: network.si_family, ..SOCKADDR_INET::default() },
        ValidLifetime: u32::MAX,
        PreferredLifetime: u32::MAX,
        ..MIB_IPFORWARD_ROW2::default()
    }
}

/// 192.0.2.x or `fe80::x` at the interface of the examples, others elsewhere.
fn address(family: u16, index: u32, last: u8) -> SOCKADDR_INET {
    let mut address = SOCKADDR_INET { si_family: family, ..SOCKADDR_INET::default() };
    if family == AF_INET {
        address.sin_addr_or_flowinfo = if index == 12 { [192, 0, 2, last] } else { [10, 77, 0, last] };
    } else {
        (address.sin6_addr[0], address.sin6_addr[1], address.sin6_addr[15]) = (0xfe, 0x80, last);
        address.sin6_scope_id = index;
    }
    address
}

impl Setup for Machine {
    fn install(&self, _inf: &Path) -> Result<Installed, Error> {
        let version = self.open(Access::Read)?.version()?;
        let instance_id = r"ROOT\NETIOCTL\0000".to_owned();
        Ok(Installed { version, instance_id, inf: None, replaced: self.refuses, reboot_needed: self.problem & 1 != 0 })
    }

    fn allow_operators(&self) -> Result<OperatorsAllowed, Error> {
        if self.refuses {
            return Err(Error::NotWindows);
        }
        Ok(OperatorsAllowed { security: "D:P".to_owned(), restarted: self.problem & 2 != 0 })
    }

    fn uninstall(&self) -> Result<Removed, Error> {
        let devices = self.driver.iter().map(|_| r"ROOT\NETIOCTL\0000".to_owned()).collect();
        Ok(Removed { devices, reboot_needed: self.refuses, ..Removed::default() })
    }

    fn status(&self) -> Result<Status, Error> {
        let problem = (self.problem != 0).then(|| ProblemCode(self.problem.into()).into());
        let instance_id = r"ROOT\NETIOCTL\0000".to_owned();
        let device = DeviceNode { instance_id, service: Some("netioctl".to_owned()), inf: None, problem };
        let version = self.driver.as_ref().map(|_| self.open(Access::Read)?.version());
        let service = self.refuses.then(|| ("netioctl".to_owned(), ServiceState::from_raw(self.problem.into())));
        Ok(Status { devices: vec![device], service, interface: None, version })
    }

    fn make_folder(&self, _folder: &Path) -> io::Result<()> {
        if self.refuses { Err(io::ErrorKind::PermissionDenied.into()) } else { Ok(()) }
    }

    fn write_file(&self, path: &Path, text: &str) -> io::Result<()> {
        let is_page = path.extension().is_some_and(|section| section == "1");
        assert!(text.contains(if is_page { ".SH NAME" } else { "" }), "{text}");
        Ok(())
    }

    fn read_file(&self, path: &Path) -> io::Result<Vec<u8>> {
        // A form of each kind, by the name of the file.
        let name = path.as_os_str().len();
        if self.refuses { Err(io::ErrorKind::NotFound.into()) } else { Ok(FILES[name % FILES.len()].into()) }
    }

    fn read_input(&self) -> io::Result<Vec<u8>> {
        Ok(ADDRESSES.into())
    }

    fn execute(&self, _: &Path, _: &[String], _: &[(&'static str, String)], _: &[u8]) -> io::Result<()> {
        Ok(())
    }
}

impl System for Machine {
    fn open(&self, access: Access) -> Result<Device, Error> {
        let device = self.driver.as_ref().ok_or(Error::DriverNotFound)?.open(access)?;
        // It is refused where the fuzzer runs.
        self.compartment.get().map_or(Ok(device.clone()), |compartment| device.in_compartment(compartment))
    }

    fn act_in(&self, compartment: NonZeroU32) {
        self.compartment.set(Some(compartment));
    }

    fn alias(&self, luid: InterfaceLuid) -> Option<String> {
        // Characters that take two columns, and a name that is missing.
        let aliases = [None, Some("Ethernet"), Some("以太网 2")];
        let number = INTERFACES.iter().position(|(known, _)| *known == luid.0)?;
        aliases[number].map(str::to_owned)
    }

    fn name(&self, luid: InterfaceLuid) -> Option<String> {
        let names = ["loopback_0", "ethernet_32775", "lan0"];
        let number = INTERFACES.iter().position(|(known, _)| *known == luid.0)?;
        Some(names[number].to_owned())
    }

    fn confirm(&self, question: &str) -> io::Result<Option<bool>> {
        assert!(question.ends_with('?'), "{question:?}");
        Ok(self.answer)
    }

    fn interrupt(&self) -> Result<Canceller, Error> {
        let interrupt = Canceller::new()?;
        *self.interrupt.lock().unwrap_or_else(PoisonError::into_inner) = Some(interrupt.clone());
        Ok(interrupt)
    }

    fn after(&self, time: Duration) -> Result<Canceller, Error> {
        let canceller = Canceller::new()?;
        if time < PATIENCE {
            canceller.cancel();
        }
        Ok(canceller)
    }

    fn notifications(&self) -> Option<Device> {
        None
    }

    fn pause(&self, _time: Duration, _ended: &dyn Fn() -> bool) {
        self.looks.set(self.looks.get() + 1);
        self.change(self.looks.get());
        if self.looks.get() >= LOOKS {
            raise(&self.interrupt);
        }
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
    }
}
