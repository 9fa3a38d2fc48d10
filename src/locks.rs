//! The locks of the driver.

use kmdf::{SpinLock, WaitLock};
use netioctl_core::watch::Lock;

/// Held while an interface is changed.
pub static CHANGES: WaitLock<()> = WaitLock::new(());

/// A spin lock, as the core takes it.
pub struct Spin<T>(SpinLock<T>);

impl<T> Spin<T> {
    /// An open lock.
    pub const fn new(data: T) -> Self {
        Self(SpinLock::new(data))
    }
}

impl<T: Send> Lock for Spin<T> {
    type Data = T;

    fn locked<R: Send>(&self, body: impl FnOnce(&mut T) -> R + Send) -> R {
        self.0.locked(|data, _| body(data))
    }
}
