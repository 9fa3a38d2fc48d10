//! Taking requests that wait.

use super::Queue;
use crate::config::Dispatch;
use netioctl_status::NtStatus;

impl<R: Copy + PartialEq, T> Queue<R, T> {
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
        self.ready.departure(self.waiting.is_empty());
        Some(request)
    }
}
