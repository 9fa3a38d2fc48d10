//! An I/O queue: what it accepts, what it hands out, and when a change of state is complete.

mod control;
mod ready;
mod retrieve;

use control::Until;
use ready::Ready;

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
        self.ready.arrival(self.waiting.is_empty());
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
        self.ready.arrival(self.waiting.is_empty());
        self.waiting.push_front(request);
        Ok(())
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

    /// Takes a waiting request out, to cancel it. False when it does not wait here.
    pub fn remove_waiting(&mut self, request: R) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|&waiting| waiting != request);
        self.ready.departure(self.waiting.is_empty());
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
        self.ready.departure(self.waiting.is_empty());
        taken
    }
}
