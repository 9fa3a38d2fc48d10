//! What goes to the server and comes from it, whichever way.

use crate::socket::Error;

/// Bytes that go both ways.
pub trait Line {
    /// Sends all of them.
    fn send_all(&self, bytes: &[u8]) -> Result<(), Error>;

    /// Waits until the buffer is full.
    fn receive_exact(&self, bytes: &mut [u8]) -> Result<(), Error>;
}
