//! A request, while the callback of its queue runs.

use crate::{Device, ManualQueue, Request, framework::WDFQUEUE};
use core::{
    marker::PhantomData,
    ops::{Deref, DerefMut},
};
use netioctl_status::{NtError, NtStatus};

/// A request that the callback of its queue lends: work can be deferred from here ([`defer`](Self::defer)), because the
/// framework waits for the callback before anything of the device goes.
///
/// It cannot be kept beyond the callback:
///
/// ```compile_fail
/// # use kmdf::{Device, Presented};
/// fn keep<D: Device>(request: Presented<'_, D>) -> Presented<'static, D> {
///     request
/// }
/// ```
#[derive(Debug)]
pub struct Presented<'callback, D: Device> {
    request: Request<D>,
    queue: WDFQUEUE,
    callback: PhantomData<(&'callback (), *const ())>,
}

impl<D: Device> Presented<'_, D> {
    /// # Safety
    /// The callback of the queue runs for as long as this lives.
    pub(crate) const unsafe fn new(request: Request<D>, queue: WDFQUEUE) -> Self {
        Self { request, queue, callback: PhantomData }
    }

    /// The queue whose callback runs.
    pub(crate) const fn queue(&self) -> WDFQUEUE {
        self.queue
    }

    /// Completes the request; see [`Request::complete`].
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    pub fn complete(self, status: NtStatus, information: usize) {
        self.request.complete(status, information);
    }

    /// Lets the request wait; see [`Request::forward`].
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    ///
    /// # Errors
    /// As [`Request::forward`].
    pub fn forward(self, queue: &ManualQueue<D>) -> Result<(), (Self, NtError)> {
        let Self { request, queue: home, callback } = self;
        request.forward(queue).map_err(|(request, error)| (Self { request, queue: home, callback }, error))
    }

    /// The request without its queue: it cannot be deferred any more.
    ///
    /// # IRQL
    /// Any.
    #[must_use]
    pub fn into_request(self) -> Request<D> {
        self.request
    }
}

impl<D: Device> Deref for Presented<'_, D> {
    type Target = Request<D>;

    fn deref(&self) -> &Request<D> {
        &self.request
    }
}

impl<D: Device> DerefMut for Presented<'_, D> {
    fn deref_mut(&mut self) -> &mut Request<D> {
        &mut self.request
    }
}
