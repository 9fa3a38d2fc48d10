//! The function table. An entry without a function behind it reports its name when it is called.

use crate::call::BUG_CHECK;
use crate::functions::PRESENT;
use crate::nt::Pointer;
use crate::{caller, death, unprovided};
use alloc::vec::Vec;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::constants::WDF_API_UNAVAILABLE;
use wdf_abi::{FUNCTION_COUNT, Function as F, NAMES, Release};

/// An entry: the address of a function.
#[repr(transparent)]
#[derive(Clone, Copy)]
struct Entry(*const ());

// SAFETY: an entry is the address of code, which any thread may read.
unsafe impl Sync for Entry {}

/// The function table of a release, which stays for good.
pub fn pointer(release: Release) -> *const Pointer {
    if release.functions == FUNCTION_COUNT {
        return (&raw const TABLE).cast();
    }
    // In a real release, what it lacks lies beyond the end of its table. Here there are entries that report the call.
    let entries = TABLE.iter().take(release.functions).chain(MISSING.iter().skip(release.functions));
    let table: Vec<Entry> = entries.copied().collect();
    table.leak().as_ptr().cast()
}

/// The sizes of the structures of a release, which stay for good.
pub fn structure_sizes(release: Release) -> *const usize {
    let sizes: Vec<usize> = (0..release.structures).filter_map(|index| release.structure_size(index)).collect();
    sizes.leak().as_ptr()
}

fn report_missing(index: usize) {
    let name = NAMES.get(index).copied().unwrap_or("unknown");
    caller::report(Violation::MissingFunction, name, "the stand-in does not have this function");
}

/// A missing function that answers with a status.
extern "system" fn missing_status<const INDEX: usize>() -> NtStatus {
    report_missing(INDEX);
    NtStatus::NOT_IMPLEMENTED
}

/// A missing function that answers nothing, or for which zero is an answer that drivers expect: FALSE, no handle, none.
extern "system" fn missing_neutral<const INDEX: usize>() -> usize {
    report_missing(INDEX);
    0
}

/// A missing function that no driver can go on after: the machine stops, as Windows would.
extern "system" fn missing_fatal<const INDEX: usize>() {
    report_missing(INDEX);
    death::bug_check(BUG_CHECK, WDF_API_UNAVAILABLE as usize, INDEX, 0, 0)
}

/// What is not in the release that is played: on Windows the driver would jump to wherever the bytes behind the table
/// lead.
macro_rules! missing {
    ($($name:ident $kind:ident,)*) => {
        [$(missing!(@ $kind F::$name),)*]
    };
    (@ status $function:expr) => { Entry(missing_status::<{ $function as usize }> as *const ()) };
    (@ other $function:expr) => { Entry(missing_fatal::<{ $function as usize }> as *const ()) };
}

/// What is in the release, but not provided here.
macro_rules! not_provided {
    ($($name:ident $kind:ident,)*) => {
        [$(not_provided!(@ $kind F::$name),)*]
    };
    (@ status $function:expr) => { Entry(missing_status::<{ $function as usize }> as *const ()) };
    (@ other $function:expr) => {
        Entry(if unprovided::is_neutral($function) {
            missing_neutral::<{ $function as usize }> as *const ()
        } else {
            missing_fatal::<{ $function as usize }> as *const ()
        })
    };
}

static MISSING: [Entry; FUNCTION_COUNT] = wdf_abi::for_each_function!(missing);
static TABLE: [Entry; FUNCTION_COUNT] = {
    let mut table = wdf_abi::for_each_function!(not_provided);
    let mut family = 0;
    while family < PRESENT.len() {
        let mut at = 0;
        while at < PRESENT[family].len() {
            let (function, code) = PRESENT[family][at];
            table[function as usize] = Entry(code);
            at += 1;
        }
        family += 1;
    }
    table
};
