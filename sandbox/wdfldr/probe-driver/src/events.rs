//! What happened, in order, as text.

use alloc::string::String;
use alloc::vec::Vec;
use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, Ordering};

struct Log {
    busy: AtomicBool,
    lines: UnsafeCell<Vec<String>>,
}

// SAFETY: the flag keeps all but one thread from the lines.
unsafe impl Sync for Log {}

static LOG: Log = Log { busy: AtomicBool::new(false), lines: UnsafeCell::new(Vec::new()) };

fn with<R>(then: impl FnOnce(&mut Vec<String>) -> R) -> R {
    while LOG.busy.swap(true, Ordering::Acquire) {
        core::hint::spin_loop();
    }
    // SAFETY: the flag is ours.
    let result = then(unsafe { &mut *LOG.lines.get() });
    LOG.busy.store(false, Ordering::Release);
    result
}

/// Adds an event.
pub fn add(line: String) {
    with(|lines| lines.push(line));
}

/// Takes all events.
pub fn take() -> Vec<String> {
    with(core::mem::take)
}

/// Frees the memory.
pub fn forget() {
    drop(take());
}
