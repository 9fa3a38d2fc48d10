//! References to objects of the framework: the handle stays valid, whatever becomes of the object.

use crate::framework::{Framework, WDFOBJECT, framework};

/// A reference to an object of the framework. It keeps the handle valid, and is given back once, when it is dropped.
///
/// # IRQL
/// Everything here: up to `DISPATCH_LEVEL`.
#[derive(Debug)]
pub struct Reference(WDFOBJECT);

// SAFETY: handles and references of the framework belong to no thread.
unsafe impl Send for Reference {}

// SAFETY: a shared reference only lends the handle, and whoever calls the framework with it vouches for that call.
unsafe impl Sync for Reference {}

impl Reference {
    /// Takes a reference.
    ///
    /// # Safety
    /// The handle is valid.
    pub unsafe fn new(object: WDFOBJECT) -> Self {
        // SAFETY: the caller vouches for the handle; the reference is given back when this is dropped.
        unsafe { framework().reference(object) };
        Self(object)
    }

    /// Takes charge of a reference that was taken.
    ///
    /// # Safety
    /// The reference was taken, and nobody else gives it back.
    pub const unsafe fn from_taken(object: WDFOBJECT) -> Self {
        Self(object)
    }

    /// The handle.
    pub const fn handle(&self) -> WDFOBJECT {
        self.0
    }
}

impl Clone for Reference {
    fn clone(&self) -> Self {
        // SAFETY: our own reference keeps the handle valid.
        unsafe { Self::new(self.0) }
    }
}

impl PartialEq for Reference {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Reference {}

impl Drop for Reference {
    fn drop(&mut self) {
        // SAFETY: the reference was taken for this value, and nobody else gives it back.
        unsafe { framework().dereference(self.0) };
    }
}
