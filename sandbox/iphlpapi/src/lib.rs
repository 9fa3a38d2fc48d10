//! `iphlpapi.dll` with network compartments, which that of Wine 8 does not have.
//!
//! A test puts it beside a program under that name. The machine has the compartments 1, in which threads begin, and 2; a
//! third one may not be entered, and there are no more. Which thread is where, the framework stand-in is told in a section
//! ([`ThreadCompartments`]), as on Windows the kernel knows it. The rest of what `netioctl.exe` imports is Wine's own.
#![cfg(windows)]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

use std::{mem, sync::OnceLock};
use verifier_abi::{COMPARTMENTS_SECTION, ThreadCompartments};
use windows_sys::{
    Win32::{
        Foundation::{
            ERROR_ACCESS_DENIED, ERROR_NOT_FOUND, ERROR_NOT_SUPPORTED, ERROR_PROC_NOT_FOUND, ERROR_SUCCESS,
            ERROR_TOO_MANY_THREADS, WIN32_ERROR,
        },
        NetworkManagement::Ndis::NET_LUID_LH,
        System::{
            LibraryLoader::{GetProcAddress, LoadLibraryW},
            Memory::{FILE_MAP_WRITE, MapViewOfFile, OpenFileMappingW},
            Threading::GetCurrentThreadId,
        },
    },
    s, w,
};

/// `NET_IF_COMPARTMENT_ID_UNSPECIFIED` and `NET_IF_COMPARTMENT_ID_PRIMARY`.
const UNSPECIFIED: u32 = 0;
const PRIMARY: u32 = 1;
/// The other one.
const SECOND: u32 = 2;
/// One that nobody may enter.
const CLOSED: u32 = 3;

static THREADS: OnceLock<Option<&'static ThreadCompartments>> = OnceLock::new();

/// The section; `None` without a framework stand-in.
fn threads() -> Option<&'static ThreadCompartments> {
    let map = || {
        let name: Vec<u16> = COMPARTMENTS_SECTION.encode_utf16().chain([0]).collect();
        // SAFETY: the name ends with a zero.
        let section = unsafe { OpenFileMappingW(FILE_MAP_WRITE, 0, name.as_ptr()) };
        // SAFETY: a handle that was just opened, or null, which is refused.
        let view = unsafe { MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, size_of::<ThreadCompartments>()) };
        // SAFETY: null, or a view that stays mapped, of atomics for which all bytes are good.
        unsafe { view.Value.cast::<ThreadCompartments>().as_ref() }
    };
    *THREADS.get_or_init(map)
}

fn thread() -> u32 {
    // SAFETY: has no preconditions.
    unsafe { GetCurrentThreadId() }
}

/// `GetCurrentThreadCompartmentId`.
#[unsafe(no_mangle)]
pub extern "system" fn GetCurrentThreadCompartmentId() -> u32 {
    threads().and_then(|threads| threads.of(thread())).unwrap_or(PRIMARY)
}

/// `SetCurrentThreadCompartmentId`.
#[unsafe(no_mangle)]
pub extern "system" fn SetCurrentThreadCompartmentId(compartment: u32) -> WIN32_ERROR {
    let Some(threads) = threads() else { return ERROR_NOT_SUPPORTED };
    match compartment {
        UNSPECIFIED | PRIMARY => {
            threads.leave(thread());
            ERROR_SUCCESS
        }
        SECOND if threads.enter(thread(), SECOND) => ERROR_SUCCESS,
        SECOND => ERROR_TOO_MANY_THREADS,
        CLOSED => ERROR_ACCESS_DENIED,
        _ => ERROR_NOT_FOUND,
    }
}

/// The signature that both conversions share.
type Convert = unsafe extern "system" fn(*const NET_LUID_LH, *mut u16, usize) -> WIN32_ERROR;

/// A function of Wine's own library.
fn of_wine(name: *const u8) -> Option<Convert> {
    // SAFETY: the name ends with a zero; the library is the system's, and stays loaded.
    let library = unsafe { LoadLibraryW(w!(r"C:\windows\system32\iphlpapi.dll")) };
    if library.is_null() {
        return None;
    }
    // SAFETY: the library is loaded, and the name ends with a zero.
    let function = unsafe { GetProcAddress(library, name) }?;
    // SAFETY: both functions that are asked for have this signature.
    Some(unsafe { mem::transmute::<unsafe extern "system" fn() -> isize, Convert>(function) })
}

/// `ConvertInterfaceLuidToAlias`.
///
/// # Safety
/// As of Windows' own.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ConvertInterfaceLuidToAlias(
    luid: *const NET_LUID_LH,
    alias: *mut u16,
    length: usize,
) -> WIN32_ERROR {
    let Some(function) = of_wine(s!("ConvertInterfaceLuidToAlias")) else { return ERROR_PROC_NOT_FOUND };
    // SAFETY: the caller's promise.
    unsafe { function(luid, alias, length) }
}

/// `ConvertInterfaceLuidToNameW`.
///
/// # Safety
/// As of Windows' own.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ConvertInterfaceLuidToNameW(
    luid: *const NET_LUID_LH,
    name: *mut u16,
    length: usize,
) -> WIN32_ERROR {
    let Some(function) = of_wine(s!("ConvertInterfaceLuidToNameW")) else { return ERROR_PROC_NOT_FOUND };
    // SAFETY: the caller's promise.
    unsafe { function(luid, name, length) }
}
