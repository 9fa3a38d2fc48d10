//! A request whose handle closes under it: the client library lets no program do that.

use anyhow::Result;
use netioctl_client::abi::NtStatus;
use std::time::Duration;

/// Sends requests that wait on one handle, closes it, and answers how they ended. `between`: what happens in between. An
/// error of the system's is an [`io::Error`](std::io::Error).
#[cfg(not(windows))]
pub fn closed_while_waiting(
    _: &str,
    _: &[(u32, &[u8])],
    _: Duration,
    _: impl FnOnce() -> Result<()>,
) -> Result<Vec<NtStatus>> {
    anyhow::bail!("there are no such handles here")
}

/// Sends requests that wait on one handle, closes it, and answers how they ended. `between`: what happens in between. An
/// error of the system's is an [`io::Error`](std::io::Error).
#[cfg(windows)]
pub fn closed_while_waiting(
    path: &str,
    requests: &[(u32, &[u8])],
    patience: Duration,
    between: impl FnOnce() -> Result<()>,
) -> Result<Vec<NtStatus>> {
    use std::{fs::File, os::windows::fs::OpenOptionsExt};
    use windows_sys::Win32::Storage::FileSystem::FILE_FLAG_OVERLAPPED;

    let file = File::options().read(true).write(true).custom_flags(FILE_FLAG_OVERLAPPED).open(path)?;
    let waiting =
        requests.iter().map(|(code, input)| Waiting::send(&file, *code, input)).collect::<Result<Vec<_>>>()?;
    between()?;
    drop(file);
    waiting.into_iter().map(|request| request.end(patience)).collect()
}

/// A request under way. Its memory is leaked should it not end: the system may write to it then.
#[cfg(windows)]
struct Waiting {
    event: std::os::windows::io::OwnedHandle,
    state: *mut windows_sys::Win32::System::IO::OVERLAPPED,
}

#[cfg(windows)]
impl Waiting {
    fn send(file: &std::fs::File, code: u32, input: &[u8]) -> Result<Self> {
        use anyhow::ensure;
        use std::{
            io,
            os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle},
            ptr,
        };
        use windows_sys::Win32::{
            Foundation::ERROR_IO_PENDING,
            System::{
                IO::{DeviceIoControl, OVERLAPPED},
                Threading::CreateEventW,
            },
        };

        // SAFETY: no attributes and no name.
        let event = unsafe { CreateEventW(ptr::null(), 1, 0, ptr::null()) };
        ensure!(!event.is_null(), "no event: {}", io::Error::last_os_error());
        // SAFETY: the event is new and has no other owner.
        let event = unsafe { OwnedHandle::from_raw_handle(event) };
        let state = Box::into_raw(Box::new(OVERLAPPED { hEvent: event.as_raw_handle(), ..OVERLAPPED::default() }));
        let output: &'static mut [u8] = Box::leak(vec![0; 4096].into_boxed_slice());
        // SAFETY: lengths are those of the buffers; what the system writes to is not freed before the request has ended.
        let started = unsafe {
            DeviceIoControl(
                file.as_raw_handle(),
                code,
                input.as_ptr().cast(),
                input.len().try_into()?,
                output.as_mut_ptr().cast(),
                output.len().try_into()?,
                ptr::null_mut(),
                state,
            )
        };
        let error = io::Error::last_os_error();
        ensure!(started == 0, "it ended at once");
        if error.raw_os_error() != Some(ERROR_IO_PENDING.cast_signed()) {
            return Err(error.into());
        }
        Ok(Self { event, state })
    }

    fn end(self, patience: Duration) -> Result<NtStatus> {
        use anyhow::ensure;
        use std::os::windows::io::AsRawHandle;
        use windows_sys::Win32::{Foundation::WAIT_OBJECT_0, System::Threading::WaitForSingleObject};

        // SAFETY: the event is open.
        let waited = unsafe { WaitForSingleObject(self.event.as_raw_handle(), patience.as_millis().try_into()?) };
        ensure!(waited == WAIT_OBJECT_0, "the request goes on without its handle");
        // SAFETY: the request has ended, so the system no longer writes to the state, and nothing else refers to it.
        let state = unsafe { Box::from_raw(self.state) };
        // The status stands in the lower half.
        let [a, b, c, d, ..] = state.Internal.to_le_bytes();
        Ok(NtStatus(i32::from_le_bytes([a, b, c, d])))
    }
}
