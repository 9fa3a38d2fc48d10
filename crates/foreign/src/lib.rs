//! Values that foreign code keeps as the context of its callbacks.
//!
//! A C function that registers a callback takes a context of the size of a pointer and hands it to the callback each time.
//! A Rust value that is to be this context has to be turned into a number, lent to the callback for the time of each call,
//! and taken back once the callback cannot be called any more. [`Foreign`] names these three steps, so that whoever wraps
//! the registration ([`netio`](https://docs.rs/netioctl-netio)) and whoever has the value (a reference to a framework object) do not
//! have to know each other.
//!
//! ```
//! use foreign::Foreign;
//! use std::sync::atomic::{AtomicU32, Ordering};
//!
//! struct Counter(&'static AtomicU32);
//!
//! // SAFETY: the number is the address of a counter that lives for ever.
//! unsafe impl Foreign for Counter {
//!     fn into_raw(self) -> usize {
//!         std::ptr::from_ref(self.0).expose_provenance()
//!     }
//!
//!     unsafe fn with_raw<R>(raw: usize, body: impl FnOnce(&Self) -> R) -> R {
//!         // SAFETY: as the caller says.
//!         body(&unsafe { Self::from_raw(raw) })
//!     }
//!
//!     unsafe fn from_raw(raw: usize) -> Self {
//!         let counter = std::ptr::with_exposed_provenance::<AtomicU32>(raw);
//!         // SAFETY: the address of a counter that lives for ever.
//!         Self(unsafe { &*counter })
//!     }
//! }
//!
//! static CALLS: AtomicU32 = AtomicU32::new(0);
//! let context = Counter(&CALLS).into_raw();
//! // What the callback does, each time:
//! // SAFETY: the number is of this type and has not been taken back.
//! unsafe { Counter::with_raw(context, |counter| counter.0.fetch_add(1, Ordering::Relaxed)) };
//! // SAFETY: nobody calls any more.
//! drop(unsafe { Counter::from_raw(context) });
//! assert_eq!(CALLS.load(Ordering::Relaxed), 1);
//! ```
#![no_std]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

/// A value that foreign code can keep.
///
/// # IRQL
/// [`with_raw`](Self::with_raw) runs at the level of the callback, up to `DISPATCH_LEVEL` in a driver; the other two at
/// the level of whoever registers and unregisters it.
///
/// # Safety
/// Until [`from_raw`](Self::from_raw) takes it back, a number that [`into_raw`](Self::into_raw) gave stands for one value
/// that is alive; [`with_raw`](Self::with_raw) lends that value.
pub unsafe trait Foreign: Send + Sync + Sized {
    /// Turns the value into a number for foreign code.
    fn into_raw(self) -> usize;

    /// Lends the value to `body`: for the callback. Callable by several threads at the same time.
    ///
    /// # Safety
    /// The number is one of [`into_raw`](Self::into_raw) of the same type, and is not taken back before this returns.
    unsafe fn with_raw<R>(raw: usize, body: impl FnOnce(&Self) -> R) -> R;

    /// Takes the value back.
    ///
    /// # Safety
    /// The number is one of [`into_raw`](Self::into_raw) of the same type. It is taken back once, and nobody borrows the
    /// value any more: the foreign code has been told to stop, and no callback runs.
    #[must_use]
    unsafe fn from_raw(raw: usize) -> Self;
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::Foreign;
    use core::mem::ManuallyDrop;
    use std::sync::Arc;

    /// What a driver does with a framework object, done with memory.
    struct Shared(Arc<u32>);

    // SAFETY: an `Arc` that has been given away keeps its value alive until it is taken back.
    unsafe impl Foreign for Shared {
        fn into_raw(self) -> usize {
            Arc::into_raw(self.0).expose_provenance()
        }

        unsafe fn with_raw<R>(raw: usize, body: impl FnOnce(&Self) -> R) -> R {
            // SAFETY: as the caller says; what is made here is not dropped.
            let lent = ManuallyDrop::new(unsafe { Self::from_raw(raw) });
            body(&lent)
        }

        unsafe fn from_raw(raw: usize) -> Self {
            // SAFETY: the number is that of a value that was given away.
            Self(unsafe { Arc::from_raw(core::ptr::with_exposed_provenance(raw)) })
        }
    }

    #[test]
    fn a_value_is_lent_and_taken_back_once() {
        let value = Arc::new(7);
        let raw = Shared(Arc::clone(&value)).into_raw();
        for _ in 0..3 {
            // SAFETY: it has not been taken back.
            assert_eq!(unsafe { Shared::with_raw(raw, |lent| *lent.0) }, 7);
        }
        assert_eq!(Arc::strong_count(&value), 2);
        // SAFETY: nobody borrows it.
        drop(unsafe { Shared::from_raw(raw) });
        assert_eq!(Arc::strong_count(&value), 1);
    }
}
