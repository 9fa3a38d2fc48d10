//! From the fields of a request to values that NETIO may see.
//!
//! Length, version and reserved fields have been checked before ([`Request::read`](netioctl_abi::Request::read)). The
//! fields are looked at in the order in which NETIO itself looks at them (family, interface, address, physical
//! address), so that bad input has one status.

mod interface;
mod member;
mod neighbor;
mod watch;

pub use interface::{InterfaceChange, interface_key};
pub use neighbor::{existing_neighbor_key, neighbor_row, resolution};
pub use watch::{Subscription, subscription};

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

/// One of both ids must be given. NETIO's own status for neither is not the same everywhere; ours is.
const fn some_interface(luid: u64, index: u32) -> Result<(), NtError> {
    if luid == 0 && index == 0 { Err(NtError::INVALID_PARAMETER) } else { Ok(()) }
}
