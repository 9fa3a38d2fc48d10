//! One handler for each operation.

use crate::{Netio, Output, Service, convert, operation, status::from_netio, validate};
use netioctl_abi::{
    ABI_MAJOR, ABI_MINOR, NtStatus,
    wire::{FamilyRequest, FlushNeighborsRequest, NeighborRequest, VersionReply},
};
use netioctl_irql::PassiveLevel;

pub(crate) fn get_version<N: Netio>(service: &Service<N>, output: &mut Output<'_>) -> Result<(), NtStatus> {
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

pub(crate) fn set_neighbor<N: Netio>(netio: &N, at: PassiveLevel<'_>, input: &[u8]) -> Result<(), NtStatus> {
    let request: NeighborRequest = validate::read(input)?;
    let row = validate::neighbor_row(&request)?;
    netio.set_ip_net_entry2(at, row).map_err(from_netio)
}

pub(crate) fn get_interface_table<N: Netio>(
    service: &Service<N>,
    at: PassiveLevel<'_>,
    input: &[u8],
    output: &mut Output<'_>,
) -> Result<(), NtStatus> {
    let family = table_family(input)?;
    let table = service.netio().get_ip_interface_table(at, family).map_err(from_netio)?;
    output.put_table(service.next_generation(), table.iter().map(convert::interface_row))
}

pub(crate) fn get_neighbor_table<N: Netio>(
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
