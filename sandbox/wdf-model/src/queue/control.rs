//! Changes of a queue's state.

use super::Queue;

/// What has to happen before a change of state is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// The driver owns nothing.
    NothingOwned,
    /// Nothing waits either.
    Empty,
}

impl<R: Copy + PartialEq, T> Queue<R, T> {
    /// `WdfIoQueueStart`.
    pub fn start(&mut self) {
        self.accept = true;
        self.dispatching = true;
        self.ready.start(self.waiting.is_empty());
    }

    /// `WdfIoQueueStop`.
    pub fn stop(&mut self, then: Option<T>) {
        self.pause(then);
    }

    /// `WdfIoQueueStopAndPurge`; the caller cancels as for [`Self::purge`].
    pub fn stop_and_purge(&mut self, then: Option<T>) {
        self.pause(then);
    }

    /// `WdfIoQueueDrain`.
    pub fn drain(&mut self, then: Option<T>) {
        self.refuse(then);
    }

    /// `WdfIoQueuePurge`; the caller cancels what [`Self::take_waiting`] yields and what is owned and cancelable.
    pub fn purge(&mut self, then: Option<T>) {
        self.refuse(then);
    }

    /// Takes requests, and hands none out.
    fn pause(&mut self, then: Option<T>) {
        self.accept = true;
        self.dispatching = false;
        self.until(Until::NothingOwned, then);
    }

    /// Takes no requests any more.
    fn refuse(&mut self, then: Option<T>) {
        self.accept = false;
        self.until(Until::Empty, then);
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
}
