//! A request that the driver owns.

use crate::{check, structure::structure_size};
use core::{
    marker::PhantomData,
    mem::{ManuallyDrop, MaybeUninit},
    ptr, slice,
};
use wdk_sys::{
    NTSTATUS, PVOID, STATUS_UNSUCCESSFUL, WDF_REQUEST_PARAMETERS, WDFQUEUE, WDFREQUEST,
    call_unsafe_wdf_function_binding,
};

/// Whether a request that its handler works on is to be cancelled.
#[derive(Clone, Copy, Debug)]
pub struct Cancellation<'request> {
    handle: WDFREQUEST,
    request: PhantomData<&'request Request>,
}

impl Cancellation<'_> {
    /// Somebody has asked for it (`WdfRequestIsCanceled`): with CancelIoEx, or by the end of the thread or process.
    ///
    /// The framework lets only who owns a request ask, and not while it is marked cancelable; here no request ever is.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        // SAFETY: the request is owned for as long as it is borrowed.
        unsafe { call_unsafe_wdf_function_binding!(WdfRequestIsCanceled, self.handle) != 0 }
    }
}

/// What a request with METHOD_OUT_DIRECT has.
#[derive(Debug)]
pub struct Direct<'request> {
    /// The I/O manager's copy, which the caller cannot change any more.
    pub input: &'request [u8],
    /// The caller's own memory, locked. Its bytes count as uninitialised.
    pub output: &'request mut [MaybeUninit<u8>],
    /// To be asked between the parts of a long request.
    pub cancellation: Cancellation<'request>,
}

/// A request with a control code, from its presentation to its completion.
///
/// It is completed exactly once: by [`Request::complete`], or, should a handler forget it, with STATUS_UNSUCCESSFUL
/// when it is dropped.
#[derive(Debug)]
pub struct Request {
    handle: WDFREQUEST,
    code: u32,
    input_length: usize,
    output_length: usize,
}

impl Request {
    /// Takes charge of a request that the framework presented.
    ///
    /// # Safety
    /// The driver owns the request, nobody else completes it, and the lengths are not greater than those of its buffers.
    pub(crate) const unsafe fn from_raw(
        handle: WDFREQUEST,
        code: u32,
        output_length: usize,
        input_length: usize,
    ) -> Self {
        Self { handle, code, input_length, output_length }
    }

    /// Takes charge of a request with a control code of which nothing is at hand but the handle.
    ///
    /// # Safety
    /// The driver owns the request, and nobody else completes it.
    pub(crate) unsafe fn from_handle(handle: WDFREQUEST) -> Self {
        let mut parameters =
            WDF_REQUEST_PARAMETERS { Size: structure_size::<WDF_REQUEST_PARAMETERS>() as u16, ..Default::default() };
        // SAFETY: the caller vouches for the request; the parameters are ours to be filled.
        unsafe { call_unsafe_wdf_function_binding!(WdfRequestGetParameters, handle, &raw mut parameters) };
        // SAFETY: these are the parameters of a request with a control code.
        let known = unsafe { parameters.Parameters.DeviceIoControl };
        let (output, input) = (known.OutputBufferLength, known.InputBufferLength);
        // SAFETY: as the caller says, with the lengths that the framework knows.
        unsafe { Self::from_raw(handle, known.IoControlCode, output, input) }
    }

    /// The queue that the request came from; null if it is in none any more.
    pub(crate) fn queue(&self) -> WDFQUEUE {
        // SAFETY: we own the request.
        unsafe { call_unsafe_wdf_function_binding!(WdfRequestGetIoQueue, self.handle) }
    }

    pub(crate) const fn handle(&self) -> WDFREQUEST {
        self.handle
    }

    /// Bytes of output that the caller has room for.
    #[must_use]
    pub const fn output_length(&self) -> usize {
        self.output_length
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

    /// Copies the input, or as much of it as fits, and answers the copy.
    ///
    /// With METHOD_BUFFERED input and output are the same memory, so the copy must be made before any output is
    /// written; a caller of the driver cannot change it any more.
    ///
    /// # Errors
    /// What `WdfRequestRetrieveInputBuffer` answers: STATUS_INVALID_DEVICE_REQUEST for METHOD_NEITHER.
    pub fn copy_input<'copy>(&self, copy: &'copy mut [u8]) -> Result<&'copy [u8], NTSTATUS> {
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

    /// The output buffer; empty when the caller gave none. Its bytes count as uninitialised.
    ///
    /// # Errors
    /// What `WdfRequestRetrieveOutputBuffer` answers: STATUS_INVALID_DEVICE_REQUEST for METHOD_NEITHER.
    pub fn output(&mut self) -> Result<&mut [MaybeUninit<u8>], NTSTATUS> {
        if self.output_length == 0 {
            return Ok(&mut []);
        }
        let mut buffer: PVOID = ptr::null_mut();
        // SAFETY: we own the request; the pointer is ours to be filled; the length is not asked for.
        check(unsafe {
            call_unsafe_wdf_function_binding!(
                WdfRequestRetrieveOutputBuffer,
                self.handle,
                self.output_length,
                &raw mut buffer,
                ptr::null_mut(),
            )
        })?;
        // SAFETY: the framework vouches for so many bytes until the request is completed, which consumes `self`; the
        // exclusive borrow keeps a second view away, and `copy_input` hands out copies only.
        Ok(unsafe { slice::from_raw_parts_mut(buffer.cast(), self.output_length) })
    }

    /// Input, output and cancellation of a request with METHOD_OUT_DIRECT. They are different memory: the input is the I/O manager's
    /// copy, which the caller cannot change any more, and the output is the caller's own.
    ///
    /// # Safety
    /// The control code of the request has METHOD_OUT_DIRECT.
    ///
    /// # Errors
    /// What `WdfRequestRetrieveInputBuffer` and `WdfRequestRetrieveOutputBuffer` answer.
    pub unsafe fn direct(&mut self) -> Result<Direct<'_>, NTSTATUS> {
        let cancellation = Cancellation { handle: self.handle, request: PhantomData };
        let (length, input) = (self.input_length, self.input_buffer(self.input_length)?);
        let output = ptr::from_mut(self.output()?);
        let input = if length == 0 {
            &[]
        } else {
            // SAFETY: the framework vouches for so many bytes until the request is completed, which consumes `self`;
            // with METHOD_OUT_DIRECT nobody writes them.
            unsafe { slice::from_raw_parts(input.cast(), length) }
        };
        // SAFETY: the pointer is of the exclusive borrow above, which does not overlap the input.
        Ok(Direct { input, output: unsafe { &mut *output }, cancellation })
    }

    /// The first byte of the input, of which there are at least `length`; null for none.
    fn input_buffer(&self, length: usize) -> Result<PVOID, NTSTATUS> {
        let mut buffer: PVOID = ptr::null_mut();
        // The framework calls an absent buffer too small; for us it is an input of no bytes.
        if length == 0 {
            return Ok(buffer);
        }
        // SAFETY: we own the request; the pointer is ours to be filled; the length is not asked for.
        check(unsafe {
            call_unsafe_wdf_function_binding!(
                WdfRequestRetrieveInputBuffer,
                self.handle,
                length,
                &raw mut buffer,
                ptr::null_mut(),
            )
        })?;
        Ok(buffer)
    }

    /// Completes the request (`WdfRequestCompleteWithInformation`).
    ///
    /// `information` is the number of output bytes that hold an answer.
    pub fn complete(self, status: NTSTATUS, information: usize) {
        let request = ManuallyDrop::new(self);
        request.complete_handle(status, information.min(request.output_length));
    }

    /// The caller must not touch the request again.
    fn complete_handle(&self, status: NTSTATUS, information: usize) {
        // SAFETY: we own the request; both callers give it up with this call.
        unsafe {
            call_unsafe_wdf_function_binding!(
                WdfRequestCompleteWithInformation,
                self.handle,
                status,
                information as u64,
            );
        };
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.complete_handle(STATUS_UNSUCCESSFUL, 0);
    }
}
