//! File objects: one for each handle that a client opens.

use crate::{
    Device, FileObject, ManualQueue,
    context::{self, Slot},
    framework::{Caller, Context, Framework, Role, WDFDEVICE, WDFFILEOBJECT, WDFOBJECT, WDFREQUEST, framework},
};
use core::ops::Deref;
use netioctl_irql::PassiveLevel;
use netioctl_status::{NtError, NtStatus};

/// What a driver keeps for each handle: the context of its file object. It is made when the handle is opened, and
/// dropped once, up to `DISPATCH_LEVEL`, when nothing refers to the file object any more.
pub trait File: Send + Sync + Sized + 'static {
    /// The device that is opened.
    type Device: Device<File = Self>;

    /// What the driver adds to the handles that need it ([`OpenFile::extend`]): memory that the others are not to pay
    /// for. Dropped with the file object.
    type Extension: Send + Sync + 'static;

    /// What an extension begins as. It is copied from the driver's image to the place where it stays: however large it
    /// is, it never lies on the kernel's stack.
    const EXTENSION: Self::Extension;

    /// Somebody opens the device ([EvtDeviceFileCreate]).
    ///
    /// # IRQL
    /// `PASSIVE_LEVEL`, in the context of the caller.
    ///
    /// # Errors
    /// What the open fails with.
    ///
    /// [EvtDeviceFileCreate]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfdevice/nc-wdfdevice-evt_wdf_device_file_create
    fn create(create: &Create<'_, Self::Device>, at: PassiveLevel<'_>) -> Result<Self, NtError>;

    /// The last handle to the file object has been closed ([EvtFileCleanup], or [EvtFileClose] on systems that leave it
    /// out). Told once. Requests that came through the handle may still be on their way.
    ///
    /// # IRQL
    /// `PASSIVE_LEVEL`.
    ///
    /// [EvtFileCleanup]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfdevice/nc-wdfdevice-evt_wdf_file_cleanup
    /// [EvtFileClose]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfdevice/nc-wdfdevice-evt_wdf_file_close
    fn cleanup(file: &OpenFile<'_, Self>, at: PassiveLevel<'_>);
}

/// `FILE_WRITE_DATA`.
const WRITE_DATA: u32 = 2;

/// An open that is under way.
#[derive(Debug)]
pub struct Create<'callback, D: Device> {
    device: &'callback D,
    handle: WDFDEVICE,
    file: WDFFILEOBJECT,
    caller: Caller,
    _at: PassiveLevel<'callback>,
}

impl<'callback, D: Device> Create<'callback, D> {
    /// The device that is opened.
    ///
    /// # IRQL
    /// Any.
    #[must_use]
    pub const fn device(&self) -> &'callback D {
        self.device
    }

    /// Whether the handle is going to have write access (`FILE_WRITE_DATA` among the granted access).
    ///
    /// # IRQL
    /// Any.
    #[must_use]
    pub const fn may_write(&self) -> bool {
        self.caller.access & WRITE_DATA != 0
    }

    /// The logon session of whoever opens the handle: the authentication id of the effective token
    /// ([SeQueryAuthenticationIdToken]). `None` if the I/O manager says nothing of the caller.
    ///
    /// # IRQL
    /// Any.
    ///
    /// [SeQueryAuthenticationIdToken]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-sequeryauthenticationidtoken
    #[must_use]
    pub const fn logon_session(&self) -> Option<u64> {
        self.caller.logon_session
    }

    /// Makes a manual queue that belongs to the file object, and goes with it ([WdfIoQueueCreate]). Only requests that
    /// come through this handle can be forwarded to it.
    ///
    /// # IRQL
    /// `PASSIVE_LEVEL`, as the callback that opens the handle.
    ///
    /// # Errors
    /// What the framework answers.
    ///
    /// [WdfIoQueueCreate]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfio/nf-wdfio-wdfioqueuecreate
    pub fn create_queue(&self) -> Result<ManualQueue<D>, NtError> {
        // SAFETY: the framework lends both to the callback that we are in.
        unsafe { ManualQueue::create(self.handle, self.file) }
    }
}

/// A file object that a callback or a request lends: its handle is open, or a request that came through it is still on
/// its way, so its device is there.
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
    /// The file object; `None` if it has no context, because it was opened around [`File::create`] or failed there.
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

    /// The device that was opened.
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
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

/// The context that a file object is to have.
pub const fn context<D: Device>() -> Context {
    Slot::<D::File>::context(Role::File, Some(destroy::<D>))
}

/// # Safety
/// The handle is that of a file object of a device of `F`, and valid.
pub unsafe fn is_closed<F: File>(file: WDFFILEOBJECT) -> bool {
    // SAFETY: as the caller says.
    unsafe { Slot::<F>::of(file.cast(), Role::File) }.is_some_and(Slot::has_ended)
}

/// # Safety
/// The handle is that of a file object of a device of `F`, and valid for `'file`.
pub unsafe fn extension<'file, F: File>(file: WDFFILEOBJECT) -> Option<&'file F::Extension> {
    // SAFETY: as the caller says.
    unsafe { Slot::<F::Extension>::of(file.cast(), Role::Extension) }?.get()
}

/// `EvtDeviceFileCreate`.
pub unsafe extern "C" fn create<D: Device>(device: WDFDEVICE, request: WDFREQUEST, file: WDFFILEOBJECT) {
    // SAFETY: the framework lends the device and the file object to this callback, and gives the request to it.
    let end = unsafe { open::<D>(device, request, file) };
    let status = end.err().map_or(NtStatus::SUCCESS, NtError::status);
    // SAFETY: the request is ours, and is completed once.
    unsafe { framework().complete(request, status, 0) };
}

/// Makes the context of a file object.
///
/// # Safety
/// The handles are those of `EvtDeviceFileCreate` of a device of this type, which runs.
unsafe fn open<D: Device>(device: WDFDEVICE, request: WDFREQUEST, file: WDFFILEOBJECT) -> Result<(), NtError> {
    // SAFETY: the framework calls this at PASSIVE_LEVEL.
    let at = unsafe { PassiveLevel::assume() };
    if file.is_null() {
        return Err(NtError::INVALID_DEVICE_REQUEST);
    }
    // SAFETY: the file object has a context of this type.
    let slot = unsafe { Slot::<D::File>::of(file.cast(), Role::File) }.ok_or(NtError::INVALID_DEVICE_STATE)?;
    // SAFETY: the device is of this type.
    let opened = unsafe { context::of_device::<D>(device) }.ok_or(NtError::INVALID_DEVICE_STATE)?;
    // SAFETY: the request is a create request that we own, and this is PASSIVE_LEVEL.
    let caller = unsafe { framework().caller(request) };
    slot.set(D::File::create(&Create { device: opened, handle: device, file, caller, _at: at }, at)?);
    Ok(())
}

/// `EvtFileCleanup` and `EvtFileClose`.
pub unsafe extern "C" fn end<D: Device>(handle: WDFFILEOBJECT) {
    // SAFETY: the framework lends the file object to this callback; its context is of this type.
    let Some(slot) = (unsafe { Slot::<D::File>::of(handle.cast(), Role::File) }) else { return };
    // SAFETY: as above.
    if let Some(file) = unsafe { OpenFile::<D::File>::from_raw(handle) }
        && slot.end()
    {
        // SAFETY: the framework calls this at PASSIVE_LEVEL.
        D::File::cleanup(&file, unsafe { PassiveLevel::assume() });
    }
}

/// `EvtDestroyCallback` of a file object.
unsafe extern "C" fn destroy<D: Device>(file: WDFOBJECT) {
    // SAFETY: the framework destroys our file object, whose context is of this type.
    unsafe { Slot::<D::File>::destroy(file, Role::File) };
}

/// `EvtDestroyCallback` of what has been added.
unsafe extern "C" fn destroy_extension<F: File>(file: WDFOBJECT) {
    // SAFETY: the framework destroys our file object, whose extension is of this type.
    unsafe { Slot::<F::Extension>::destroy(file, Role::Extension) };
}
