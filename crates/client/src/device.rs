//! The opened device and its operations.

use crate::{
    Error, Failure, Family, Interface, InterfaceKey, Neighbor, NeighborUpdate, Table, Transport, error::Operation, sys,
    table,
};
use netioctl_abi::{
    ABI_MAJOR, ABI_MINOR, Capabilities, ControlCode,
    wire::{FlushNeighborsRequest, VersionReply},
};
use std::fmt;
use zerocopy::{FromBytes, IntoBytes};

/// The access that the device is opened with; the I/O manager checks each control code against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Looking only: every user may.
    Read,
    /// Looking and changing: administrators and network configuration operators.
    ReadWrite,
}

/// What the driver says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// Major and minor version of the contract that the driver speaks.
    pub abi: (u16, u16),
    /// Major, minor and patch version of the driver.
    pub driver: (u16, u16, u16),
    /// What it can do; bits that this crate does not know are kept.
    pub capabilities: Capabilities,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((major, minor, patch), (abi_major, abi_minor)) = (self.driver, self.abi);
        write!(f, "{major}.{minor}.{patch} (ABI {abi_major}.{abi_minor})")
    }
}

/// The opened device. It may be shared between threads; requests on one device run one after the other, so open
/// another one for requests that shall run at the same time.
pub struct Device {
    transport: Box<dyn Transport + Send + Sync>,
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
    pub fn over(transport: impl Transport + Send + Sync + 'static) -> Result<Self, Error> {
        let device = Self { transport: Box::new(transport) };
        let driver = device.version()?.abi;
        if driver.0 != ABI_MAJOR {
            return Err(Error::AbiMismatch { driver, client: (ABI_MAJOR, ABI_MINOR) });
        }
        Ok(device)
    }

    /// Which contract the driver speaks, which driver it is, and what it can do.
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver; [`Error::BadReply`].
    pub fn version(&self) -> Result<Version, Error> {
        let operation = Operation::GetVersion;
        let mut buffer = [0; size_of::<VersionReply>()];
        let bytes = match self.transport.control(ControlCode::GET_VERSION.raw(), &[], &mut buffer) {
            Ok(bytes) => bytes,
            // A newer minor version may have more to say; what is known here comes first.
            Err(failure) if failure.is_more_data() => failure.bytes,
            Err(failure) => return Err(Error::Request { operation, failure }),
        };
        let reply = buffer.get(..bytes).and_then(|reply| VersionReply::read_from_bytes(reply).ok());
        let reply = reply.ok_or_else(|| Error::BadReply { operation, problem: format!("{bytes} bytes") })?;
        let [major, minor, patch] = reply.driver_version;
        Ok(Version {
            abi: (reply.abi_major, reply.abi_minor),
            driver: (major, minor, patch),
            capabilities: reply.capabilities(),
        })
    }

    /// Flushes the neighbors of a family, behind one interface or behind all (FlushIpNetTable2).
    ///
    /// The table need not be empty afterwards: rows of the system are there again at once, and traffic makes new ones.
    /// A LUID costs a look at the interface table, since NETIO takes an index only.
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver; [`Error::NoSuchInterface`] for an unknown LUID;
    /// [`Error::ZeroInterfaceIndex`] for index 0, which NETIO would take as "all interfaces".
    pub fn flush_neighbors(&self, family: Family, interface: Option<InterfaceKey>) -> Result<(), Error> {
        let index = match interface {
            None => 0,
            Some(InterfaceKey::Index(0)) => return Err(Error::ZeroInterfaceIndex),
            Some(InterfaceKey::Index(index)) => index,
            Some(key @ InterfaceKey::Luid(_)) => self.index_of(key)?,
        };
        let request = FlushNeighborsRequest::new(family.raw(), index);
        self.change(Operation::FlushNeighbors, ControlCode::FLUSH_NEIGHBORS, request.as_bytes())
    }

    /// Gives an existing neighbor a new physical address (SetIpNetEntry2); it becomes permanent.
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver, STATUS_NOT_FOUND for a neighbor that does not exist.
    pub fn set_neighbor(&self, update: &NeighborUpdate) -> Result<(), Error> {
        self.change(Operation::SetNeighbor, ControlCode::SET_NEIGHBOR, update.to_request().as_bytes())
    }

    /// The IP interfaces (GetIpInterfaceTable): a row for each interface and family.
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver; [`Error::BadReply`]; [`Error::TableKeepsGrowing`].
    /// A table without rows, which NETIO reports as STATUS_NOT_FOUND, is no error.
    pub fn interface_table(&self, family: Family) -> Result<Table<Interface>, Error> {
        let code = ControlCode::GET_INTERFACE_TABLE;
        table::read(&*self.transport, Operation::GetInterfaceTable, code, family.raw())
    }

    /// The neighbors (GetIpNetTable2).
    ///
    /// # Errors
    /// As [`Device::interface_table`].
    pub fn neighbor_table(&self, family: Family) -> Result<Table<Neighbor>, Error> {
        let code = ControlCode::GET_NEIGHBOR_TABLE;
        table::read(&*self.transport, Operation::GetNeighborTable, code, family.raw())
    }

    /// Sends any control code with any bytes, and passes the answer on as it is. For tests and experiments.
    ///
    /// # Errors
    /// The codes of the failed call; for ERROR_MORE_DATA, [`Failure::bytes`] bytes of `output` are valid.
    pub fn raw_control(&self, code: u32, input: &[u8], output: &mut [u8]) -> Result<usize, Failure> {
        self.transport.control(code, input, output)
    }

    fn change(&self, operation: Operation, code: ControlCode, input: &[u8]) -> Result<(), Error> {
        match self.transport.control(code.raw(), input, &mut []) {
            Ok(_) => Ok(()),
            Err(failure) => Err(Error::Request { operation, failure }),
        }
    }

    fn index_of(&self, key: InterfaceKey) -> Result<u32, Error> {
        let table = self.interface_table(Family::Both)?;
        let found = table.iter().find(|row| key.matches(row.luid, row.index));
        found.map(|row| row.index).ok_or(Error::NoSuchInterface { key })
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device").finish_non_exhaustive()
    }
}
