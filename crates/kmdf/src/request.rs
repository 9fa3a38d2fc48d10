//! A request that the driver owns.

use crate::{
    Device, ManualQueue, OpenFile,
    context::Plain,
    device,
    framework::{Framework, WDFDEVICE, WDFFILEOBJECT, WDFREQUEST, framework},
};
use core::{
    ffi::c_void,
    marker::PhantomData,
    mem::ManuallyDrop,
    ptr::{self, NonNull},
    slice,
};
use netioctl_status::{NtError, NtStatus};
use write_only::WriteOnly;

/// Whether a request that its handler works on is to be cancelled.
#[derive(Clone, Copy, Debug)]
pub struct Cancellation<'request> {
    handle: WDFREQUEST,
    request: PhantomData<&'request ()>,
}

impl Cancellation<'_> {
    /// Somebody has asked for it ([WdfRequestIsCanceled]): with `CancelIoEx`, or by the end of the thread or process.
    ///
    /// The framework lets only who owns a request ask, and not while it is marked cancelable; here no request ever is.
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    ///
    /// [WdfRequestIsCanceled]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfrequest/nf-wdfrequest-wdfrequestiscanceled
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        // SAFETY: the request is owned for as long as it is borrowed.
        unsafe { framework().is_canceled(self.handle) }
    }
}

/// What a request with `METHOD_OUT_DIRECT` has.
#[derive(Debug)]
pub struct Direct<'request> {
    /// The I/O manager's copy, which the caller cannot change any more.
    pub input: &'request [u8],
    /// The caller's own memory, locked, which it can change at any time.
    pub output: WriteOnly<'request>,
    /// To be asked between the parts of a long request.
    pub cancellation: Cancellation<'request>,
}

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
/// Everything here: up to `DISPATCH_LEVEL`.
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

/// The lowest two bits of a control code: how its buffers come (`METHOD_BUFFERED` and the others).
const METHOD: u32 = 3;
/// The input is copied, and the output is the caller's own memory, locked.
const METHOD_OUT_DIRECT: u32 = 2;

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
    #[must_use]
    pub const fn code(&self) -> u32 {
        self.code
    }

    /// Bytes of input that the caller gave.
    #[must_use]
    pub const fn input_length(&self) -> usize {
        self.input_length
    }

    /// Bytes of output that the caller has room for.
    #[must_use]
    pub const fn output_length(&self) -> usize {
        self.output_length
    }

    /// The device that the request is for.
    #[must_use]
    pub fn device(&self) -> Option<&D> {
        // SAFETY: the device of our own request is of this type, and is there as long as we own the request.
        unsafe { device::context(self.device_handle()) }
    }

    /// The handle that the request came through; `None` for one that came through none.
    #[must_use]
    pub fn file(&self) -> Option<OpenFile<'_, D::File>> {
        // SAFETY: a file object is there as long as its requests.
        unsafe { OpenFile::from_raw(self.file_handle()) }
    }

    /// What the driver has noted in the request.
    #[must_use]
    pub fn context(&self) -> Option<D::Request> {
        // SAFETY: we own the request, whose context is of this type; it is set with an exclusive borrow only.
        unsafe { Plain::get(self.handle.cast()) }
    }

    /// Notes something in the request. It stays there when the request waits in a queue.
    pub fn set_context(&mut self, context: D::Request) {
        // SAFETY: we own the request and borrow it alone; its context is of this type.
        unsafe { Plain::set(self.handle.cast(), context) };
    }

    /// Copies the beginning of the input, as much as fits.
    ///
    /// With `METHOD_BUFFERED` input and output are the same memory, so the copy must be made before any output is
    /// written; a caller of the driver cannot change it any more.
    ///
    /// # Errors
    /// What [WdfRequestRetrieveInputBuffer] answers: `STATUS_INVALID_DEVICE_REQUEST` for `METHOD_NEITHER`.
    ///
    /// [WdfRequestRetrieveInputBuffer]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfrequest/nf-wdfrequest-wdfrequestretrieveinputbuffer
    pub fn copy_input<'copy>(&self, copy: &'copy mut [u8]) -> Result<&'copy [u8], NtError> {
        let wanted = self.input_length.min(copy.len());
        let Some(copy) = copy.get_mut(..wanted) else { return Ok(&[]) };
        let buffer = self.input_buffer(wanted)?;
        if buffer.is_null() {
            return Ok(copy);
        }
        // SAFETY: the framework vouches for at least `wanted` bytes, and the copy has exactly as many.
        unsafe { ptr::copy_nonoverlapping(buffer.cast(), copy.as_mut_ptr(), wanted) };
        Ok(copy)
    }

    /// The output buffer; empty when the caller gave none. What is in it is nobody's business: it is the memory of the
    /// input, or the caller's own.
    ///
    /// ```compile_fail,E0608
    /// # use kmdf::{Device, NtError, Request};
    /// fn first<D: Device>(request: &mut Request<D>) -> Result<u8, NtError> {
    ///     Ok(request.output()?[0])
    /// }
    /// ```
    ///
    /// # Errors
    /// What [WdfRequestRetrieveOutputBuffer] answers: `STATUS_INVALID_DEVICE_REQUEST` for `METHOD_NEITHER`.
    ///
    /// [WdfRequestRetrieveOutputBuffer]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfrequest/nf-wdfrequest-wdfrequestretrieveoutputbuffer
    pub fn output(&mut self) -> Result<WriteOnly<'_>, NtError> {
        if self.output_length == 0 {
            return Ok(WriteOnly::empty());
        }
        // SAFETY: we own the request.
        let buffer = unsafe { framework().output_buffer(self.handle, self.output_length) }?;
        let start = NonNull::new(buffer.cast()).ok_or(NtError::INSUFFICIENT_RESOURCES)?;
        // SAFETY: the framework vouches for so many bytes until the request is completed, which consumes `self`; the
        // exclusive borrow keeps a second view away, and `copy_input` hands out copies only.
        Ok(unsafe { WriteOnly::from_raw_parts(start, self.output_length) })
    }

    /// Input, output and cancellation of a request with `METHOD_OUT_DIRECT`. They are different memory: the input is
    /// the I/O manager's copy, which the caller cannot change any more, and the output is the caller's own.
    ///
    /// ```
    /// use kmdf::{Device, Direct, NtError, NtStatus, Request};
    ///
    /// /// Answers each byte of the input by the next one, unless somebody wants the request cancelled.
    /// fn increment<D: Device>(mut request: Request<D>) {
    ///     let (status, written) = match add_one(&mut request) {
    ///         Ok(written) => (NtStatus::SUCCESS, written),
    ///         Err(error) => (error.into(), 0),
    ///     };
    ///     request.complete(status, written);
    /// }
    ///
    /// fn add_one<D: Device>(request: &mut Request<D>) -> Result<usize, NtError> {
    ///     let Direct { input, mut output, cancellation } = request.direct()?;
    ///     let mut written = 0;
    ///     for byte in input {
    ///         if cancellation.is_wanted() {
    ///             return Err(NtError::CANCELLED);
    ///         }
    ///         let mut place = output.split_off_front(1).ok_or(NtError::BUFFER_TOO_SMALL)?;
    ///         written += usize::from(place.write(&[byte.wrapping_add(1)]));
    ///     }
    ///     Ok(written)
    /// }
    /// ```
    ///
    /// # Errors
    /// `STATUS_INVALID_DEVICE_REQUEST` for a control code with another method; what [`output`](Self::output) answers.
    pub fn direct(&mut self) -> Result<Direct<'_>, NtError> {
        if self.code & METHOD != METHOD_OUT_DIRECT {
            return Err(NtError::INVALID_DEVICE_REQUEST);
        }
        let cancellation = Cancellation { handle: self.handle, request: PhantomData };
        let (length, input) = (self.input_length, self.input_buffer(self.input_length)?);
        let output = self.output()?;
        let input = if length == 0 {
            &[]
        } else {
            // SAFETY: the framework vouches for so many bytes until the request is completed, which consumes `self`;
            // with METHOD_OUT_DIRECT nobody writes them.
            unsafe { slice::from_raw_parts(input.cast(), length) }
        };
        Ok(Direct { input, output, cancellation })
    }

    /// The first byte of the input, of which there are at least `length`; null for none.
    fn input_buffer(&self, length: usize) -> Result<*mut c_void, NtError> {
        // The framework calls an absent buffer too small; for us it is an input of no bytes.
        if length == 0 {
            return Ok(ptr::null_mut());
        }
        // SAFETY: we own the request.
        unsafe { framework().input_buffer(self.handle, length) }
    }

    /// Completes the request ([WdfRequestCompleteWithInformation]).
    ///
    /// `information` is the number of output bytes that hold an answer.
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
