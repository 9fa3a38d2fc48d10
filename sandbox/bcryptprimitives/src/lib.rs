//! `bcryptprimitives.dll` for Wine versions before 9, which lack it.
//!
//! The standard library of Rust 1.78 and newer takes its random numbers from `ProcessPrng`, and a program that
//! imports a missing DLL does not start. This one hands the request to `SystemFunction036` (`RtlGenRandom`), which
//! every Wine has and which reads the kernel's random numbers. It needs no standard library: that would import the
//! very DLL that this is.
#![no_std]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]
#![cfg(windows)]

use core::ffi::c_void;

#[link(name = "advapi32", kind = "raw-dylib")]
unsafe extern "system" {
    /// `RtlGenRandom` of `ntsecapi.h`: fills `buffer` with `length` random bytes, and answers 0 if it cannot.
    fn SystemFunction036(buffer: *mut c_void, length: u32) -> u8;
}

/// The most bytes asked for at once: the length of `RtlGenRandom` has 32 bits, that of `ProcessPrng` has 64.
const CHUNK: usize = 1 << 30;

/// Fills `data` with `length` random bytes and answers 1. It never fails by contract, so a failure ends the process.
///
/// # Safety
/// `data` is valid for writes of `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ProcessPrng(data: *mut u8, length: usize) -> i32 {
    let mut filled = 0;
    while filled < length {
        let chunk = if length - filled < CHUNK { length - filled } else { CHUNK };
        let target = data.wrapping_add(filled).cast();
        // SAFETY: the caller vouches for `length` writable bytes at `data`, of which `chunk` follow after `filled`.
        // `chunk` is at most CHUNK and so fits the parameter.
        if unsafe { SystemFunction036(target, chunk as u32) } == 0 {
            end_process();
        }
        filled += chunk;
    }
    1
}

fn end_process() -> ! {
    const CURRENT_PROCESS: *mut c_void = usize::MAX as *mut c_void;
    loop {
        // SAFETY: the pseudo handle of the calling process is always valid.
        unsafe { TerminateProcess(CURRENT_PROCESS, 1) };
    }
}

#[link(name = "kernel32", kind = "raw-dylib")]
unsafe extern "system" {
    /// Ends the process at once.
    fn TerminateProcess(process: *mut c_void, code: u32) -> i32;
}

/// Never called: nothing above can panic. The language wants it all the same.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    end_process()
}
