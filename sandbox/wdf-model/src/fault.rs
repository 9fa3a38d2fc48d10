//! What ends a driver: names for the codes of exceptions and bug checks, and what their parameters mean.

use alloc::format;
use alloc::string::String;
use netioctl_status::NtStatus;

/// `EXCEPTION_WINE_STUB`: a function was called that Wine has by name only.
pub const WINE_STUB: u32 = 0x8000_0100;
/// Exceptions of Wine's own.
static EXCEPTIONS: [(u32, &str); 2] = [(WINE_STUB, "EXCEPTION_WINE_STUB"), (0x8000_0101, "EXCEPTION_WINE_ASSERTION")];

/// Bug checks, by their names in `bugcodes.h`.
static BUG_CHECKS: [(u32, &str); 8] = [
    (0x0A, "IRQL_NOT_LESS_OR_EQUAL"),
    (0x1E, "KMODE_EXCEPTION_NOT_HANDLED"),
    (0x50, "PAGE_FAULT_IN_NONPAGED_AREA"),
    (0xC2, "BAD_POOL_CALLER"),
    (0xC4, "DRIVER_VERIFIER_DETECTED_VIOLATION"),
    (0xD1, "DRIVER_IRQL_NOT_LESS_OR_EQUAL"),
    (0xE2, "MANUALLY_INITIATED_CRASH"),
    (0x10D, "WDF_VIOLATION"),
];

fn find(names: &'static [(u32, &'static str)], code: u32) -> Option<&'static str> {
    names.iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
}

fn named(name: Option<&str>, code: u32) -> String {
    name.map_or_else(|| format!("{code:#010x}"), |name| format!("{name} ({code:#010x})"))
}

/// The name of an exception, most of which are statuses, with its code.
#[must_use]
pub fn exception(code: u32) -> String {
    named(find(&EXCEPTIONS, code).or_else(|| NtStatus::from_bits(code).name()), code)
}

/// The name of a bug check, with its code.
#[must_use]
pub fn bug_check(code: u32) -> String {
    named(find(&BUG_CHECKS, code), code)
}

/// What an exception's parameters say, if they say something.
#[must_use]
pub fn explain(code: u32, parameters: &[usize]) -> Option<String> {
    let fault = [NtStatus::ACCESS_VIOLATION, NtStatus::IN_PAGE_ERROR].contains(&NtStatus::from_bits(code));
    let &[how, address, ..] = parameters else { return None };
    if !fault {
        return None;
    }
    let how = match how {
        0 => "read of",
        1 => "write to",
        8 => "jump to",
        _ => "access to",
    };
    Some(format!("page fault: {how} address {address:#x}"))
}
