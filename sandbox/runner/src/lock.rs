//! Locks of this crate.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, even if a thread panicked with the lock held: every change under these locks is a single call, so what the
/// thread left behind is complete.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
