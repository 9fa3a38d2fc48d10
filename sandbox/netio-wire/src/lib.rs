//! Messages between the NETIO stand-in (`netio.sys`, inside Wine) and its Linux server.
//!
//! # Protocol
//!
//! TCP. The calls on a connection come one after the other, so a client has as many connections as calls at a time:
//!
//! | who | sends |
//! |---|---|
//! | client | [`RequestHeader`], then `length` bytes of payload, as [`Operation`] says |
//! | server | [`ResponseHeader`], then `length` bytes of payload; then the next call may come |
//!
//! `NotifyIpInterfaceChange` and `NotifyUnicastIpAddressChange` differ: after a success no other call can be made on the
//! connection, and the server sends an [`EventHeader`] and a row for each change, in order, until the client closes. A client that does
//! not keep up loses none of it unnoticed: the server looks anew, and says of every row that something has changed.
//!
//! [`Operation::OpenPipes`] leads to a faster way. Each call of Winsock in Wine asks Wine's server several times; a pipe in the
//! file system (`mkfifo`) is read and written without it. What goes through the pipes is what would go over the connection.
//!
//! Both headers start with [`MAGIC`] and [`VERSION`]. A server that is asked in another version answers
//! [`NtStatus::REVISION_MISMATCH`](netioctl_status::NtStatus::REVISION_MISMATCH) with its own version in the header, and
//! closes the connection, as after any request that it cannot understand.
//!
//! # Who decides what
//!
//! The client copies the caller's row out and nothing else: every value travels as the driver left it, and the server
//! validates it. What comes back is the memory image that NETIO would have written, its padding filled with
//! [`POISON`], so that a driver that copies padding to user mode is caught. The rows are
//! those of `netio-sys`, the images those of the x64 structures of `netioapi.h`: see [`row`].
//!
//! All numbers are little-endian, as on every machine that runs either side.
#![no_std]
#![forbid(unsafe_code)]

mod address;
mod frame;
pub mod row;

pub use address::{dad_state, prefix_origin, suffix_origin};
pub use frame::{
    ANSWERS, BestRoute, BestRouteRequest, CALLS, Compartments, EventHeader, FamilyRequest, FlushRequest, InterfaceId,
    MAGIC, MAX_ALIAS_CHARS, MAX_PAYLOAD, MAX_REQUEST, Operation, RequestHeader, ResolveRequest, ResponseHeader,
    VERSION,
};
pub use netio_sys::{
    IP_ADDRESS_PREFIX, MIB_IF_ROW2, MIB_IPFORWARD_ROW2, MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, MIB_UNICASTIPADDRESS_ROW,
    SOCKADDR_INET,
};
pub use row::Row;

/// The byte that fills what `netioapi.h` leaves undefined: padding, and a physical address beyond its length.
pub const POISON: u8 = 0xA5;

/// `AF_UNSPEC`: both families.
pub const AF_UNSPEC: u16 = 0;
/// `AF_INET`.
pub const AF_INET: u16 = 2;
/// `AF_INET6` as Windows numbers it; Linux has 10.
pub const AF_INET6: u16 = 23;

/// The port of the server, on the loopback address of the sandbox's network namespace.
pub const DEFAULT_PORT: u16 = 4799;

const _: () = assert!(cfg!(target_endian = "little"), "the messages are memory images of little-endian structures");
