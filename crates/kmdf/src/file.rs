//! File objects: one for each handle that a client opens.

use crate::{
    Device, ManualQueue, OpenFile,
    context::{self, Slot},
    framework::{Caller, Context, Framework, Role, WDFDEVICE, WDFFILEOBJECT, WDFOBJECT, WDFREQUEST, framework},
};
use netioctl_irql::PassiveLevel;
use netioctl_status::{NtError, NtStatus};

/// What a driver keeps for each handle: the context of its file object. It is made when the handle is opened, and
/// dropped once, up to `DISPATCH_LEVEL`, when nothing refers to the file object any more.
pub trait File: Send + Sync + Sized + 'static {
    /// The device that is opened.
    type Device: Device<File = Self>;

    /// What the driver adds to the handles that need it ([`OpenFile::extend`]), so that the others do not take the
    /// memory for it. It is dropped with the file object.
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
    /// The status with which the open fails.
    ///
    /// [EvtDeviceFileCreate]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfdevice/nc-wdfdevice-evt_wdf_device_file_create
    fn create(create: &Create<'_, Self::Device>, at: PassiveLevel<'_>) -> Result<Self, NtError>;

    /// The last handle to the file object has been closed ([EvtFileCleanup], or [EvtFileClose] on systems that leave
    /// out the cleanup). Called once. Requests that came through the handle may still be under way.
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

/// The opening of a handle.
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

/// The context that a file object is to have.
pub const fn context<D: Device>() -> Context {
    Slot::<D::File>::context(Role::File, Some(destroy::<D>))
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
