//! Neighbors: keys and physical address.

use super::{family, some_interface, source};
use crate::address::SocketAddress;
use netio_sys::{MIB_IPNET_ROW2, SOCKADDR_INET};
use netioctl_abi::{
    NtError,
    wire::{MAX_PHYSICAL_ADDRESS, NeighborKey, ResolveNeighborRequest},
};

/// The row that `CreateIpNetEntry2` and `SetIpNetEntry2` take: keys and physical address from the request, zeros
/// everywhere else.
///
/// # Errors
/// `STATUS_INVALID_PARAMETER` for a family that is neither IPv4 nor IPv6; for LUID and index both 0; for an unspecified
/// or loopback address; for bytes behind an IPv4 address; for a scope id above 2^28 - 1, or with an address that is
/// neither IPv6 link-local nor IPv6 multicast; for a physical address of 0 or more than 32 bytes, or with bytes behind
/// its length.
pub fn neighbor_row(
    key: &NeighborKey,
    physical_address: &[u8; MAX_PHYSICAL_ADDRESS],
) -> Result<MIB_IPNET_ROW2, NtError> {
    let (row, address) = named(key)?;
    if address.is_loopback() {
        return Err(NtError::INVALID_PARAMETER);
    }
    check_physical_address(key.physical_address_length, physical_address)?;
    Ok(MIB_IPNET_ROW2 { PhysicalAddress: *physical_address, PhysicalAddressLength: key.physical_address_length, ..row })
}

/// The row that `GetIpNetEntry2` and `DeleteIpNetEntry2` take: keys, and zeros everywhere else. Whether a loopback
/// address can be a neighbor is left to NETIO.
///
/// # Errors
/// `STATUS_INVALID_PARAMETER` as for [`neighbor_row`], but for loopback addresses.
pub fn existing_neighbor_key(key: &NeighborKey) -> Result<MIB_IPNET_ROW2, NtError> {
    named(key).map(|(row, _)| row)
}

/// The row and the source address that `ResolveIpNetEntry2` takes.
///
/// # Errors
/// `STATUS_INVALID_PARAMETER` as for [`neighbor_row`], and for a source that is not of the neighbor's family, is
/// unspecified, or has bytes where there should be none.
pub fn resolution(request: &ResolveNeighborRequest) -> Result<(MIB_IPNET_ROW2, Option<SOCKADDR_INET>), NtError> {
    let key = &request.key;
    let (row, address) = named(key)?;
    if address.is_loopback() {
        return Err(NtError::INVALID_PARAMETER);
    }
    let source = source(key.family, request.source_family, request.source, request.source_scope_id)?;
    Ok((row, source))
}

/// The row with the keys of a request, and its address.
fn named(key: &NeighborKey) -> Result<(MIB_IPNET_ROW2, SocketAddress), NtError> {
    let family = family(key.family)?;
    some_interface(key.interface_luid, key.interface_index)?;
    let address = SocketAddress::new(family, key.address, key.scope_id).ok_or(NtError::INVALID_PARAMETER)?;
    if address.is_unspecified() {
        return Err(NtError::INVALID_PARAMETER);
    }
    let row = MIB_IPNET_ROW2 {
        Address: address.to_sockaddr(),
        InterfaceIndex: key.interface_index,
        InterfaceLuid: key.interface_luid,
        ..MIB_IPNET_ROW2::default()
    };
    Ok((row, address))
}

/// Length 1 to 32, and nothing behind it.
fn check_physical_address(length: u32, bytes: &[u8; MAX_PHYSICAL_ADDRESS]) -> Result<(), NtError> {
    let length = usize::try_from(length).map_err(|_| NtError::INVALID_PARAMETER)?;
    if !(1..=MAX_PHYSICAL_ADDRESS).contains(&length) {
        return Err(NtError::INVALID_PARAMETER);
    }
    match bytes.get(length..) {
        Some(tail) if tail.iter().all(|&byte| byte == 0) => Ok(()),
        _ => Err(NtError::INVALID_PARAMETER),
    }
}
