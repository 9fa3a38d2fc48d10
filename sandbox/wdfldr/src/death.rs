//! The death of the process that runs the driver: a line of the log that says of what and where.
//!
//! On Windows this would be a bug check. Here an exception that nothing handles ends up in the filter below, whatever
//! thread it is in; a call of a function that Wine has by name only is such an exception as well. A kill that no
//! handler sees leaves a driver in the log that was bound and never unbound.

use crate::nt::{self, Pointer};
use crate::trace::{self, Context};
use crate::{caller, log, pool};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ffi::{CStr, c_void};
use core::ptr::with_exposed_provenance;
use core::sync::atomic::{AtomicBool, Ordering};
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_model::fault;

/// `EXCEPTION_RECORD`.
#[repr(C)]
struct Record {
    code: u32,
    flags: u32,
    outer: *const Self,
    address: usize,
    count: u32,
    parameters: [usize; 15],
}

/// `EXCEPTION_POINTERS`.
#[repr(C)]
struct Exception {
    record: *const Record,
    context: *const Context,
}

/// A line for a death in the description of a death.
const LAST_WORDS: &[u8] = br#"{"violation":"driver-died","function":"","caller":"","detail":"a fault, and another one while it was described"}
"#;

static DYING: AtomicBool = AtomicBool::new(false);
const THIS_PROCESS: isize = -1;

/// Has exceptions that nobody handles told here.
pub fn initialize() {
    // SAFETY: the filter has the signature that is asked for, and this module stays for good.
    unsafe { nt::SetUnhandledExceptionFilter(filter) };
}

unsafe extern "system" fn filter(exception: *const c_void) -> i32 {
    if DYING.swap(true, Ordering::AcqRel) {
        log::append_at_last(LAST_WORDS);
        end(fault::WINE_STUB);
    }
    // SAFETY: the system passes the exception that it dispatches, with its record and its context.
    let exception = unsafe { &*exception.cast::<Exception>() };
    // SAFETY: as above.
    let record = unsafe { &*exception.record };
    // SAFETY: as above.
    let context = unsafe { &*exception.context };
    // SAFETY: the thread that raised the exception waits for this function.
    let places = unsafe { trace::of(context) };
    // SAFETY: the record is that of the exception.
    let (what, culprit) = unsafe { describe(record, &places) };
    let detail = format!("{what}; called by {}", trace::text(&places));
    log::violation_at_last(Violation::DriverDied, &fault::exception(record.code), &caller::describe(culprit), &detail);
    end(record.code)
}

/// What happened, and the code that caused it.
///
/// # Safety
/// The record is one of the system's.
unsafe fn describe(record: &Record, places: &[usize]) -> (String, usize) {
    let first = places.first().copied().unwrap_or(record.address);
    if record.code == fault::WINE_STUB {
        // SAFETY: the parameters of such an exception are two names.
        let told = |&place: &usize| unsafe { name(place) };
        let [module, function] = [0, 1].map(|at| record.parameters.get(at).map_or("?".into(), told));
        return (format!("{function} of {module} was called, which Wine does not implement"), caller_of_stub(places));
    }
    let count = usize::try_from(record.count).unwrap_or(0);
    let parameters = record.parameters.get(..count).unwrap_or(&[]);
    let what = fault::explain(record.code, parameters).map(|what| {
        let place = parameters.get(1).and_then(|&address| pool::describe(address));
        place.map(|place| format!("{what}, {place}")).unwrap_or(what)
    });
    (what.unwrap_or_else(|| "an exception that nobody handles".to_string()), first)
}

/// A stub raises its exception through Wine's libraries: whoever called it is the first kernel image below them.
fn caller_of_stub(places: &[usize]) -> usize {
    let outside = |&place: &usize| {
        let name = caller::describe(place);
        name.contains(".sys+")
    };
    places.iter().copied().find(outside).or(places.first().copied()).unwrap_or(0)
}

/// A name that Wine keeps in an image; small numbers are ordinals.
///
/// # Safety
/// The place is an ordinal or a terminated name.
unsafe fn name(place: usize) -> String {
    if place >> 16 == 0 {
        return format!("ordinal {place}");
    }
    // SAFETY: Wine passes two terminated names, which are part of images.
    let name = unsafe { CStr::from_ptr(with_exposed_provenance(place)) };
    name.to_string_lossy().into_owned()
}

/// `KeBugCheckEx` of the driver and of the stand-ins.
pub extern "system" fn bug_check(code: u32, p1: usize, p2: usize, p3: usize, p4: usize) -> ! {
    if !DYING.swap(true, Ordering::AcqRel) {
        let places: Vec<usize> = trace::here();
        let parameters = format!("parameters {p1:#x}, {p2:#x}, {p3:#x}, {p4:#x}");
        let detail = format!("bug check {}, {parameters}; called by {}", fault::bug_check(code), trace::text(&places));
        log::violation_at_last(Violation::DriverDied, "KeBugCheckEx", &caller::describe(caller::caller()), &detail);
    }
    end(code)
}

/// `KeBugCheck`.
pub extern "system" fn bug_check_code(code: u32) -> ! {
    bug_check(code, 0, 0, 0, 0)
}

fn end(code: u32) -> ! {
    loop {
        let this: Pointer = core::ptr::without_provenance_mut(THIS_PROCESS.cast_unsigned());
        // SAFETY: the pseudo handle of this process; it does not return.
        unsafe { nt::NtTerminateProcess(this, NtStatus::from_bits(code)) };
    }
}
