//! The statuses that the project names, and the Win32 codes that `RtlNtStatusToDosError` maps them to.

use crate::{NtError, NtStatus};

/// What is known of a status.
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

/// Declares the constants of both types and the table from one list.
macro_rules! statuses {
    (
        successes { $($(#[$success_doc:meta])* $success:ident = $success_value:literal => $success_win32:literal $success_win32_name:ident;)+ }
        errors { $($(#[$doc:meta])* $name:ident = $value:literal => $win32:literal $win32_name:ident;)+ }
    ) => {
        impl NtStatus {
            $($(#[$success_doc])* pub const $success: Self = Self::from_bits($success_value);)+
            $($(#[$doc])* pub const $name: Self = Self::from_bits($value);)+
        }

        impl NtError {
            $($(#[$doc])* pub const $name: Self = Self::constant(NtStatus::$name);)+
        }

        pub const ALL: &[StatusInfo] = &[
            $(row!($success $success_win32 $success_win32_name),)+
            $(row!($name $win32 $win32_name),)+
        ];
    };
}

macro_rules! row {
    ($name:ident $win32:literal $win32_name:ident) => {
        StatusInfo {
            status: NtStatus::$name,
            name: concat!("STATUS_", stringify!($name)),
            win32: $win32,
            win32_name: stringify!($win32_name),
        }
    };
}

statuses! {
    successes {
        /// Done.
        SUCCESS = 0x0000_0000 => 0 ERROR_SUCCESS;
        /// The request goes on; its end is told later.
        PENDING = 0x0000_0103 => 997 ERROR_IO_PENDING;
    }
    errors {
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
        /// There is no such device.
        NO_SUCH_DEVICE = 0xc000_000e => 433 ERROR_NO_SUCH_DEVICE;
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
        /// The handle, its user or all users together have as much of a resource as the driver gives.
        QUOTA_EXCEEDED = 0xc000_0044 => 1816 ERROR_NOT_ENOUGH_QUOTA;
        /// The object is being deleted.
        DELETE_PENDING = 0xc000_0056 => 5 ERROR_ACCESS_DENIED;
        /// The request was made for another major version of the contract.
        REVISION_MISMATCH = 0xc000_0059 => 1306 ERROR_REVISION_MISMATCH;
        /// A kernel resource is exhausted.
        INSUFFICIENT_RESOURCES = 0xc000_009a => 1450 ERROR_NO_SYSTEM_RESOURCES;
        /// The device is not connected any more.
        DEVICE_NOT_CONNECTED = 0xc000_009d => 1167 ERROR_DEVICE_NOT_CONNECTED;
        /// The network stack does not answer.
        DEVICE_NOT_READY = 0xc000_00a3 => 21 ERROR_NOT_READY;
        /// The stack of the address family is not installed.
        NOT_SUPPORTED = 0xc000_00bb => 50 ERROR_NOT_SUPPORTED;
        /// The device does not exist any more.
        DEVICE_DOES_NOT_EXIST = 0xc000_00c0 => 55 ERROR_DEV_NOT_EXIST;
        /// The neighbor did not answer, or its network cannot be reached.
        BAD_NETWORK_NAME = 0xc000_00cc => 67 ERROR_BAD_NET_NAME;
        /// The request was cancelled.
        CANCELLED = 0xc000_0120 => 995 ERROR_OPERATION_ABORTED;
        /// The file was deleted while it was open.
        FILE_DELETED = 0xc000_0123 => 5 ERROR_ACCESS_DENIED;
        /// The request cannot be served in the state that the handle or the thread is in: the handle watches something
        /// else already, or the request arrived above PASSIVE_LEVEL, where NETIO must not be called.
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
}
