//! A lock for one thread.

use netioctl_abi::NtError;
use netioctl_core::WaitLock;
use netioctl_irql::PassiveLevel;

/// The lock of a core that a single thread uses: nobody else is there, so nobody is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Alone;

impl WaitLock for Alone {
    fn alone<R>(&self, _: PassiveLevel<'_>, body: impl FnOnce() -> R) -> Result<R, NtError> {
        Ok(body())
    }
}
