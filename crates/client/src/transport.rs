//! The seam between the typed methods and the operating system.

use crate::{Canceller, Failure};
#[cfg(feature = "async")]
use std::{future::Future, pin::Pin};

/// Carries control codes to a driver.
///
/// The Windows implementation calls `DeviceIoControl`; tests script one.
pub trait Transport: Send + Sync {
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

    /// Sends one request, and tells its end and the output when it has come. Until then the buffers are the request's
    /// own; dropping the future cancels it.
    ///
    /// A transport that has no such requests of its own calls [`control`](Self::control) when the future is polled
    /// first, and blocks.
    #[cfg(feature = "async")]
    fn start(&self, code: u32, input: Vec<u8>, mut output: Vec<u8>) -> Ending<'_> {
        Box::pin(async move {
            let end = self.control(code, &input, &mut output, None);
            (end, output)
        })
    }
}

/// The end of a request, and its output.
#[cfg(feature = "async")]
pub type Ending<'a> = Pin<Box<dyn Future<Output = (Result<usize, Failure>, Vec<u8>)> + Send + 'a>>;
