//! Why requests end with a status, in words that several operations share.

use crate::NtStatus;

/// A status and when a request ends with it.
pub type Reason = (NtStatus, &'static str);

/// The I/O manager refuses a handle without the access.
pub const NO_ACCESS: Reason = (NtStatus::ACCESS_DENIED, "the handle was not opened with the access");
/// Of an operation with an input.
pub const OTHER_LENGTH: Reason = (NtStatus::INFO_LENGTH_MISMATCH, "the input is longer or shorter");
/// Of an operation without one.
pub const NO_INPUT: Reason = (NtStatus::INFO_LENGTH_MISMATCH, "there is an input");
/// Of an operation with an output.
pub const NO_ROOM: Reason =
    (NtStatus::BUFFER_TOO_SMALL, "the output has no room for the fixed part; nothing was written");
/// Of an operation with an input.
pub const OTHER_VERSION: Reason = (NtStatus::REVISION_MISMATCH, "the client speaks another major version");
/// Of a table.
pub const MORE_ROWS: Reason = (NtStatus::BUFFER_OVERFLOW, "not all rows fit; those that do were written");

pub(super) const BAD_FAMILY: Reason =
    (NtStatus::INVALID_PARAMETER, "a family that is not 0, AF_INET or AF_INET6, or a reserved field");
pub(super) const BAD_NEIGHBOR: Reason = (
    NtStatus::INVALID_PARAMETER,
    "a family that is neither AF_INET nor AF_INET6, no interface, an unspecified or loopback address, bytes behind an \
     IPv4 address, a scope id that is no zone or that of an address without zones, a physical address of 0 or more than \
     32 bytes, of another length than the interface uses, or with bytes behind it, or a reserved field",
);
pub(super) const BAD_KEY: Reason = (
    NtStatus::INVALID_PARAMETER,
    "a family that is neither AF_INET nor AF_INET6, no interface, an unspecified address, bytes behind an IPv4 \
     address, a scope id that is no zone or that of an address without zones, or a reserved field",
);
pub(super) const BAD_ROUTE: Reason = (
    NtStatus::INVALID_PARAMETER,
    "a family that is neither AF_INET nor AF_INET6, bytes behind an IPv4 address, a scope id that is no zone or that of \
     an address without zones, a source that is unspecified or of another family, or a reserved field",
);
pub(super) const BAD_INTERFACE_KEY: Reason =
    (NtStatus::INVALID_PARAMETER, "a family that is neither AF_INET nor AF_INET6, no interface, or a reserved field");
pub(super) const BAD_RESERVED: Reason = (NtStatus::INVALID_PARAMETER, "a reserved field");
pub(super) const NO_INTERFACE: Reason = (NtStatus::OBJECT_NAME_NOT_FOUND, "no interface has the LUID or index");
pub(super) const NO_NEIGHBOR: Reason =
    (NtStatus::NOT_FOUND, "no such neighbor, or the interface does not have the family");
pub(super) const NO_FAMILY: Reason = (NtStatus::NOT_FOUND, "the interface does not have the family");
pub(super) const NO_ROWS: Reason = (NtStatus::NOT_FOUND, "the table has no rows; not an error");
pub(super) const NO_ROUTE: Reason =
    (NtStatus::NETWORK_UNREACHABLE, "no route leads to the address (or STATUS_HOST_UNREACHABLE)");
pub(super) const NO_STACK: Reason = (NtStatus::NOT_SUPPORTED, "the stack of the family is not installed");
pub(super) const EXISTS: Reason = (
    NtStatus::DUPLICATE_OBJECTID,
    "the neighbor exists, if only as one whose resolution failed (or STATUS_OBJECTID_EXISTS)",
);
pub(super) const NO_MEMORY: Reason =
    (NtStatus::NO_MEMORY, "the stack found no memory (or STATUS_INSUFFICIENT_RESOURCES)");
