//! A spin lock and what it protects.

use core::cell::UnsafeCell;
use wdk_sys::{
    KIRQL, KSPIN_LOCK,
    ntddk::{KeAcquireSpinLockRaiseToDpc, KeReleaseSpinLock},
};

/// Data behind a spin lock (KSPIN_LOCK). Whoever holds it runs at DISPATCH_LEVEL, for moments only.
#[derive(Debug)]
pub struct SpinLock<T> {
    // Zero is what KeInitializeSpinLock writes, so the lock can be in a static.
    lock: UnsafeCell<KSPIN_LOCK>,
    data: UnsafeCell<T>,
}

// SAFETY: only who holds the lock gets to the data, one at a time.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    /// An open lock.
    pub const fn new(data: T) -> Self {
        Self { lock: UnsafeCell::new(0), data: UnsafeCell::new(data) }
    }

    /// Runs `body` with the lock held. It must not come back to this lock.
    ///
    /// A body is `Send`, so that it cannot bring proof of PASSIVE_LEVEL along. Callable up to DISPATCH_LEVEL.
    pub fn locked<R: Send>(&self, body: impl FnOnce(&mut T) -> R + Send) -> R {
        let _held = Held::new(&self.lock);
        // SAFETY: the lock is held until the end of this function, so nobody else has a reference.
        body(unsafe { &mut *self.data.get() })
    }
}

/// The lock is held; released exactly once, when dropped.
struct Held<'lock> {
    lock: &'lock UnsafeCell<KSPIN_LOCK>,
    before: KIRQL,
}

impl<'lock> Held<'lock> {
    fn new(lock: &'lock UnsafeCell<KSPIN_LOCK>) -> Self {
        // SAFETY: the lock is initialised and outlives this guard; the level goes no higher than DISPATCH_LEVEL.
        let before = unsafe { KeAcquireSpinLockRaiseToDpc(lock.get()) };
        Self { lock, before }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // SAFETY: this guard acquired the lock, and goes back to the level that it came from.
        unsafe { KeReleaseSpinLock(self.lock.get(), self.before) };
    }
}
