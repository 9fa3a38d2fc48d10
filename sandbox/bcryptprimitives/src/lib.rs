//! `bcryptprimitives.dll` for Wine versions before 9, which lack it.
//!
//! The standard library of Rust 1.78 and newer takes its random numbers from `ProcessPrng`, and a program that
//! imports a missing DLL does not start. This one hands the request to `SystemFunction036` (`RtlGenRandom`), which
//! every Wine has and which reads the kernel's random numbers. It needs no standard library: that would import the
//! very DLL that this is.
#![no_std]
#![cfg(windows)]

use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::slice;

#[link(name = "advapi32", kind = "raw-dylib")]
unsafe extern "system" {
    /// `RtlGenRandom` of `ntsecapi.h`: fills `buffer` with `length` random bytes, and answers 0 if it cannot.
    fn SystemFunction036(buffer: *mut c_void, length: u32) -> u8;
}

/// The most bytes asked for at once: the length of `RtlGenRandom` has 32 bits, that of `ProcessPrng` has 64.
const CHUNK: usize = 1 << 30;

/// Fills `data` with `length` random bytes. Answers 1; never fails by contract, so a failure ends the process.
///
/// # Safety
/// `data` is valid for writes of `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ProcessPrng(data: *mut u8, length: usize) -> i32 {
    if length == 0 {
        return 1;
    }
    // SAFETY: the caller vouches for `length` writable bytes at `data`; what they hold does not matter.
    let bytes = unsafe { slice::from_raw_parts_mut(data.cast::<MaybeUninit<u8>>(), length) };
    for chunk in bytes.chunks_mut(CHUNK) {
        // SAFETY: the chunk is writable and its length, at most CHUNK, fits the parameter.
        let filled = unsafe { SystemFunction036(chunk.as_mut_ptr().cast(), chunk.len() as u32) };
        assert!(filled != 0);
    }
    1
}

#[link(name = "kernel32", kind = "raw-dylib")]
unsafe extern "system" {
    /// Ends the process at once.
    fn TerminateProcess(process: *mut c_void, code: u32) -> i32;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    const CURRENT_PROCESS: *mut c_void = usize::MAX as *mut c_void;
    loop {
        // SAFETY: the pseudo handle of the calling process is always valid.
        unsafe { TerminateProcess(CURRENT_PROCESS, 1) };
    }
}
