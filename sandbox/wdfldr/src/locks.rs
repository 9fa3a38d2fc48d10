//! `WDFWAITLOCK`, `WDFSPINLOCK` and the object lock.

use crate::argument::{Given, Out};
use crate::call::Call;
use crate::device::data::Device;
use crate::irql;
use crate::lock::{CallbackLock, Misuse, OwnedLock};
use crate::object::life;
use crate::queue::data::IoQueue;
use crate::world::{self, Kind};
use alloc::sync::Arc;
use core::sync::atomic::{AtomicU8, Ordering};
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::Handle;
use wdf_model::attributes::Accepts;
use wdf_model::irql::{DISPATCH_LEVEL, PASSIVE_LEVEL};

/// `WDFWAITLOCK`.
struct WaitLock(Arc<OwnedLock>);

impl Kind for WaitLock {
    const NAME: &'static str = "WDFWAITLOCK";
}

/// `WDFSPINLOCK`, with the IRQL to go back to.
struct SpinLock(Arc<OwnedLock>, Arc<AtomicU8>);

impl Kind for SpinLock {
    const NAME: &'static str = "WDFSPINLOCK";
}

/// `WdfWaitLockCreate`.
pub fn wait_create(call: Call, attributes: Option<Given>, out: Out<Handle>) -> Result<(), NtStatus> {
    let lock = WaitLock(Arc::new(OwnedLock::new()));
    life::create_plain(call, attributes, Accepts::PLAIN, lock, out)
}

/// `WdfWaitLockAcquire`: a timeout of null or other than zero needs `PASSIVE_LEVEL`.
pub fn wait_acquire(call: Call, lock: Handle, timeout: Option<i64>) -> NtStatus {
    call.at_most(if timeout == Some(0) { DISPATCH_LEVEL } else { PASSIVE_LEVEL });
    let Ok(lock) = world::with::<WaitLock, _>(call, lock, |lock| Arc::clone(&lock.0)) else {
        return NtStatus::INVALID_HANDLE;
    };
    let (status, misuse) = lock.acquire(timeout);
    complain(call, misuse);
    status
}

fn complain(call: Call, misuse: Option<Misuse>) {
    match misuse {
        Some(Misuse::Recursive) => call.report(Violation::BadLock, "the thread holds the lock already"),
        Some(Misuse::NotHeld) => call.report(Violation::BadLock, "the thread does not hold the lock"),
        None => {}
    }
}

/// `WdfWaitLockRelease`.
pub fn wait_release(call: Call, lock: Handle) {
    if let Ok(lock) = world::with::<WaitLock, _>(call, lock, |lock| Arc::clone(&lock.0)) {
        complain(call, lock.release().err());
    }
}

/// `WdfSpinLockCreate`.
pub fn spin_create(call: Call, attributes: Option<Given>, out: Out<Handle>) -> Result<(), NtStatus> {
    let lock = SpinLock(Arc::new(OwnedLock::new()), Arc::new(AtomicU8::new(PASSIVE_LEVEL)));
    life::create_plain(call, attributes, Accepts::PLAIN, lock, out)
}

/// A thread that waits for a lock it holds itself waits no longer than this (100 ns units, from now).
const DEADLOCK: i64 = -20_000_000;

/// `WdfSpinLockAcquire`.
pub fn spin_acquire(call: Call, lock: Handle) {
    let Ok((lock, level)) = parts(call, lock) else { return };
    let before = irql::raise_to_dpc();
    let (status, misuse) = lock.acquire(Some(DEADLOCK));
    complain(call, misuse);
    if status == NtStatus::TIMEOUT && misuse.is_none() {
        lock.acquire(None);
    }
    level.store(before, Ordering::Release);
}

fn parts(call: Call, lock: Handle) -> Result<(Arc<OwnedLock>, Arc<AtomicU8>), NtStatus> {
    world::with::<SpinLock, _>(call, lock, |lock| (Arc::clone(&lock.0), Arc::clone(&lock.1)))
}

/// `WdfSpinLockRelease`.
pub fn spin_release(call: Call, lock: Handle) {
    let Ok((lock, level)) = parts(call, lock) else { return };
    let before = level.load(Ordering::Acquire);
    match lock.release() {
        Ok(()) => irql::lower(before),
        Err(misuse) => complain(call, Some(misuse)),
    }
}

/// The callback lock of a device or queue.
fn callback_lock(call: Call, object: Handle) -> Option<(Arc<CallbackLock>, bool)> {
    let world = world::lock();
    let id = world.check_any(call, object).ok()?;
    if let Some(device) = world.get::<Device>(id) {
        return Some((Arc::clone(&device.lock), device.execution.level.is_passive()));
    }
    let queue = world.get::<IoQueue>(id);
    if queue.is_none() {
        call.report(Violation::WrongHandleType, "only a device or a queue has a lock");
    }
    queue.map(|queue| (Arc::clone(&queue.lock), queue.presentation.passive))
}

/// `WdfObjectAcquireLock`.
pub fn object_acquire(call: Call, object: Handle) {
    if let Some((lock, passive)) = callback_lock(call, object) {
        if !passive {
            irql::raise_to_dpc();
        }
        lock.enter();
    }
}

/// `WdfObjectReleaseLock`.
pub fn object_release(call: Call, object: Handle) {
    if let Some((lock, passive)) = callback_lock(call, object) {
        lock.leave();
        if !passive {
            irql::lower(PASSIVE_LEVEL);
        }
    }
}
