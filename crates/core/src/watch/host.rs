//! What watching needs of the kernel.

use crate::Completion;
use netio_sys::ADDRESS_FAMILY;
use netioctl_abi::NtError;
use netioctl_irql::PassiveLevel;
use write_only::WriteOnly;

/// What NETIO tells of; each has a function to register with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// `NotifyIpInterfaceChange`.
    Interfaces,
    /// `NotifyUnicastIpAddressChange`.
    Addresses,
}

/// NETIO's notifications for one handle. What NETIO tells goes to [`Watch::record`](super::Watch::record) of its watch.
pub trait Notifier {
    /// A registration; it must be given back to [`cancel`](Self::cancel).
    type Registration: Send;

    /// Registers for changes of one source. With `initial`, the first notification comes before this returns.
    ///
    /// # Errors
    /// As NETIO gives it.
    fn notify(
        &self,
        at: PassiveLevel<'_>,
        source: Source,
        family: ADDRESS_FAMILY,
        initial: bool,
    ) -> Result<Self::Registration, NtError>;

    /// Whether the handle has been closed, or its device goes. Closing sets this first and
    /// ends the watch afterwards.
    fn is_closed(&self) -> bool;

    /// `CancelMibChangeNotify2`: waits until no callback of the registration runs any more.
    fn cancel(&self, at: PassiveLevel<'_>, registration: Self::Registration);
}

/// Where the requests of one handle wait, in the order in which they came (a manual queue).
pub trait Queue {
    /// A request that has been taken out.
    type Request: Waiting;

    /// Takes the request out that has waited longest; never waits for one.
    fn take(&self) -> Option<Self::Request>;
}

/// A request that waited.
pub trait Waiting {
    /// Completes the request with what `answer` makes of its output.
    fn complete(self, answer: impl FnOnce(WriteOnly<'_>) -> Completion);
}

/// A lock that is held for moments only and never waited under (a spin lock).
///
/// Bodies are `Send` so that none of them can bring proof of `PASSIVE_LEVEL` along: the lock raises the IRQL.
pub trait Lock {
    /// What is locked.
    type Data;

    /// Runs `body` on what is locked.
    fn locked<R: Send>(&self, body: impl FnOnce(&mut Self::Data) -> R + Send) -> R;
}
