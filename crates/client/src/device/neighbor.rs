//! Operations on neighbors.

use super::Device;
use crate::{
    Error, Failure, Family, InterfaceKey, Neighbor, NeighborChange, NeighborKey, NeighborUpdate, Operation,
    PackedTable, Table,
};
use netioctl_abi::{
    NtStatus, operation,
    wire::{BatchEntry, BatchHeader, BatchReply, FamilyRequest, FlushNeighborsRequest, MAX_BATCH, RequestHeader},
};
use std::net::IpAddr;
use zerocopy::{FromBytes, IntoBytes};

impl Device {
    /// The neighbors (`GetIpNetTable2`).
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver; [`Error::BadReply`]; [`Error::TableKeepsGrowing`].
    /// A table without rows, which NETIO reports as `STATUS_NOT_FOUND`, is no error.
    pub fn neighbor_table(&self, family: Family) -> Result<Table<Neighbor>, Error> {
        self.table::<operation::GetNeighborTable, _>(&FamilyRequest::new(family.raw()))
    }

    /// As [`neighbor_table`](Self::neighbor_table), in half the memory: the rows stay as the driver has answered them, and
    /// are made typed when they are asked for.
    ///
    /// # Errors
    /// As [`neighbor_table`](Self::neighbor_table).
    pub fn packed_neighbor_table(&self, family: Family) -> Result<PackedTable<Neighbor>, Error> {
        let request = FamilyRequest::new(family.raw());
        self.answer::<operation::GetNeighborTable, Neighbor>(&request)?.packed(Operation::GetNeighborTable)
    }

    /// One neighbor (`GetIpNetEntry2`).
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver, `STATUS_NOT_FOUND` for a neighbor that does not exist;
    /// [`Error::BadReply`]; [`Error::Unsupported`].
    pub fn neighbor(&self, key: &NeighborKey) -> Result<Neighbor, Error> {
        self.row::<operation::GetNeighbor, _>(&key.to_request())
    }

    /// Makes a neighbor with this physical address (`CreateIpNetEntry2`); it is permanent.
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver, `ERROR_OBJECT_ALREADY_EXISTS` for a neighbor that exists,
    /// even one whose resolution failed; [`Error::Unsupported`].
    pub fn create_neighbor(&self, update: &NeighborUpdate) -> Result<(), Error> {
        self.change::<operation::CreateNeighbor>(&update.to_request())
    }

    /// Gives an existing neighbor a new physical address (`SetIpNetEntry2`); it becomes permanent.
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver, `STATUS_NOT_FOUND` for a neighbor that does not exist.
    pub fn set_neighbor(&self, update: &NeighborUpdate) -> Result<(), Error> {
        self.change::<operation::SetNeighbor>(&update.to_request())
    }

    /// Makes a neighbor, or gives it a new physical address if it exists; it is permanent afterwards.
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver; [`Error::Unsupported`].
    pub fn replace_neighbor(&self, update: &NeighborUpdate) -> Result<(), Error> {
        self.change::<operation::ReplaceNeighbor>(&update.to_request())
    }

    /// Deletes a neighbor (`DeleteIpNetEntry2`).
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver, `STATUS_NOT_FOUND` for a neighbor that does not exist;
    /// [`Error::Unsupported`].
    pub fn delete_neighbor(&self, key: &NeighborKey) -> Result<(), Error> {
        self.change::<operation::DeleteNeighbor>(&key.to_request())
    }

    /// Asks the network for the physical address of a neighbor (`ResolveIpNetEntry2`), and waits for the answer: up to
    /// some seconds for one that does not answer. What the table knew of it is dropped first.
    ///
    /// Other requests go on meanwhile. [`Device::with_canceller`] makes it possible to give up.
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver: `STATUS_BAD_NETWORK_NAME` for a neighbor that does not answer,
    /// `STATUS_CANCELLED`; [`Error::BadReply`]; [`Error::Unsupported`].
    pub fn resolve_neighbor(&self, key: &NeighborKey) -> Result<Neighbor, Error> {
        self.row::<operation::ResolveNeighbor, _>(&key.to_resolve_request(None))
    }

    /// As [`Device::resolve_neighbor`], asking from `source`, an address of this machine of the neighbor's family. Its
    /// scope id is 0 unless it is link-local.
    ///
    /// # Errors
    /// As [`Device::resolve_neighbor`].
    pub fn resolve_neighbor_from(&self, key: &NeighborKey, source: IpAddr, scope_id: u32) -> Result<Neighbor, Error> {
        self.row::<operation::ResolveNeighbor, _>(&key.to_resolve_request(Some((source, scope_id))))
    }

    /// Flushes the neighbors of a family, behind one interface or behind all (`FlushIpNetTable2`).
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
        self.change::<operation::FlushNeighbors>(&FlushNeighborsRequest::new(family.raw(), index))
    }

    /// Makes many changes in one request, in their order. Each is tried by itself, whatever became of the others:
    /// all-or-nothing is not promised. The result has a status for each, in the same order. A batch that is cancelled
    /// ([`Device::with_canceller`]) after the driver has begun with it succeeds: `STATUS_CANCELLED` is the status of
    /// each change that was not tried any more.
    ///
    /// # Errors
    /// [`Error::BatchTooLong`] for more than [`MAX_BATCH`] changes (use [`slice::chunks`]);
    /// [`Error::Request`] with the codes of the driver if the request as a whole was refused, or cancelled before it
    /// was sent; [`Error::BadReply`]; [`Error::Unsupported`].
    pub fn change_neighbors(&self, changes: &[NeighborChange]) -> Result<Vec<NtStatus>, Error> {
        let operation = Operation::BatchNeighbors;
        self.require(operation)?;
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let input = batch(changes)?;
        let mut output = vec![0; batch_output(changes)];
        let end = self.raw_control(operation.code().raw(), &input, &mut output);
        batch_reply(changes, &output, end)
    }
}

/// Bytes of the answer to a batch.
pub(super) const fn batch_output(changes: &[NeighborChange]) -> usize {
    size_of::<BatchReply>() + size_of::<NtStatus>() * changes.len()
}

/// The statuses that a batch was answered with.
pub(super) fn batch_reply(
    changes: &[NeighborChange],
    output: &[u8],
    end: Result<usize, Failure>,
) -> Result<Vec<NtStatus>, Error> {
    let operation = Operation::BatchNeighbors;
    let bytes = end.map_err(|failure| Error::Request { operation, failure })?;
    let reply = output.get(..bytes).unwrap_or_default();
    batch_statuses(reply, changes.len()).map_err(|problem| Error::BadReply { operation, problem })
}

/// The request of a batch.
pub(super) fn batch(changes: &[NeighborChange]) -> Result<Vec<u8>, Error> {
    let count = u32::try_from(changes.len()).ok().filter(|count| *count <= MAX_BATCH);
    let count = count.ok_or(Error::BatchTooLong { changes: changes.len() })?;
    let mut input = Vec::with_capacity(size_of::<BatchHeader>() + changes.len() * size_of::<BatchEntry>());
    input.extend_from_slice(BatchHeader { header: RequestHeader::CURRENT, count, reserved: 0 }.as_bytes());
    for change in changes {
        input.extend_from_slice(change.to_entry().as_bytes());
    }
    Ok(input)
}

fn batch_statuses(reply: &[u8], changes: usize) -> Result<Vec<NtStatus>, String> {
    let (header, rest) = BatchReply::read_from_prefix(reply).map_err(|_| format!("{} bytes", reply.len()))?;
    let status = |bytes: &[u8]| bytes.try_into().map(i32::from_ne_bytes).map(NtStatus);
    let statuses = rest.chunks(size_of::<NtStatus>()).map(status).collect::<Result<Vec<_>, _>>().ok();
    let statuses = statuses.filter(|all| all.len() == changes && usize::try_from(header.count) == Ok(changes));
    statuses.ok_or_else(|| format!("{} bytes with {} statuses for {changes} changes", rest.len(), header.count))
}
