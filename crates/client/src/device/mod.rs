//! The opened device. Its operations are in the modules of their subjects.

mod arp;
#[cfg(feature = "async")]
mod asynchronous;
mod compartment;
mod interface;
mod neighbor;
mod statistics;
#[cfg(all(test, feature = "async"))]
mod tests;
mod watch;

pub use arp::flush_ip_net_table;
#[cfg(feature = "async")]
pub use asynchronous::AsyncDevice;

use crate::{
    Canceller, Error, Failure, Operation, Table, Transport,
    decode::Row,
    sys,
    table::{self, Answer},
};
use netioctl_abi::{
    self as abi, ABI_MAJOR, ABI_MINOR, Capabilities, Contract,
    wire::{Structure, VersionReply},
};
use std::{fmt, sync::Arc};
use zerocopy::IntoBytes;

/// The access that the device is opened with; the I/O manager checks each control code against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Looking only: every user may.
    Read,
    /// Looking and changing: administrators; and network configuration operators, where they have been allowed to
    /// ([`driver::allow_operators`](crate::driver::allow_operators)).
    ReadWrite,
}

/// What the driver says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "crate::serial::VersionForm", try_from = "crate::serial::VersionForm")
)]
pub struct Version {
    /// Major and minor version of the contract that the driver speaks.
    pub abi: (u16, u16),
    /// Major, minor and patch version of the driver.
    pub driver: (u16, u16, u16),
    /// What it can do; bits that this crate does not know are kept.
    pub capabilities: Capabilities,
}

impl Version {
    fn ask(transport: &dyn Transport, canceller: Option<&Canceller>) -> Result<Self, Error> {
        reply(transport, Operation::GetVersion, &[], canceller).map(|reply| Self::of(&reply))
    }

    const fn of(reply: &VersionReply) -> Self {
        let [major, minor, patch] = reply.driver_version;
        Self {
            abi: (reply.abi_major, reply.abi_minor),
            driver: (major, minor, patch),
            capabilities: reply.capabilities(),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((major, minor, patch), (abi_major, abi_minor)) = (self.driver, self.abi);
        write!(f, "{major}.{minor}.{patch} (ABI {abi_major}.{abi_minor})")
    }
}

/// The opened device.
///
/// It may be shared between threads, and clones share it: requests of different threads run at the same time, so one
/// that waits for the network holds up no other. The device closes with the last clone.
///
/// # Giving way
/// Before Windows removes the device, as the installation of another driver does, it asks those who have it open
/// (`CM_Register_Notification`), and one that keeps it open forces a restart. So the device closes then: calls under
/// way end, and later ones too, with `STATUS_DEVICE_REMOVED` ([`Failure::is_device_gone`]). It stays closed even if the
/// removal is called off; [`Device::open`] opens another.
#[derive(Clone)]
pub struct Device {
    transport: Arc<dyn Transport>,
    version: Version,
    canceller: Option<Canceller>,
}

impl Device {
    /// Finds the device by its interface GUID, opens it and makes sure that both sides speak the same contract.
    ///
    /// # Errors
    /// [`Error::DriverNotFound`] without a device, [`Error::Open`] if it does not open,
    /// [`Error::AbiMismatch`] for a driver of another major version.
    pub fn open(access: Access) -> Result<Self, Error> {
        Self::over(sys::open(access)?)
    }

    /// A device behind any transport, with the same check of the contract as [`Device::open`].
    ///
    /// # Errors
    /// As [`Device::version`], and [`Error::AbiMismatch`].
    pub fn over(transport: impl Transport + 'static) -> Result<Self, Error> {
        let version = Version::ask(&transport, None)?;
        if version.abi.0 != ABI_MAJOR {
            return Err(Error::AbiMismatch { driver: version.abi, client: (ABI_MAJOR, ABI_MINOR) });
        }
        Ok(Self { transport: Arc::new(transport), version, canceller: None })
    }

    /// The same device; calls made through it can be ended with `canceller` by another thread.
    #[must_use]
    pub fn with_canceller(&self, canceller: &Canceller) -> Self {
        Self { canceller: Some(canceller.clone()), ..self.clone() }
    }

    /// Which contract the driver speaks, which driver it is, and what it can do. Asks the driver.
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver; [`Error::BadReply`].
    pub fn version(&self) -> Result<Version, Error> {
        Version::ask(&*self.transport, self.canceller.as_ref())
    }

    /// Whether the driver serves an operation. Answers what the driver said when the device was opened.
    ///
    /// Calls of what it does not serve end with [`Error::Unsupported`] and are not sent.
    #[must_use]
    pub fn supports(&self, operation: Operation) -> bool {
        self.version.capabilities.contains(operation.capability())
    }

    /// Sends any control code with any bytes, and passes the answer on as it is. For tests and experiments.
    ///
    /// # Errors
    /// The codes of the failed call; for `ERROR_MORE_DATA`, [`Failure::bytes`] bytes of `output` are valid.
    pub fn raw_control(&self, code: u32, input: &[u8], output: &mut [u8]) -> Result<usize, Failure> {
        self.transport.control(code, input, output, self.canceller.as_ref())
    }

    fn require(&self, operation: Operation) -> Result<(), Error> {
        if self.supports(operation) { Ok(()) } else { Err(Error::Unsupported { operation, driver: self.version }) }
    }

    /// Sends a request without a reply: only its status comes back.
    fn change<O>(&self, request: &O::Request) -> Result<(), Error>
    where
        O: Contract<Reply = (), Request: Structure>,
    {
        let operation = O::OPERATION;
        self.require(operation)?;
        match self.raw_control(operation.code().raw(), request.as_bytes(), &mut []) {
            Ok(_) => Ok(()),
            Err(failure) => Err(Error::Request { operation, failure }),
        }
    }

    /// Sends a request that answers with one row.
    pub(crate) fn row<O, R>(&self, request: &O::Request) -> Result<R, Error>
    where
        O: Contract<Reply = R::Wire, Request: Structure>,
        R: Row<Wire: Structure>,
    {
        let operation = O::OPERATION;
        self.require(operation)?;
        let reply = reply(&*self.transport, operation, request.as_bytes(), self.canceller.as_ref())?;
        R::from_wire(&reply).map_err(|problem| Error::BadReply { operation, problem })
    }

    /// Sends a request that answers with a table, and makes its rows typed.
    pub(crate) fn table<O, R>(&self, request: &O::Request) -> Result<Table<R>, Error>
    where
        O: Contract<Reply = abi::Table<R::Wire>, Request: Structure>,
        R: Row<Wire: Structure>,
    {
        self.answer::<O, R>(request)?.table(O::OPERATION)
    }

    /// Sends a request that answers with a table.
    pub(crate) fn answer<O, R>(&self, request: &O::Request) -> Result<Answer, Error>
    where
        O: Contract<Reply = abi::Table<R::Wire>, Request: Structure>,
        R: Row<Wire: Structure>,
    {
        let operation = O::OPERATION;
        self.require(operation)?;
        table::read::<R>(operation, |output| self.raw_control(operation.code().raw(), request.as_bytes(), output))
    }
}

/// Sends a request that answers with a structure of fixed size.
///
/// A newer minor version may have more to say than `R` holds; what is known here comes first.
fn reply<R: Structure>(
    transport: &dyn Transport,
    operation: Operation,
    input: &[u8],
    canceller: Option<&Canceller>,
) -> Result<R, Error> {
    let mut buffer = vec![0; size_of::<R>()];
    let end = transport.control(operation.code().raw(), input, &mut buffer, canceller);
    structure(operation, &buffer, end)
}

/// The structure that a request was answered with.
fn structure<R: Structure>(operation: Operation, buffer: &[u8], end: Result<usize, Failure>) -> Result<R, Error> {
    let bytes = match end {
        Ok(bytes) => bytes,
        Err(failure) if failure.is_more_data() => failure.bytes,
        Err(failure) => return Err(Error::Request { operation, failure }),
    };
    let reply = buffer.get(..bytes).and_then(|reply| R::read_from_bytes(reply).ok());
    reply.ok_or_else(|| Error::BadReply { operation, problem: format!("{bytes} bytes") })
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device").field("version", &self.version).finish_non_exhaustive()
    }
}
