//! I/O queues.

use crate::{
    Device, Presented, Request,
    context::Slot,
    framework::{Framework, Role, WDFDEVICE, WDFFILEOBJECT, WDFOBJECT, WDFQUEUE, WDFREQUEST, framework},
    reference::Reference,
};
use core::marker::PhantomData;
use netioctl_irql::{DispatchLevel, PassiveLevel};
use netioctl_status::NtError;

/// The handler of a device's default queue. The value is the context of the queue.
pub trait IoQueue: Send + Sync + Sized + 'static {
    /// The device that the queue belongs to.
    type Device: Device<Queue = Self>;

    /// Serves a request with a control code ([EvtIoDeviceControl]). Several may run at once.
    ///
    /// # IRQL
    /// `PASSIVE_LEVEL`.
    ///
    /// [EvtIoDeviceControl]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfio/nc-wdfio-evt_wdf_io_queue_io_device_control
    fn device_control(&self, request: Presented<'_, Self::Device>, at: PassiveLevel<'_>);
}

/// A queue in which requests wait, in the order in which they came, until the driver takes them out. It refers to the
/// framework's queue, which belongs to the device or to one file object; two are equal if they refer to the same queue.
///
/// A request that is cancelled while it waits goes to [`Device::canceled_on_queue`].
///
/// ```
/// use kmdf::{Device, ManualQueue, NtStatus, Presented};
///
/// /// Lets a request wait; a queue that has been purged refuses it.
/// fn park<D: Device>(request: Presented<'_, D>, queue: &ManualQueue<D>) {
///     if let Err((request, error)) = request.forward(queue) {
///         request.complete(error.into(), 0);
///     }
/// }
///
/// /// Answers the request that has waited longest.
/// fn tell<D: Device>(queue: &ManualQueue<D>, answer: &[u8]) {
///     let Some(mut request) = queue.take_next() else { return };
///     match request.output().map(|mut output| output.write(answer)) {
///         Ok(true) => request.complete(NtStatus::SUCCESS, answer.len()),
///         Ok(false) => request.complete(NtStatus::BUFFER_TOO_SMALL, 0),
///         Err(error) => request.complete(error.into(), 0),
///     }
/// }
/// ```
#[derive(Debug)]
pub struct ManualQueue<D: Device> {
    queue: Reference,
    /// Only compared.
    device: WDFDEVICE,
    file: WDFFILEOBJECT,
    of: PhantomData<fn() -> D>,
}

// SAFETY: handles belong to no thread.
unsafe impl<D: Device> Send for ManualQueue<D> {}

// SAFETY: as above.
unsafe impl<D: Device> Sync for ManualQueue<D> {}

impl<D: Device> Clone for ManualQueue<D> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone(), ..*self }
    }
}

impl<D: Device> PartialEq for ManualQueue<D> {
    fn eq(&self, other: &Self) -> bool {
        self.queue == other.queue
    }
}

impl<D: Device> Eq for ManualQueue<D> {}

impl<D: Device> ManualQueue<D> {
    /// `file`: null for a queue of the device.
    ///
    /// # Safety
    /// The device is of this type; both handles are valid, and stay so during the call.
    pub(crate) unsafe fn create(device: WDFDEVICE, file: WDFFILEOBJECT) -> Result<Self, NtError> {
        // SAFETY: as the caller says.
        let queue = unsafe { framework().create_manual_queue(device, file, canceled::<D>) }?;
        // SAFETY: the queue goes with its parent, which is there.
        let queue = unsafe { Reference::new(queue.cast()) };
        Ok(Self { queue, device, file, of: PhantomData })
    }

    pub(crate) const fn handle(&self) -> WDFQUEUE {
        self.queue.handle().cast()
    }

    /// Whether a request may wait here: it is of the same device and, if the queue is of a file object, of that object.
    pub(crate) fn takes(&self, request: &Request<D>) -> bool {
        request.device_handle() == self.device && (self.file.is_null() || request.file_handle() == self.file)
    }

    /// Takes the request out that has waited longest ([WdfIoQueueRetrieveNextRequest]); `None` if there is none.
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    ///
    /// [WdfIoQueueRetrieveNextRequest]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfio/nf-wdfio-wdfioqueueretrievenextrequest
    #[must_use]
    pub fn take_next(&self) -> Option<Request<D>> {
        // SAFETY: our reference keeps the handle valid.
        let request = unsafe { framework().retrieve_next(self.handle()) }?;
        // SAFETY: the queue has given the request to us alone, and took none but requests of such devices.
        Some(unsafe { Request::from_queue(request) })
    }

    /// Takes this request out ([WdfIoQueueRetrieveFoundRequest]), unless somebody else has.
    ///
    /// [WdfIoQueueRetrieveFoundRequest]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfio/nf-wdfio-wdfioqueueretrievefoundrequest
    pub(crate) fn take_this(&self, request: &Reference) -> Option<Request<D>> {
        // SAFETY: our references keep both handles valid.
        let request = unsafe { framework().retrieve_found(self.handle(), request.handle().cast()) }?;
        // SAFETY: as in `take_next`.
        Some(unsafe { Request::from_queue(request) })
    }

    /// Refuses requests from now on, and cancels those that wait ([WdfIoQueuePurge]).
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    ///
    /// [WdfIoQueuePurge]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfio/nf-wdfio-wdfioqueuepurge
    pub fn purge(&self) {
        // SAFETY: our reference keeps the handle valid.
        unsafe { framework().purge(self.handle()) };
    }
}

/// Creates the default queue of a device.
///
/// # Safety
/// The device is of this type and is being added.
pub unsafe fn create_default<D: Device>(device: WDFDEVICE, handler: D::Queue) -> Result<(), NtError> {
    let context = Slot::<D::Queue>::context(Role::Queue, Some(destroy::<D>));
    // SAFETY: as the caller says.
    let queue = unsafe { framework().create_default_queue(device, device_control::<D>, context) }?;
    // SAFETY: the queue lives as long as its device, and has a context of this type.
    let slot = unsafe { Slot::of(queue.cast(), Role::Queue) }.ok_or(NtError::INVALID_DEVICE_STATE)?;
    slot.set(handler);
    Ok(())
}

/// `EvtIoDeviceControl`.
unsafe extern "C" fn device_control<D: Device>(
    queue: WDFQUEUE,
    request: WDFREQUEST,
    output_length: usize,
    input_length: usize,
    code: u32,
) {
    // SAFETY: the framework presents a request to one handler, which owns it from here on, with its true lengths.
    let request = unsafe { Request::<D>::from_raw(request, code, output_length, input_length) };
    // SAFETY: the queue lives during its callback, and has a context of this type.
    let handler = unsafe { Slot::<D::Queue>::of(queue.cast(), Role::Queue) }.and_then(Slot::get);
    // Without a handler the request is dropped here, which completes it.
    let Some(handler) = handler else { return };
    // SAFETY: this is the queue's callback.
    let presented = unsafe { Presented::new(request, queue) };
    // SAFETY: the queue asks for PASSIVE_LEVEL, as the device does.
    handler.device_control(presented, unsafe { PassiveLevel::assume() });
}

/// `EvtIoCanceledOnQueue`.
unsafe extern "C" fn canceled<D: Device>(_queue: WDFQUEUE, request: WDFREQUEST) {
    // SAFETY: the framework hands the request over to be completed; it came from a queue of such a device.
    let request = unsafe { Request::from_queue(request) };
    // SAFETY: the framework calls this up to DISPATCH_LEVEL.
    D::canceled_on_queue(request, unsafe { DispatchLevel::assume() });
}

/// `EvtDestroyCallback` of the default queue.
unsafe extern "C" fn destroy<D: Device>(queue: WDFOBJECT) {
    // SAFETY: the framework destroys our queue, whose context is of this type.
    unsafe { Slot::<D::Queue>::destroy(queue, Role::Queue) };
}
