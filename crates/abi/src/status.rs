//! Statuses that can reach a caller, with their names and the Win32 codes that `RtlNtStatusToDosError` maps them to.

use core::fmt;

/// An NTSTATUS. Warnings (0x8…) and errors (0xC…) are negative; all other values mean success to the I/O manager.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct NtStatus(pub i32);

/// What is known of a status: one row of the table behind [`NtStatus::info`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusInfo {
    /// The status itself.
    pub status: NtStatus,
    /// Its name in `ntstatus.h`.
    pub name: &'static str,
    /// The code that `GetLastError` gives for it.
    pub win32: u32,
    /// The name of that code in `winerror.h`.
    pub win32_name: &'static str,
}

/// Declares the constants and the table from one list, so that they cannot drift apart.
macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident = $value:literal => $win32:literal $win32_name:ident;)+) => {
        impl NtStatus {
            $($(#[$doc])* pub const $name: Self = Self::from_bits($value);)+
        }

        const TABLE: &[StatusInfo] = &[$(StatusInfo {
            status: NtStatus::$name,
            name: concat!("STATUS_", stringify!($name)),
            win32: $win32,
            win32_name: stringify!($win32_name),
        }),+];
    };
}

statuses! {
    /// Done.
    SUCCESS = 0x0000_0000 => 0 ERROR_SUCCESS;
    /// The header and as many whole rows as fit were written; the header says how many there are.
    BUFFER_OVERFLOW = 0x8000_0005 => 234 ERROR_MORE_DATA;
    /// NETIO failed in a way that has no status.
    UNSUCCESSFUL = 0xc000_0001 => 31 ERROR_GEN_FAILURE;
    /// The function does not exist on this system.
    NOT_IMPLEMENTED = 0xc000_0002 => 1 ERROR_INVALID_FUNCTION;
    /// The input is longer or shorter than the control code defines.
    INFO_LENGTH_MISMATCH = 0xc000_0004 => 24 ERROR_BAD_LENGTH;
    /// A handle is stale.
    INVALID_HANDLE = 0xc000_0008 => 6 ERROR_INVALID_HANDLE;
    /// A field of the input is outside its range.
    INVALID_PARAMETER = 0xc000_000d => 87 ERROR_INVALID_PARAMETER;
    /// The driver does not know the control code.
    INVALID_DEVICE_REQUEST = 0xc000_0010 => 1 ERROR_INVALID_FUNCTION;
    /// NETIO found no memory.
    NO_MEMORY = 0xc000_0017 => 8 ERROR_NOT_ENOUGH_MEMORY;
    /// The handle was not opened with the access that the control code asks for.
    ACCESS_DENIED = 0xc000_0022 => 5 ERROR_ACCESS_DENIED;
    /// The output buffer does not even hold the fixed part of the reply; nothing was written.
    BUFFER_TOO_SMALL = 0xc000_0023 => 122 ERROR_INSUFFICIENT_BUFFER;
    /// No interface has this LUID or index.
    OBJECT_NAME_NOT_FOUND = 0xc000_0034 => 2 ERROR_FILE_NOT_FOUND;
    /// The request was made for another major version of the contract.
    REVISION_MISMATCH = 0xc000_0059 => 1306 ERROR_REVISION_MISMATCH;
    /// A kernel resource is exhausted.
    INSUFFICIENT_RESOURCES = 0xc000_009a => 1450 ERROR_NO_SYSTEM_RESOURCES;
    /// The network stack does not answer.
    DEVICE_NOT_READY = 0xc000_00a3 => 21 ERROR_NOT_READY;
    /// The stack of the address family is not installed.
    NOT_SUPPORTED = 0xc000_00bb => 50 ERROR_NOT_SUPPORTED;
    /// The neighbor did not answer, or its network cannot be reached.
    BAD_NETWORK_NAME = 0xc000_00cc => 67 ERROR_BAD_NET_NAME;
    /// The request was cancelled.
    CANCELLED = 0xc000_0120 => 995 ERROR_OPERATION_ABORTED;
    /// The request cannot be served in the state that the handle or the thread is in: the handle watches something else
    /// already, or the request arrived above PASSIVE_LEVEL, where NETIO must not be called.
    INVALID_DEVICE_STATE = 0xc000_0184 => 22 ERROR_BAD_COMMAND;
    /// No such neighbor, no such interface for the family, or an empty table.
    NOT_FOUND = 0xc000_0225 => 1168 ERROR_NOT_FOUND;
    /// The neighbor exists already.
    DUPLICATE_OBJECTID = 0xc000_022a => 5010 ERROR_OBJECT_ALREADY_EXISTS;
    /// The neighbor exists already (second form).
    OBJECTID_EXISTS = 0xc000_022b => 5010 ERROR_OBJECT_ALREADY_EXISTS;
    /// The device was removed while the request was under way.
    DEVICE_REMOVED = 0xc000_02b6 => 1617 ERROR_DEVICE_REMOVED;
}

impl NtStatus {
    /// The status with this bit pattern, as `ntstatus.h` writes it (`0xC000_000D`).
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits.cast_signed())
    }

    /// The bit pattern, as `ntstatus.h` writes it.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0.cast_unsigned()
    }

    /// `NT_SUCCESS`: neither a warning nor an error.
    #[must_use]
    pub const fn is_success(self) -> bool {
        self.0 >= 0
    }

    /// `NT_ERROR`: severity 3. The I/O manager copies no output back for these.
    #[must_use]
    pub const fn is_error(self) -> bool {
        self.bits() >> 30 == 3
    }

    /// Name and Win32 code; `None` for a status that this driver never gives of its own accord.
    #[must_use]
    pub fn info(self) -> Option<&'static StatusInfo> {
        TABLE.iter().find(|row| row.status == self)
    }

    /// Every status with a row of its own.
    #[must_use]
    pub const fn all() -> &'static [StatusInfo] {
        TABLE
    }
}

impl fmt::Debug for NtStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for NtStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.info() {
            Some(info) => write!(f, "{} (0x{:08X})", info.name, self.bits()),
            None => write!(f, "NTSTATUS 0x{:08X}", self.bits()),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::{collections::HashSet, string::ToString};

    #[test]
    fn each_status_has_one_row() {
        let distinct: HashSet<_> = NtStatus::all().iter().map(|row| row.status).collect();
        assert_eq!(distinct.len(), NtStatus::all().len());
    }

    #[test]
    fn severity_decides_success_and_copy_back() {
        assert!(NtStatus::SUCCESS.is_success());
        assert!(!NtStatus::BUFFER_OVERFLOW.is_success() && !NtStatus::BUFFER_OVERFLOW.is_error());
        assert!(!NtStatus::NOT_FOUND.is_success() && NtStatus::NOT_FOUND.is_error());
    }

    #[test]
    fn a_status_shows_its_name_or_its_number() {
        assert_eq!(NtStatus::NOT_FOUND.to_string(), "STATUS_NOT_FOUND (0xC0000225)");
        assert_eq!(NtStatus::from_bits(0xcead_beef).to_string(), "NTSTATUS 0xCEADBEEF");
    }
}
