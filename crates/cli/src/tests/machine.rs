//! A machine of two interfaces: the core of the driver over tables in memory, and what was sent to it.

use super::{
    rows,
    watch::{Step, happen},
};
use crate::system::{Setup, System, TheSystem};
use netio_sys::{MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2};
use netioctl_abi::{
    self as abi, Capabilities, ControlCode, NtStatus,
    wire::{VersionReply, WatchRequest},
};
use netioctl_client::{
    Access, Canceller, Device, Error, Failure, InterfaceLuid, Transport,
    driver::{Installed, OperatorsAllowed, Removed, Status},
};
use netioctl_loopback::{Loopback, Memory};
use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
    io,
    num::NonZeroU32,
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};
use zerocopy::{FromBytes, IntoBytes};

pub const LOOPBACK: u64 = 0x0018_0000_0100_0000;
pub const ETHERNET: u64 = 0x0006_0080_0700_0000;
/// An interface that is not there at the start.
pub const TUNNEL: u64 = 0x0083_0080_0800_0000;
/// A filter in the stack of the Ethernet interface; IP is not bound to it, nor to the next two.
pub const FILTER: u64 = 0x0006_0080_0800_0000;
pub const WIRELESS: u64 = 0x0047_0080_0100_0000;
pub const SWITCH: u64 = 0x0035_0080_0200_0000;

/// The functions of NETIO that change something or ask the network.
const CHANGES: [&str; 8] = [
    "FlushIpNetTable2",
    "SetIpNetEntry2",
    "CreateIpNetEntry2",
    "DeleteIpNetEntry2",
    "ResolveIpNetEntry2",
    "SetIpInterfaceEntry",
    "NotifyIpInterfaceChange",
    "NotifyUnicastIpAddressChange",
];

/// The driver of the machine. Clones are the same driver.
#[derive(Clone)]
pub struct Driver {
    loopback: Loopback,
    capabilities: Capabilities,
    wire: Arc<Mutex<Wire>>,
    /// Nobody may open it for writing.
    closed_to_writers: bool,
}

/// Between the command and its driver.
#[derive(Default)]
pub struct Wire {
    sent: Vec<(ControlCode, Vec<u8>)>,
    /// Every request fails like this from now on.
    pub fails: Option<Failure>,
    /// What Ctrl+C raises.
    pub interrupt: Option<Canceller>,
    /// What happens as soon as a flush has ended.
    pub after_flush: Option<fn(&Driver)>,
    /// What happens while somebody waits for changes.
    pub script: VecDeque<Step>,
}

impl Default for Driver {
    fn default() -> Self {
        let driver = Self {
            loopback: Loopback::new(),
            capabilities: Capabilities::all(),
            wire: Arc::default(),
            closed_to_writers: false,
        };
        driver.netio().update(rows::fill);
        for row in rows::neighbors().iter().filter(|row| row.PhysicalAddressLength > 0) {
            driver.netio().host(&row.Address, &row.PhysicalAddress[..row.PhysicalAddressLength as usize]);
        }
        let told = driver.clone();
        // The other half is in the closure of the driver that it belongs to: neither is ever dropped.
        driver.loopback.while_waiting(move |_| happen(&told));
        driver
    }
}

impl Driver {
    /// An older driver, which serves no more than this.
    pub fn serving(capabilities: Capabilities) -> Self {
        Self { capabilities, ..Self::default() }
    }

    /// A driver whose NETIO refuses changes with this status.
    pub fn refusing(status: NtStatus) -> Self {
        let driver = Self { closed_to_writers: status == NtStatus::ACCESS_DENIED, ..Self::default() };
        for function in CHANGES {
            driver.netio().fail(function, status);
        }
        driver
    }

    /// A driver in whose network nobody answers for as long as anybody waits.
    pub fn silent() -> Self {
        let driver = Self::default();
        driver.netio().delay("ResolveIpNetEntry2", Duration::from_secs(3));
        driver
    }

    pub fn netio(&self) -> &Memory {
        self.loopback.netio()
    }

    pub fn neighbors<T>(&self, body: impl FnOnce(&mut Vec<MIB_IPNET_ROW2>) -> T) -> T {
        self.netio().update(|tables| body(tables.rows_mut()))
    }

    pub fn interfaces<T>(&self, body: impl FnOnce(&mut Vec<MIB_IPINTERFACE_ROW>) -> T) -> T {
        self.netio().update(|tables| body(tables.rows_mut()))
    }

    pub fn wire<T>(&self, body: impl FnOnce(&mut Wire) -> T) -> T {
        body(&mut self.wire.lock().unwrap())
    }

    /// The device goes.
    pub fn remove(&self) {
        self.loopback.remove();
    }

    /// What has been sent to change something: control codes and inputs.
    pub fn changes(&self) -> Vec<(ControlCode, Vec<u8>)> {
        let changes = |(code, _): &&(ControlCode, Vec<u8>)| {
            code.access() == Some(abi::Access::Write) && *code != ControlCode::RESOLVE_NEIGHBOR
        };
        self.wire(|wire| wire.sent.iter().filter(changes).cloned().collect())
    }

    /// The control codes of the changes so far.
    pub fn codes(&self) -> Vec<ControlCode> {
        self.changes().into_iter().map(|(code, _)| code).collect()
    }

    /// What has been asked of the watch.
    pub fn watched(&self) -> Vec<WatchRequest> {
        let request = |(code, input): &(ControlCode, Vec<u8>)| {
            (*code == ControlCode::WATCH_CHANGES).then(|| WatchRequest::read_from_bytes(input).unwrap())
        };
        self.wire(|wire| wire.sent.iter().filter_map(request).collect())
    }

    pub fn forget(&self) {
        self.wire(|wire| wire.sent.clear());
    }
}

/// Keeps what is sent, and lets an older driver answer for its version.
struct Tap<T> {
    inner: T,
    driver: Driver,
}

impl<T: Transport> Transport for Tap<T> {
    fn control(
        &self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
        canceller: Option<&Canceller>,
    ) -> Result<usize, Failure> {
        let failing = || self.driver.wire(|wire| wire.fails.map_or(Ok(()), Err));
        failing()?;
        let sent = (ControlCode::from_raw(code), input.to_vec());
        self.driver.wire(|wire| wire.sent.push(sent));
        let answer = self.inner.control(code, input, output, canceller);
        failing()?;
        let happens = self.driver.wire(|wire| wire.after_flush).filter(|_| code == ControlCode::FLUSH_NEIGHBORS.raw());
        if let Some(happens) = happens {
            happens(&self.driver);
        }
        if code == ControlCode::GET_VERSION.raw() {
            let (reply, _) = VersionReply::read_from_prefix(output).unwrap();
            let older = VersionReply { capabilities: self.driver.capabilities.bits(), ..reply };
            output[..size_of::<VersionReply>()].copy_from_slice(older.as_bytes());
        }
        answer
    }
}

/// What happens to the driver while a command pauses.
pub type Meanwhile = Box<dyn FnMut(&Driver)>;

/// A machine with that driver, or without.
#[derive(Default)]
pub struct Machine {
    pub driver: Option<Driver>,
    /// What is answered to questions; `None`: nobody is there.
    pub answer: Option<bool>,
    pub questions: RefCell<Vec<String>>,
    pub meanwhile: RefCell<Vec<Meanwhile>>,
    /// Files by name; others are those of this machine.
    pub files: RefCell<BTreeMap<String, Vec<u8>>>,
    /// What standard input has.
    pub input: Vec<u8>,
    /// Names of interfaces that are not as usual.
    pub aliases: Vec<(u64, String)>,
    /// Programs that were run: arguments, variables and input of each.
    pub executed: RefCell<Vec<String>>,
    /// The network compartments that there are beside the one in which commands begin: what a driver sees there, or why
    /// nobody gets in.
    pub compartments: BTreeMap<u32, Result<Driver, Failure>>,
    /// The one that the command named.
    pub named: Cell<Option<NonZeroU32>>,
}

impl Machine {
    pub fn with(driver: Driver) -> Self {
        let saved = include_bytes!("files/neighbors.json").to_vec();
        let files = BTreeMap::from([("neighbors.json".to_owned(), saved)]).into();
        Self { driver: Some(driver), files, ..Self::default() }
    }

    /// A machine with this file as well.
    pub fn file(self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.borrow_mut().insert(name.to_owned(), bytes.into());
        self
    }
}

/// The driver and the files of this machine: elsewhere than on Windows there is no driver.
impl Setup for Machine {
    fn install(&self, inf: &Path) -> Result<Installed, Error> {
        TheSystem::default().install(inf)
    }

    fn allow_operators(&self) -> Result<OperatorsAllowed, Error> {
        TheSystem::default().allow_operators()
    }

    fn uninstall(&self) -> Result<Removed, Error> {
        TheSystem::default().uninstall()
    }

    fn status(&self) -> Result<Status, Error> {
        TheSystem::default().status()
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        TheSystem::default().make_folder(folder)
    }

    fn write_file(&self, path: &Path, text: &str) -> io::Result<()> {
        if path.is_absolute() {
            return TheSystem::default().write_file(path, text);
        }
        let name = path.to_str().unwrap().to_owned();
        self.files.borrow_mut().insert(name, text.as_bytes().to_vec());
        Ok(())
    }

    fn read_file(&self, path: &Path) -> io::Result<Vec<u8>> {
        let file = path.to_str().and_then(|name| self.files.borrow().get(name).cloned());
        file.map_or_else(|| TheSystem::default().read_file(path), Ok)
    }

    fn read_input(&self) -> io::Result<Vec<u8>> {
        Ok(self.input.clone())
    }

    fn execute(
        &self,
        program: &Path,
        arguments: &[String],
        variables: &[(&'static str, String)],
        input: &[u8],
    ) -> io::Result<()> {
        if program == Path::new("not-there") {
            return Err(io::ErrorKind::NotFound.into());
        }
        let variables = variables.iter().map(|(name, value)| format!("{name}={value}"));
        let run = [arguments.to_vec(), variables.collect(), vec![str::from_utf8(input).unwrap().to_owned()]].concat();
        self.executed.borrow_mut().push(run.join("\n"));
        Ok(())
    }
}

impl System for Machine {
    fn open(&self, access: Access) -> Result<Device, Error> {
        let there = |compartment: NonZeroU32| {
            let missing = Err(Failure::from_win32(1168));
            let driver = self.compartments.get(&compartment.get()).cloned().unwrap_or(missing);
            driver.map_err(|failure| Error::Compartment { compartment, failure })
        };
        let there = self.named.get().map(there).transpose()?;
        match there.as_ref().or(self.driver.as_ref()) {
            None => Err(Error::DriverNotFound),
            Some(driver) if driver.closed_to_writers && access == Access::ReadWrite => {
                Err(Error::Open { failure: Failure::from_win32(5) })
            }
            Some(driver) => Device::over(Tap { inner: driver.loopback.connect(access), driver: driver.clone() }),
        }
    }

    fn act_in(&self, compartment: NonZeroU32) {
        self.named.set(Some(compartment));
    }

    fn alias(&self, luid: InterfaceLuid) -> Option<String> {
        if let Some((_, alias)) = self.aliases.iter().find(|(known, _)| *known == luid.0) {
            return Some(alias.clone());
        }
        match luid.0 {
            ETHERNET => Some("Ethernet 2".to_owned()),
            TUNNEL => Some("Tunnel".to_owned()),
            FILTER => Some("Ethernet 2-Filter-0000".to_owned()),
            WIRELESS => Some("Wi-Fi".to_owned()),
            SWITCH => Some("Switch".to_owned()),
            _ => None,
        }
    }

    fn name(&self, luid: InterfaceLuid) -> Option<String> {
        let name = match luid.0 {
            ETHERNET => "ethernet_32775",
            TUNNEL => "tunnel_32776",
            _ => "loopback_0",
        };
        Some(name.to_owned())
    }

    fn confirm(&self, question: &str) -> io::Result<Option<bool>> {
        self.questions.borrow_mut().push(question.to_owned());
        Ok(self.answer)
    }

    fn interrupt(&self) -> Result<Canceller, Error> {
        let interrupt = Canceller::new()?;
        if let Some(driver) = &self.driver {
            driver.wire(|wire| wire.interrupt = Some(interrupt.clone()));
        }
        Ok(interrupt)
    }

    fn after(&self, time: Duration) -> Result<Canceller, Error> {
        TheSystem::default().after(time)
    }

    fn notifications(&self) -> Option<Device> {
        None
    }

    fn pause(&self, _time: Duration, _ended: &dyn Fn() -> bool) {
        let happens = self.meanwhile.borrow_mut().pop();
        match (happens, &self.driver) {
            (Some(mut happens), Some(driver)) => happens(driver),
            // Nothing happens any more: a watch that still waits for something is ended, or its test never would be.
            (None, Some(driver)) => driver.wire(|wire| wire.interrupt.iter().for_each(Canceller::cancel)),
            _ => {}
        }
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123)
    }
}
