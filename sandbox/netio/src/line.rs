//! What goes to the server and comes from it, whichever way.

use crate::socket::Error;

/// Bytes that go both ways.
pub trait Line {
    /// Sends some of them, from the first on; answers how many.
    fn send(&self, bytes: &[u8]) -> Result<usize, Error>;

    /// Waits for some, and answers how many came; none when the server is gone.
    fn receive(&self, bytes: &mut [u8]) -> Result<usize, Error>;

    /// Sends all of them.
    fn send_all(&self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            bytes = bytes.get(self.send(bytes)?..).unwrap_or_default();
        }
        Ok(())
    }

    /// Waits until the buffer is full.
    fn receive_exact(&self, mut bytes: &mut [u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            match self.receive(bytes)? {
                0 => return Err(Error::GONE),
                count => bytes = bytes.get_mut(count..).unwrap_or_default(),
            }
        }
        Ok(())
    }
}
