//! I/O targets and the requests that are sent to them.

use super::{Handle, Pointer, UnicodeString};

/// `EVT_WDF_REQUEST_COMPLETION_ROUTINE`.
pub type RequestCompletion = Option<
    unsafe extern "system" fn(request: Handle, target: Handle, parameters: *mut CompletionParams, context: Pointer),
>;
/// `EVT_WDF_IO_TARGET_QUERY_REMOVE`.
pub type TargetQuery = Option<unsafe extern "system" fn(target: Handle) -> i32>;

/// `WDF_IO_TARGET_OPEN_PARAMS`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct TargetOpenParams {
    /// Size of this structure.
    pub size: u32,
    /// `WDF_IO_TARGET_OPEN_TYPE`.
    pub kind: i32,
    /// Called when the target's device asks whether it may go.
    pub query_remove: TargetQuery,
    /// Called when it stays after all.
    pub remove_canceled: super::HandleCallback,
    /// Called when it is gone.
    pub remove_complete: super::HandleCallback,
    /// The device of a target that is there already.
    pub device: Pointer,
    /// A file object of it.
    pub file: Pointer,
    /// The name of a target that is opened by name.
    pub name: UnicodeString,
    /// The access.
    pub access: u32,
    /// What others may do meanwhile.
    pub share: u32,
    /// Attributes of a file that is made.
    pub file_attributes: u32,
    /// What to do if it is not there.
    pub disposition: u32,
    /// `FILE_…` options.
    pub options: u32,
    /// Extended attributes.
    pub ea: Pointer,
    /// Bytes of them.
    pub ea_length: u32,
    /// The first size of a file that is made.
    pub allocation: *const i64,
    /// What was done.
    pub information: u32,
    /// The name of a file, for a local target by file.
    pub file_name: UnicodeString,
}

/// `WDF_REQUEST_SEND_OPTIONS`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SendOptions {
    /// Size of this structure.
    pub size: u32,
    /// `WDF_REQUEST_SEND_OPTIONS_FLAGS`.
    pub flags: i32,
    /// In 100 ns units, negative from now.
    pub timeout: i64,
}

/// `WDF_REQUEST_REUSE_PARAMS`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ReuseParams {
    /// Size of this structure.
    pub size: u32,
    /// `WDF_REQUEST_REUSE_FLAGS`.
    pub flags: i32,
    /// The status of the request from now on.
    pub status: i32,
    /// The IRP to use from now on.
    pub irp: Pointer,
}

/// `WDF_REQUEST_COMPLETION_PARAMS`: the words are the union of the request types.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct CompletionParams {
    /// Size of this structure.
    pub size: u32,
    /// `WDF_REQUEST_TYPE`.
    pub request_type: i32,
    /// How it ended.
    pub status: usize,
    /// `Information`.
    pub information: usize,
    /// Memory, or control code.
    pub word0: usize,
    /// Length, or the input's memory.
    pub word1: usize,
    /// Offset, or the input's offset.
    pub word2: usize,
    /// The output's memory.
    pub word3: usize,
    /// The output's offset.
    pub word4: usize,
    /// The output's length.
    pub word5: usize,
}

/// `WDF_MEMORY_DESCRIPTOR`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct MemoryDescriptor {
    /// `WDF_MEMORY_DESCRIPTOR_TYPE`.
    pub kind: i32,
    /// A buffer, an MDL or a handle of memory.
    pub subject: usize,
    /// The length of the first two in 32 bits, or where the offsets of the last are.
    pub extent: usize,
}

/// `WDFMEMORY_OFFSET`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct MemoryOffset {
    /// The first byte.
    pub offset: usize,
    /// Bytes.
    pub length: usize,
}
