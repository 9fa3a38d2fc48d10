//! Requests of a handle that wait for changes.

use crate::lock;
use netioctl_abi::NtError;
use netioctl_core::{
    Completion,
    watch::{Lock, Queue, Waiting},
};
use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};
use write_only::WriteOnly;

/// A lock that is held for moments only.
#[derive(Debug)]
pub struct Spin<T>(Mutex<T>);

impl<T> Spin<T> {
    pub const fn new(data: T) -> Self {
        Self(Mutex::new(data))
    }
}

impl<T> Lock for Spin<T> {
    type Data = T;

    fn locked<R: Send>(&self, body: impl FnOnce(&mut T) -> R + Send) -> R {
        body(&mut lock(&self.0))
    }
}

/// Where requests wait, in the order in which they came.
#[derive(Debug, Default)]
pub struct Parked(Mutex<VecDeque<Arc<Slot>>>);

impl Parked {
    /// Parks a request with room for so many bytes of output.
    pub fn park(&self, room: usize) -> Arc<Slot> {
        let slot = Arc::new(Slot { room, end: Mutex::new(None), ended: Condvar::new() });
        lock(&self.0).push_back(Arc::clone(&slot));
        slot
    }

    /// Completes the request with `STATUS_CANCELLED`, unless it has been taken out: then it is completed there.
    pub fn cancel(&self, slot: &Arc<Slot>) {
        let mut waiting = lock(&self.0);
        let place = waiting.iter().position(|parked| Arc::ptr_eq(parked, slot));
        if let Some(slot) = place.and_then(|place| waiting.remove(place)) {
            drop(waiting);
            Taken(slot).complete(|_| Completion::failed(NtError::CANCELLED));
        }
    }
}

impl Queue for Parked {
    type Request = Taken;

    fn take(&self) -> Option<Taken> {
        lock(&self.0).pop_front().map(Taken)
    }
}

/// How a request has ended, and what is in its output.
pub type End = (Completion, Vec<u8>);

/// A request that waits.
#[derive(Debug)]
pub struct Slot {
    room: usize,
    end: Mutex<Option<End>>,
    ended: Condvar,
}

impl Slot {
    /// Waits for the end, but no longer than this.
    pub fn wait(&self, time: Duration) -> Option<End> {
        let end = lock(&self.end);
        let (mut end, _) =
            self.ended.wait_timeout_while(end, time, |end| end.is_none()).unwrap_or_else(PoisonError::into_inner);
        end.take()
    }
}

/// A request that somebody has taken out, to complete it.
pub struct Taken(Arc<Slot>);

impl Waiting for Taken {
    fn complete(self, answer: impl FnOnce(WriteOnly<'_>) -> Completion) {
        let Self(slot) = self;
        let mut output = vec![0; slot.room];
        let completion = answer(WriteOnly::from(&mut output[..]));
        *lock(&slot.end) = Some((completion, output));
        slot.ended.notify_all();
    }
}
