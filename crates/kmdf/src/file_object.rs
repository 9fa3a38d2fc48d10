//! References to file objects.

use crate::{
    File,
    context::Slot,
    framework::{Role, WDFFILEOBJECT},
    open_file,
    reference::Reference,
};
use core::{ffi::c_void, marker::PhantomData, mem::ManuallyDrop, ptr};
use foreign::Foreign;

/// A reference to a file object: what the driver keeps for it stays, whatever becomes of the handle and the device. Two
/// are equal if they refer to the same file object.
///
/// # IRQL
/// Cloning it and dropping it: up to `DISPATCH_LEVEL`. With the last reference the context goes, and is dropped at that
/// level.
#[derive(Debug)]
pub struct FileObject<F: File> {
    reference: Reference,
    file: PhantomData<fn() -> F>,
}

impl<F: File> Clone for FileObject<F> {
    fn clone(&self) -> Self {
        Self { reference: self.reference.clone(), file: PhantomData }
    }
}

impl<F: File> PartialEq for FileObject<F> {
    fn eq(&self, other: &Self) -> bool {
        self.reference == other.reference
    }
}

impl<F: File> Eq for FileObject<F> {}

impl<F: File> FileObject<F> {
    /// Takes a reference.
    ///
    /// # Safety
    /// The handle is that of a file object of a device of `F` that has a context, and valid.
    pub(crate) unsafe fn new(file: WDFFILEOBJECT) -> Self {
        // SAFETY: as the caller says.
        Self { reference: unsafe { Reference::new(file.cast()) }, file: PhantomData }
    }

    pub(crate) const fn handle(&self) -> WDFFILEOBJECT {
        self.reference.handle().cast()
    }

    /// What the driver keeps for the handle.
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    #[must_use]
    pub fn context(&self) -> Option<&F> {
        // SAFETY: our reference keeps the handle valid; the context of the file object is of this type.
        unsafe { Slot::<F>::of(self.reference.handle(), Role::File) }?.get()
    }

    /// What has been added to the file object.
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    #[must_use]
    pub fn extension(&self) -> Option<&F::Extension> {
        // SAFETY: our reference keeps the handle valid.
        unsafe { open_file::extension::<F>(self.handle()) }
    }

    /// Whether the handle has been closed.
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        // SAFETY: our reference keeps the handle valid.
        unsafe { open_file::is_closed::<F>(self.handle()) }
    }
}

// SAFETY: a reference that is given away keeps the file object and its contexts until it is taken back.
unsafe impl<F: File> Foreign for FileObject<F> {
    fn into_raw(self) -> usize {
        ManuallyDrop::new(self).reference.handle().expose_provenance()
    }

    unsafe fn with_raw<R>(raw: usize, body: impl FnOnce(&Self) -> R) -> R {
        // SAFETY: the reference is there as long as it is not taken back; it is not given back here.
        let borrowed = ManuallyDrop::new(unsafe { Self::from_raw(raw) });
        body(&borrowed)
    }

    unsafe fn from_raw(raw: usize) -> Self {
        let handle = ptr::with_exposed_provenance_mut::<c_void>(raw);
        // SAFETY: `into_raw` kept the reference for whoever takes it back.
        Self { reference: unsafe { Reference::from_taken(handle) }, file: PhantomData }
    }
}
