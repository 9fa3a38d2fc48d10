//! A handle to a device, and requests that are under way on it.

use std::fs::{File, OpenOptions};
use std::io::{Error, Result};
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::AsRawHandle;
use std::ptr::{null, null_mut};
use windows_sys::Win32::Foundation::{CloseHandle, ERROR_IO_PENDING, GetLastError, HANDLE, WAIT_OBJECT_0};
use windows_sys::Win32::Storage::FileSystem::{FILE_FLAG_OVERLAPPED, ReadFile, WriteFile};
use windows_sys::Win32::System::IO::{CancelIoEx, DeviceIoControl, GetOverlappedResult, OVERLAPPED};
use windows_sys::Win32::System::Threading::{CreateEventW, WaitForSingleObject};

/// Time for a request to reach the driver, in milliseconds.
pub const SOON: u32 = 150;
/// Time for a result to come back, on a busy machine too.
pub const SURELY: u32 = 3_000;

/// An open device.
pub struct Device(File);

impl Device {
    /// Opens `\\.\name` for overlapped I/O.
    ///
    /// # Errors
    /// There is no such device.
    pub fn open(name: &str) -> Result<Self> {
        Self::open_path(&format!(r"\\.\{name}"))
    }

    /// Opens a device by its whole path.
    ///
    /// # Errors
    /// There is no such device.
    pub fn open_path(path: &str) -> Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).custom_flags(FILE_FLAG_OVERLAPPED);
        options.open(path).map(Self)
    }

    fn raw(&self) -> HANDLE {
        self.0.as_raw_handle()
    }

    /// Sends a request that may take its time.
    ///
    /// # Errors
    /// The system has no event for it.
    pub fn send(&self, code: u32, input: &[u8], output: usize) -> Result<Pending<'_>> {
        let mut pending: Pending<'_> = self.begin(Operation::Control(code), input, output)?;
        pending.device = Some(self);
        Ok(pending)
    }

    /// Writes, which may take its time.
    ///
    /// # Errors
    /// The system has no event for it.
    pub fn write(&self, input: &[u8]) -> Result<Pending<'_>> {
        let mut pending: Pending<'_> = self.begin(Operation::Write, input, 0)?;
        pending.device = Some(self);
        Ok(pending)
    }

    /// Reads, which may take its time.
    ///
    /// # Errors
    /// The system has no event for it.
    pub fn read(&self, output: usize) -> Result<Pending<'_>> {
        let mut pending: Pending<'_> = self.begin(Operation::Read, &[], output)?;
        pending.device = Some(self);
        Ok(pending)
    }

    fn begin(&self, operation: Operation, input: &[u8], output: usize) -> Result<Pending<'static>> {
        // SAFETY: no attributes, automatic reset off, not signalled, no name.
        let event = unsafe { CreateEventW(null(), 1, 0, null()) };
        if event.is_null() {
            return Err(Error::last_os_error());
        }
        let overlapped = OVERLAPPED { hEvent: event, ..Default::default() };
        let mut pending = Pending {
            device: None,
            event: Event(event),
            overlapped: Box::new(overlapped),
            input: input.to_vec(),
            output: vec![0; output],
            error: None,
        };
        let (given, room) = (pending.input.as_ptr(), pending.output.as_mut_ptr());
        let [length, output] = [input.len(), output].map(|bytes| u32::try_from(bytes).unwrap_or(0));
        let overlapped = &raw mut *pending.overlapped;
        let done = match operation {
            // SAFETY: the buffers and the overlapped structure live in `pending` until the request is over.
            Operation::Control(code) => unsafe {
                DeviceIoControl(self.raw(), code, given.cast(), length, room.cast(), output, null_mut(), overlapped)
            },
            // SAFETY: as above.
            Operation::Read => unsafe { ReadFile(self.raw(), room, output, null_mut(), overlapped) },
            // SAFETY: as above.
            Operation::Write => unsafe { WriteFile(self.raw(), given, length, null_mut(), overlapped) },
        };
        if done == 0 {
            // SAFETY: has no preconditions.
            let error = unsafe { GetLastError() };
            pending.error = (error != ERROR_IO_PENDING).then_some(error);
        }
        Ok(pending)
    }

    /// Sends a request that takes its time, and closes the handle meanwhile.
    ///
    /// # Errors
    /// The system has no event for it.
    pub fn send_and_close(self, code: u32, input: &[u8]) -> Result<Pending<'static>> {
        let mut pending = self.begin(Operation::Control(code), input, 16)?;
        pending.wait(SOON);
        Ok(pending)
    }

    /// Sends a text and waits for the answer.
    ///
    /// # Errors
    /// The driver does not take it.
    pub fn ask(&self, text: &str) -> Result<String> {
        let mut input = text.as_bytes().to_vec();
        input.resize(ANSWER, b' ');
        let mut pending = self.send(COMMAND, &input, ANSWER)?;
        match pending.wait(30_000) {
            Outcome { finished: true, error: 0, bytes } => {
                let bytes = usize::try_from(bytes).unwrap_or(0);
                Ok(String::from_utf8_lossy(pending.output.get(..bytes).unwrap_or(&[])).into_owned())
            }
            other => Err(Error::other(format!("`{text}`: {other:?}"))),
        }
    }
}

/// Room for commands and answers.
const ANSWER: usize = 32 * 1024;
const COMMAND: u32 = control_code(0);

/// `CTL_CODE` of the probe driver: buffered, any access.
#[must_use]
pub const fn control_code(action: u32) -> u32 {
    (0x22 << 16) | ((0x800 + action) << 2)
}

/// What is sent.
#[derive(Clone, Copy)]
enum Operation {
    Control(u32),
    Read,
    Write,
}

/// A request under way.
pub struct Pending<'a> {
    /// None: its handle is closed.
    device: Option<&'a Device>,
    event: Event,
    overlapped: Box<OVERLAPPED>,
    input: Vec<u8>,
    output: Vec<u8>,
    error: Option<u32>,
}

/// An event that is ours.
struct Event(HANDLE);

impl Drop for Event {
    fn drop(&mut self) {
        // SAFETY: the event is ours and closed once.
        unsafe { CloseHandle(self.0) };
    }
}

/// How far a request has come.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Whether it is over.
    pub finished: bool,
    /// A Win32 error, or 0.
    pub error: u32,
    /// `Information`.
    pub bytes: u32,
}

impl Pending<'_> {
    /// Waits at most that long.
    pub fn wait(&mut self, milliseconds: u32) -> Outcome {
        if let Some(error) = self.error {
            return Outcome { finished: true, error, bytes: 0 };
        }
        // SAFETY: the event is ours.
        if unsafe { WaitForSingleObject(self.event.0, milliseconds) } != WAIT_OBJECT_0 {
            return Outcome { finished: false, error: 0, bytes: 0 };
        }
        let mut bytes = 0;
        let device = self.device.map_or(null_mut(), Device::raw);
        // SAFETY: the request was sent with this structure; the handle matters only to a call that waits.
        let done = unsafe { GetOverlappedResult(device, &raw const *self.overlapped, &raw mut bytes, 0) };
        // SAFETY: has no preconditions.
        let error = if done == 0 { unsafe { GetLastError() } } else { 0 };
        Outcome { finished: true, error, bytes }
    }

    /// What the client sees after at most that long, as text.
    pub fn seen(&mut self, milliseconds: u32) -> String {
        match self.wait(milliseconds) {
            Outcome { finished: false, .. } => "pending".into(),
            Outcome { error: 0, bytes, .. } => format!("ok {bytes}"),
            Outcome { error, bytes, .. } => format!("error {error} {bytes}"),
        }
    }

    /// What the client sees. It waits long for an end that is expected, and a while for a request that is to stay
    /// pending.
    pub fn becomes(&mut self, expected: &str) -> String {
        self.seen(if expected == "pending" { SOON } else { SURELY })
    }

    /// The output, as far as it has come.
    #[must_use]
    pub fn output(&self) -> &[u8] {
        &self.output
    }

    /// Bytes of the output that the driver's pattern reached.
    #[must_use]
    pub fn changed(&self) -> usize {
        self.output.iter().map(|&byte| usize::from(byte == 0xAB)).sum()
    }

    /// `CancelIoEx`. False: it is over.
    #[expect(clippy::must_use_candidate, reason = "how the request ends says as much")]
    pub fn cancel(&self) -> bool {
        let Some(device) = self.device else { return false };
        // SAFETY: the request was sent on this device with this structure.
        unsafe { CancelIoEx(device.raw(), &raw const *self.overlapped) != 0 }
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if self.error.is_none() && !self.wait(0).finished {
            self.cancel();
            self.wait(2_000);
        }
    }
}
