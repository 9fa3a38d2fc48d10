//! The open device: `CreateFileW` through the standard library, and `DeviceIoControl`.

use super::{call::last_failure, device_info::DeviceInfoSet};
use crate::{Access, Error, Failure, Transport};
use std::{
    fs::File,
    os::windows::{fs::OpenOptionsExt, io::AsRawHandle},
    ptr,
};
use windows_sys::Win32::{
    Foundation::{ERROR_INVALID_PARAMETER, GENERIC_READ, GENERIC_WRITE},
    System::IO::DeviceIoControl,
};

/// A handle of the device; closed when dropped.
pub struct Handle(File);

/// Opens the device whose interface is present.
pub fn open(access: Access) -> Result<Handle, Error> {
    let path = DeviceInfoSet::present_interface()?.ok_or(Error::DriverNotFound)?;
    open_path(&path, access)
}

/// Opens the device interface with this path.
pub fn open_path(path: &str, access: Access) -> Result<Handle, Error> {
    let mode = match access {
        Access::Read => GENERIC_READ,
        Access::ReadWrite => GENERIC_READ | GENERIC_WRITE,
    };
    let opened = File::options().access_mode(mode).open(path);
    opened.map(Handle).map_err(|error| Error::Open { failure: from_io(&error) })
}

fn from_io(error: &std::io::Error) -> Failure {
    let win32 = error.raw_os_error().map_or(ERROR_INVALID_PARAMETER, i32::cast_unsigned);
    Failure::from_win32(win32)
}

/// Null for an empty slice: the driver shall not see a made-up address.
fn address<T>(slice: &[T]) -> *const T {
    if slice.is_empty() { ptr::null() } else { slice.as_ptr() }
}

impl Transport for Handle {
    fn control(&self, code: u32, input: &[u8], output: &mut [u8]) -> Result<usize, Failure> {
        let too_long = |_| Failure::from_win32(ERROR_INVALID_PARAMETER);
        let input_length = u32::try_from(input.len()).map_err(too_long)?;
        let output_length = u32::try_from(output.len()).map_err(too_long)?;
        let output_address = if output.is_empty() { ptr::null_mut() } else { output.as_mut_ptr() };
        // Left untouched by the system when a request ends with an error.
        let mut bytes = 0;
        // SAFETY: the handle is open for as long as `self`; both buffers live until the call returns, which is when
        // the request is over, since the handle is not an overlapped one; each length is its buffer's own.
        let done = unsafe {
            DeviceIoControl(
                self.0.as_raw_handle(),
                code,
                address(input).cast(),
                input_length,
                output_address.cast(),
                output_length,
                &raw mut bytes,
                ptr::null_mut(),
            )
        };
        let written = bytes as usize;
        if done == 0 { Err(last_failure(written)) } else { Ok(written) }
    }
}
