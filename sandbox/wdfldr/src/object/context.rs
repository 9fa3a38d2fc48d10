//! The contexts of an object: memory that the driver keeps its own data in.

use crate::argument::{ContextType, Given};
use crate::nt::Pointer;
use alloc::boxed::Box;
use alloc::vec;
use wdf_abi::ObjectCallback;

/// A context of an object: zeroed memory aligned to sixteen, and the callbacks that came with it.
pub struct Context {
    pub kind: usize,
    memory: Box<[u128]>,
    pub cleanup: ObjectCallback,
    pub destroy: ObjectCallback,
}

impl Context {
    pub fn new(given: &Given, size: usize) -> Self {
        Self {
            kind: identity(given.context_type),
            memory: vec![0; size.div_ceil(16)].into_boxed_slice(),
            cleanup: given.raw.cleanup,
            destroy: given.raw.destroy,
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

/// What makes two context types the same; none is a type as well.
pub fn identity(context_type: Option<ContextType>) -> usize {
    context_type.map_or(0, |context| context.identity)
}
