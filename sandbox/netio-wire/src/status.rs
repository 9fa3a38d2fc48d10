//! The NTSTATUS values that the stand-in answers, with what it means by them.

const fn ntstatus(value: u32) -> i32 {
    value.cast_signed()
}

/// `STATUS_SUCCESS`: the call did what was asked.
pub const SUCCESS: i32 = ntstatus(0x0000_0000);
/// `STATUS_INVALID_PARAMETER`: an argument can never be right: family, address, physical address, both interface ids zero.
pub const INVALID_PARAMETER: i32 = ntstatus(0xC000_000D);
/// `STATUS_NO_MEMORY`: a table could not be allocated.
pub const NO_MEMORY: i32 = ntstatus(0xC000_0017);
/// `STATUS_ACCESS_DENIED`: the server lacks CAP_NET_ADMIN.
pub const ACCESS_DENIED: i32 = ntstatus(0xC000_0022);
/// `STATUS_BUFFER_TOO_SMALL`: a buffer cannot hold the answer.
pub const BUFFER_TOO_SMALL: i32 = ntstatus(0xC000_0023);
/// `STATUS_OBJECT_NAME_NOT_FOUND`: no such interface, where a setting prefers it to [`NOT_FOUND`].
pub const OBJECT_NAME_NOT_FOUND: i32 = ntstatus(0xC000_0034);
/// `STATUS_REVISION_MISMATCH`: client and server speak different versions of these messages.
pub const REVISION_MISMATCH: i32 = ntstatus(0xC000_0059);
/// `STATUS_INSUFFICIENT_RESOURCES`: the kernel's neighbor table is full.
pub const INSUFFICIENT_RESOURCES: i32 = ntstatus(0xC000_009A);
/// `STATUS_DEVICE_NOT_READY`: the server cannot be reached.
pub const DEVICE_NOT_READY: i32 = ntstatus(0xC000_00A3);
/// `STATUS_NOT_SUPPORTED`: the family's stack is missing, or Linux cannot express what was asked.
pub const NOT_SUPPORTED: i32 = ntstatus(0xC000_00BB);
/// `STATUS_BAD_NETWORK_NAME`: the neighbor did not answer.
pub const BAD_NETWORK_NAME: i32 = ntstatus(0xC000_00CC);
/// `STATUS_UNEXPECTED_IO_ERROR`: the kernel answered with an error that has no counterpart; the server logs it.
pub const UNEXPECTED_IO_ERROR: i32 = ntstatus(0xC000_00E9);
/// `STATUS_INVALID_DEVICE_STATE`: the call was made above PASSIVE_LEVEL.
pub const INVALID_DEVICE_STATE: i32 = ntstatus(0xC000_0184);
/// `STATUS_NOT_FOUND`: no such interface, neighbor, or entry of the family.
pub const NOT_FOUND: i32 = ntstatus(0xC000_0225);
/// `STATUS_DUPLICATE_OBJECTID`: the neighbor exists already.
pub const DUPLICATE_OBJECTID: i32 = ntstatus(0xC000_022A);

/// Whether a status is a success or informational (`NT_SUCCESS`).
#[must_use]
pub const fn is_success(status: i32) -> bool {
    status >= 0
}
