//! Calls through the framework's function table.

use core::cell::UnsafeCell;
use core::ffi::c_void;
use core::ptr::{null, null_mut};
use wdf_abi::{DriverGlobals, Function, Handle, ObjectAttributes, UnicodeString};

/// An untyped pointer.
pub type Pointer = *mut c_void;

/// A static that the framework writes before anything else runs.
#[repr(transparent)]
pub struct Shared<T>(UnsafeCell<T>);

// SAFETY: written once by the loader, before other threads know of it.
unsafe impl<T> Sync for Shared<T> {}

impl<T> Shared<T> {
    pub const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    pub const fn get(&self) -> *mut T {
        self.0.get()
    }
}

static TABLE: Shared<*const Pointer> = Shared::new(null());
static GLOBALS: Shared<*mut DriverGlobals> = Shared::new(null_mut());

pub const fn table_place() -> *mut *const Pointer {
    TABLE.get()
}

pub const fn globals_place() -> *mut *mut DriverGlobals {
    GLOBALS.get()
}

pub fn globals() -> *const DriverGlobals {
    // SAFETY: the loader has written it before the driver starts.
    unsafe { *GLOBALS.get() }
}

/// The address of a framework function.
pub fn entry(function: Function) -> Pointer {
    // SAFETY: the loader has written the table's place.
    let table = unsafe { *TABLE.get() };
    // SAFETY: the table has an entry for every function.
    unsafe { *table.wrapping_add(function as usize) }
}

/// Calls a framework function: `wdf!(WdfName(argument => type, …) -> result)`.
macro_rules! wdf {
    ($name:ident($($argument:expr => $type:ty),* $(,)?) $(-> $result:ty)?) => {{
        let address = $crate::wdf::entry($crate::wdf::function::$name);
        type Signature = unsafe extern "system" fn(*const wdf_abi::DriverGlobals $(, $type)*) $(-> $result)?;
        // SAFETY: the entry is the function of this name, whose signature this is.
        let function = unsafe { core::mem::transmute::<$crate::wdf::Pointer, Signature>(address) };
        // SAFETY: what is passed is what the probe asks about; the framework checks handles.
        unsafe { function($crate::wdf::globals() $(, $argument)*) }
    }};
}
pub(crate) use wdf;
pub use wdf_abi::Function as function;

/// Attributes as `WDF_OBJECT_ATTRIBUTES_INIT` leaves them.
pub const fn attributes() -> ObjectAttributes {
    ObjectAttributes {
        size: size_of::<ObjectAttributes>() as u32,
        cleanup: None,
        destroy: None,
        execution_level: 1,
        synchronization_scope: 1,
        parent: 0,
        context_size_override: 0,
        context_type: null(),
    }
}

/// A counted string over a text.
pub fn counted(text: &[u16]) -> UnicodeString {
    let length = u16::try_from(text.len() * 2).unwrap_or(0);
    UnicodeString { length, maximum_length: length, buffer: text.as_ptr().cast_mut() }
}

/// Deletes an object.
pub fn delete(object: Handle) {
    wdf!(WdfObjectDelete(object => Handle));
}
