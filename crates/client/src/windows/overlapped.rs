//! The system's side of a request: it writes to an `OVERLAPPED` until the request has ended.

use super::call::{last_failure, win32_of};
use crate::Failure;
use netioctl_abi::NtStatus;
use std::{
    cell::UnsafeCell,
    fs::File,
    os::windows::io::{AsRawHandle, BorrowedHandle},
    ptr,
};
use windows_sys::Win32::{
    Foundation::{ERROR_INVALID_PARAMETER, ERROR_IO_PENDING, HANDLE, STATUS_PENDING},
    System::IO::{CancelIoEx, DeviceIoControl, OVERLAPPED},
};

/// The `OVERLAPPED` of one request.
pub struct Overlapped(UnsafeCell<OVERLAPPED>);

// SAFETY: the system alone writes to it while the request is under way, and what is read then is read as volatile.
unsafe impl Send for Overlapped {}
// SAFETY: as above.
unsafe impl Sync for Overlapped {}

impl Overlapped {
    /// That of a request which sets this event when it ends; null for none.
    pub fn new(event: HANDLE) -> Self {
        Self(UnsafeCell::new(OVERLAPPED { hEvent: event, ..OVERLAPPED::default() }))
    }

    /// Where it is: what the completion port tells of the request.
    #[cfg(feature = "async")]
    pub fn address(&self) -> usize {
        self.0.get().addr()
    }

    /// Sends the request. `Ok`: it is under way (true), or has ended. `Err`: it never was under way; only a warning
    /// leaves output.
    ///
    /// # Safety
    /// Until the request has ended, both buffers and `self` stay where they are, and nobody else touches the output.
    pub unsafe fn start(
        &self,
        device: BorrowedHandle<'_>,
        code: u32,
        input: *const [u8],
        output: *mut [u8],
    ) -> Result<bool, Failure> {
        let too_long = |_| Failure::from_win32(ERROR_INVALID_PARAMETER);
        let input_length = u32::try_from(input.len()).map_err(too_long)?;
        let output_length = u32::try_from(output.len()).map_err(too_long)?;
        // Null for an empty slice: the driver shall not see a made-up address.
        let input = if input_length == 0 { ptr::null() } else { input.cast::<u8>() };
        let output = if output_length == 0 { ptr::null_mut() } else { output.cast::<u8>() };
        // SAFETY: the device handle is open for as long as it is borrowed, and each length is its buffer's own; for
        // how long they live is the caller's word.
        let started = unsafe {
            DeviceIoControl(
                device.as_raw_handle(),
                code,
                input.cast(),
                input_length,
                output.cast(),
                output_length,
                ptr::null_mut(),
                self.0.get(),
            )
        };
        if started != 0 {
            return Ok(false);
        }
        let failure = last_failure(0);
        match failure.win32 {
            ERROR_IO_PENDING => Ok(true),
            _ => Err(Failure { bytes: if failure.is_more_data() { self.information() } else { 0 }, ..failure }),
        }
    }

    /// Asks for the end of the request, which comes in its own time.
    pub fn cancel(&self, device: BorrowedHandle<'_>) {
        // SAFETY: handle and OVERLAPPED are those of the request. Failure means that it has ended already.
        let _ = unsafe { CancelIoEx(device.as_raw_handle(), self.0.get()) };
    }

    /// The request has ended: nothing is written any more.
    pub fn has_ended(&self) -> bool {
        self.status().0 != STATUS_PENDING
    }

    /// Bytes of output, or the codes of the failure; only of a request that has ended.
    pub fn outcome(&self) -> Result<usize, Failure> {
        let status = self.status();
        if status.is_success() {
            return Ok(self.information());
        }
        let bytes = if status.is_error() { 0 } else { self.information() };
        Err(Failure { win32: win32_of(status), ntstatus: Some(status), bytes })
    }

    /// The status that the request ended with, or `STATUS_PENDING`.
    fn status(&self) -> NtStatus {
        // SAFETY: points into the cell, which is alive and initialized.
        let place = unsafe { &raw const (*self.0.get()).Internal };
        // SAFETY: aligned and initialized; volatile because the system may write to it at any time.
        let status = unsafe { ptr::read_volatile(place) };
        // An NTSTATUS has 32 bits; the rest of the pointer that is its place is not written.
        #[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "the low 32 bits are meant")]
        let status = status as i32;
        NtStatus(status)
    }

    /// Bytes of output.
    fn information(&self) -> usize {
        // SAFETY: points into the cell, which is alive and initialized.
        let place = unsafe { &raw const (*self.0.get()).InternalHigh };
        // SAFETY: aligned and initialized; volatile because the system may write to it at any time.
        unsafe { ptr::read_volatile(place) }
    }
}

/// Asks for the end of all requests of this process to a device.
pub fn cancel_all(device: &File) {
    // SAFETY: the file is open; null means all requests. Failure means that none is under way.
    let _ = unsafe { CancelIoEx(device.as_raw_handle(), ptr::null()) };
}
