//! Locks: one that is held for moments, with what it protects, and one that is waited for.

use crate::{
    DriverInit,
    framework::{Framework, WDFWAITLOCK, framework},
};
use core::{
    cell::UnsafeCell,
    ffi::c_void,
    ops::{Deref, DerefMut},
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};
use netioctl_irql::{DispatchLevel, PassiveLevel};
use netioctl_status::NtError;

/// Data behind a spin lock ([KSPIN_LOCK]). Whoever holds it runs at `DISPATCH_LEVEL`, for moments only.
///
/// ```
/// use kmdf::SpinLock;
///
/// static LAST: SpinLock<Option<u32>> = SpinLock::new(None);
///
/// fn exchange(number: u32) -> Option<u32> {
///     LAST.locked(|last, _at| last.replace(number))
/// }
/// ```
///
/// [KSPIN_LOCK]: https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/introduction-to-spin-locks
#[derive(Debug)]
#[repr(C)]
pub struct SpinLock<T> {
    // Zero is what KeInitializeSpinLock writes, so the lock can be in a static, and in memory that was set to zero.
    lock: UnsafeCell<usize>,
    data: UnsafeCell<T>,
}

// SAFETY: only who holds the lock gets to the data, one at a time.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    /// An open lock.
    ///
    /// # IRQL
    /// Any.
    pub const fn new(data: T) -> Self {
        Self { lock: UnsafeCell::new(0), data: UnsafeCell::new(data) }
    }

    /// Runs `body` with the lock held ([KeAcquireSpinLock]). It must not come back to this lock.
    ///
    /// The body is `Send`, so that it cannot bring proof of `PASSIVE_LEVEL` along; it gets proof of `DISPATCH_LEVEL`
    /// instead:
    ///
    /// ```compile_fail,E0277
    /// # use netioctl_irql::PassiveLevel;
    /// fn waits(_at: PassiveLevel<'_>) {}
    ///
    /// fn wrong(lock: &kmdf::SpinLock<u32>, at: PassiveLevel<'_>) {
    ///     lock.locked(|_, _| waits(at));
    /// }
    /// ```
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    ///
    /// [KeAcquireSpinLock]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquirespinlock
    pub fn locked<R: Send>(&self, body: impl FnOnce(&mut T, DispatchLevel<'_>) -> R + Send) -> R {
        let _held = Held::new(&self.lock);
        // SAFETY: whoever holds a spin lock runs at DISPATCH_LEVEL, until the guard is dropped.
        let at = unsafe { DispatchLevel::assume() };
        // SAFETY: the lock is held until the end of this function, so nobody else has a reference.
        body(unsafe { &mut *self.data.get() }, at)
    }
}

/// The lock is held; released exactly once, when dropped.
struct Held<'lock> {
    lock: &'lock UnsafeCell<usize>,
    before: u8,
}

impl<'lock> Held<'lock> {
    fn new(lock: &'lock UnsafeCell<usize>) -> Self {
        // SAFETY: the lock began as zero and outlives this guard.
        let before = unsafe { framework().acquire_spin_lock(lock.get()) };
        Self { lock, before }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // SAFETY: this guard acquired the lock, and goes back to the level that it came from.
        unsafe { framework().release_spin_lock(self.lock.get(), self.before) };
    }
}

/// Data behind a lock that is waited for at `PASSIVE_LEVEL` ([WDFWAITLOCK]).
///
/// The lock is an object of the framework below the driver, so a static holds its handle only, which is null until the
/// driver has started and gone with the driver's image.
///
/// ```
/// use kmdf::{DriverInit, NtError, PassiveLevel, WaitLock};
///
/// static COUNT: WaitLock<u32> = WaitLock::new(0);
///
/// fn start(driver: &DriverInit<'_>) -> Result<(), NtError> {
///     COUNT.create(driver)
/// }
///
/// fn count(at: PassiveLevel<'_>) -> Result<u32, NtError> {
///     let mut count = COUNT.acquire(at)?;
///     *count += 1;
///     Ok(*count)
/// }
/// ```
///
/// [WDFWAITLOCK]: https://learn.microsoft.com/en-us/windows-hardware/drivers/wdf/using-framework-locks
#[derive(Debug)]
pub struct WaitLock<T> {
    handle: AtomicPtr<c_void>,
    data: UnsafeCell<T>,
}

// SAFETY: only who holds the lock gets to the data, one at a time.
unsafe impl<T: Send> Sync for WaitLock<T> {}

impl<T> WaitLock<T> {
    /// A lock that nobody can acquire yet.
    ///
    /// # IRQL
    /// Any.
    #[must_use]
    pub const fn new(data: T) -> Self {
        Self { handle: AtomicPtr::new(ptr::null_mut()), data: UnsafeCell::new(data) }
    }

    /// Forgets the lock, as an image does that is loaded anew. For tests, whose machines share the statics of a process.
    ///
    /// # IRQL
    /// Any.
    #[cfg(feature = "machine")]
    #[doc(hidden)]
    pub fn forget(&self) {
        self.handle.store(ptr::null_mut(), Ordering::Release);
    }

    /// Makes the lock ([WdfWaitLockCreate]), once, when the driver starts.
    ///
    /// # IRQL
    /// `PASSIVE_LEVEL`, as the entry point.
    ///
    /// # Errors
    /// What the framework answers; `STATUS_UNSUCCESSFUL` for a lock that has been made already.
    ///
    /// [WdfWaitLockCreate]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfsync/nf-wdfsync-wdfwaitlockcreate
    pub fn create(&self, driver: &DriverInit<'_>) -> Result<(), NtError> {
        // SAFETY: the driver lives as long as its image.
        let lock = unsafe { framework().create_wait_lock(driver.handle()) }?;
        let (none, ours) = (ptr::null_mut(), lock.cast());
        if self.handle.compare_exchange(none, ours, Ordering::AcqRel, Ordering::Acquire).is_err() {
            // SAFETY: nobody else knows this lock.
            unsafe { framework().delete(lock.cast()) };
            return Err(NtError::UNSUCCESSFUL);
        }
        Ok(())
    }

    /// Waits for the lock, however long that takes ([WdfWaitLockAcquire]). The thread that holds it must not ask for it
    /// again.
    ///
    /// # IRQL
    /// `PASSIVE_LEVEL`.
    ///
    /// # Errors
    /// `STATUS_INVALID_DEVICE_STATE` if the lock has not been made.
    ///
    /// [WdfWaitLockAcquire]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfsync/nf-wdfsync-wdfwaitlockacquire
    pub fn acquire<'lock>(&'lock self, at: PassiveLevel<'lock>) -> Result<WaitGuard<'lock, T>, NtError> {
        let handle: WDFWAITLOCK = self.handle.load(Ordering::Acquire).cast();
        if handle.is_null() {
            return Err(NtError::INVALID_DEVICE_STATE);
        }
        // SAFETY: the lock lives as long as the driver; the token proves PASSIVE_LEVEL, at which it may be waited for.
        unsafe { framework().acquire_wait_lock(handle) }?;
        Ok(WaitGuard { handle, data: &self.data, _at: at })
    }
}

/// A wait lock is held; released exactly once, when dropped, by the thread that acquired it: proof of IRQL stays on its
/// thread.
#[derive(Debug)]
#[must_use]
pub struct WaitGuard<'lock, T> {
    handle: WDFWAITLOCK,
    data: &'lock UnsafeCell<T>,
    _at: PassiveLevel<'lock>,
}

impl<T> Deref for WaitGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the lock is held.
        unsafe { &*self.data.get() }
    }
}

impl<T> DerefMut for WaitGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the lock is held, and this guard is borrowed alone.
        unsafe { &mut *self.data.get() }
    }
}

impl<T> Drop for WaitGuard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: this thread holds the lock, and gives it back once.
        unsafe { framework().release_wait_lock(self.handle) };
    }
}
