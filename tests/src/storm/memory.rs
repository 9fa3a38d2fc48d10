//! Memory between two pages that nobody may touch.

use anyhow::{Result, ensure};
use std::{ffi::c_void, io, ptr};
use windows_sys::Win32::System::Memory::{
    MEM_COMMIT, MEM_RELEASE, MEM_RESERVE, PAGE_NOACCESS, PAGE_READWRITE, VirtualAlloc, VirtualFree,
};

/// Bytes of a page.
const PAGE: usize = 4096;

/// Bytes between the guard pages.
pub const ROOM: usize = 4 * PAGE;

/// Memory between two guard pages. Whoever touches more than a buffer that lies at its end, or before one at its
/// beginning, faults.
pub struct Guarded(*mut u8);

impl Guarded {
    pub fn new() -> Result<Self> {
        // SAFETY: a null address lets the system choose one.
        let reserved = unsafe { VirtualAlloc(ptr::null(), ROOM + 2 * PAGE, MEM_RESERVE, PAGE_NOACCESS) };
        ensure!(!reserved.is_null(), "no memory: {}", io::Error::last_os_error());
        let start = reserved.cast::<u8>().wrapping_add(PAGE);
        let this = Self(start);
        // SAFETY: the pages are part of what was reserved.
        let committed = unsafe { VirtualAlloc(start.cast(), ROOM, MEM_COMMIT, PAGE_READWRITE) };
        ensure!(!committed.is_null(), "no memory: {}", io::Error::last_os_error());
        Ok(this)
    }

    /// The beginning: the byte before it cannot be touched.
    pub fn head(&self) -> *mut u8 {
        self.0
    }

    /// So many bytes at the end: the byte behind them cannot be touched.
    pub fn tail(&self, length: usize) -> *mut u8 {
        self.0.wrapping_add(ROOM - length.min(ROOM))
    }

    /// Fills everything.
    pub fn fill(&self, byte: u8) {
        // SAFETY: so many bytes are there, and nobody has a reference to them; no request is under way.
        unsafe { self.0.write_bytes(byte, ROOM) };
    }

    /// Copies bytes to a place within.
    pub fn write(&self, place: *mut u8, bytes: &[u8]) {
        let offset = place.addr().wrapping_sub(self.0.addr());
        assert!(offset <= ROOM && bytes.len() <= ROOM - offset, "a place within");
        // SAFETY: the place lies within, and nobody has a reference to it.
        unsafe { place.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    }

    /// Whether so many bytes from a place within all have this value.
    pub fn is_filled(&self, place: *mut u8, length: usize, byte: u8) -> bool {
        let offset = place.addr().wrapping_sub(self.0.addr());
        assert!(offset <= ROOM && length <= ROOM - offset, "a place within");
        // SAFETY: the bytes lie within and are initialized; no request is under way that could write to them.
        let bytes = unsafe { std::slice::from_raw_parts(place, length) };
        bytes.iter().all(|there| *there == byte)
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        let reserved: *mut c_void = self.0.wrapping_sub(PAGE).cast();
        // SAFETY: what `new` has reserved, once, and no request is under way that has it.
        unsafe { VirtualFree(reserved, 0, MEM_RELEASE) };
    }
}
