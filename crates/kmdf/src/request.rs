//! A request that the driver owns.

use crate::{
    Device, ManualQueue, OpenFile,
    context::{self, Plain},
    framework::{Framework, WDFDEVICE, WDFFILEOBJECT, WDFREQUEST, framework},
};
use core::{marker::PhantomData, mem::ManuallyDrop, ptr};
use netioctl_status::{NtError, NtStatus};

/// A request with a control code that the driver owns, from its presentation to its completion.
///
/// It is completed exactly once: by [`Request::complete`], or, should a handler forget it, with `STATUS_UNSUCCESSFUL`
/// when it is dropped. A request that has been completed cannot be completed again:
///
/// ```compile_fail,E0382
/// # use kmdf::{Device, NtStatus, Request};
/// fn twice<D: Device>(request: Request<D>) {
///     request.complete(NtStatus::SUCCESS, 0);
///     request.complete(NtStatus::SUCCESS, 0);
/// }
/// ```
///
/// As long as the driver owns a request, its device and its file object are there.
///
/// # IRQL
/// Dropping it completes it: up to `DISPATCH_LEVEL`.
#[derive(Debug)]
pub struct Request<D: Device> {
    handle: WDFREQUEST,
    code: u32,
    input_length: usize,
    output_length: usize,
    of: PhantomData<fn() -> D>,
}

// SAFETY: a request belongs to no thread.
unsafe impl<D: Device> Send for Request<D> {}

// SAFETY: a shared reference only asks, which any number of threads may do at the same time.
unsafe impl<D: Device> Sync for Request<D> {}

impl<D: Device> Request<D> {
    /// Takes charge of a request that the framework presented.
    ///
    /// # Safety
    /// The driver owns the request, which is of a device of this type, nobody else completes it, and the lengths are
    /// not greater than those of its buffers.
    pub(crate) const unsafe fn from_raw(
        handle: WDFREQUEST,
        code: u32,
        output_length: usize,
        input_length: usize,
    ) -> Self {
        Self { handle, code, input_length, output_length, of: PhantomData }
    }

    /// Takes charge of a request with a control code of which nothing is at hand but the handle.
    ///
    /// # Safety
    /// The driver owns the request, which is of a device of this type, and nobody else completes it.
    pub(crate) unsafe fn from_queue(handle: WDFREQUEST) -> Self {
        // SAFETY: the default queue hands out requests with a control code only, so there are no others in manual ones.
        let known = unsafe { framework().control_parameters(handle) };
        // SAFETY: as the caller says, with the lengths that the framework knows.
        unsafe { Self::from_raw(handle, known.code, known.output_length, known.input_length) }
    }

    pub(crate) const fn handle(&self) -> WDFREQUEST {
        self.handle
    }

    pub(crate) fn device_handle(&self) -> WDFDEVICE {
        // SAFETY: we own the request.
        let queue = unsafe { framework().request_queue(self.handle) };
        if queue.is_null() {
            return ptr::null_mut();
        }
        // SAFETY: the queue lives as long as its requests.
        unsafe { framework().queue_device(queue) }
    }

    pub(crate) fn file_handle(&self) -> WDFFILEOBJECT {
        // SAFETY: we own the request.
        unsafe { framework().request_file(self.handle) }
    }

    /// The control code.
    ///
    /// # IRQL
    /// Any.
    #[must_use]
    pub const fn code(&self) -> u32 {
        self.code
    }

    /// Bytes of input that the caller gave.
    ///
    /// # IRQL
    /// Any.
    #[must_use]
    pub const fn input_length(&self) -> usize {
        self.input_length
    }

    /// Bytes of output that the caller has room for.
    ///
    /// # IRQL
    /// Any.
    #[must_use]
    pub const fn output_length(&self) -> usize {
        self.output_length
    }

    /// The device that the request is for ([WdfIoQueueGetDevice] of [WdfRequestGetIoQueue]).
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    ///
    /// [WdfIoQueueGetDevice]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfio/nf-wdfio-wdfioqueuegetdevice
    /// [WdfRequestGetIoQueue]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfrequest/nf-wdfrequest-wdfrequestgetioqueue
    #[must_use]
    pub fn device(&self) -> Option<&D> {
        // SAFETY: the device of our own request is of this type, and is there as long as we own the request.
        unsafe { context::of_device(self.device_handle()) }
    }

    /// The handle that the request came through ([WdfRequestGetFileObject]); `None` for one that came through none.
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    ///
    /// [WdfRequestGetFileObject]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfrequest/nf-wdfrequest-wdfrequestgetfileobject
    #[must_use]
    pub fn file(&self) -> Option<OpenFile<'_, D::File>> {
        // SAFETY: a file object is there as long as its requests.
        unsafe { OpenFile::from_raw(self.file_handle()) }
    }

    /// What the driver has noted in the request ([WdfObjectGetTypedContext]); `None` if it has noted nothing.
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    ///
    /// [WdfObjectGetTypedContext]: https://learn.microsoft.com/en-us/windows-hardware/drivers/wdf/framework-object-context-space
    #[must_use]
    pub fn context(&self) -> Option<D::Request> {
        // SAFETY: we own the request, whose context is of this type; it is set with an exclusive borrow only.
        unsafe { Plain::get(self.handle.cast()) }
    }

    /// Notes something in the request. It stays there when the request waits in a queue.
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    pub fn set_context(&mut self, context: D::Request) {
        // SAFETY: we own the request and borrow it alone; its context is of this type.
        unsafe { Plain::set(self.handle.cast(), context) };
    }

    /// Completes the request ([WdfRequestCompleteWithInformation]).
    ///
    /// `information` is the number of output bytes that hold an answer.
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    ///
    /// [WdfRequestCompleteWithInformation]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfrequest/nf-wdfrequest-wdfrequestcompletewithinformation
    pub fn complete(self, status: NtStatus, information: usize) {
        let request = ManuallyDrop::new(self);
        let information = information.min(request.output_length);
        // SAFETY: we own the request, and give it up here.
        unsafe { framework().complete(request.handle, status, information) };
    }

    /// Lets the request wait ([WdfRequestForwardToIoQueue]). From there on it belongs to the queue: whoever takes it
    /// out, cancels it, or purges the queue ends it.
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    ///
    /// # Errors
    /// The error, and the request, which is still ours: the queue has been purged; `STATUS_INVALID_DEVICE_REQUEST` for
    /// a queue of another device or another file object.
    ///
    /// [WdfRequestForwardToIoQueue]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfrequest/nf-wdfrequest-wdfrequestforwardtoioqueue
    pub fn forward(self, queue: &ManualQueue<D>) -> Result<(), (Self, NtError)> {
        if !queue.takes(&self) {
            return Err((self, NtError::INVALID_DEVICE_REQUEST));
        }
        let request = ManuallyDrop::new(self);
        // SAFETY: we own the request; the queue is of the same device; on success we give the request up.
        let forwarded = unsafe { framework().forward(request.handle, queue.handle()) };
        forwarded.map_err(|error| (ManuallyDrop::into_inner(request), error))
    }
}

impl<D: Device> Drop for Request<D> {
    fn drop(&mut self) {
        // SAFETY: we own the request, and nobody uses it any more.
        unsafe { framework().complete(self.handle, NtStatus::UNSUCCESSFUL, 0) };
    }
}
