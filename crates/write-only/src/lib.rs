//! A buffer that can be written and not read.
//!
//! The output of a request with `METHOD_OUT_DIRECT` is the caller's own memory: user mode can change it while a driver
//! fills it in. Whoever reads such a byte twice may see two values, and a Rust reference to it would promise the
//! compiler that nobody else writes. [`WriteOnly`] holds a pointer and gives no way to read what is behind it.
//!
//! ```
//! use write_only::WriteOnly;
//!
//! let mut memory = [0_u8; 8];
//! let mut output = WriteOnly::from(&mut memory[..]);
//! let mut head = output.split_off_front(4).expect("there are eight bytes");
//! assert!(head.write(&[1, 2, 3, 4]));
//! assert!(!output.write(&[0; 5]), "only four bytes are left");
//! assert!(output.write(&[5, 6]));
//! assert_eq!(memory, [1, 2, 3, 4, 5, 6, 0, 0]);
//! ```
//!
//! # IRQL
//! Any at which the memory may be touched. The output of a request is locked: up to `DISPATCH_LEVEL`.
//!
//! There is nothing to read it with:
//!
//! ```compile_fail
//! let mut memory = [0_u8; 8];
//! let output = write_only::WriteOnly::from(&mut memory[..]);
//! let first = output[0];
//! ```
//!
//! ```compile_fail
//! let mut memory = [0_u8; 8];
//! let output = write_only::WriteOnly::from(&mut memory[..]);
//! let bytes: &[u8] = output.as_ref();
//! ```
//!
//! ```compile_fail
//! let mut memory = [0_u8; 8];
//! let output = write_only::WriteOnly::from(&mut memory[..]);
//! let bytes: &mut [core::mem::MaybeUninit<u8>] = output.into();
//! ```
#![no_std]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

use core::{fmt, marker::PhantomData, mem::MaybeUninit, ptr::NonNull};

/// Memory that can be written for `'memory`, and not read.
///
/// Its bytes count as uninitialised: only those that were written may go back to a caller.
pub struct WriteOnly<'memory> {
    start: NonNull<u8>,
    length: usize,
    memory: PhantomData<&'memory mut [MaybeUninit<u8>]>,
}

// SAFETY: it is as good as a `&mut [MaybeUninit<u8>]`, which may go to another thread.
unsafe impl Send for WriteOnly<'_> {}

// SAFETY: a shared reference gives nothing but the length.
unsafe impl Sync for WriteOnly<'_> {}

impl WriteOnly<'_> {
    /// A buffer over memory that others may change at any time.
    ///
    /// # Safety
    /// For as long as the buffer's lifetime lasts, `length` bytes from `start` are mapped and may be written, and
    /// nothing in this program has a reference to them. Others, such as a process that shares them, may read and write
    /// them at any time.
    #[must_use]
    pub const unsafe fn from_raw_parts(start: NonNull<u8>, length: usize) -> Self {
        Self { start, length, memory: PhantomData }
    }

    /// A buffer without room.
    #[must_use]
    pub const fn empty() -> Self {
        Self { start: NonNull::dangling(), length: 0, memory: PhantomData }
    }

    /// Bytes that there is room for.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether there is no room.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Copies `bytes` to the front; writing again overwrites them. False, and nothing is written, when there is too
    /// little room.
    #[must_use]
    #[inline]
    pub fn write(&mut self, bytes: &[u8]) -> bool {
        if bytes.len() > self.length {
            return false;
        }
        // SAFETY: the buffer has that many bytes, and no reference overlaps it, so the source does not either.
        unsafe { self.start.copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len()) };
        true
    }

    /// Takes so many bytes off the front; `None`, and nothing is taken, when there is too little room.
    #[inline]
    pub fn split_off_front(&mut self, length: usize) -> Option<Self> {
        let rest = self.length.checked_sub(length)?;
        let front = Self { start: self.start, length, memory: PhantomData };
        // SAFETY: this is within the buffer, or one past its end.
        self.start = unsafe { self.start.add(length) };
        self.length = rest;
        Some(front)
    }

    /// The same buffer for a shorter time.
    #[must_use]
    pub const fn reborrow(&mut self) -> WriteOnly<'_> {
        WriteOnly { start: self.start, length: self.length, memory: PhantomData }
    }
}

impl<'memory> From<&'memory mut [MaybeUninit<u8>]> for WriteOnly<'memory> {
    fn from(memory: &'memory mut [MaybeUninit<u8>]) -> Self {
        Self { length: memory.len(), start: NonNull::from(memory).cast(), memory: PhantomData }
    }
}

impl<'memory> From<&'memory mut [u8]> for WriteOnly<'memory> {
    /// The bytes stay initialised, since only initialised bytes can be written.
    fn from(memory: &'memory mut [u8]) -> Self {
        Self { length: memory.len(), start: NonNull::from(memory).cast(), memory: PhantomData }
    }
}

impl fmt::Debug for WriteOnly<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteOnly").field("length", &self.length).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::WriteOnly;

    #[test]
    fn what_does_not_fit_is_not_written() {
        let mut memory = [7_u8; 4];
        let mut output = WriteOnly::from(&mut memory[..3]);
        assert!(!output.write(&[1; 4]));
        assert!(output.write(&[1, 2, 3]));
        assert_eq!(memory, [1, 2, 3, 7]);
    }

    #[test]
    fn parts_do_not_overlap() {
        let mut memory = [0_u8; 6];
        let mut rest = WriteOnly::from(&mut memory[..]);
        let mut front = rest.split_off_front(2).unwrap();
        assert!(rest.split_off_front(5).is_none());
        assert_eq!((front.len(), rest.len()), (2, 4));
        assert!(rest.write(&[3, 3, 3, 3]));
        assert!(front.reborrow().write(&[1]));
        assert!(front.write(&[2]), "again");
        assert!(!front.write(&[0; 3]));
        assert_eq!(memory, [2, 0, 3, 3, 3, 3]);
    }

    #[test]
    fn an_empty_buffer_takes_nothing() {
        let mut none = WriteOnly::empty();
        assert!(none.is_empty() && none.write(&[]) && !none.write(&[1]));
        assert!(none.split_off_front(0).is_some_and(|part| part.is_empty()));
    }
}
