//! Which callbacks run on a thread.
//!
//! Whether a callback cancels its own registration is looked up here and not in the registration, for the handle that
//! it passes may be stale.

use core::{
    ffi::c_void,
    sync::atomic::{AtomicU32, Ordering},
};
use windows_sys::Win32::System::Threading::{TLS_OUT_OF_INDEXES, TlsAlloc, TlsFree, TlsGetValue, TlsSetValue};

/// A callback that runs, and the one within which it runs, if any: an initial notification may come within another.
struct Running {
    registration: *const c_void,
    outer: *const Running,
}

/// Runs the callback of a registration.
pub fn mark(registration: *const c_void, callback: impl FnOnce()) {
    let running = Running { registration, outer: innermost() };
    set_innermost(&raw const running);
    callback();
    set_innermost(running.outer);
}

/// Whether the calling thread is in the callback of this registration.
pub fn on_this_thread(registration: *const c_void) -> bool {
    let mut next = innermost();
    while !next.is_null() {
        // SAFETY: What is linked lies further up on the stack of this thread, in frames that have not returned.
        let running = unsafe { &*next };
        if running.registration == registration {
            return true;
        }
        next = running.outer;
    }
    false
}

fn innermost() -> *const Running {
    // SAFETY: A slot that is not there yields NULL.
    unsafe { TlsGetValue(slot()) }.cast()
}

fn set_innermost(running: *const Running) {
    // SAFETY: The slot belongs to this module. If there is none, nothing is remembered.
    unsafe { TlsSetValue(slot(), running.cast()) };
}

/// The slot for thread-local data, reserved at the first use.
fn slot() -> u32 {
    static SLOT: AtomicU32 = AtomicU32::new(TLS_OUT_OF_INDEXES);
    let known = SLOT.load(Ordering::Acquire);
    if known != TLS_OUT_OF_INDEXES {
        return known;
    }
    // SAFETY: Has no preconditions.
    let new = unsafe { TlsAlloc() };
    match SLOT.compare_exchange(TLS_OUT_OF_INDEXES, new, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => new,
        Err(other) => {
            // SAFETY: The slot was reserved above and has not been used.
            unsafe { TlsFree(new) };
            other
        }
    }
}
