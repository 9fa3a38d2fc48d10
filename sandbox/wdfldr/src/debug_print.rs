//! What drivers print for a debugger: `DbgPrint` and its relatives, whose lines go to a file.
//!
//! Wine's own go to its debug channels, which are off, and with them on among thousands of other lines.

use crate::disk::{self, Access};
use crate::lock::Mutex;
use crate::nt;
use core::ffi::c_void;
use netioctl_status::NtStatus;
use verifier_abi::DEBUG_PRINT_PATH;

/// As much as Windows sends to a debugger at once.
const LONGEST: usize = 512;

/// How many arguments a text may take here. C says their number nowhere: these slots are read, filled or not.
const SLOTS: usize = 12;

/// The open file. Zero: not open.
static FILE: Mutex<usize> = Mutex::new(0);

/// The arguments of a variadic function on x64 lie one after the other: the first four in registers, of which the compiler
/// leaves the caller's copies to the callee, the others on the stack. A function with many parameters finds them all.
macro_rules! variadic {
    ($(#[$doc:meta])* $name:ident($($before:ident: $kind:ty),*)) => {
        $(#[$doc])*
        pub unsafe extern "system" fn $name(
            $($before: $kind,)* format: *const u8,
            a: usize, b: usize, c: usize, d: usize, e: usize, f: usize,
            g: usize, h: usize, i: usize, j: usize, k: usize, l: usize,
        ) -> NtStatus {
            $(let _ = $before;)*
            let slots: [usize; SLOTS] = [a, b, c, d, e, f, g, h, i, j, k, l];
            // SAFETY: the driver's promise: the text is terminated, and its arguments are what it says that they are.
            unsafe { print(format, slots.as_ptr().cast()) }
        }
    };
}

variadic! {
    /// `DbgPrint`.
    dbg_print()
}

variadic! {
    /// `DbgPrintEx`. No filter is set: everything that is printed is shown.
    dbg_print_ex(component: u32, level: u32)
}

/// `vDbgPrintEx`.
pub unsafe extern "system" fn v_dbg_print_ex(_: u32, _: u32, format: *const u8, arguments: *const c_void) -> NtStatus {
    // SAFETY: the driver's promise.
    unsafe { print(format, arguments) }
}

/// `vDbgPrintExWithPrefix`.
pub unsafe extern "system" fn v_dbg_print_ex_with_prefix(
    prefix: *const u8,
    _: u32,
    _: u32,
    format: *const u8,
    arguments: *const c_void,
) -> NtStatus {
    // SAFETY: the driver's promise: the prefix is a text without arguments.
    let _ = unsafe { print(prefix, arguments) };
    // SAFETY: the driver's promise.
    unsafe { print(format, arguments) }
}

/// Formats a text as C does, and appends it to the file.
///
/// # Safety
/// The text is terminated, and the arguments are what it says that they are.
unsafe fn print(format: *const u8, arguments: *const c_void) -> NtStatus {
    let mut text = [0_u8; LONGEST];
    // SAFETY: the room is as long as is told; the rest is the caller's promise.
    let written = unsafe { nt::_vsnprintf(text.as_mut_ptr(), LONGEST, format, arguments) };
    // Negative: there was more than fits.
    let written = usize::try_from(written).unwrap_or(LONGEST).min(LONGEST);
    let mut file = FILE.lock();
    if *file == 0 {
        *file = disk::open(DEBUG_PRINT_PATH, Access::APPEND);
    }
    disk::append(*file, text.get(..written).unwrap_or_default());
    NtStatus::SUCCESS
}
