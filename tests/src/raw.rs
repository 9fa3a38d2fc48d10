//! A request whose handle closes under it: the client library lets no program do that.

use anyhow::Result;
use netioctl_client::abi::NtStatus;
use std::time::Duration;

/// Sends a request that waits, closes its handle, and answers how the request ended.
#[cfg(not(windows))]
pub fn closed_while_waiting(_: &str, _: u32, _: &[u8], _: Duration) -> Result<NtStatus> {
    anyhow::bail!("there are no such handles here")
}

/// Sends a request that waits, closes its handle, and answers how the request ended.
#[cfg(windows)]
pub fn closed_while_waiting(path: &str, code: u32, input: &[u8], patience: Duration) -> Result<NtStatus> {
    use anyhow::ensure;
    use std::{
        fs::File,
        io,
        os::windows::{
            fs::OpenOptionsExt,
            io::{AsRawHandle, FromRawHandle, OwnedHandle},
        },
        ptr, thread,
    };
    use windows_sys::Win32::{
        Foundation::{ERROR_IO_PENDING, WAIT_OBJECT_0},
        Storage::FileSystem::FILE_FLAG_OVERLAPPED,
        System::{
            IO::{DeviceIoControl, OVERLAPPED},
            Threading::{CreateEventW, WaitForSingleObject},
        },
    };

    let file = File::options().read(true).write(true).custom_flags(FILE_FLAG_OVERLAPPED).open(path)?;
    // SAFETY: no attributes and no name.
    let event = unsafe { CreateEventW(ptr::null(), 1, 0, ptr::null()) };
    ensure!(!event.is_null(), "no event: {}", io::Error::last_os_error());
    // SAFETY: the event is new and has no other owner.
    let event = unsafe { OwnedHandle::from_raw_handle(event) };
    // Leaked, should the request not end: the system may write to it then.
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
    ensure!(error.raw_os_error() == Some(ERROR_IO_PENDING.cast_signed()), "{error}");
    thread::sleep(Duration::from_millis(200));
    drop(file);
    // SAFETY: the event is open.
    let waited = unsafe { WaitForSingleObject(event.as_raw_handle(), patience.as_millis().try_into()?) };
    ensure!(waited == WAIT_OBJECT_0, "the request goes on without its handle");
    // SAFETY: the request has ended, and nobody else has the state.
    let state = unsafe { Box::from_raw(state) };
    Ok(NtStatus(state.Internal as i32))
}
