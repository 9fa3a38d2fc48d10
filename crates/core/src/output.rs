//! The caller's output buffer, written front to back.

use netioctl_abi::NtError;
use write_only::WriteOnly;
use zerocopy::{Immutable, IntoBytes};

/// A buffer that counts what has been written to it.
///
/// The core never reads this memory. It may be the system buffer that the input came in, pool memory with old contents,
/// or the caller's own pages, which user mode can change at any time. Only bytes counted by
/// [`Output::written`] may go back to the caller.
#[derive(Debug)]
pub struct Output<'a> {
    rest: WriteOnly<'a>,
    written: usize,
}

impl<'a> Output<'a> {
    /// An output over this memory.
    #[must_use]
    pub const fn new(memory: WriteOnly<'a>) -> Self {
        Self { rest: memory, written: 0 }
    }

    /// Bytes written so far: the `Information` of the completed request.
    #[must_use]
    pub const fn written(&self) -> usize {
        self.written
    }

    /// Bytes that still fit.
    #[must_use]
    pub const fn room(&self) -> usize {
        self.rest.len()
    }

    /// Appends a value.
    ///
    /// # Errors
    /// `STATUS_BUFFER_TOO_SMALL` when it does not fit; nothing is written then.
    #[inline]
    pub fn put<T: IntoBytes + Immutable>(&mut self, value: &T) -> Result<(), NtError> {
        let bytes = value.as_bytes();
        let mut here = self.rest.split_off_front(bytes.len()).ok_or(NtError::BUFFER_TOO_SMALL)?;
        if !here.write(bytes) {
            return Err(NtError::BUFFER_TOO_SMALL);
        }
        self.written = self.written.saturating_add(bytes.len());
        Ok(())
    }

    /// Appends values, as many whole ones as fit.
    ///
    /// What is left of the memory is a local while that lasts: tables have a hundred thousand rows, and it need not be
    /// written down after each.
    #[inline]
    pub fn put_each<T: IntoBytes + Immutable>(&mut self, values: impl Iterator<Item = T>) {
        let mut rest = core::mem::replace(&mut self.rest, WriteOnly::empty());
        let before = rest.len();
        for value in values {
            let Some(mut here) = rest.split_off_front(size_of::<T>()) else { break };
            // There is as much room as the value has bytes.
            let _ = here.write(value.as_bytes());
        }
        self.written = self.written.saturating_add(before.saturating_sub(rest.len()));
        self.rest = rest;
    }

    /// Ends the output with what `body` writes, and before it the value that `body` answers in the end.
    ///
    /// # Errors
    /// `STATUS_BUFFER_TOO_SMALL` when the value does not fit; the error of `body`. Nothing counts as written then.
    pub fn put_after<T: IntoBytes + Immutable>(
        &mut self,
        body: impl FnOnce(&mut Output<'_>) -> Result<T, NtError>,
    ) -> Result<(), NtError> {
        let mut head = self.rest.split_off_front(size_of::<T>()).ok_or(NtError::BUFFER_TOO_SMALL)?;
        let mut inner = Output::new(core::mem::replace(&mut self.rest, WriteOnly::empty()));
        let value = body(&mut inner)?;
        if !head.write(value.as_bytes()) {
            return Err(NtError::BUFFER_TOO_SMALL);
        }
        self.written = self.written.saturating_add(size_of::<T>()).saturating_add(inner.written);
        Ok(())
    }
}
