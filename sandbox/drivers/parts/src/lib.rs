//! What the drivers under test share: calls of the framework, contexts, strings.
//!
//! The drivers are written as those of other people are: on the bindings alone, with the framework's own names.
#![no_std]
#![expect(clippy::macro_metavars_in_unsafe, reason = "a driver on the bindings alone is as safe as one in C")]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

pub mod facts;

use core::cell::UnsafeCell;
use core::ffi::CStr;
use core::mem::size_of;
use core::ptr::{from_ref, null};
pub use wdk_sys;
use wdk_sys::{
    _WDF_EXECUTION_LEVEL, _WDF_SYNCHRONIZATION_SCOPE, NTSTATUS, PCWDF_OBJECT_CONTEXT_TYPE_INFO,
    PWDF_REQUEST_COMPLETION_PARAMS, ULONG, UNICODE_STRING, WDF_OBJECT_ATTRIBUTES, WDF_OBJECT_CONTEXT_TYPE_INFO,
    WDFOBJECT,
};

/// Calls a function of the framework.
#[macro_export]
macro_rules! wdf {
    ($($call:tt)*) => {{
        use $crate::wdk_sys::call_unsafe_wdf_function_binding;
        // SAFETY: handles come from the framework, and what is pointed to lives through the call.
        unsafe { call_unsafe_wdf_function_binding!($($call)*) }
    }};
}

/// `DbgPrint` of a text that is not formatted.
pub fn print(text: &'static CStr) {
    // SAFETY: the text is terminated.
    unsafe { wdk_sys::ntddk::DbgPrint(text.as_ptr()) };
}

/// `DbgPrint` of a status, for which the text has a place.
pub fn print_status(text: &'static CStr, status: NTSTATUS) {
    // SAFETY: the text is terminated, and takes the one argument that it is given.
    unsafe { wdk_sys::ntddk::DbgPrint(text.as_ptr(), status) };
}

/// Leaves with a status that is an error.
#[macro_export]
macro_rules! check {
    ($call:expr) => {{
        let status = $call;
        if status < 0 {
            return status;
        }
    }};
}

/// `sizeof` a structure, as its member `Size` wants it.
#[must_use]
pub const fn size<T>() -> ULONG {
    #[expect(clippy::cast_possible_truncation, reason = "no structure of the framework has 4 GiB")]
    let size = size_of::<T>() as ULONG;
    size
}

/// Attributes that say nothing.
#[must_use]
pub fn attributes() -> WDF_OBJECT_ATTRIBUTES {
    WDF_OBJECT_ATTRIBUTES {
        Size: size::<WDF_OBJECT_ATTRIBUTES>(),
        ExecutionLevel: _WDF_EXECUTION_LEVEL::WdfExecutionLevelInheritFromParent,
        SynchronizationScope: _WDF_SYNCHRONIZATION_SCOPE::WdfSynchronizationScopeInheritFromParent,
        ..WDF_OBJECT_ATTRIBUTES::default()
    }
}

/// The type of a context.
#[repr(transparent)]
pub struct ContextType(UnsafeCell<WDF_OBJECT_CONTEXT_TYPE_INFO>);

// SAFETY: nobody changes it.
unsafe impl Sync for ContextType {}

impl ContextType {
    /// A context of that many bytes; the name ends with a zero.
    #[must_use]
    pub const fn new(name: &'static [u8], bytes: usize) -> Self {
        Self(UnsafeCell::new(WDF_OBJECT_CONTEXT_TYPE_INFO {
            Size: size::<WDF_OBJECT_CONTEXT_TYPE_INFO>(),
            ContextName: name.as_ptr().cast_mut().cast(),
            ContextSize: bytes,
            UniqueType: null(),
            EvtDriverGetUniqueContextType: None,
        }))
    }

    fn info(&'static self) -> PCWDF_OBJECT_CONTEXT_TYPE_INFO {
        self.0.get()
    }

    /// Attributes of an object with this context.
    #[must_use]
    pub fn attributes(&'static self) -> WDF_OBJECT_ATTRIBUTES {
        WDF_OBJECT_ATTRIBUTES { ContextTypeInfo: self.info(), ..attributes() }
    }

    /// The context of an object.
    #[expect(clippy::not_unsafe_ptr_arg_deref, reason = "a handle is looked up, not followed")]
    #[must_use]
    pub fn of<T>(&'static self, object: WDFOBJECT) -> *mut T {
        wdf!(WdfObjectGetTypedContextWorker, object, self.info()).cast()
    }
}

/// A text of the driver as the kernel counts it.
#[must_use]
pub fn counted(text: &[u16]) -> UNICODE_STRING {
    let bytes = u16::try_from(text.len().saturating_mul(2)).unwrap_or(0);
    UNICODE_STRING { Length: bytes, MaximumLength: bytes, Buffer: text.as_ptr().cast_mut() }
}

/// An ASCII text in UTF-16.
#[must_use]
pub const fn utf16<const LENGTH: usize>(text: &[u8; LENGTH]) -> [u16; LENGTH] {
    let mut units = [0; LENGTH];
    let mut at = 0;
    while at < LENGTH {
        units[at] = text[at] as u16;
        at += 1;
    }
    units
}

/// Makes the entry point of a driver out of a function.
#[macro_export]
macro_rules! driver_entry {
    ($start:path) => {
        /// The entry point.
        ///
        /// # Safety
        /// Called by the system, once.
        #[unsafe(export_name = "DriverEntry")]
        pub unsafe extern "system" fn driver_entry(
            driver: $crate::wdk_sys::PDRIVER_OBJECT,
            path: $crate::wdk_sys::PCUNICODE_STRING,
        ) -> $crate::wdk_sys::NTSTATUS {
            $start(driver, path)
        }
    };
}

/// A pointer to a local, as functions of the framework take structures that they read.
pub const fn given<T>(value: &T) -> *mut T {
    from_ref(value).cast_mut()
}

/// The status with which a request came back, and its information.
///
/// # Safety
/// The parameters are those that the framework passes to a completion routine, for the time of its call.
#[must_use]
pub unsafe fn outcome(parameters: PWDF_REQUEST_COMPLETION_PARAMS) -> (NTSTATUS, u64) {
    // SAFETY: the caller's promise.
    let io_status = unsafe { (*parameters).IoStatus };
    // SAFETY: every member of the union is a number.
    let status = unsafe { io_status.__bindgen_anon_1.Status };
    (status, io_status.Information)
}

/// A number of bytes as the kernel counts them.
#[must_use]
pub const fn bytes(count: usize) -> u64 {
    count as u64
}

/// `STATUS_SUCCESS`.
pub const SUCCESS: NTSTATUS = 0;
