//! Memory that the machine lends to the crate.

use crate::framework::{Context, Destroy, Role};
use core::{cell::UnsafeCell, ffi::c_void};
use std::vec::Vec;

/// A context: zeros, aligned to sixteen.
pub struct Memory {
    pub role: Role,
    pub destroy: Option<Destroy>,
    words: Vec<UnsafeCell<u128>>,
}

// SAFETY: the machine gives out the address and does not look itself.
unsafe impl Send for Memory {}

impl Memory {
    pub fn new(context: Context) -> Self {
        let words = (0..context.size.div_ceil(16)).map(|_| UnsafeCell::new(0)).collect();
        Self { role: context.role, destroy: context.destroy, words }
    }

    pub fn pointer(&self) -> *mut c_void {
        self.words.as_ptr().cast_mut().cast()
    }
}

/// A buffer of a request.
pub struct Bytes(Vec<UnsafeCell<u8>>);

// SAFETY: as above; the machine copies them when the request is completed.
unsafe impl Send for Bytes {}

impl Bytes {
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.iter().map(|&byte| UnsafeCell::new(byte)).collect())
    }

    pub const fn len(&self) -> usize {
        self.0.len()
    }

    pub fn pointer(&self) -> *mut c_void {
        self.0.as_ptr().cast_mut().cast()
    }

    /// What is in it, once nobody writes any more.
    pub fn take(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.0).into_iter().map(UnsafeCell::into_inner).collect()
    }
}
