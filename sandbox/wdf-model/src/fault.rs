//! What ends a driver: names for the codes of exceptions and bug checks, and what their parameters mean.

use alloc::format;
use alloc::string::String;

/// `EXCEPTION_WINE_STUB`: a function was called that Wine has by name only.
pub const WINE_STUB: u32 = 0x8000_0100;
const ACCESS_VIOLATION: u32 = 0xC000_0005;
const IN_PAGE_ERROR: u32 = 0xC000_0006;

/// Exceptions, by their names in `ntstatus.h`.
const EXCEPTIONS: [(u32, &str); 16] = [
    (0x8000_0001, "STATUS_GUARD_PAGE_VIOLATION"),
    (0x8000_0002, "STATUS_DATATYPE_MISALIGNMENT"),
    (0x8000_0003, "STATUS_BREAKPOINT"),
    (WINE_STUB, "EXCEPTION_WINE_STUB"),
    (0x8000_0101, "EXCEPTION_WINE_ASSERTION"),
    (ACCESS_VIOLATION, "STATUS_ACCESS_VIOLATION"),
    (IN_PAGE_ERROR, "STATUS_IN_PAGE_ERROR"),
    (0xC000_0017, "STATUS_NO_MEMORY"),
    (0xC000_001D, "STATUS_ILLEGAL_INSTRUCTION"),
    (0xC000_0025, "STATUS_NONCONTINUABLE_EXCEPTION"),
    (0xC000_008C, "STATUS_ARRAY_BOUNDS_EXCEEDED"),
    (0xC000_0094, "STATUS_INTEGER_DIVIDE_BY_ZERO"),
    (0xC000_0096, "STATUS_PRIVILEGED_INSTRUCTION"),
    (0xC000_00FD, "STATUS_STACK_OVERFLOW"),
    (0xC000_0374, "STATUS_HEAP_CORRUPTION"),
    (0xC000_0409, "STATUS_STACK_BUFFER_OVERRUN"),
];

/// Bug checks, by their names in `bugcodes.h`.
const BUG_CHECKS: [(u32, &str); 8] = [
    (0x0A, "IRQL_NOT_LESS_OR_EQUAL"),
    (0x1E, "KMODE_EXCEPTION_NOT_HANDLED"),
    (0x50, "PAGE_FAULT_IN_NONPAGED_AREA"),
    (0xC2, "BAD_POOL_CALLER"),
    (0xC4, "DRIVER_VERIFIER_DETECTED_VIOLATION"),
    (0xD1, "DRIVER_IRQL_NOT_LESS_OR_EQUAL"),
    (0xE2, "MANUALLY_INITIATED_CRASH"),
    (0x10D, "WDF_VIOLATION"),
];

fn named(names: &[(u32, &str)], code: u32) -> String {
    let known = names.iter().find(|(known, _)| *known == code);
    known.map_or_else(|| format!("{code:#010x}"), |(_, name)| format!("{name} ({code:#010x})"))
}

/// The name of an exception, with its code.
#[must_use]
pub fn exception(code: u32) -> String {
    named(&EXCEPTIONS, code)
}

/// The name of a bug check, with its code.
#[must_use]
pub fn bug_check(code: u32) -> String {
    named(&BUG_CHECKS, code)
}

/// What an exception's parameters say, if they say something.
#[must_use]
pub fn explain(code: u32, parameters: &[usize]) -> Option<String> {
    let (&[how, address, ..], ACCESS_VIOLATION | IN_PAGE_ERROR) = (parameters, code) else { return None };
    let how = match how {
        0 => "read of",
        1 => "write to",
        8 => "jump to",
        _ => "access to",
    };
    Some(format!("page fault: {how} address {address:#x}"))
}
