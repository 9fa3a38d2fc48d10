//! The statuses that the project names. For those that a program can meet at the driver, the Win32 codes that
//! `RtlNtStatusToDosError` maps them to; the others are only named.

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

        /// Win32 codes and errors, without names: what a driver needs of the table.
        pub const WIN32: &[(u32, NtError)] = &[$(($win32, NtError::$name),)+];

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
        /// else already, or the request arrived above `PASSIVE_LEVEL`, where NETIO must not be called.
        INVALID_DEVICE_STATE = 0xc000_0184 => 22 ERROR_BAD_COMMAND;
        /// No such neighbor, no such interface for the family, or an empty table.
        NOT_FOUND = 0xc000_0225 => 1168 ERROR_NOT_FOUND;
        /// The neighbor exists already.
        DUPLICATE_OBJECTID = 0xc000_022a => 5010 ERROR_OBJECT_ALREADY_EXISTS;
        /// The neighbor exists already (second form).
        OBJECTID_EXISTS = 0xc000_022b => 5010 ERROR_OBJECT_ALREADY_EXISTS;
        /// No route leads to the address.
        NETWORK_UNREACHABLE = 0xc000_023c => 1231 ERROR_NETWORK_UNREACHABLE;
        /// The device was removed while the request was under way.
        DEVICE_REMOVED = 0xc000_02b6 => 1617 ERROR_DEVICE_REMOVED;
    }
}

/// Declares the constants and names of statuses that no program meets at the driver.
macro_rules! names {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)+) => {
        impl NtStatus {
            $($(#[$doc])* pub const $name: Self = Self::from_bits($value);)+
        }

        pub const NAMED: &[(NtStatus, &str)] = &[$((NtStatus::$name, concat!("STATUS_", stringify!($name))),)+];
    };
}

names! {
    /// The wait ended without the object being signalled.
    TIMEOUT = 0x0000_0102;
    /// The object has a context of this type already; the existing one is handed out.
    OBJECT_NAME_EXISTS = 0x4000_0000;
    /// A page that guards a stack or a heap was touched.
    GUARD_PAGE_VIOLATION = 0x8000_0001;
    /// A value lies at an address that is not a multiple of its alignment.
    DATATYPE_MISALIGNMENT = 0x8000_0002;
    /// A breakpoint was met, and nobody debugs.
    BREAKPOINT = 0x8000_0003;
    /// A queue holds no (further) request.
    NO_MORE_ENTRIES = 0x8000_001a;
    /// Memory was touched that is not there, or not for this kind of access.
    ACCESS_VIOLATION = 0xc000_0005;
    /// A page could not be read in.
    IN_PAGE_ERROR = 0xc000_0006;
    /// A completion routine keeps the IRP.
    MORE_PROCESSING_REQUIRED = 0xc000_0016;
    /// The processor does not know the instruction.
    ILLEGAL_INSTRUCTION = 0xc000_001d;
    /// The object is of another type.
    OBJECT_TYPE_MISMATCH = 0xc000_0024;
    /// The program cannot go on after an exception.
    NONCONTINUABLE_EXCEPTION = 0xc000_0025;
    /// A name is malformed.
    OBJECT_NAME_INVALID = 0xc000_0033;
    /// A name is in use.
    OBJECT_NAME_COLLISION = 0xc000_0035;
    /// A security descriptor is not acceptable here.
    INVALID_SECURITY_DESCR = 0xc000_0079;
    /// An index lies outside an array.
    ARRAY_BOUNDS_EXCEEDED = 0xc000_008c;
    /// An integer was divided by zero.
    INTEGER_DIVIDE_BY_ZERO = 0xc000_0094;
    /// The instruction is the kernel's alone.
    PRIVILEGED_INSTRUCTION = 0xc000_0096;
    /// A sum is too large for its type.
    INTEGER_OVERFLOW = 0xc000_0095;
    /// The time is over.
    IO_TIMEOUT = 0xc000_00b5;
    /// The IRP has too few stack locations for the target.
    REQUEST_NOT_ACCEPTED = 0xc000_00d0;
    /// The device could not be powered up.
    DEVICE_POWER_FAILURE = 0xc000_009e;
    /// A user buffer is not acceptable.
    INVALID_USER_BUFFER = 0xc000_00e8;
    /// An I/O error that has no status of its own.
    UNEXPECTED_IO_ERROR = 0xc000_00e9;
    /// The fourth argument is wrong.
    INVALID_PARAMETER_4 = 0xc000_00f2;
    /// The stack has no room left.
    STACK_OVERFLOW = 0xc000_00fd;
    /// The object must not be deleted by the driver.
    CANNOT_DELETE = 0xc000_0121;
    /// The file is closed.
    FILE_CLOSED = 0xc000_0128;
    /// The driver called a function out of order.
    DRIVER_INTERNAL_ERROR = 0xc000_0183;
    /// An offset or length lies outside the buffer.
    INVALID_BUFFER_SIZE = 0xc000_0206;
    /// A heap's own data was overwritten.
    HEAP_CORRUPTION = 0xc000_0374;
    /// A check of the program's own failed; it ends at once.
    STACK_BUFFER_OVERRUN = 0xc000_0409;
    /// The queue is stopped.
    WDF_PAUSED = 0xc020_0203;
    /// The queue takes no requests.
    WDF_BUSY = 0xc020_0204;
    /// Object attributes out of range.
    WDF_OBJECT_ATTRIBUTES_INVALID = 0xc020_0209;
    /// A queue that dispatches has no callback to dispatch to.
    WDF_NO_CALLBACK = 0xc020_020b;
    /// Execution level of object and parent do not go together with serialization.
    WDF_INCOMPATIBLE_EXECUTION_LEVEL = 0xc020_020c;
    /// The framework chooses the parent of this kind of object.
    WDF_PARENT_ASSIGNMENT_NOT_ALLOWED = 0xc020_020f;
    /// This kind of object takes no such synchronization scope.
    WDF_SYNCHRONIZATION_SCOPE_INVALID = 0xc020_0210;
    /// This kind of object takes no execution level.
    WDF_EXECUTION_LEVEL_INVALID = 0xc020_0211;
    /// This kind of object needs a parent.
    WDF_PARENT_NOT_SPECIFIED = 0xc020_0212;
}
