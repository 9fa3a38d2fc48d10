//! Threads and events of the kernel.

use crate::system::{
    KEvent, KeInitializeEvent, KeSetEvent, KeWaitForSingleObject, NOTIFICATION_EVENT, PsCreateSystemThread,
    StartRoutine, THREAD_ALL_ACCESS, ZwClose, ZwWaitForSingleObject,
};
use core::{
    cell::UnsafeCell,
    ffi::c_void,
    ptr::{null, null_mut},
};
use netioctl_status::NtStatus;

/// Something that happens once, and that others may wait for. It must not move once it is initialized.
pub struct Signal(UnsafeCell<KEvent>);

// SAFETY: The kernel's functions may be called from any thread.
unsafe impl Sync for Signal {}

impl Signal {
    /// Room for one.
    pub const fn room() -> Self {
        Self(UnsafeCell::new(KEvent::ROOM))
    }

    /// Makes the room an event. To be done once, and first.
    pub fn initialize(&self) {
        // SAFETY: There is room for the event, and nobody uses it yet.
        unsafe { KeInitializeEvent(self.0.get(), NOTIFICATION_EVENT, 0) };
    }

    pub fn set(&self) {
        // SAFETY: The event is initialized.
        unsafe { KeSetEvent(self.0.get(), 0, 0) };
    }

    pub fn wait(&self) {
        // SAFETY: The event is initialized. `Executive` and `KernelMode` are 0; no timeout means to wait for ever.
        unsafe { KeWaitForSingleObject(self.0.get(), 0, 0, 0, null()) };
    }
}

/// A system thread.
pub struct Thread(*mut c_void);

impl Drop for Thread {
    fn drop(&mut self) {
        // SAFETY: The handle is open and belongs to this value alone.
        unsafe { ZwClose(self.0) };
    }
}

impl Thread {
    /// Starts a thread.
    ///
    /// # Safety
    /// `start` may be called with `context` from another thread.
    pub unsafe fn start(start: StartRoutine, context: *mut c_void) -> Result<Self, NtStatus> {
        let mut handle = null_mut();
        let (access, none) = (THREAD_ALL_ACCESS, null_mut());
        // SAFETY: The handle can be written; what is null is optional; the caller vouches for the routine.
        let status = unsafe { PsCreateSystemThread(&raw mut handle, access, null(), none, none, start, context) };
        if status.is_success() { Ok(Self(handle)) } else { Err(status) }
    }

    /// Waits until the thread has ended; false if it has not within so many seconds.
    pub fn join(&self, seconds: Option<i64>) -> bool {
        // Negative: from now on, in steps of 100 nanoseconds.
        let timeout = seconds.map(|seconds| -seconds * 10_000_000);
        let timeout = timeout.as_ref().map_or(null(), core::ptr::from_ref);
        // SAFETY: The handle is open; the timeout, if there is one, outlives the call.
        (unsafe { ZwWaitForSingleObject(self.0, 0, timeout) }) != NtStatus::TIMEOUT
    }
}
