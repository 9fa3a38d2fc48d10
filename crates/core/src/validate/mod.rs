//! From the bytes of a request to values that NETIO may see.
//!
//! The checks come in a fixed order, so that bad input has one status: length, version, reserved fields, then the
//! fields in the order in which NETIO itself looks at them (family, interface, address, physical address).

mod interface;
mod member;
mod neighbor;
mod watch;

pub use interface::{InterfaceChange, interface_key};
pub use neighbor::{existing_neighbor_key, neighbor_row, resolution};
pub use watch::{Subscription, subscription};

use netioctl_abi::{
    ABI_MAJOR, AF_UNSPEC, AddressFamily, NtStatus,
    wire::{
        BatchHeader, FamilyRequest, FlushNeighborsRequest, InterfaceKeyRequest, NeighborKeyRequest, NeighborRequest,
        RequestHeader, ResolveNeighborRequest, SetInterfaceRequest, WatchRequest,
    },
};
use zerocopy::{FromBytes, Immutable, KnownLayout};

/// A request that a caller can make: its header, and whether its reserved fields are zero.
pub trait Request: FromBytes + KnownLayout + Immutable {
    /// The header that it begins with.
    fn header(&self) -> &RequestHeader;
    /// Whether every field that has no meaning yet is zero.
    fn reserved_is_zero(&self) -> bool;
}

/// Implements [`Request`], given how the type's own reserved fields are found zero.
macro_rules! request {
    ($($request:ty: |$name:ident| $reserved:expr;)+) => {
        $(impl Request for $request {
            fn header(&self) -> &RequestHeader {
                &self.header
            }

            fn reserved_is_zero(&self) -> bool {
                let $name = self;
                $reserved
            }
        })+
    };
}

request! {
    FamilyRequest: |request| request.reserved == [0; 3];
    FlushNeighborsRequest: |request| request.reserved == 0;
    NeighborRequest: |request| request.reserved == 0;
    NeighborKeyRequest: |request| request.reserved == 0 && request.reserved2 == 0;
    InterfaceKeyRequest: |request| request.reserved == 0;
    SetInterfaceRequest: |request| request.row.reserved == 0;
    BatchHeader: |request| request.reserved == 0;
    WatchRequest: |_request| true;
}

impl Request for RequestHeader {
    fn header(&self) -> &RequestHeader {
        self
    }

    fn reserved_is_zero(&self) -> bool {
        self.reserved == 0
    }
}

impl Request for ResolveNeighborRequest {
    fn header(&self) -> &RequestHeader {
        &self.key.header
    }

    fn reserved_is_zero(&self) -> bool {
        self.reserved == 0 && self.key.reserved_is_zero()
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

/// The family of a row: AF_INET or AF_INET6.
fn family(raw: u16) -> Result<AddressFamily, NtStatus> {
    AddressFamily::from_raw(raw).ok_or(NtStatus::INVALID_PARAMETER)
}

/// One of both ids must be given. NETIO's own status for neither is not the same everywhere; ours is.
const fn some_interface(luid: u64, index: u32) -> Result<(), NtStatus> {
    if luid == 0 && index == 0 { Err(NtStatus::INVALID_PARAMETER) } else { Ok(()) }
}
