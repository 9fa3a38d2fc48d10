//! A shell for one thread.

use netioctl_abi::NtError;
use netioctl_core::{Processor, Shell, Statistics};
use netioctl_irql::PassiveLevel;

/// The shell of a core that a single thread uses: nobody else is there, so nobody is waited for.
#[derive(Debug, Default)]
pub struct Alone(Statistics<[Processor; 1]>);

impl Alone {
    /// Nobody else, and nothing counted.
    #[must_use]
    pub const fn new() -> Self {
        Self(Statistics::new())
    }
}

impl Shell for Alone {
    fn alone<R>(&self, _: PassiveLevel<'_>, body: impl FnOnce() -> R) -> Result<R, NtError> {
        Ok(body())
    }

    fn statistics(&self) -> &Statistics {
        &self.0
    }

    fn processor(&self) -> usize {
        0
    }
}
