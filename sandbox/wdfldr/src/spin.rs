//! `KSPIN_LOCK`: the word holds the owner's thread, and IRQL follows as it should.

use crate::{caller, irql, nt};
use core::sync::atomic::{AtomicUsize, Ordering};
use verifier_abi::Violation;
use wdf_model::irql::{DISPATCH_LEVEL, Irql};

fn word<'a>(lock: *mut usize) -> &'a AtomicUsize {
    // SAFETY: the driver passes its initialized spin lock, which is one aligned word in memory that stays.
    unsafe { AtomicUsize::from_ptr(lock) }
}

/// `KeInitializeSpinLock`.
pub extern "system" fn initialize(lock: *mut usize) {
    word(lock).store(0, Ordering::Release);
}

fn take(function: &str, lock: *mut usize) {
    let me = nt::thread() as usize;
    if word(lock).load(Ordering::Acquire) == me {
        caller::report(Violation::BadLock, function, "the thread holds the lock already");
        return;
    }
    while word(lock).compare_exchange_weak(0, me, Ordering::AcqRel, Ordering::Relaxed).is_err() {
        core::hint::spin_loop();
    }
}

fn give(function: &str, lock: *mut usize) {
    let me = nt::thread() as usize;
    if word(lock).swap(0, Ordering::AcqRel) != me {
        caller::report(Violation::BadLock, function, "the thread does not hold the lock");
    }
}

/// `KeAcquireSpinLockRaiseToDpc`.
pub extern "system" fn acquire(lock: *mut usize) -> Irql {
    let before = irql::raise_to_dpc();
    take("KeAcquireSpinLock", lock);
    before
}

/// `KeReleaseSpinLock`.
pub extern "system" fn release(lock: *mut usize, to: Irql) {
    give("KeReleaseSpinLock", lock);
    irql::lower(to);
}

fn check_level(function: &str) {
    let current = irql::current();
    if current < DISPATCH_LEVEL {
        let detail = alloc::format!("called at IRQL {current}, needs {DISPATCH_LEVEL}");
        caller::report(Violation::BadLock, function, &detail);
    }
}

/// `KeAcquireSpinLockAtDpcLevel`.
pub extern "system" fn acquire_at_dpc(lock: *mut usize) {
    check_level("KeAcquireSpinLockAtDpcLevel");
    take("KeAcquireSpinLockAtDpcLevel", lock);
}

/// `KeReleaseSpinLockFromDpcLevel`.
pub extern "system" fn release_from_dpc(lock: *mut usize) {
    check_level("KeReleaseSpinLockFromDpcLevel");
    give("KeReleaseSpinLockFromDpcLevel", lock);
}
