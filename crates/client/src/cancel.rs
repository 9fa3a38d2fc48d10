//! Ending calls from another thread.

use crate::{Error, sys};
use std::{fmt, sync::Arc, thread, time::Duration};

/// Ends calls that other threads have under way. Clones act as one.
///
/// A call made through [`Device::with_canceller`](crate::Device::with_canceller) ends with `STATUS_CANCELLED` once
/// [`cancel`](Self::cancel) has been called: before it is sent if that was earlier, else as soon as the driver lets the
/// request go (`CancelIoEx`). What the driver has finished by then counts as finished. There is no way back; a new
/// canceller is cheap.
///
/// ```no_run
/// use netioctl_client::{Access, Canceller, Device, InterfaceKey, NeighborKey};
/// use std::time::Duration;
///
/// let patience = Canceller::after(Duration::from_millis(500))?;
/// let device = Device::open(Access::ReadWrite)?.with_canceller(&patience);
/// let key = NeighborKey::new(InterfaceKey::Index(12), "192.0.2.7".parse().unwrap());
/// println!("{:?}", device.resolve_neighbor(&key));
/// # Ok::<(), netioctl_client::Error>(())
/// ```
#[derive(Clone)]
pub struct Canceller(Arc<sys::Signal>);

impl Canceller {
    /// A canceller that has not been used.
    ///
    /// # Errors
    /// [`Error::NoEvent`] if the system has no event to spare.
    pub fn new() -> Result<Self, Error> {
        let signal = sys::Signal::new().map_err(|failure| Error::NoEvent { failure })?;
        Ok(Self(Arc::new(signal)))
    }

    /// A canceller that is raised when `time` is over. The thread behind it ends then, or with the program.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn after(time: Duration) -> Result<Self, Error> {
        let canceller = Self::new()?;
        let raised = canceller.clone();
        thread::spawn(move || {
            thread::sleep(time);
            raised.cancel();
        });
        Ok(canceller)
    }

    /// Ends every call that uses this canceller, now and from now on.
    pub fn cancel(&self) {
        self.0.raise();
    }

    /// [`cancel`](Self::cancel) has been called.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.is_raised()
    }

    #[cfg(windows)]
    pub(crate) fn signal(&self) -> &sys::Signal {
        &self.0
    }
}

impl fmt::Debug for Canceller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Canceller").field("is_cancelled", &self.is_cancelled()).finish_non_exhaustive()
    }
}
