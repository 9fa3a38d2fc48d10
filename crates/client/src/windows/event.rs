//! Events: what the end of a request and the wish to cancel are told by.

use super::call::last_error;
use crate::Failure;
use std::{
    os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle},
    ptr,
    sync::atomic::{AtomicBool, Ordering},
};
use windows_sys::Win32::{
    Foundation::{HANDLE, WAIT_OBJECT_0},
    System::Threading::{CreateEventW, INFINITE, SetEvent, WaitForMultipleObjects},
};

/// A manual-reset event; closed when dropped.
pub struct Event(OwnedHandle);

impl Event {
    /// An event that is not set.
    pub fn new() -> Result<Self, Failure> {
        // SAFETY: no attributes, no name; nothing is borrowed.
        let event = unsafe { CreateEventW(ptr::null(), 1, 0, ptr::null()) };
        if event.is_null() {
            return Err(Failure::from_win32(last_error()));
        }
        // SAFETY: the call succeeded, so `event` is an open handle that nobody else closes.
        Ok(Self(unsafe { OwnedHandle::from_raw_handle(event) }))
    }

    pub fn handle(&self) -> HANDLE {
        self.0.as_raw_handle()
    }

    fn set(&self) {
        // SAFETY: the handle is open for as long as `self`. Setting an event of one's own does not fail.
        let _ = unsafe { SetEvent(self.handle()) };
    }

    /// Waits until this event, or one of `others`, is set; true if this one is.
    pub fn wait_with(&self, others: [Option<&Self>; 2]) -> bool {
        let mut events = [self.handle(); 3];
        let mut count = 1;
        for (place, other) in events.iter_mut().skip(1).zip(others.into_iter().flatten()) {
            *place = other.handle();
            count += 1;
        }
        // SAFETY: `count` handles of the array are read; all are open for as long as their events.
        let woken_by = unsafe { WaitForMultipleObjects(count, events.as_ptr(), 0, INFINITE) };
        woken_by == WAIT_OBJECT_0
    }
}

/// What a canceller raises, once and for all.
pub struct Signal {
    raised: AtomicBool,
    event: Event,
}

impl Signal {
    pub fn new() -> Result<Self, Failure> {
        Ok(Self { raised: AtomicBool::new(false), event: Event::new()? })
    }

    pub fn raise(&self) {
        self.raised.store(true, Ordering::Release);
        self.event.set();
    }

    pub fn is_raised(&self) -> bool {
        self.raised.load(Ordering::Acquire)
    }

    /// The event that is set when the signal is raised.
    pub fn event(&self) -> &Event {
        &self.event
    }
}
