//! Socket addresses of `ws2ipdef.h`.

use crate::ADDRESS_FAMILY;
use core::mem::offset_of;

/// `SOCKADDR_INET`: the union of `SOCKADDR_IN` (16 bytes) and `SOCKADDR_IN6` (28 bytes), told apart by the family.
///
/// Both forms agree on the first four bytes. What follows is the IPv4 address or the flow information; the rest is
/// unused by IPv4 and must not be relied upon there.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SOCKADDR_INET {
    /// `AF_INET` or `AF_INET6`; `AF_UNSPEC` means "no address".
    pub si_family: ADDRESS_FAMILY,
    /// Port in network byte order; 0 in neighbor rows.
    pub port: u16,
    /// `sin_addr` of IPv4 in network byte order, `sin6_flowinfo` of IPv6.
    pub sin_addr_or_flowinfo: [u8; 4],
    /// `sin6_addr` in network byte order.
    pub sin6_addr: [u8; 16],
    /// `sin6_scope_id` in host byte order.
    pub sin6_scope_id: u32,
}

const _: () = {
    assert!(size_of::<SOCKADDR_INET>() == 28);
    assert!(align_of::<SOCKADDR_INET>() == 4);
    assert!(offset_of!(SOCKADDR_INET, sin_addr_or_flowinfo) == 4);
    assert!(offset_of!(SOCKADDR_INET, sin6_addr) == 8);
    assert!(offset_of!(SOCKADDR_INET, sin6_scope_id) == 24);
};
