//! The contexts of an object: memory that the driver keeps its own data in.

use crate::nt::Pointer;
use alloc::boxed::Box;
use alloc::vec;
use wdf_abi::{ContextTypeInfo, ObjectAttributes, ObjectCallback};

/// A context of an object: zeroed memory aligned to sixteen, and the callbacks that came with it.
pub struct Context {
    pub kind: usize,
    memory: Box<[u128]>,
    pub cleanup: ObjectCallback,
    pub destroy: ObjectCallback,
}

impl Context {
    pub fn new(attributes: &ObjectAttributes, size: usize) -> Self {
        Self {
            kind: identity(attributes.context_type),
            memory: vec![0; size.div_ceil(16)].into_boxed_slice(),
            cleanup: attributes.cleanup,
            destroy: attributes.destroy,
        }
    }

    /// Whether it has no memory, only callbacks.
    pub fn is_empty(&self) -> bool {
        self.memory.is_empty()
    }

    /// Where the driver finds it.
    pub fn address(&self) -> usize {
        self.memory.as_ptr().addr()
    }

    pub fn pointer(&mut self) -> Pointer {
        self.memory.as_mut_ptr().cast()
    }
}

/// What makes two context types the same.
pub fn identity(info: *const ContextTypeInfo) -> usize {
    if info.is_null() {
        return 0;
    }
    // SAFETY: a type that is named lives as long as the driver.
    let unique = unsafe { (*info).unique_type };
    if unique.is_null() { info.addr() } else { unique.addr() }
}

pub fn type_size(info: *const ContextTypeInfo) -> Option<usize> {
    // SAFETY: null is refused by `as_ref`; a type that is named lives as long as the driver.
    let info = unsafe { info.as_ref() }?;
    Some(info.context_size)
}
