//! Locks: one that is held for moments, with what it protects, and one that is waited for.

use crate::{DriverHandle, check, structure::structure_size};
use core::{
    cell::UnsafeCell,
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};
use netioctl_irql::PassiveLevel;
use wdk_sys::{
    _WDF_EXECUTION_LEVEL, _WDF_SYNCHRONIZATION_SCOPE, KIRQL, KSPIN_LOCK, NTSTATUS, STATUS_INVALID_DEVICE_STATE,
    STATUS_UNSUCCESSFUL, WDF_OBJECT_ATTRIBUTES, WDFOBJECT, WDFWAITLOCK, call_unsafe_wdf_function_binding,
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

/// A lock that is waited for at PASSIVE_LEVEL (WDFWAITLOCK). It is an object of the framework below the driver, so a
/// static holds its handle only, which is null until the driver is created and gone with the driver's image.
#[derive(Debug)]
pub struct WaitLock {
    handle: AtomicPtr<core::ffi::c_void>,
}

impl Default for WaitLock {
    fn default() -> Self {
        Self::new()
    }
}

impl WaitLock {
    /// A lock that nobody can acquire yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { handle: AtomicPtr::new(ptr::null_mut()) }
    }

    /// Makes the lock (`WdfWaitLockCreate`), once.
    ///
    /// # Errors
    /// What the framework answers; STATUS_UNSUCCESSFUL for a lock that has been made already.
    pub fn create(&self, driver: &DriverHandle<'_>) -> Result<(), NTSTATUS> {
        let mut attributes = WDF_OBJECT_ATTRIBUTES {
            Size: structure_size::<WDF_OBJECT_ATTRIBUTES>(),
            ExecutionLevel: _WDF_EXECUTION_LEVEL::WdfExecutionLevelInheritFromParent,
            SynchronizationScope: _WDF_SYNCHRONIZATION_SCOPE::WdfSynchronizationScopeInheritFromParent,
            ParentObject: driver.handle(),
            ..WDF_OBJECT_ATTRIBUTES::default()
        };
        let mut lock: WDFWAITLOCK = ptr::null_mut();
        // SAFETY: attributes and handle live through the call; the driver lives as long as its image.
        check(unsafe { call_unsafe_wdf_function_binding!(WdfWaitLockCreate, &raw mut attributes, &raw mut lock) })?;
        let (none, ours) = (ptr::null_mut(), lock.cast());
        if self.handle.compare_exchange(none, ours, Ordering::AcqRel, Ordering::Acquire).is_err() {
            // SAFETY: nobody else knows this lock.
            unsafe {
                call_unsafe_wdf_function_binding!(WdfObjectDelete, lock.cast::<core::ffi::c_void>() as WDFOBJECT)
            };
            return Err(STATUS_UNSUCCESSFUL);
        }
        Ok(())
    }

    /// Waits for the lock, however long that takes (`WdfWaitLockAcquire`). The thread that holds it must not ask for it
    /// again, and must come back to PASSIVE_LEVEL before it lets go.
    ///
    /// # Errors
    /// STATUS_INVALID_DEVICE_STATE if the lock has not been made.
    pub fn acquire<'at>(&self, at: PassiveLevel<'at>) -> Result<WaitGuard<'at>, NTSTATUS> {
        let lock: WDFWAITLOCK = self.handle.load(Ordering::Acquire).cast();
        if lock.is_null() {
            return Err(STATUS_INVALID_DEVICE_STATE);
        }
        // SAFETY: the lock lives as long as the driver; the token proves PASSIVE_LEVEL, at which it may be waited for.
        check(unsafe { call_unsafe_wdf_function_binding!(WdfWaitLockAcquire, lock, ptr::null_mut()) })?;
        Ok(WaitGuard { lock, _at: at })
    }
}

/// A wait lock is held; released exactly once, when dropped, by the thread that acquired it: proof of IRQL stays on its
/// thread.
#[derive(Debug)]
#[must_use]
pub struct WaitGuard<'at> {
    lock: WDFWAITLOCK,
    _at: PassiveLevel<'at>,
}

impl Drop for WaitGuard<'_> {
    fn drop(&mut self) {
        // SAFETY: this thread holds the lock, and gives it back once.
        unsafe { call_unsafe_wdf_function_binding!(WdfWaitLockRelease, self.lock) };
    }
}
