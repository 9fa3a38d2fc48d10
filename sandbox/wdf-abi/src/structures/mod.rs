//! Structures of the framework's interface, compared with the record of it in `tests/layouts.rs`. Member names are the
//! framework's in Rust spelling.

mod device;
mod driver;
mod io;
mod target;

pub use device::*;
pub use driver::*;
pub use io::*;
pub use target::*;

use core::ffi::c_void;

/// A framework handle. Zero is no handle.
pub type Handle = usize;
/// An untyped pointer.
pub type Pointer = *mut c_void;

/// `sizeof` a structure, as its member `Size` wants it.
///
/// # Panics
/// For more than 4 GiB.
#[must_use]
pub const fn size<T>() -> u32 {
    let size = size_of::<T>();
    assert!(size <= u32::MAX as usize, "a structure has fewer bytes than fit the member");
    #[expect(clippy::cast_possible_truncation, reason = "it has just been checked; `try_from` is not const")]
    let size = size as u32;
    size
}

/// `EVT_WDF_OBJECT_CONTEXT_CLEANUP` and `…_DESTROY`.
pub type ObjectCallback = Option<unsafe extern "system" fn(object: Handle)>;

/// `WDF_OBJECT_CONTEXT_TYPE_INFO`.
#[repr(C)]
pub struct ContextTypeInfo {
    /// Size of this structure.
    pub size: u32,
    /// Name, ANSI.
    pub context_name: *const u8,
    /// Bytes of the context.
    pub context_size: usize,
    /// The structure that is the identity of the type: itself or one shared between files.
    pub unique_type: *const ContextTypeInfo,
    /// Finds the identity at run time.
    pub get_unique_type: Pointer,
}

/// `WDF_OBJECT_ATTRIBUTES`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ObjectAttributes {
    /// Size of this structure.
    pub size: u32,
    /// Called when the object is deleted.
    pub cleanup: ObjectCallback,
    /// Called when the last reference is gone.
    pub destroy: ObjectCallback,
    /// `WDF_EXECUTION_LEVEL`.
    pub execution_level: i32,
    /// `WDF_SYNCHRONIZATION_SCOPE`.
    pub synchronization_scope: i32,
    /// The parent object.
    pub parent: Handle,
    /// Bytes of context instead of the type's own.
    pub context_size_override: usize,
    /// Type of the context.
    pub context_type: *const ContextTypeInfo,
}

/// `EVT_WDF_REQUEST_CANCEL`, `EVT_WDF_FILE_CLOSE`, `…_CLEANUP`, `EVT_WDF_WORKITEM` and `EVT_WDF_TIMER`.
pub type HandleCallback = Option<unsafe extern "system" fn(object: Handle)>;

/// `WDF_TIMER_CONFIG`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct TimerConfig {
    /// Size of this structure.
    pub size: u32,
    /// Called when the timer fires.
    pub function: HandleCallback,
    /// Milliseconds between firings, 0 for one.
    pub period: u32,
    /// Whether the parent's lock is held.
    pub automatic_serialization: u8,
    /// Milliseconds of tolerance.
    pub tolerable_delay: u32,
    /// The next member is aligned to eight.
    pub reserved: u32,
    /// Whether to use the high resolution timers.
    pub use_high_resolution_timer: u8,
}

/// `WDF_WORKITEM_CONFIG`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct WorkItemConfig {
    /// Size of this structure.
    pub size: u32,
    /// Called on a worker thread.
    pub function: HandleCallback,
    /// Whether the parent's lock is held.
    pub automatic_serialization: u8,
}

/// `UNICODE_STRING`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct UnicodeString {
    /// Bytes in use.
    pub length: u16,
    /// Bytes there are.
    pub maximum_length: u16,
    /// UTF-16 text.
    pub buffer: *mut u16,
}
const _: () = assert!(size_of::<UnicodeString>() == 16);

/// `GUID`.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Guid {
    /// First group.
    pub data1: u32,
    /// Second group.
    pub data2: u16,
    /// Third group.
    pub data3: u16,
    /// The rest.
    pub data4: [u8; 8],
}
