//! An I/O queue: what it accepts, what it hands out, and when a change of state is complete.

use crate::config::Dispatch;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use bitflags::bitflags;
use netioctl_status::NtStatus;
use wdf_abi::constants::{
    WDF_IO_QUEUE_ACCEPT_REQUESTS, WDF_IO_QUEUE_DISPATCH_REQUESTS, WDF_IO_QUEUE_DRIVER_NO_REQUESTS,
    WDF_IO_QUEUE_NO_REQUESTS, WDF_IO_QUEUE_PNP_HELD,
};

bitflags! {
    /// `WDF_IO_QUEUE_STATE`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct State: u32 {
        /// New requests are taken.
        const ACCEPT = WDF_IO_QUEUE_ACCEPT_REQUESTS.cast_unsigned();
        /// Requests are handed out.
        const DISPATCH = WDF_IO_QUEUE_DISPATCH_REQUESTS.cast_unsigned();
        /// No request waits.
        const NO_REQUESTS = WDF_IO_QUEUE_NO_REQUESTS.cast_unsigned();
        /// The driver owns none.
        const DRIVER_NO_REQUESTS = WDF_IO_QUEUE_DRIVER_NO_REQUESTS.cast_unsigned();
        /// The device is not in its working state, and the queue is power managed.
        const PNP_HELD = WDF_IO_QUEUE_PNP_HELD.cast_unsigned();
    }
}

/// What has to happen before a change of state is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    /// The driver owns nothing.
    NothingOwned,
    /// Nothing waits either.
    Empty,
}

/// A queue of requests `R`; `T` is what to do once a change of state is complete.
#[derive(Debug)]
pub struct Queue<R, T> {
    dispatch: Dispatch,
    accept: bool,
    dispatching: bool,
    held: bool,
    waiting: VecDeque<R>,
    owned: Vec<R>,
    transitions: Vec<(Until, T)>,
    ready: Ready,
}

/// `WdfIoQueueReadyNotify`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ready {
    None,
    /// Registered and told, or nothing to tell.
    Quiet,
    /// Registered, and there is something to tell.
    Due,
}

impl<R: Copy + PartialEq, T> Queue<R, T> {
    /// A queue that runs. `held`: power managed, on a device that has not started.
    #[must_use]
    pub fn new(dispatch: Dispatch, held: bool) -> Self {
        Self {
            dispatch,
            accept: true,
            dispatching: true,
            held,
            waiting: VecDeque::new(),
            owned: Vec::new(),
            transitions: Vec::new(),
            ready: Ready::None,
        }
    }

    /// The state as `WdfIoQueueGetState` reports it.
    #[must_use]
    pub fn state(&self) -> State {
        let mut state = State::empty();
        state.set(State::ACCEPT, self.accept);
        state.set(State::DISPATCH, self.dispatching);
        state.set(State::NO_REQUESTS, self.waiting.is_empty());
        state.set(State::DRIVER_NO_REQUESTS, self.owned.is_empty());
        state.set(State::PNP_HELD, self.held);
        state
    }

    /// Requests that wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Requests with the driver, oldest first.
    #[must_use]
    pub fn owned(&self) -> &[R] {
        &self.owned
    }

    /// How the queue dispatches.
    #[must_use]
    pub const fn dispatch(&self) -> Dispatch {
        self.dispatch
    }

    /// Takes a new or forwarded request.
    ///
    /// # Errors
    /// `STATUS_WDF_BUSY` when the queue takes none; a request from the I/O manager is then completed with
    /// `STATUS_INVALID_DEVICE_STATE`.
    pub fn insert(&mut self, request: R) -> Result<(), NtStatus> {
        if !self.accept {
            return Err(NtStatus::WDF_BUSY);
        }
        self.note_arrival();
        self.waiting.push_back(request);
        Ok(())
    }

    /// Puts a request back at the head (`WdfRequestRequeue`).
    ///
    /// # Errors
    /// `STATUS_INVALID_DEVICE_REQUEST` unless the queue is manual and the driver owns the request.
    pub fn requeue(&mut self, request: R) -> Result<(), NtStatus> {
        if self.dispatch != Dispatch::Manual || !self.owned.contains(&request) {
            return Err(NtStatus::INVALID_DEVICE_REQUEST);
        }
        self.owned.retain(|&owned| owned != request);
        self.note_arrival();
        self.waiting.push_front(request);
        Ok(())
    }

    fn note_arrival(&mut self) {
        if self.ready == Ready::Quiet && self.waiting.is_empty() {
            self.ready = Ready::Due;
        }
    }

    /// The next request to hand to a callback, which the driver owns from now on.
    pub fn deliver(&mut self) -> Option<R> {
        let room = match self.dispatch {
            Dispatch::Manual => false,
            Dispatch::Sequential => self.owned.is_empty(),
            Dispatch::Parallel(0) => true,
            Dispatch::Parallel(limit) => (self.owned.len() as u64) < u64::from(limit),
        };
        if !room || !self.dispatching || self.held {
            return None;
        }
        let request = self.waiting.pop_front()?;
        self.owned.push(request);
        Some(request)
    }

    /// `WdfIoQueueRetrieveNextRequest` and its sister by file object: the first that `wanted` accepts.
    ///
    /// # Errors
    /// The status of the function.
    pub fn retrieve(&mut self, wanted: impl Fn(R) -> bool) -> Result<R, NtStatus> {
        if matches!(self.dispatch, Dispatch::Parallel(_)) {
            return Err(NtStatus::INVALID_DEVICE_STATE);
        }
        if !self.dispatching || self.held {
            return Err(NtStatus::WDF_PAUSED);
        }
        let at = self.waiting.iter().position(|&request| wanted(request)).ok_or(NtStatus::NO_MORE_ENTRIES)?;
        self.take(at).ok_or(NtStatus::NO_MORE_ENTRIES)
    }

    /// `WdfIoQueueFindRequest`: the first request behind `after` that `wanted` accepts.
    ///
    /// # Errors
    /// The status of the function.
    pub fn find(&self, after: Option<R>, wanted: impl Fn(R) -> bool) -> Result<R, NtStatus> {
        if self.dispatch != Dispatch::Manual {
            return Err(NtStatus::INVALID_DEVICE_REQUEST);
        }
        let from = match after {
            None => 0,
            Some(tag) => {
                let at = self.waiting.iter().position(|&request| request == tag).ok_or(NtStatus::NOT_FOUND)?;
                at.saturating_add(1)
            }
        };
        self.waiting.iter().skip(from).copied().find(|&request| wanted(request)).ok_or(NtStatus::NO_MORE_ENTRIES)
    }

    /// `WdfIoQueueRetrieveFoundRequest`.
    ///
    /// # Errors
    /// The status of the function.
    pub fn retrieve_found(&mut self, found: R) -> Result<R, NtStatus> {
        if self.dispatch != Dispatch::Manual {
            return Err(NtStatus::INVALID_DEVICE_REQUEST);
        }
        if !self.dispatching || self.held {
            return Err(NtStatus::WDF_PAUSED);
        }
        let at = self.waiting.iter().position(|&request| request == found).ok_or(NtStatus::NOT_FOUND)?;
        self.take(at).ok_or(NtStatus::NOT_FOUND)
    }

    fn take(&mut self, at: usize) -> Option<R> {
        let request = self.waiting.remove(at)?;
        self.owned.push(request);
        self.settle_ready();
        Some(request)
    }

    fn settle_ready(&mut self) {
        if self.ready == Ready::Due && self.waiting.is_empty() {
            self.ready = Ready::Quiet;
        }
    }

    /// Takes a waiting request out, to cancel it. False when it does not wait here.
    pub fn remove_waiting(&mut self, request: R) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|&waiting| waiting != request);
        self.settle_ready();
        self.waiting.len() != before
    }

    /// Gives a request to the driver that was taken out to be cancelled.
    pub fn own(&mut self, request: R) {
        self.owned.push(request);
    }

    /// The driver no longer owns the request.
    pub fn release(&mut self, request: R) {
        self.owned.retain(|&owned| owned != request);
    }

    /// Takes everything that waits, to cancel it.
    pub fn take_waiting(&mut self) -> Vec<R> {
        let taken = self.waiting.drain(..).collect();
        self.settle_ready();
        taken
    }

    /// `WdfIoQueueStart`.
    pub fn start(&mut self) {
        self.accept = true;
        self.dispatching = true;
        if self.ready == Ready::Quiet && !self.waiting.is_empty() {
            self.ready = Ready::Due;
        }
    }

    /// `WdfIoQueueStop`.
    pub fn stop(&mut self, then: Option<T>) {
        self.accept = true;
        self.dispatching = false;
        self.until(Until::NothingOwned, then);
    }

    /// `WdfIoQueueDrain`.
    pub fn drain(&mut self, then: Option<T>) {
        self.accept = false;
        self.until(Until::Empty, then);
    }

    /// `WdfIoQueuePurge`; the caller cancels what [`Self::take_waiting`] yields and what is owned and cancelable.
    pub fn purge(&mut self, then: Option<T>) {
        self.accept = false;
        self.until(Until::Empty, then);
    }

    /// `WdfIoQueueStopAndPurge`; the caller cancels as for [`Self::purge`].
    pub fn stop_and_purge(&mut self, then: Option<T>) {
        self.accept = true;
        self.dispatching = false;
        self.until(Until::NothingOwned, then);
    }

    fn until(&mut self, until: Until, then: Option<T>) {
        if let Some(then) = then {
            self.transitions.push((until, then));
        }
    }

    /// What to do for changes of state that are complete by now.
    pub fn completed(&mut self) -> Option<T> {
        let idle = self.owned.is_empty();
        let empty = idle && self.waiting.is_empty();
        let at = self.transitions.iter().position(|(until, _)| match until {
            Until::NothingOwned => idle,
            Until::Empty => empty,
        })?;
        Some(self.transitions.remove(at).1)
    }

    /// The device starts (`false`) or leaves (`true`) its working state.
    pub fn hold(&mut self, held: bool) {
        self.held = held;
    }

    /// `WdfIoQueueReadyNotify` with a callback.
    ///
    /// # Errors
    /// `STATUS_INVALID_DEVICE_REQUEST` unless the queue is manual and has none yet.
    pub fn notify_ready(&mut self) -> Result<(), NtStatus> {
        if self.dispatch != Dispatch::Manual || self.ready != Ready::None {
            return Err(NtStatus::INVALID_DEVICE_REQUEST);
        }
        self.ready = if self.waiting.is_empty() { Ready::Quiet } else { Ready::Due };
        Ok(())
    }

    /// `WdfIoQueueReadyNotify` without one.
    ///
    /// # Errors
    /// `STATUS_INVALID_DEVICE_REQUEST` unless one is registered and the queue is stopped.
    pub fn forget_ready(&mut self) -> Result<(), NtStatus> {
        if self.dispatch != Dispatch::Manual || self.ready == Ready::None || self.dispatching {
            return Err(NtStatus::INVALID_DEVICE_REQUEST);
        }
        self.ready = Ready::None;
        Ok(())
    }

    /// Whether the ready callback is to be called now. Once told, it is not told again for the same requests.
    pub fn take_ready(&mut self) -> bool {
        let due = self.ready == Ready::Due && self.dispatching && !self.held;
        if due {
            self.ready = Ready::Quiet;
        }
        due
    }
}
