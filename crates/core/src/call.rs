//! A request on its way to its handler.

use core::fmt;
use netioctl_abi::{Contract, Request};
use netioctl_irql::PassiveLevel;

/// The circumstances under which a request is served.
#[derive(Clone, Copy)]
pub struct Circumstances<'a> {
    /// Proof of `PASSIVE_LEVEL`, for NETIO.
    pub at: PassiveLevel<'a>,
    /// Whether the request is to be cancelled. A long request asks between its parts.
    pub cancelled: &'a dyn Fn() -> bool,
}

impl<'a> Circumstances<'a> {
    /// For a request that cannot be cancelled while it is served: it is short, or cancelling takes it away from its
    /// handler.
    #[must_use]
    pub fn new(at: PassiveLevel<'a>) -> Self {
        Self { at, cancelled: &|| false }
    }
}

impl fmt::Debug for Circumstances<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Circumstances").field("cancelled", &(self.cancelled)()).finish_non_exhaustive()
    }
}

/// A request of the operation `O`, whose length, version and reserved fields have been checked.
pub struct Call<'a, O: Contract> {
    /// Proof of `PASSIVE_LEVEL`, for NETIO.
    pub at: PassiveLevel<'a>,
    /// What is asked.
    pub request: <O::Request as Request>::Checked<'a>,
    cancelled: &'a dyn Fn() -> bool,
}

impl<'a, O: Contract> Call<'a, O> {
    pub(crate) fn new(
        Circumstances { at, cancelled }: Circumstances<'a>,
        request: <O::Request as Request>::Checked<'a>,
    ) -> Self {
        Self { at, request, cancelled }
    }

    /// Somebody wants it cancelled. A long request asks between its parts.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        (self.cancelled)()
    }
}
