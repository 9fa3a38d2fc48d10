//! `WDFWAITLOCK`, `WDFSPINLOCK` and the object lock.

use crate::call::Call;
use crate::device::data::Device;
use crate::lock::{CallbackLock, Misuse, OwnedLock};
use crate::object::life;
use crate::queue::data::IoQueue;
use crate::world::{self, Kind};
use crate::{irql, nt};
use alloc::sync::Arc;
use core::sync::atomic::{AtomicU8, Ordering};
use verifier_abi::Violation;
use wdf_abi::{DriverGlobals, Function, Handle, ObjectAttributes};
use wdf_model::attributes::Accepts;
use wdf_model::irql::{DISPATCH_LEVEL, PASSIVE_LEVEL};
use wdf_model::status::{self, Status};

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
pub extern "system" fn wait_create(
    globals: *const DriverGlobals,
    attributes: *const ObjectAttributes,
    out: *mut Handle,
) -> Status {
    let call = Call::enter(Function::WdfWaitLockCreate, DISPATCH_LEVEL);
    let lock = WaitLock(Arc::new(OwnedLock::new()));
    life::create_plain(call, globals, attributes, Accepts::PLAIN, lock, out)
}

/// `WdfWaitLockAcquire`: a timeout of null or other than zero needs PASSIVE_LEVEL.
pub extern "system" fn wait_acquire(_globals: *const DriverGlobals, lock: Handle, timeout: *const i64) -> Status {
    let timeout = nt::read(timeout);
    let highest = if timeout == Some(0) { DISPATCH_LEVEL } else { PASSIVE_LEVEL };
    let call = Call::enter(Function::WdfWaitLockAcquire, highest);
    let Ok(lock) = world::with::<WaitLock, _>(call, lock, |lock| Arc::clone(&lock.0)) else {
        return status::INVALID_HANDLE;
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
pub extern "system" fn wait_release(_globals: *const DriverGlobals, lock: Handle) {
    let call = Call::enter(Function::WdfWaitLockRelease, DISPATCH_LEVEL);
    if let Ok(lock) = world::with::<WaitLock, _>(call, lock, |lock| Arc::clone(&lock.0)) {
        complain(call, lock.release().err());
    }
}

/// `WdfSpinLockCreate`.
pub extern "system" fn spin_create(
    globals: *const DriverGlobals,
    attributes: *const ObjectAttributes,
    out: *mut Handle,
) -> Status {
    let call = Call::enter(Function::WdfSpinLockCreate, DISPATCH_LEVEL);
    let lock = SpinLock(Arc::new(OwnedLock::new()), Arc::new(AtomicU8::new(PASSIVE_LEVEL)));
    life::create_plain(call, globals, attributes, Accepts::PLAIN, lock, out)
}

/// A thread that waits for a lock it holds itself waits no longer than this (100 ns units, from now).
const DEADLOCK: i64 = -20_000_000;

/// `WdfSpinLockAcquire`.
pub extern "system" fn spin_acquire(_globals: *const DriverGlobals, lock: Handle) {
    let call = Call::enter(Function::WdfSpinLockAcquire, DISPATCH_LEVEL);
    let Ok((lock, level)) = parts(call, lock) else { return };
    let before = irql::raise_to_dpc();
    let (status, misuse) = lock.acquire(Some(DEADLOCK));
    complain(call, misuse);
    if status == status::TIMEOUT && misuse.is_none() {
        lock.acquire(None);
    }
    level.store(before, Ordering::Release);
}

fn parts(call: Call, lock: Handle) -> Result<(Arc<OwnedLock>, Arc<AtomicU8>), Status> {
    world::with::<SpinLock, _>(call, lock, |lock| (Arc::clone(&lock.0), Arc::clone(&lock.1)))
}

/// `WdfSpinLockRelease`.
pub extern "system" fn spin_release(_globals: *const DriverGlobals, lock: Handle) {
    let call = Call::enter(Function::WdfSpinLockRelease, DISPATCH_LEVEL);
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
pub extern "system" fn object_acquire(_globals: *const DriverGlobals, object: Handle) {
    let call = Call::enter(Function::WdfObjectAcquireLock, DISPATCH_LEVEL);
    if let Some((lock, passive)) = callback_lock(call, object) {
        if !passive {
            irql::raise_to_dpc();
        }
        lock.enter();
    }
}

/// `WdfObjectReleaseLock`.
pub extern "system" fn object_release(_globals: *const DriverGlobals, object: Handle) {
    let call = Call::enter(Function::WdfObjectReleaseLock, DISPATCH_LEVEL);
    if let Some((lock, passive)) = callback_lock(call, object) {
        lock.leave();
        if !passive {
            irql::lower(PASSIVE_LEVEL);
        }
    }
}
