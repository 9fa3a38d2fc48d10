//! What the drivers of one stack ask each other for.

use wdk_sys::{GUID, INTERFACE, PVOID, ULONG};

/// The class of the interface.
pub const FACTS: GUID =
    GUID { Data1: 0x2f0c_51d4, Data2: 0x8a61, Data3: 0x4e0b, Data4: [0x93, 0x77, 0x1d, 0x06, 0x5c, 0x20, 0x4e, 0xb2] };

/// Its version.
pub const VERSION: u16 = 1;

/// A table of functions.
#[repr(C)]
pub struct Facts {
    /// What every interface begins with.
    pub header: INTERFACE,
    /// How many writes the device has had.
    pub writes: Option<unsafe extern "C" fn(PVOID) -> ULONG>,
}

impl Facts {
    /// The size of the table, as its header has it.
    #[expect(clippy::cast_possible_truncation, reason = "a few pointers")]
    pub const SIZE: u16 = size_of::<Self>() as u16;
}
