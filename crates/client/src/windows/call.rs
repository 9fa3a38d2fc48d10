//! Results of calls, and strings for them.

use crate::{Failure, driver::SetupError};
use netioctl_abi::NtStatus;
use std::{ffi::OsStr, io, os::windows::ffi::OsStrExt, ptr};
use windows_sys::{
    Wdk::Storage::FileSystem::RtlNtStatusToDosErrorNoTeb,
    Win32::{
        Foundation::{ERROR_INVALID_PARAMETER, FARPROC, GetLastError, HMODULE},
        System::LibraryLoader::{GetProcAddress, LOAD_LIBRARY_SEARCH_SYSTEM32, LoadLibraryExW},
    },
    core::BOOL,
};

#[link(name = "ntdll", kind = "raw-dylib")]
unsafe extern "system" {
    /// The status that the last failed call of this thread left in its environment block.
    fn RtlGetLastNtStatus() -> i32;
}

/// The thread's last error.
pub fn last_error() -> u32 {
    // SAFETY: takes nothing and only reads the thread's own environment block.
    unsafe { GetLastError() }
}

/// The codes of a request that just failed, with its status where the system kept it.
pub fn last_failure(bytes: usize) -> Failure {
    let win32 = last_error();
    // SAFETY: takes nothing and only reads the thread's own environment block.
    let status = unsafe { RtlGetLastNtStatus() };
    let status = NtStatus(status);
    Failure::checked(win32, status, win32_of(status), bytes)
}

/// The Win32 code that a status becomes.
pub fn win32_of(status: NtStatus) -> u32 {
    // SAFETY: a pure mapping from number to number.
    unsafe { RtlNtStatusToDosErrorNoTeb(status.0) }
}

/// A library of the system, which stays loaded.
pub fn system_library(name: &str) -> Option<HMODULE> {
    let name = wide(name);
    // SAFETY: the name ends with a zero.
    let library = unsafe { LoadLibraryExW(name.as_ptr(), ptr::null_mut(), LOAD_LIBRARY_SEARCH_SYSTEM32) };
    (!library.is_null()).then_some(library)
}

/// A function of a library, if it has one with this name, which ends with a zero.
pub fn address(library: HMODULE, name: *const u8) -> FARPROC {
    // SAFETY: the library is loaded, and the name ends with a zero.
    unsafe { GetProcAddress(library, name) }
}

/// The error of `call`, which just failed.
pub fn failed(call: &'static str) -> SetupError {
    SetupError::Call { call, failure: Failure::from_win32(last_error()) }
}

/// Turns the BOOL of `call` into a result.
pub fn check(call: &'static str, result: BOOL) -> Result<(), SetupError> {
    if result == 0 { Err(failed(call)) } else { Ok(()) }
}

/// The code of a call of the standard library, which refuses a text with a zero in it without asking Windows.
pub fn failure_of_std(error: &io::Error) -> Failure {
    let win32 = error.raw_os_error().and_then(|code| u32::try_from(code).ok());
    Failure::from_win32(win32.unwrap_or(ERROR_INVALID_PARAMETER))
}

/// UTF-16 with a terminating zero.
pub fn wide(text: impl AsRef<OsStr>) -> Vec<u16> {
    text.as_ref().encode_wide().chain([0]).collect()
}

/// A list of one string (`REG_MULTI_SZ)`: two zeros end it.
pub fn multi_sz(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0, 0]).collect()
}

/// The text before the first zero.
pub fn from_wide(buffer: &[u16]) -> String {
    let end = buffer.iter().position(|unit| *unit == 0).unwrap_or(buffer.len());
    String::from_utf16_lossy(&buffer[..end])
}

/// The text at a pointer, up to the first zero.
///
/// # Safety
/// The pointer must be to UTF-16 that ends with a zero.
pub unsafe fn from_wide_pointer(text: *const u16) -> String {
    let mut units = Vec::new();
    loop {
        // SAFETY: not behind the zero, at which the loop ends.
        let next = unsafe { text.add(units.len()) };
        // SAFETY: the same.
        match unsafe { next.read() } {
            0 => return String::from_utf16_lossy(&units),
            unit => units.push(unit),
        }
    }
}

/// The strings of a `REG_MULTI_SZ` (or the one of a `REG_SZ`).
pub fn from_multi_sz(buffer: &[u16]) -> Vec<String> {
    buffer.split(|unit| *unit == 0).filter(|text| !text.is_empty()).map(String::from_utf16_lossy).collect()
}
