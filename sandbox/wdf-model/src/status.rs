//! The `NTSTATUS` values that the framework answers with.

/// An `NTSTATUS`: negative values are errors.
pub type Status = i32;

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)*) => {
        $($(#[$doc])* pub const $name: Status = ($value as u32).cast_signed();)*
    };
}

statuses! {
    /// Done.
    SUCCESS = 0x0000_0000;
    /// The wait ended without the object being signalled.
    TIMEOUT = 0x0000_0102;
    /// The request is completed later.
    PENDING = 0x0000_0103;
    /// The object has a context of this type already; the existing one is handed out.
    OBJECT_NAME_EXISTS = 0x4000_0000;
    /// The buffer holds only a part of the data.
    BUFFER_OVERFLOW = 0x8000_0005;
    /// A queue holds no (further) request.
    NO_MORE_ENTRIES = 0x8000_001A;
    /// Failure without a better name.
    UNSUCCESSFUL = 0xC000_0001;
    /// The stand-in does not have this function.
    NOT_IMPLEMENTED = 0xC000_0002;
    /// The `Size` member of a structure is wrong.
    INFO_LENGTH_MISMATCH = 0xC000_0004;
    /// A handle that names nothing, or something of another kind.
    INVALID_HANDLE = 0xC000_0008;
    /// An argument is wrong.
    INVALID_PARAMETER = 0xC000_000D;
    /// The operation does not fit this object.
    INVALID_DEVICE_REQUEST = 0xC000_0010;
    /// The caller's buffer is smaller than the minimum asked for.
    BUFFER_TOO_SMALL = 0xC000_0023;
    /// The object is of another type.
    OBJECT_TYPE_MISMATCH = 0xC000_0024;
    /// A name is malformed.
    OBJECT_NAME_INVALID = 0xC000_0033;
    /// A name is in use.
    OBJECT_NAME_COLLISION = 0xC000_0035;
    /// The object is being deleted.
    DELETE_PENDING = 0xC000_0056;
    /// A security descriptor is not acceptable here.
    INVALID_SECURITY_DESCR = 0xC000_0079;
    /// Out of memory.
    INSUFFICIENT_RESOURCES = 0xC000_009A;
    /// The device could not be powered up.
    DEVICE_POWER_FAILURE = 0xC000_009E;
    /// The combination is not supported.
    NOT_SUPPORTED = 0xC000_00BB;
    /// A user buffer is not acceptable.
    INVALID_USER_BUFFER = 0xC000_00E8;
    /// The fourth argument is wrong.
    INVALID_PARAMETER_4 = 0xC000_00F2;
    /// The request was cancelled.
    CANCELLED = 0xC000_0120;
    /// The object must not be deleted by the driver.
    CANNOT_DELETE = 0xC000_0121;
    /// The file is closed.
    FILE_CLOSED = 0xC000_0128;
    /// The driver called a function out of order.
    DRIVER_INTERNAL_ERROR = 0xC000_0183;
    /// The object is not in a state for this.
    INVALID_DEVICE_STATE = 0xC000_0184;
    /// An offset or length lies outside the buffer.
    INVALID_BUFFER_SIZE = 0xC000_0206;
    /// Nothing matches.
    NOT_FOUND = 0xC000_0225;
    /// The queue is stopped (`STATUS_WDF_PAUSED`).
    WDF_PAUSED = 0xC020_0203;
    /// The queue takes no requests (`STATUS_WDF_BUSY`).
    WDF_BUSY = 0xC020_0204;
    /// Object attributes out of range.
    WDF_OBJECT_ATTRIBUTES_INVALID = 0xC020_0209;
    /// A queue that dispatches has no callback to dispatch to.
    WDF_NO_CALLBACK = 0xC020_020B;
    /// Execution level of object and parent do not go together with serialization.
    WDF_INCOMPATIBLE_EXECUTION_LEVEL = 0xC020_020C;
    /// The framework chooses the parent of this kind of object.
    WDF_PARENT_ASSIGNMENT_NOT_ALLOWED = 0xC020_020F;
    /// This kind of object takes no such synchronization scope.
    WDF_SYNCHRONIZATION_SCOPE_INVALID = 0xC020_0210;
    /// This kind of object takes no execution level.
    WDF_EXECUTION_LEVEL_INVALID = 0xC020_0211;
    /// This kind of object needs a parent.
    WDF_PARENT_NOT_SPECIFIED = 0xC020_0212;
}

/// Whether the status is a success or informational one (`NT_SUCCESS`).
#[must_use]
pub const fn is_success(status: Status) -> bool {
    status >= 0
}
