//! File objects while they are lent.

use crate::{
    File, FileObject, ManualQueue,
    context::{self, Slot},
    framework::{Framework, Role, WDFFILEOBJECT, WDFOBJECT, framework},
};
use core::ops::Deref;
use netioctl_irql::PassiveLevel;
use netioctl_status::NtError;

/// A file object that a callback or a request lends. Its handle is open or a request that came through it is still
/// under way, so its device is there.
#[derive(Debug)]
pub struct OpenFile<'lent, F: File> {
    handle: WDFFILEOBJECT,
    context: &'lent F,
}

impl<F: File> Deref for OpenFile<'_, F> {
    type Target = F;

    fn deref(&self) -> &F {
        self.context
    }
}

impl<'lent, F: File> OpenFile<'lent, F> {
    /// The file object; `None` if it has no context, because [`File::create`] was not called for it or failed.
    ///
    /// # Safety
    /// The handle is null or that of a file object of a device of `F`, and the caller lends it for `'lent`.
    pub(crate) unsafe fn from_raw(handle: WDFFILEOBJECT) -> Option<Self> {
        if handle.is_null() {
            return None;
        }
        // SAFETY: as the caller says.
        let context = unsafe { Slot::<F>::of(handle.cast(), Role::File) }?.get()?;
        Some(Self { handle, context })
    }

    /// What the driver keeps for the handle.
    ///
    /// # IRQL
    /// Any.
    #[must_use]
    pub const fn context(&self) -> &'lent F {
        self.context
    }

    /// The device that was opened ([WdfFileObjectGetDevice]).
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    ///
    /// [WdfFileObjectGetDevice]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdffileobject/nf-wdffileobject-wdffileobjectgetdevice
    #[must_use]
    pub fn device(&self) -> Option<&'lent F::Device> {
        // SAFETY: the file object is lent.
        let device = unsafe { framework().file_device(self.handle) };
        // SAFETY: the device of our own file object is of this type, and stays as long as its handles and requests.
        unsafe { context::of_device(device) }
    }

    /// Whether the handle has been closed.
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        // SAFETY: the file object is lent.
        unsafe { is_closed::<F>(self.handle) }
    }

    /// Makes a manual queue that belongs to the file object, and goes with it ([WdfIoQueueCreate]). Only requests that
    /// came through this handle can be forwarded to it.
    ///
    /// # IRQL
    /// `PASSIVE_LEVEL`.
    ///
    /// # Errors
    /// What the framework answers; `STATUS_DELETE_PENDING` when the file object goes.
    ///
    /// [WdfIoQueueCreate]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfio/nf-wdfio-wdfioqueuecreate
    pub fn create_queue(&self, _at: PassiveLevel<'_>) -> Result<ManualQueue<F::Device>, NtError> {
        // SAFETY: the file object is lent.
        let device = unsafe { framework().file_device(self.handle) };
        // SAFETY: the device stays as long as its handles and requests.
        unsafe { ManualQueue::create(device, self.handle) }
    }

    /// What has been added to the file object.
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    #[must_use]
    pub fn extension(&self) -> Option<&'lent F::Extension> {
        // SAFETY: the file object is lent.
        unsafe { extension::<F>(self.handle) }
    }

    /// Adds to the file object, unless it has been done ([WdfObjectAllocateContext]): an extension that begins as
    /// [`File::EXTENSION`], with the change that `init` makes. Of several threads that come at the same time one runs
    /// `init`, and all get the same extension.
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`; `init` runs at `DISPATCH_LEVEL`.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`, `STATUS_DELETE_PENDING` when the file object goes.
    ///
    /// ```
    /// use kmdf::{File, NtError, OpenFile, SpinLock};
    ///
    /// /// Bytes that only those handles pay for that something is noted for.
    /// type Notes = SpinLock<[u8; 256]>;
    ///
    /// fn note<F: File<Extension = Notes>>(file: &OpenFile<'_, F>, byte: u8) -> Result<(), NtError> {
    ///     let notes = file.extend(|_notes| ())?;
    ///     notes.locked(|notes, _at| notes[0] = byte);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// [WdfObjectAllocateContext]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfobject/nf-wdfobject-wdfobjectallocatecontext
    pub fn extend(&self, init: impl FnOnce(&mut F::Extension) + Send) -> Result<&'lent F::Extension, NtError> {
        let object = self.handle.cast();
        // SAFETY: the file object is lent; its extension is of this type.
        let slot = unsafe { Slot::<F::Extension>::add(object, Role::Extension, destroy_extension::<F>) }?;
        Ok(slot.get_or_init(|place| place.write(F::EXTENSION).with(init)))
    }

    /// Keeps the file object beyond the time that it is lent for ([WdfObjectReference]).
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    ///
    /// [WdfObjectReference]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfobject/nf-wdfobject-wdfobjectreference
    #[must_use]
    pub fn reference(&self) -> FileObject<F> {
        // SAFETY: the file object is lent.
        unsafe { FileObject::new(self.handle) }
    }
}

/// Whether the handle of a file object has been closed.
///
/// # Safety
/// The handle is that of a file object of a device of `F`, and valid.
pub unsafe fn is_closed<F: File>(file: WDFFILEOBJECT) -> bool {
    // SAFETY: as the caller says.
    unsafe { Slot::<F>::of(file.cast(), Role::File) }.is_some_and(Slot::has_ended)
}

/// What has been added to a file object.
///
/// # Safety
/// The handle is that of a file object of a device of `F`, and valid for `'file`.
pub unsafe fn extension<'file, F: File>(file: WDFFILEOBJECT) -> Option<&'file F::Extension> {
    // SAFETY: as the caller says.
    unsafe { Slot::<F::Extension>::of(file.cast(), Role::Extension) }?.get()
}

/// `EvtDestroyCallback` of what has been added.
unsafe extern "C" fn destroy_extension<F: File>(file: WDFOBJECT) {
    // SAFETY: the framework destroys our file object, whose extension is of this type.
    unsafe { Slot::<F::Extension>::destroy(file, Role::Extension) };
}
