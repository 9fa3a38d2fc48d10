//! From the bytes of a request to values that NETIO may see.
//!
//! The checks come in a fixed order, so that bad input has one status: length, version, reserved fields, then the
//! fields in the order in which NETIO itself looks at them (family, interface, address, physical address).

use crate::convert::SocketAddress;
use netio_sys::MIB_IPNET_ROW2;
use netioctl_abi::{
    ABI_MAJOR, AF_UNSPEC, AddressFamily, NtStatus,
    wire::{FamilyRequest, FlushNeighborsRequest, MAX_PHYSICAL_ADDRESS, NeighborRequest, RequestHeader},
};
use zerocopy::{FromBytes, Immutable, KnownLayout};

/// A request that a caller can make: its header, and whether its reserved fields are zero.
pub trait Request: FromBytes + KnownLayout + Immutable {
    /// The header that it begins with.
    fn header(&self) -> &RequestHeader;
    /// Whether every field that has no meaning yet is zero.
    fn reserved_is_zero(&self) -> bool;
}

impl Request for FamilyRequest {
    fn header(&self) -> &RequestHeader {
        &self.header
    }
    fn reserved_is_zero(&self) -> bool {
        self.reserved == [0; 3]
    }
}

impl Request for FlushNeighborsRequest {
    fn header(&self) -> &RequestHeader {
        &self.header
    }
    fn reserved_is_zero(&self) -> bool {
        self.reserved == 0
    }
}

impl Request for NeighborRequest {
    fn header(&self) -> &RequestHeader {
        &self.header
    }
    fn reserved_is_zero(&self) -> bool {
        self.reserved == 0
    }
}

/// Reads a request of exactly the length of `R`.
///
/// # Errors
/// STATUS_INFO_LENGTH_MISMATCH, STATUS_REVISION_MISMATCH for another major version, STATUS_INVALID_PARAMETER for a
/// reserved field that is not zero.
pub fn read<R: Request>(input: &[u8]) -> Result<R, NtStatus> {
    let request = R::read_from_bytes(input).map_err(|_| NtStatus::INFO_LENGTH_MISMATCH)?;
    if request.header().abi_major != ABI_MAJOR {
        return Err(NtStatus::REVISION_MISMATCH);
    }
    if request.header().reserved != 0 || !request.reserved_is_zero() {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    Ok(request)
}

/// The family of a table or flush request: AF_UNSPEC, AF_INET or AF_INET6.
///
/// # Errors
/// STATUS_INVALID_PARAMETER for any other.
pub const fn family_or_unspecified(family: u16) -> Result<u16, NtStatus> {
    match (family, AddressFamily::from_raw(family)) {
        (AF_UNSPEC, _) | (_, Some(_)) => Ok(family),
        (_, None) => Err(NtStatus::INVALID_PARAMETER),
    }
}

/// The row that SetIpNetEntry2 takes: keys and physical address from the request, zeros everywhere else.
///
/// # Errors
/// STATUS_INVALID_PARAMETER for a family that is neither IPv4 nor IPv6; for LUID and index both 0; for an unspecified
/// or loopback address; for bytes behind an IPv4 address, or a scope id with one; for a physical address of 0 or more
/// than 32 bytes, or with bytes behind its length.
pub fn neighbor_row(request: &NeighborRequest) -> Result<MIB_IPNET_ROW2, NtStatus> {
    let family = AddressFamily::from_raw(request.family).ok_or(NtStatus::INVALID_PARAMETER)?;
    if request.interface_luid == 0 && request.interface_index == 0 {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    let address = SocketAddress::new(family, request.address, request.scope_id).ok_or(NtStatus::INVALID_PARAMETER)?;
    if address.is_unspecified() || address.is_loopback() {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    check_physical_address(request)?;
    Ok(MIB_IPNET_ROW2 {
        Address: address.to_sockaddr(),
        InterfaceIndex: request.interface_index,
        InterfaceLuid: request.interface_luid,
        PhysicalAddress: request.physical_address,
        PhysicalAddressLength: request.physical_address_length,
        ..MIB_IPNET_ROW2::default()
    })
}

/// Length 1 to 32, and nothing behind it.
fn check_physical_address(request: &NeighborRequest) -> Result<(), NtStatus> {
    let length = usize::try_from(request.physical_address_length).map_err(|_| NtStatus::INVALID_PARAMETER)?;
    if !(1..=MAX_PHYSICAL_ADDRESS).contains(&length) {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    match request.physical_address.get(length..) {
        Some(tail) if tail.iter().all(|&byte| byte == 0) => Ok(()),
        _ => Err(NtStatus::INVALID_PARAMETER),
    }
}
