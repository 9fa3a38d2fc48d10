//! The buffers of a request.

use crate::{
    Device, Request,
    framework::{Framework, WDFREQUEST, framework},
};
use core::{
    ffi::c_void,
    marker::PhantomData,
    ptr::{self, NonNull},
    slice,
};
use netioctl_status::NtError;
use write_only::WriteOnly;

/// Tells a handler whether the request that it works on has been cancelled.
#[derive(Clone, Copy, Debug)]
pub struct Cancellation<'request> {
    handle: WDFREQUEST,
    request: PhantomData<&'request ()>,
}

impl Cancellation<'_> {
    /// Whether somebody wants the request cancelled ([WdfRequestIsCanceled]): the client called `CancelIoEx`, or its
    /// thread or process ended.
    ///
    /// The framework allows this only to the owner of a request that is not marked cancelable. This crate marks none.
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

/// The parts of a request with `METHOD_OUT_DIRECT`.
#[derive(Debug)]
pub struct Direct<'request> {
    /// The I/O manager's copy, which the caller cannot change any more.
    pub input: &'request [u8],
    /// The caller's own memory, locked, which it can change at any time.
    pub output: WriteOnly<'request>,
    /// For a handler to ask between the parts of a long request.
    pub cancellation: Cancellation<'request>,
}

/// The lowest two bits of a control code: how its buffers come (`METHOD_BUFFERED` and the others).
const METHOD: u32 = 3;
/// The input is copied, and the output is the caller's own memory, locked.
const METHOD_OUT_DIRECT: u32 = 2;

impl<D: Device> Request<D> {
    /// Copies the beginning of the input, as much as fits.
    ///
    /// With `METHOD_BUFFERED` input and output are the same memory, so the copy must be made before any output is
    /// written. The client cannot change that memory while the driver has the request.
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    ///
    /// # Errors
    /// What [WdfRequestRetrieveInputBuffer] answers: `STATUS_INVALID_DEVICE_REQUEST` for `METHOD_NEITHER`.
    ///
    /// [WdfRequestRetrieveInputBuffer]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfrequest/nf-wdfrequest-wdfrequestretrieveinputbuffer
    pub fn copy_input<'copy>(&self, copy: &'copy mut [u8]) -> Result<&'copy [u8], NtError> {
        let wanted = self.input_length().min(copy.len());
        let Some(copy) = copy.get_mut(..wanted) else { return Ok(&[]) };
        let buffer = self.input_buffer(wanted)?;
        if buffer.is_null() {
            return Ok(copy);
        }
        // SAFETY: the framework vouches for at least `wanted` bytes, and the copy has exactly as many.
        unsafe { ptr::copy_nonoverlapping(buffer.cast(), copy.as_mut_ptr(), wanted) };
        Ok(copy)
    }

    /// The output buffer; empty if the client gave none. It cannot be read: with `METHOD_BUFFERED` it is the memory of
    /// the input, and with `METHOD_OUT_DIRECT` the client can change it at any time.
    ///
    /// ```compile_fail,E0608
    /// # use kmdf::{Device, NtError, Request};
    /// fn first<D: Device>(request: &mut Request<D>) -> Result<u8, NtError> {
    ///     Ok(request.output()?[0])
    /// }
    /// ```
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    ///
    /// # Errors
    /// What [WdfRequestRetrieveOutputBuffer] answers: `STATUS_INVALID_DEVICE_REQUEST` for `METHOD_NEITHER`.
    ///
    /// [WdfRequestRetrieveOutputBuffer]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfrequest/nf-wdfrequest-wdfrequestretrieveoutputbuffer
    pub fn output(&mut self) -> Result<WriteOnly<'_>, NtError> {
        if self.output_length() == 0 {
            return Ok(WriteOnly::empty());
        }
        // SAFETY: we own the request.
        let buffer = unsafe { framework().output_buffer(self.handle(), self.output_length()) }?;
        let start = NonNull::new(buffer.cast()).ok_or(NtError::INSUFFICIENT_RESOURCES)?;
        // SAFETY: the framework vouches for so many bytes until the request is completed, which consumes `self`; the
        // exclusive borrow keeps a second view away, and `copy_input` hands out copies only.
        Ok(unsafe { WriteOnly::from_raw_parts(start, self.output_length()) })
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
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    ///
    /// # Errors
    /// `STATUS_INVALID_DEVICE_REQUEST` for a control code with another method; what [`output`](Self::output) answers.
    pub fn direct(&mut self) -> Result<Direct<'_>, NtError> {
        if self.code() & METHOD != METHOD_OUT_DIRECT {
            return Err(NtError::INVALID_DEVICE_REQUEST);
        }
        let cancellation = Cancellation { handle: self.handle(), request: PhantomData };
        let (length, input) = (self.input_length(), self.input_buffer(self.input_length())?);
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
        // For a buffer that is not there the framework answers that it is too small; here it is an input of no bytes.
        if length == 0 {
            return Ok(ptr::null_mut());
        }
        // SAFETY: we own the request.
        unsafe { framework().input_buffer(self.handle(), length) }
    }
}
