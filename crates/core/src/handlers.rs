//! One handler for each operation.

use crate::{Netio, Output, Service, WaitLock, convert, operation, status::from_netio, validate};
use netioctl_abi::{
    ABI_MAJOR, ABI_MINOR, NtStatus,
    wire::{
        FamilyRequest, FlushNeighborsRequest, InterfaceKeyRequest, NeighborKeyRequest, NeighborRequest, RequestHeader,
        ResolveNeighborRequest, SetInterfaceRequest, VersionReply,
    },
};
use netioctl_irql::PassiveLevel;

pub(crate) fn get_version<N: Netio + WaitLock>(service: &Service<N>, output: &mut Output<'_>) -> Result<(), NtStatus> {
    output.put(&VersionReply {
        abi_major: ABI_MAJOR,
        abi_minor: ABI_MINOR,
        driver_version: service.driver_version(),
        reserved: [0; 3],
        capabilities: operation::capabilities().bits(),
    })
}

pub(crate) fn flush_neighbors<N: Netio>(netio: &N, at: PassiveLevel<'_>, input: &[u8]) -> Result<(), NtStatus> {
    let request: FlushNeighborsRequest = validate::read(input)?;
    let family = validate::family_or_unspecified(request.family)?;
    netio.flush_ip_net_table2(at, family, request.interface_index).map_err(from_netio)
}

pub(crate) fn set<N: Netio>(netio: &N, at: PassiveLevel<'_>, request: &NeighborRequest) -> Result<(), NtStatus> {
    let row = validate::neighbor_row(request)?;
    netio.set_ip_net_entry2(at, row).map_err(from_netio)
}

pub(crate) fn create<N: Netio>(netio: &N, at: PassiveLevel<'_>, request: &NeighborRequest) -> Result<(), NtStatus> {
    let row = validate::neighbor_row(request)?;
    netio.create_ip_net_entry2(at, &row).map_err(from_netio)
}

/// Times that a neighbor is created or set before giving up on one that comes and goes in between.
const REPLACE_ROUNDS: u32 = 4;

pub(crate) fn replace<N: Netio>(netio: &N, at: PassiveLevel<'_>, request: &NeighborRequest) -> Result<(), NtStatus> {
    let row = validate::neighbor_row(request)?;
    for _ in 0..REPLACE_ROUNDS {
        match netio.create_ip_net_entry2(at, &row).map_err(from_netio) {
            // Any row counts, even one of a resolution that failed.
            Err(NtStatus::DUPLICATE_OBJECTID | NtStatus::OBJECTID_EXISTS) => {}
            end => return end,
        }
        match netio.set_ip_net_entry2(at, row).map_err(from_netio) {
            // The row has expired since: there is nothing in the way of a new one.
            Err(NtStatus::NOT_FOUND) => {}
            end => return end,
        }
    }
    Err(NtStatus::NOT_FOUND)
}

pub(crate) fn delete<N: Netio>(netio: &N, at: PassiveLevel<'_>, request: &NeighborKeyRequest) -> Result<(), NtStatus> {
    let row = validate::existing_neighbor_key(request)?;
    netio.delete_ip_net_entry2(at, &row).map_err(from_netio)
}

pub(crate) fn get_neighbor<N: Netio>(
    netio: &N,
    at: PassiveLevel<'_>,
    input: &[u8],
    output: &mut Output<'_>,
) -> Result<(), NtStatus> {
    let row = validate::existing_neighbor_key(&validate::read::<NeighborKeyRequest>(input)?)?;
    let row = netio.get_ip_net_entry2(at, row).map_err(from_netio)?;
    output.put(&convert::neighbor_row(&row))
}

pub(crate) fn get_interface<N: Netio>(
    netio: &N,
    at: PassiveLevel<'_>,
    input: &[u8],
    output: &mut Output<'_>,
) -> Result<(), NtStatus> {
    let row = validate::interface_key(&validate::read::<InterfaceKeyRequest>(input)?)?;
    let row = netio.get_ip_interface_entry(at, row).map_err(from_netio)?;
    output.put(&convert::interface_row(&row))
}

/// Changes the named members and no others. Where NETIO says which members it is to leave alone, it is told of nothing
/// else; where it does not, all the others are set to what they are. Changes come one after the other, so that none
/// sets what another has just changed back.
pub(crate) fn set_interface<N: Netio + WaitLock>(
    netio: &N,
    at: PassiveLevel<'_>,
    input: &[u8],
) -> Result<(), NtStatus> {
    let change = validate::InterfaceChange::new(&validate::read::<SetInterfaceRequest>(input)?)?;
    let set = || {
        let mut row = match change.keyed(netio.initialize_ip_interface_entry(at)) {
            Some(row) => row,
            None => netio.get_ip_interface_entry(at, change.key())?,
        };
        change.apply(&mut row);
        netio.set_ip_interface_entry(at, row)
    };
    netio.alone(at, set).and_then(|set| set).map_err(from_netio)
}

pub(crate) fn get_interface_table<N: Netio + WaitLock>(
    service: &Service<N>,
    at: PassiveLevel<'_>,
    input: &[u8],
    output: &mut Output<'_>,
) -> Result<(), NtStatus> {
    let family = table_family(input)?;
    let table = service.netio().get_ip_interface_table(at, family).map_err(from_netio)?;
    output.put_table(service.next_generation(), table.iter().map(convert::interface_row))
}

pub(crate) fn get_neighbor_table<N: Netio + WaitLock>(
    service: &Service<N>,
    at: PassiveLevel<'_>,
    input: &[u8],
    output: &mut Output<'_>,
) -> Result<(), NtStatus> {
    let family = table_family(input)?;
    let table = service.netio().get_ip_net_table2(at, family).map_err(from_netio)?;
    output.put_table(service.next_generation(), table.iter().map(convert::neighbor_row))
}

fn table_family(input: &[u8]) -> Result<u16, NtStatus> {
    let request: FamilyRequest = validate::read(input)?;
    validate::family_or_unspecified(request.family)
}

pub(crate) fn resolve<N: Netio>(
    netio: &N,
    at: PassiveLevel<'_>,
    input: &[u8],
    output: &mut Output<'_>,
) -> Result<(), NtStatus> {
    let (row, source) = validate::resolution(&validate::read::<ResolveNeighborRequest>(input)?)?;
    let row = netio.resolve_ip_net_entry2(at, row, source.as_ref()).map_err(from_netio)?;
    output.put(&convert::neighbor_row(&row))
}

pub(crate) fn get_statistics<N: Netio + WaitLock>(
    service: &Service<N>,
    input: &[u8],
    output: &mut Output<'_>,
) -> Result<(), NtStatus> {
    validate::read::<RequestHeader>(input)?;
    output.put_table(service.next_generation(), service.statistics().rows())
}

pub(crate) fn reset_statistics<N: Netio + WaitLock>(service: &Service<N>, input: &[u8]) -> Result<(), NtStatus> {
    validate::read::<RequestHeader>(input)?;
    service.statistics().reset();
    Ok(())
}
