//! The IRQL of each thread. Wine has none: it is a number that the stand-in keeps in a thread-local slot.

use crate::{caller, nt};
use core::ptr::without_provenance_mut;
use core::sync::atomic::{AtomicU32, Ordering};
use verifier_abi::Violation;
use wdf_model::irql::{self, DISPATCH_LEVEL, Irql};

static SLOT: AtomicU32 = AtomicU32::new(u32::MAX);

/// Reserves the slot. Called once, before any driver runs.
pub fn initialize() {
    if SLOT.load(Ordering::Acquire) == u32::MAX {
        // SAFETY: has no preconditions.
        SLOT.store(unsafe { nt::TlsAlloc() }, Ordering::Release);
    }
}

/// The IRQL of the calling thread.
pub fn current() -> Irql {
    // SAFETY: an index that was never reserved yields null, which is PASSIVE_LEVEL.
    let value = unsafe { nt::TlsGetValue(SLOT.load(Ordering::Acquire)) };
    u8::try_from(value.addr()).unwrap_or(0)
}

/// Sets the IRQL of the calling thread and answers the one before.
pub fn set(level: Irql) -> Irql {
    let old = current();
    let value = without_provenance_mut(usize::from(level));
    // SAFETY: the slot is reserved for this module.
    unsafe { nt::TlsSetValue(SLOT.load(Ordering::Acquire), value) };
    old
}

/// Raises the IRQL until dropped.
pub struct Raised(Irql);

impl Raised {
    /// To `level`, if that is above the current one.
    pub fn to(level: Irql) -> Self {
        Self(set(level.max(current())))
    }
}

impl Drop for Raised {
    fn drop(&mut self) {
        set(self.0);
    }
}

/// `KfRaiseIrql`.
pub extern "system" fn raise(to: Irql) -> Irql {
    let old = current();
    match irql::raise(old, to) {
        Ok(level) => set(level),
        Err(mistake) => {
            caller::report(Violation::BadArgument, "KeRaiseIrql", &alloc::format!("{mistake:?}: {old} to {to}"));
            set(to)
        }
    }
}

/// `KeRaiseIrqlToDpcLevel`.
pub extern "system" fn raise_to_dpc() -> Irql {
    raise(DISPATCH_LEVEL)
}

/// `KeLowerIrql`.
pub extern "system" fn lower(to: Irql) {
    let old = current();
    if let Err(mistake) = irql::lower(old, to) {
        caller::report(Violation::BadArgument, "KeLowerIrql", &alloc::format!("{mistake:?}: {old} to {to}"));
    }
    set(to);
}

/// `KeGetCurrentIrql`.
pub extern "system" fn get() -> Irql {
    current()
}
