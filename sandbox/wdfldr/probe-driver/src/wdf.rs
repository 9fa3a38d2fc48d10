//! Calls through the framework's function table.

use core::cell::UnsafeCell;
use core::ffi::c_void;
use core::ptr::{null, null_mut};
use wdf_abi::{BindInfo, BindInfo2, DriverGlobals, FUNCTION_COUNT, Function, Handle, ObjectAttributes, UnicodeString};

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

static CLIENT_IS_NEWER: Shared<u8> = Shared::new(0);
/// Functions that the driver is built against.
const BUILT_FOR: u32 = {
    assert!(FUNCTION_COUNT < 1000);
    #[expect(clippy::cast_possible_truncation, reason = "it has just been checked; `try_from` is not const")]
    let count = FUNCTION_COUNT as u32;
    count
};

static FUNCTIONS: Shared<u32> = Shared::new(BUILT_FOR);
static STRUCTURES: Shared<u32> = Shared::new(0);
static SIZES: Shared<*const usize> = Shared::new(null());
static MINIMUM: u32 = 25;

/// The bind information of a driver that was built for `1.minor` and is content with the oldest framework that may be.
pub const fn bind_info(minor: u32, component: *const u16) -> BindInfo2 {
    BindInfo2 {
        first: BindInfo {
            size: wdf_abi::size::<BindInfo2>(),
            component,
            major: 1,
            minor,
            build: 0,
            function_count: BUILT_FOR,
            function_table: TABLE.get(),
            module: null_mut(),
        },
        minimum: &raw const MINIMUM,
        client_is_newer: CLIENT_IS_NEWER.get(),
        function_count: FUNCTIONS.get(),
        structure_count: STRUCTURES.get(),
        structures: SIZES.get(),
    }
}

/// What the loader told: whether this driver was built for a newer framework, and how many functions and structures
/// there are.
pub fn told() -> (u8, u32, u32) {
    // SAFETY: the loader has written it, if at all, before the driver started.
    let newer = unsafe { *CLIENT_IS_NEWER.get() };
    // SAFETY: as above.
    let functions = unsafe { *FUNCTIONS.get() };
    // SAFETY: as above.
    (newer, functions, unsafe { *STRUCTURES.get() })
}

/// The size of a structure, if the loader told.
pub fn structure_size(index: usize) -> Option<usize> {
    // SAFETY: as above.
    let sizes = unsafe { *SIZES.get() };
    let (_, _, count) = told();
    // SAFETY: there are that many sizes.
    (index < count as usize).then(|| unsafe { *sizes.wrapping_add(index) })
}

static TABLE: Shared<*const Pointer> = Shared::new(null());
static GLOBALS: Shared<*mut DriverGlobals> = Shared::new(null_mut());

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
        type Signature = unsafe extern "system" fn(*const wdf_abi::DriverGlobals $(, $type)*) $(-> $result)?;
        let address = $crate::wdf::entry($crate::wdf::function::$name);
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
        size: wdf_abi::size::<ObjectAttributes>(),
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
