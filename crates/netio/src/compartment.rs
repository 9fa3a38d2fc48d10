//! The network compartment that NETIO acts in: that of the calling thread.

use crate::check;
use netio_sys::{
    COMPARTMENT_ID, NdisGetThreadObjectCompartmentId, NdisSetThreadObjectCompartmentId, PsGetCurrentThread,
};
use netioctl_irql::PassiveLevel;
use netioctl_status::NtError;

/// A network compartment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compartment(COMPARTMENT_ID);

impl Compartment {
    /// The compartment with this number.
    #[must_use]
    pub const fn from_raw(id: u32) -> Self {
        Self(id)
    }

    /// The number.
    #[must_use]
    pub const fn raw(self) -> u32 {
        self.0
    }

    /// The compartment that the calling thread acts in (`NdisGetThreadObjectCompartmentId`).
    #[must_use]
    pub fn current(_at: PassiveLevel<'_>) -> Self {
        // SAFETY: the object is that of the calling thread, which lives; the token proves PASSIVE_LEVEL.
        Self(unsafe { NdisGetThreadObjectCompartmentId(PsGetCurrentThread()) })
    }

    /// Runs `body` in this compartment, and brings the thread back to where it was.
    ///
    /// # Errors
    /// What `NdisSetThreadObjectCompartmentId` answers, such as `STATUS_NOT_FOUND` for a compartment that is gone; `body`
    /// has not run.
    pub fn enter<R>(self, at: PassiveLevel<'_>, body: impl FnOnce() -> R) -> Result<R, NtError> {
        let before = Self::current(at);
        if before == self {
            return Ok(body());
        }
        self.set(at)?;
        let _back = Back { before, at };
        Ok(body())
    }

    fn set(self, _at: PassiveLevel<'_>) -> Result<(), NtError> {
        // SAFETY: the object is that of the calling thread, which lives; the token proves PASSIVE_LEVEL.
        check(unsafe { NdisSetThreadObjectCompartmentId(PsGetCurrentThread(), self.0) })
    }
}

/// `NET_IF_COMPARTMENT_ID_UNSPECIFIED`: the thread has no compartment of its own.
const OF_PROCESS: Compartment = Compartment(0);

/// Brings the thread back, exactly once, when dropped. It cannot leave its thread, since proof of IRQL cannot.
struct Back<'at> {
    before: Compartment,
    at: PassiveLevel<'at>,
}

impl Drop for Back<'_> {
    fn drop(&mut self) {
        // Should the compartment of before be gone by now, the thread goes back to that of its process.
        if self.before.set(self.at).is_err() {
            let _ = OF_PROCESS.set(self.at);
        }
    }
}
