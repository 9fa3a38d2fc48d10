//! The notification that a manual queue is no longer empty.

use super::Queue;
use crate::config::Dispatch;
use netioctl_status::NtStatus;

/// `WdfIoQueueReadyNotify`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ready {
    /// Not registered.
    None,
    /// Registered and told, or nothing to tell.
    Quiet,
    /// Registered, and there is something to tell.
    Due,
}

impl Ready {
    /// A request comes; `empty`: none waited.
    pub fn arrival(&mut self, empty: bool) {
        if *self == Self::Quiet && empty {
            *self = Self::Due;
        }
    }

    /// A request has gone; `empty`: none waits any more.
    pub fn departure(&mut self, empty: bool) {
        if *self == Self::Due && empty {
            *self = Self::Quiet;
        }
    }

    /// The queue starts; `empty`: no request waits.
    pub fn start(&mut self, empty: bool) {
        if *self == Self::Quiet && !empty {
            *self = Self::Due;
        }
    }
}

impl<R: Copy + PartialEq, T> Queue<R, T> {
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
