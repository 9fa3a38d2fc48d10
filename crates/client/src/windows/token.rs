//! May this process change drivers?

use super::{call::check, device_info::size_of_u32};
use crate::driver::SetupError;
use std::{
    os::windows::io::AsRawHandle,
    os::windows::io::{FromRawHandle, OwnedHandle},
    ptr,
};
use windows_sys::Win32::{
    Foundation::HANDLE,
    Security::{GetTokenInformation, TOKEN_ELEVATION, TOKEN_QUERY, TokenElevation},
    System::Threading::{GetCurrentProcess, IsWow64Process, OpenProcessToken},
};

/// An elevated process of the machine's own width, or the error that says what to do.
pub fn require_installer() -> Result<(), SetupError> {
    if is_wow64()? {
        return Err(SetupError::Wow64);
    }
    if is_elevated()? { Ok(()) } else { Err(SetupError::NotElevated) }
}

fn current_process() -> HANDLE {
    // SAFETY: takes nothing; gives a constant that needs no closing.
    unsafe { GetCurrentProcess() }
}

fn is_wow64() -> Result<bool, SetupError> {
    let mut wow64 = 0;
    // SAFETY: the pseudo handle is always valid; the pointer is to a local.
    let result = unsafe { IsWow64Process(current_process(), &raw mut wow64) };
    check("IsWow64Process", result)?;
    Ok(wow64 != 0)
}

fn is_elevated() -> Result<bool, SetupError> {
    let mut token: HANDLE = ptr::null_mut();
    // SAFETY: the pseudo handle is always valid; the pointer is to a local.
    let result = unsafe { OpenProcessToken(current_process(), TOKEN_QUERY, &raw mut token) };
    check("OpenProcessToken", result)?;
    // SAFETY: the call succeeded, so `token` is an open handle that nobody else closes.
    let token = unsafe { OwnedHandle::from_raw_handle(token) };
    let mut elevation = TOKEN_ELEVATION::default();
    let mut written = 0;
    let size = size_of_u32::<TOKEN_ELEVATION>();
    // SAFETY: the token is open; the buffer is one TOKEN_ELEVATION, as the class demands, and `size` is its size.
    let result = unsafe {
        GetTokenInformation(token.as_raw_handle(), TokenElevation, (&raw mut elevation).cast(), size, &raw mut written)
    };
    check("GetTokenInformation", result)?;
    Ok(elevation.TokenIsElevated != 0)
}
