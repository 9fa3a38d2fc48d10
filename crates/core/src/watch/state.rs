//! How far a watch has come: what is behind its lock.

use super::backlog::Backlog;
use crate::{Completion, Output, validate::Subscription};
use core::mem;
use netioctl_abi::{NtError, wire::ChangeEvent};
use write_only::WriteOnly;

/// The registrations of a watch: for interfaces, for addresses.
pub type Registrations<R> = [Option<R>; 2];

/// Where a watch is between its first request and the end of its handle.
///
/// The first is zero, so that a [`State::new`] of 3 KiB is zeros, of which an image needs no copy.
#[repr(u8)]
enum Phase<R> {
    /// Nobody has asked for anything.
    Idle,
    /// Somebody registers it with NETIO.
    Starting(Subscription),
    /// It could not be registered, and those who counted on it are being told.
    Refused(NtError),
    /// It is registered.
    Standing(Subscription, Registrations<R>),
    /// The handle is closed.
    Ended,
}

/// What became of the wish to watch.
#[derive(Debug, PartialEq, Eq)]
pub enum Opened {
    /// The caller has to register it.
    New,
    /// It watches already, or is going to.
    Known,
}

/// What somebody who delivers has to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Hand out events.
    Deliver,
    /// Nothing: there are no events, or another thread hands them out.
    Leave,
    /// Nothing is watched any more.
    Gone,
}

/// The state of one handle's watch. Its events make it large (3 KiB).
pub struct State<R> {
    phase: Phase<R>,
    backlog: Backlog,
    /// A thread hands events out; another one that comes leaves that to it.
    delivering: bool,
    /// Somebody came meanwhile: the thread that delivers has to look again.
    again: bool,
}

impl<R> Default for State<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R> State<R> {
    /// Nothing is watched.
    #[must_use]
    pub const fn new() -> Self {
        Self { phase: Phase::Idle, backlog: Backlog::new(), delivering: false, again: false }
    }

    pub(super) fn open(&mut self, wish: Subscription) -> Result<Opened, NtError> {
        match &self.phase {
            Phase::Ended => Err(NtError::CANCELLED),
            Phase::Refused(error) => Err(*error),
            Phase::Idle => {
                self.backlog.clear();
                self.phase = Phase::Starting(wish);
                Ok(Opened::New)
            }
            Phase::Starting(known) | Phase::Standing(known, _) if *known == wish => Ok(Opened::Known),
            Phase::Starting(_) | Phase::Standing(..) => Err(NtError::INVALID_DEVICE_STATE),
        }
    }

    /// Hands over the registrations of a watch that starts; gives them back if its handle has been closed meanwhile.
    pub(super) fn stand(&mut self, registrations: Registrations<R>) -> Result<(), Registrations<R>> {
        match self.phase {
            Phase::Starting(wish) => {
                self.phase = Phase::Standing(wish, registrations);
                Ok(())
            }
            _ => Err(registrations),
        }
    }

    /// What was asked for could not be registered. From here on a request that is parked finds out by itself; the caller
    /// tells those that have been parked before, and says then that it is [over](Self::forget).
    pub(super) fn refuse(&mut self, error: NtError) {
        if let Phase::Starting(_) = self.phase {
            self.phase = Phase::Refused(error);
        }
    }

    /// All have been told: it may be tried again.
    pub(super) fn forget(&mut self) {
        if let Phase::Refused(_) = self.phase {
            self.phase = Phase::Idle;
        }
    }

    /// The handle is closed. Returns the registrations for the caller to cancel. If the watch is still starting, the
    /// thread that starts it cancels them.
    pub(super) fn end(&mut self) -> Option<Registrations<R>> {
        match mem::replace(&mut self.phase, Phase::Ended) {
            Phase::Standing(_, registrations) => Some(registrations),
            Phase::Idle | Phase::Starting(_) | Phase::Refused(_) | Phase::Ended => None,
        }
    }

    const fn is_watching(&self) -> bool {
        matches!(self.phase, Phase::Starting(_) | Phase::Standing(..))
    }

    /// Adds an event. False when nobody is interested.
    pub(super) fn record(&mut self, event: ChangeEvent) -> bool {
        let interested = self.is_watching();
        if interested {
            self.backlog.record(event);
        }
        interested
    }

    /// Somebody wants to hand out events.
    pub(super) fn enter(&mut self) -> Turn {
        if !self.is_watching() {
            return Turn::Gone;
        }
        if self.delivering {
            self.again = true;
            return Turn::Leave;
        }
        self.delivering = !self.backlog.is_empty();
        if self.delivering { Turn::Deliver } else { Turn::Leave }
    }

    /// Says whether the thread that hands out events goes on: it has answered a request (`served`), or found none.
    pub(super) fn next(&mut self, served: bool) -> Turn {
        let again = mem::take(&mut self.again);
        if !self.is_watching() {
            self.delivering = false;
            return Turn::Gone;
        }
        self.delivering = !self.backlog.is_empty() && (served || again);
        if self.delivering { Turn::Deliver } else { Turn::Leave }
    }

    /// Moves events to the output of a request.
    pub(super) fn fill(&mut self, output: WriteOnly<'_>) -> Completion {
        if !self.is_watching() {
            return Completion::failed(NtError::CANCELLED);
        }
        let mut output = Output::new(output);
        match self.backlog.take(&mut output) {
            Ok(()) => Completion::success(output.written()),
            Err(error) => Completion::failed(error),
        }
    }
}
