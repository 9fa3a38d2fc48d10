//! The seam between the typed methods and the operating system.

use crate::{Canceller, Failure};

/// Carries control codes to a driver.
///
/// The Windows implementation calls `DeviceIoControl`; tests script one.
pub trait Transport {
    /// Sends one request and waits for its end. `Ok` is the number of bytes that were written to `output`.
    ///
    /// With a canceller, the request ends with [`Failure::cancelled`] when that is raised, unless it is over before.
    ///
    /// # Errors
    /// The codes of the failed call. For `ERROR_MORE_DATA`, [`Failure::bytes`] bytes of `output` are valid.
    fn control(
        &self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
        canceller: Option<&Canceller>,
    ) -> Result<usize, Failure>;
}
