//! Locks of the stand-in itself, and those that it lends to drivers.
//!
//! They rest on the slim locks and condition variables of ntdll, because Wine's kernel objects cost a round trip to
//! its server.

use crate::nt::{self, Pointer};
use core::cell::UnsafeCell;
use core::ptr::null_mut;
use netioctl_status::NtStatus;

/// A slim reader/writer lock, used exclusively.
pub struct RawLock(UnsafeCell<Pointer>);

// SAFETY: the lock is made to be used from many threads; ntdll changes its word atomically.
unsafe impl Sync for RawLock {}
// SAFETY: the lock has no owner thread in its word.
unsafe impl Send for RawLock {}

// SAFETY: the lock excludes, and `GuardNoSend` keeps a guard on its thread.
unsafe impl lock_api::RawMutex for RawLock {
    #[allow(clippy::declare_interior_mutable_const, reason = "the way in which lock_api initializes locks")]
    const INIT: Self = Self(UnsafeCell::new(null_mut()));
    type GuardMarker = lock_api::GuardNoSend;

    fn lock(&self) {
        // SAFETY: the word is initialized and does not move while borrowed.
        unsafe { nt::RtlAcquireSRWLockExclusive(self.0.get()) };
    }

    fn try_lock(&self) -> bool {
        // SAFETY: as for `lock`.
        unsafe { nt::RtlTryAcquireSRWLockExclusive(self.0.get()) != 0 }
    }

    unsafe fn unlock(&self) {
        // SAFETY: the caller holds the lock.
        unsafe { nt::RtlReleaseSRWLockExclusive(self.0.get()) };
    }
}

/// A mutual exclusion lock around a value.
pub type Mutex<T> = lock_api::Mutex<RawLock, T>;
/// The proof that such a lock is held.
pub type Guard<'a, T> = lock_api::MutexGuard<'a, RawLock, T>;

/// A condition variable.
pub struct Condition(UnsafeCell<Pointer>);

// SAFETY: as for the lock.
unsafe impl Sync for Condition {}
// SAFETY: as for the lock.
unsafe impl Send for Condition {}

impl Condition {
    /// One that nobody waits for.
    pub const fn new() -> Self {
        Self(UnsafeCell::new(null_mut()))
    }

    /// Waits to be woken, at most for `timeout` (100 ns units, negative: from now). False when the time is over.
    pub fn wait<T>(&self, guard: &mut Guard<'_, T>, timeout: Option<i64>) -> bool {
        let timeout = timeout.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
        // SAFETY: only the raw lock's word is taken from it, and the guard shows that it is held.
        let raw = unsafe { Guard::mutex(guard).raw() };
        // SAFETY: the lock is held by this thread, and both words stay in place.
        let status = unsafe { nt::RtlSleepConditionVariableSRW(self.0.get(), raw.0.get(), timeout, 0) };
        status == NtStatus::SUCCESS
    }

    /// Wakes everybody.
    pub fn wake(&self) {
        // SAFETY: the word is initialized and does not move while borrowed.
        unsafe { nt::RtlWakeAllConditionVariable(self.0.get()) };
    }
}

/// A value that threads wait for.
pub struct Monitor<T> {
    value: Mutex<T>,
    changed: Condition,
}

impl<T> Monitor<T> {
    pub const fn new(value: T) -> Self {
        Self { value: Mutex::new(value), changed: Condition::new() }
    }

    pub fn lock(&self) -> Guard<'_, T> {
        self.value.lock()
    }

    /// Changes the value and wakes those who wait for it.
    pub fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let result = change(&mut self.value.lock());
        self.changed.wake();
        result
    }

    /// Waits until `ready` answers something. Nothing when `timeout` (as for [`Condition::wait`]) is over.
    pub fn wait<R>(&self, timeout: Option<i64>, mut ready: impl FnMut(&mut T) -> Option<R>) -> Option<R> {
        let mut guard = self.value.lock();
        loop {
            if let Some(result) = ready(&mut guard) {
                return Some(result);
            }
            if !self.changed.wait(&mut guard, timeout) {
                return ready(&mut guard);
            }
        }
    }
}

/// Why a lock could not be used as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misuse {
    /// The thread holds it already.
    Recursive,
    /// The thread does not hold it.
    NotHeld,
}

/// A lock with an owner, for `WDFWAITLOCK`, `WDFSPINLOCK` and `KSPIN_LOCK`.
pub struct OwnedLock(Monitor<u32>);

impl OwnedLock {
    pub const fn new() -> Self {
        Self(Monitor::new(0))
    }

    /// Takes the lock. `STATUS_TIMEOUT` when the time is over; a second acquisition by its owner never succeeds.
    pub fn acquire(&self, timeout: Option<i64>) -> (NtStatus, Option<Misuse>) {
        let me = nt::thread();
        let misuse = (*self.0.lock() == me).then_some(Misuse::Recursive);
        let taken = self.0.wait(timeout, |owner| (*owner == 0).then(|| *owner = me));
        (if taken.is_some() { NtStatus::SUCCESS } else { NtStatus::TIMEOUT }, misuse)
    }

    /// Gives the lock back.
    pub fn release(&self) -> Result<(), Misuse> {
        let me = nt::thread();
        self.0.change(|owner| {
            let held = *owner == me;
            *owner = 0;
            if held { Ok(()) } else { Err(Misuse::NotHeld) }
        })
    }
}

/// The lock around the callbacks of a device or a queue: its owner may enter again.
pub struct CallbackLock(Monitor<(u32, u32)>);

impl CallbackLock {
    pub const fn new() -> Self {
        Self(Monitor::new((0, 0)))
    }

    pub fn enter(&self) {
        let me = nt::thread();
        self.0.wait(None, |(owner, depth)| {
            (*depth == 0 || *owner == me).then(|| {
                *owner = me;
                *depth = depth.saturating_add(1);
            })
        });
    }

    pub fn leave(&self) {
        self.0.change(|(_, depth)| *depth = depth.saturating_sub(1));
    }
}
