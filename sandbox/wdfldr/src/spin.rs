//! `KSPIN_LOCK`: the word holds the owner's thread, and IRQL follows as it should.

use crate::{caller, irql, nt, schedule};
use core::sync::atomic::{AtomicUsize, Ordering};
use verifier_abi::Violation;
use wdf_model::irql::{DISPATCH_LEVEL, Irql};

/// The word of a lock.
///
/// # Safety
/// The driver passes its spin lock, which is one aligned word in memory that stays during the call.
unsafe fn word<'a>(lock: *mut usize) -> &'a AtomicUsize {
    // SAFETY: the caller's promise.
    unsafe { AtomicUsize::from_ptr(lock) }
}

/// `KeInitializeSpinLock`.
pub unsafe extern "system" fn initialize(lock: *mut usize) {
    // SAFETY: the driver's promise.
    let lock = unsafe { word(lock) };
    lock.store(0, Ordering::Release);
}

fn take(function: &str, lock: &AtomicUsize) {
    let me = nt::thread() as usize;
    if lock.load(Ordering::Acquire) == me {
        caller::report(Violation::BadLock, function, "the thread holds the lock already");
        return;
    }
    while lock.compare_exchange_weak(0, me, Ordering::AcqRel, Ordering::Relaxed).is_err() {
        core::hint::spin_loop();
    }
}

fn give(function: &str, lock: &AtomicUsize) {
    let me = nt::thread() as usize;
    if lock.swap(0, Ordering::AcqRel) != me {
        caller::report(Violation::BadLock, function, "the thread does not hold the lock");
    }
}

/// `KeAcquireSpinLockRaiseToDpc`.
pub unsafe extern "system" fn acquire(lock: *mut usize) -> Irql {
    // SAFETY: the driver's promise.
    let lock = unsafe { word(lock) };
    schedule::point("KeAcquireSpinLock");
    let before = irql::raise_to_dpc();
    take("KeAcquireSpinLock", lock);
    before
}

/// `KeReleaseSpinLock`.
pub unsafe extern "system" fn release(lock: *mut usize, to: Irql) {
    // SAFETY: the driver's promise.
    let lock = unsafe { word(lock) };
    give("KeReleaseSpinLock", lock);
    irql::lower(to);
    schedule::point("KeReleaseSpinLock");
}

fn check_level(function: &str) {
    let current = irql::current();
    if current < DISPATCH_LEVEL {
        let detail = alloc::format!("called at IRQL {current}, needs {DISPATCH_LEVEL}");
        caller::report(Violation::BadLock, function, &detail);
    }
}

/// `KeAcquireSpinLockAtDpcLevel`.
pub unsafe extern "system" fn acquire_at_dpc(lock: *mut usize) {
    // SAFETY: the driver's promise.
    let lock = unsafe { word(lock) };
    check_level("KeAcquireSpinLockAtDpcLevel");
    take("KeAcquireSpinLockAtDpcLevel", lock);
}

/// `KeReleaseSpinLockFromDpcLevel`.
pub unsafe extern "system" fn release_from_dpc(lock: *mut usize) {
    // SAFETY: the driver's promise.
    let lock = unsafe { word(lock) };
    check_level("KeReleaseSpinLockFromDpcLevel");
    give("KeReleaseSpinLockFromDpcLevel", lock);
}
