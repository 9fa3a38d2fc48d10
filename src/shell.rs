//! What the core asks of the driver around it.

use crate::locks::CHANGES;
use kmdf::{NtError, PassiveLevel, current_processor};
use netioctl_core::{Processor, Shell, Statistics};

/// Processors with counters of their own: a whole group of Windows. On a larger machine two or more share some. They
/// take 3 KiB each of the memory of the image, and nothing of its file.
const PROCESSORS: usize = 64;

/// Counts from the moment the driver was loaded.
static STATISTICS: Statistics<[Processor; PROCESSORS]> = Statistics::new();

/// The driver, as the core sees it.
pub struct Driver;

impl Shell for Driver {
    fn alone<R>(&self, at: PassiveLevel<'_>, body: impl FnOnce() -> R) -> Result<R, NtError> {
        let _held = CHANGES.acquire(at)?;
        Ok(body())
    }

    fn statistics(&self) -> &Statistics {
        &STATISTICS
    }

    fn processor(&self) -> usize {
        current_processor()
    }
}
