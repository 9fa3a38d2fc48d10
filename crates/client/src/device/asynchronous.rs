//! The device for programs that wait for many things at once.

use super::{
    Access, Device, Version,
    interface::{index_in, key_request},
    neighbor::{batch, batch_output, batch_reply},
    structure, watch,
};
use crate::{
    AddressFamily, AsyncWatch, BestRoute, Changes, Error, Failure, Family, Interface, InterfaceChange, InterfaceKey,
    Link, Neighbor, NeighborChange, NeighborKey, NeighborUpdate, Operation, PackedTable, Route, RouteQuery, Statistics,
    Table, UnicastAddress, WatchSources,
    decode::Row,
    table::{Answer, Reading},
    watch::REPLY_BYTES,
};
use netioctl_abi::{
    self as abi, Contract, NtStatus, operation,
    wire::{FamilyRequest, FlushNeighborsRequest, RequestHeader, Structure, WatchRequest},
};
use std::net::IpAddr;
use zerocopy::IntoBytes;

/// The opened device, with methods that do not block: each is the future of the method of [`Device`] with the same
/// name, and has its results and errors. [`From`] makes one of a [`Device`], and they share the open handle.
///
/// Any executor will do, and none is needed: requests are overlapped, and one thread of the process, begun with the
/// first of them, waits for the ends of all (an I/O completion port) and wakes whoever polls. A future may move to
/// another thread between two polls, and the thread that sent a request may end before it.
///
/// # Dropping
/// A future that is dropped cancels its request (`CancelIoEx`). The driver may have finished it by then. The buffers
/// stay alive until the system has told the end of the request. A [`Canceller`](crate::Canceller) of the device plays
/// no part here.
///
/// ```no_run
/// use netioctl_client::{Access, AsyncDevice, InterfaceKey, NeighborKey};
///
/// # async fn example() -> Result<(), netioctl_client::Error> {
/// let device = AsyncDevice::open(Access::ReadWrite)?;
/// let key = |last: u8| NeighborKey::new(InterfaceKey::Index(12), [192, 0, 2, last].into());
/// // Both at once, in one thread.
/// let (first, second) = (key(1), key(2));
/// let (first, second) = futures::join!(device.resolve_neighbor(&first), device.resolve_neighbor(&second));
/// println!("{:?} and {:?}", first?.physical_address, second?.physical_address);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct AsyncDevice(Device);

impl From<Device> for AsyncDevice {
    fn from(device: Device) -> Self {
        Self(device)
    }
}

impl AsRef<Device> for AsyncDevice {
    fn as_ref(&self) -> &Device {
        &self.0
    }
}

/// # Errors
/// Each method has those of the method of [`Device`] with its name.
#[expect(clippy::missing_errors_doc, reason = "each would only point to the method of Device")]
impl AsyncDevice {
    /// [`Device::open`], which the driver answers at once, so it is no future.
    pub fn open(access: Access) -> Result<Self, Error> {
        Device::open(access).map(Self)
    }

    /// [`Device::version`].
    pub async fn version(&self) -> Result<Version, Error> {
        self.fixed(Operation::GetVersion, &[]).await.map(|reply| Version::of(&reply))
    }

    /// [`Device::neighbor_table`].
    pub async fn neighbor_table(&self, family: Family) -> Result<Table<Neighbor>, Error> {
        self.table::<operation::GetNeighborTable, _>(&FamilyRequest::new(family.raw())).await
    }

    /// [`Device::packed_neighbor_table`].
    pub async fn packed_neighbor_table(&self, family: Family) -> Result<PackedTable<Neighbor>, Error> {
        let answer = self.answer::<operation::GetNeighborTable, Neighbor>(&FamilyRequest::new(family.raw())).await?;
        answer.packed(Operation::GetNeighborTable)
    }

    /// [`Device::neighbor`].
    pub async fn neighbor(&self, key: &NeighborKey) -> Result<Neighbor, Error> {
        self.row::<operation::GetNeighbor, _>(&key.to_request()).await
    }

    /// [`Device::create_neighbor`].
    pub async fn create_neighbor(&self, update: &NeighborUpdate) -> Result<(), Error> {
        self.change::<operation::CreateNeighbor>(&update.to_request()).await
    }

    /// [`Device::set_neighbor`].
    pub async fn set_neighbor(&self, update: &NeighborUpdate) -> Result<(), Error> {
        self.change::<operation::SetNeighbor>(&update.to_request()).await
    }

    /// [`Device::replace_neighbor`].
    pub async fn replace_neighbor(&self, update: &NeighborUpdate) -> Result<(), Error> {
        self.change::<operation::ReplaceNeighbor>(&update.to_request()).await
    }

    /// [`Device::delete_neighbor`].
    pub async fn delete_neighbor(&self, key: &NeighborKey) -> Result<(), Error> {
        self.change::<operation::DeleteNeighbor>(&key.to_request()).await
    }

    /// [`Device::resolve_neighbor`]. A device resolves [`MAX_HANDLE_RESOLUTIONS`](crate::MAX_HANDLE_RESOLUTIONS)
    /// neighbors at once, all devices together [`MAX_RESOLUTIONS`](crate::MAX_RESOLUTIONS).
    pub async fn resolve_neighbor(&self, key: &NeighborKey) -> Result<Neighbor, Error> {
        self.row::<operation::ResolveNeighbor, _>(&key.to_resolve_request(None)).await
    }

    /// [`Device::resolve_neighbor_from`].
    pub async fn resolve_neighbor_from(
        &self,
        key: &NeighborKey,
        source: IpAddr,
        scope_id: u32,
    ) -> Result<Neighbor, Error> {
        self.row::<operation::ResolveNeighbor, _>(&key.to_resolve_request(Some((source, scope_id)))).await
    }

    /// [`Device::flush_neighbors`].
    pub async fn flush_neighbors(&self, family: Family, interface: Option<InterfaceKey>) -> Result<(), Error> {
        let index = match interface {
            None => 0,
            Some(InterfaceKey::Index(0)) => return Err(Error::ZeroInterfaceIndex),
            Some(InterfaceKey::Index(index)) => index,
            Some(key @ InterfaceKey::Luid(_)) => index_in(&self.interface_table(Family::Both).await?, key)?,
        };
        self.change::<operation::FlushNeighbors>(&FlushNeighborsRequest::new(family.raw(), index)).await
    }

    /// [`Device::change_neighbors`].
    pub async fn change_neighbors(&self, changes: &[NeighborChange]) -> Result<Vec<NtStatus>, Error> {
        self.0.require(Operation::BatchNeighbors)?;
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let (end, output) = self.send(Operation::BatchNeighbors, batch(changes)?, batch_output(changes)).await;
        batch_reply(changes, &output, end)
    }

    /// [`Device::interface_table`].
    pub async fn interface_table(&self, family: Family) -> Result<Table<Interface>, Error> {
        self.table::<operation::GetInterfaceTable, _>(&FamilyRequest::new(family.raw())).await
    }

    /// [`Device::interface`].
    pub async fn interface(&self, key: InterfaceKey, family: AddressFamily) -> Result<Interface, Error> {
        self.row::<operation::GetInterface, _>(&key_request(key, family)).await
    }

    /// [`Device::set_interface`].
    pub async fn set_interface(&self, change: &InterfaceChange) -> Result<(), Error> {
        self.change::<operation::SetInterface>(&change.to_request()).await
    }

    /// [`Device::address_table`].
    pub async fn address_table(&self, family: Family) -> Result<Table<UnicastAddress>, Error> {
        self.table::<operation::GetAddressTable, _>(&FamilyRequest::new(family.raw())).await
    }

    /// [`Device::link_table`].
    pub async fn link_table(&self) -> Result<Table<Link>, Error> {
        self.table::<operation::GetLinkTable, _>(&RequestHeader::CURRENT).await
    }

    /// [`Device::route_table`].
    pub async fn route_table(&self, family: Family) -> Result<Table<Route>, Error> {
        self.table::<operation::GetRouteTable, _>(&FamilyRequest::new(family.raw())).await
    }

    /// [`Device::best_route`].
    pub async fn best_route(&self, query: &RouteQuery) -> Result<BestRoute, Error> {
        self.row::<operation::GetBestRoute, _>(&query.to_request()).await
    }

    /// [`Device::statistics`].
    pub async fn statistics(&self) -> Result<Table<Statistics>, Error> {
        self.table::<operation::GetStatistics, _>(&RequestHeader::CURRENT).await
    }

    /// [`Device::reset_statistics`].
    pub async fn reset_statistics(&self) -> Result<(), Error> {
        self.change::<operation::ResetStatistics>(&RequestHeader::CURRENT).await
    }

    /// [`Device::watch`], as a stream.
    pub fn watch(&self, sources: WatchSources, family: Family) -> AsyncWatch {
        AsyncWatch::new(self.clone(), sources, family)
    }

    pub(crate) async fn wait_for_changes(&self, request: &WatchRequest) -> Result<Changes, Error> {
        self.0.require(Operation::WatchChanges)?;
        let (end, output) = self.send(Operation::WatchChanges, request.as_bytes().to_vec(), REPLY_BYTES).await;
        watch::changes(request, &output, end)
    }

    async fn send(&self, operation: Operation, input: Vec<u8>, output: usize) -> (Result<usize, Failure>, Vec<u8>) {
        self.0.transport.start(operation.code().raw(), input, vec![0; output]).await
    }

    async fn fixed<R: Structure>(&self, operation: Operation, input: &[u8]) -> Result<R, Error> {
        self.0.require(operation)?;
        let (end, output) = self.send(operation, input.to_vec(), size_of::<R>()).await;
        structure(operation, &output, end)
    }

    async fn row<O, R>(&self, request: &O::Request) -> Result<R, Error>
    where
        O: Contract<Reply = R::Wire, Request: Structure>,
        R: Row<Wire: Structure>,
    {
        let operation = O::OPERATION;
        let reply = self.fixed(operation, request.as_bytes()).await?;
        R::from_wire(&reply).map_err(|problem| Error::BadReply { operation, problem })
    }

    async fn change<O>(&self, request: &O::Request) -> Result<(), Error>
    where
        O: Contract<Reply = (), Request: Structure>,
    {
        let operation = O::OPERATION;
        self.0.require(operation)?;
        let (end, _) = self.send(operation, request.as_bytes().to_vec(), 0).await;
        end.map(drop).map_err(|failure| Error::Request { operation, failure })
    }

    async fn table<O, R>(&self, request: &O::Request) -> Result<Table<R>, Error>
    where
        O: Contract<Reply = abi::Table<R::Wire>, Request: Structure>,
        R: Row<Wire: Structure>,
    {
        self.answer::<O, R>(request).await?.table(O::OPERATION)
    }

    async fn answer<O, R>(&self, request: &O::Request) -> Result<Answer, Error>
    where
        O: Contract<Reply = abi::Table<R::Wire>, Request: Structure>,
        R: Row<Wire: Structure>,
    {
        let operation = O::OPERATION;
        self.0.require(operation)?;
        let mut reading = Reading::new(operation);
        loop {
            let length = reading.buffer()?.len();
            let (end, output) = self.send(operation, request.as_bytes().to_vec(), length).await;
            if let Some(answer) = reading.take::<R>(output, end)? {
                return Ok(answer);
            }
        }
    }
}
