//! From the fields of a request to values that NETIO may see.
//!
//! Length, version and reserved fields have been checked before ([`Request::read`](netioctl_abi::Request::read)). The
//! fields are looked at in the order in which NETIO itself looks at them (family, interface, address, physical
//! address), so that bad input has one status.

mod interface;
mod member;
mod neighbor;
mod route;
mod watch;

pub use interface::{InterfaceChange, interface_key};
pub use neighbor::{existing_neighbor_key, neighbor_row, resolution};
pub use route::query;
pub use watch::{Subscription, subscription};

use crate::address::SocketAddress;
use netio_sys::SOCKADDR_INET;
use netioctl_abi::{AF_UNSPEC, AddressFamily, NtError};

/// The family of a table or flush request: `AF_UNSPEC`, `AF_INET` or `AF_INET6`.
///
/// # Errors
/// `STATUS_INVALID_PARAMETER` for any other.
pub const fn family_or_unspecified(family: u16) -> Result<u16, NtError> {
    match (family, AddressFamily::from_raw(family)) {
        (AF_UNSPEC, _) | (_, Some(_)) => Ok(family),
        (_, None) => Err(NtError::INVALID_PARAMETER),
    }
}

/// The family of a row: `AF_INET` or `AF_INET6`.
fn family(raw: u16) -> Result<AddressFamily, NtError> {
    AddressFamily::from_raw(raw).ok_or(NtError::INVALID_PARAMETER)
}

/// The address to send from, if one is given: of the family of where it is sent to.
fn source(to: u16, source_family: u16, bytes: [u8; 16], scope_id: u32) -> Result<Option<SOCKADDR_INET>, NtError> {
    if source_family == AF_UNSPEC {
        return if bytes == [0; 16] && scope_id == 0 { Ok(None) } else { Err(NtError::INVALID_PARAMETER) };
    }
    if source_family != to {
        return Err(NtError::INVALID_PARAMETER);
    }
    match SocketAddress::new(family(source_family)?, bytes, scope_id) {
        Some(source) if !source.is_unspecified() => Ok(Some(source.to_sockaddr())),
        _ => Err(NtError::INVALID_PARAMETER),
    }
}

/// One of both ids must be given. NETIO's own status for neither is not the same everywhere; ours is.
const fn some_interface(luid: u64, index: u32) -> Result<(), NtError> {
    if luid == 0 && index == 0 { Err(NtError::INVALID_PARAMETER) } else { Ok(()) }
}
