//! A request under way: `DeviceIoControl` with an OVERLAPPED, its end, and its cancellation.

use super::{
    call::{last_failure, win32_of},
    event::Event,
};
use crate::Failure;
use netioctl_abi::NtStatus;
use std::{
    cell::UnsafeCell,
    os::windows::io::{AsRawHandle, BorrowedHandle},
    ptr, thread,
    time::Duration,
};
use windows_sys::Win32::{
    Foundation::{ERROR_INVALID_PARAMETER, ERROR_IO_PENDING, STATUS_PENDING},
    System::IO::{CancelIoEx, DeviceIoControl, OVERLAPPED},
};

/// Time between two looks at a request that could not be waited for.
const POLL: Duration = Duration::from_millis(1);

/// One request. The system writes to `state` until the request has ended.
pub struct Request<'a> {
    device: BorrowedHandle<'a>,
    state: UnsafeCell<OVERLAPPED>,
    ended: Event,
}

impl<'a> Request<'a> {
    /// A request for the device, a handle opened with `FILE_FLAG_OVERLAPPED`.
    pub fn new(device: BorrowedHandle<'a>) -> Result<Self, Failure> {
        let ended = Event::new()?;
        let state = UnsafeCell::new(OVERLAPPED { hEvent: ended.handle(), ..OVERLAPPED::default() });
        Ok(Self { device, state, ended })
    }

    /// Sends it and returns when it has ended, so neither buffer is in use afterwards.
    pub fn run(
        self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
        cancel: [Option<&Event>; 2],
    ) -> Result<usize, Failure> {
        let too_long = |_| Failure::from_win32(ERROR_INVALID_PARAMETER);
        let input_length = u32::try_from(input.len()).map_err(too_long)?;
        let output_length = u32::try_from(output.len()).map_err(too_long)?;
        // Null for an empty slice: the driver shall not see a made-up address.
        let input_address = if input.is_empty() { ptr::null() } else { input.as_ptr() };
        let output_address = if output.is_empty() { ptr::null_mut() } else { output.as_mut_ptr() };
        // SAFETY: the device handle is open for as long as the request; each length is its buffer's own; buffers
        // and OVERLAPPED stay where they are until `finish` returns, which is when the request has ended.
        let started = unsafe {
            DeviceIoControl(
                self.device.as_raw_handle(),
                code,
                input_address.cast(),
                input_length,
                output_address.cast(),
                output_length,
                ptr::null_mut(),
                self.state.get(),
            )
        };
        if started == 0 {
            let failure = last_failure(0);
            if failure.win32 != ERROR_IO_PENDING {
                // It never became pending. Only a warning leaves output.
                let bytes = if failure.is_more_data() { self.information() } else { 0 };
                return Err(Failure { bytes, ..failure });
            }
            self.finish(cancel);
        }
        self.outcome()
    }

    /// Waits for the end, and asks for it when an event of `cancel` is set.
    fn finish(&self, cancel: [Option<&Event>; 2]) {
        if !self.ended.wait_with(cancel) {
            // SAFETY: handle and OVERLAPPED are those of the request. Failure means that it has ended already.
            let _ = unsafe { CancelIoEx(self.device.as_raw_handle(), self.state.get()) };
            self.ended.wait_with([None; 2]);
        }
        // Whatever became of the waiting, the buffers are the system's until it says otherwise.
        while self.status().0 == STATUS_PENDING {
            thread::sleep(POLL);
        }
    }

    fn outcome(&self) -> Result<usize, Failure> {
        let status = self.status();
        if status.is_success() {
            return Ok(self.information());
        }
        let bytes = if status.is_error() { 0 } else { self.information() };
        Err(Failure { win32: win32_of(status), ntstatus: Some(status), bytes })
    }

    /// The status that the request ended with, or `STATUS_PENDING`.
    fn status(&self) -> NtStatus {
        // SAFETY: points into `state`, which is alive and initialized.
        let place = unsafe { &raw const (*self.state.get()).Internal };
        // SAFETY: aligned and initialized; volatile because the system may write to it at any time.
        let status = unsafe { ptr::read_volatile(place) };
        // An NTSTATUS has 32 bits; the rest of the pointer that is its place is not written.
        #[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "the low 32 bits are meant")]
        let status = status as i32;
        NtStatus(status)
    }

    /// Bytes of output.
    fn information(&self) -> usize {
        // SAFETY: points into `state`, which is alive and initialized.
        let place = unsafe { &raw const (*self.state.get()).InternalHigh };
        // SAFETY: aligned and initialized; volatile because the system may write to it at any time.
        unsafe { ptr::read_volatile(place) }
    }
}
