//! Proof tokens of the interrupt request level (IRQL).
//!
//! Every function of `netioapi.h` that this project calls is annotated `_IRQL_requires_max_(PASSIVE_LEVEL)`. The safe
//! wrappers ask for a [`PassiveLevel`], so a call at another level does not compile. A driver gets its tokens from its
//! callbacks: one that the framework calls at `PASSIVE_LEVEL` by its configuration is handed a [`PassiveLevel`]. There
//! are two other sources: a check of the current level ([`at_passive_level`], with the feature `kernel`) and, in an
//! ordinary process, [`in_process`].
//!
//! What may be called up to `DISPATCH_LEVEL` takes a [`DispatchLevel`], into which a [`PassiveLevel`] converts:
//!
//! ```
//! use netioctl_irql::{DispatchLevel, PassiveLevel, in_process};
//!
//! fn waits(_at: PassiveLevel<'_>) -> u32 { 1 }
//! fn never_waits(_at: DispatchLevel<'_>) -> u32 { 2 }
//!
//! in_process(|at| assert_eq!(waits(at) + never_waits(at.into()), 3));
//! ```
//!
//! The other way round there is none:
//!
//! ```compile_fail,E0308
//! # use netioctl_irql::{DispatchLevel, PassiveLevel};
//! fn waits(_at: PassiveLevel<'_>) {}
//! fn under_a_spin_lock(at: DispatchLevel<'_>) { waits(at) }
//! ```
//!
//! A token stays on its thread, and ends with the scope that it was made for:
//!
//! ```compile_fail,E0277
//! # use netioctl_irql::in_process;
//! in_process(|at| std::thread::scope(|threads| { threads.spawn(move || at); }));
//! ```
//!
//! ```compile_fail
//! # use netioctl_irql::in_process;
//! let kept = in_process(|at| at);
//! ```
#![no_std]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

// In the documentation of any host, too.
#[cfg(any(feature = "kernel", doc))]
mod current;

#[cfg(any(feature = "kernel", doc))]
pub use current::{at_passive_level, current};

use core::marker::PhantomData;

/// An interrupt request level, 0 (`PASSIVE_LEVEL`) to 31, as `KeGetCurrentIrql` gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Irql(pub u8);

impl Irql {
    /// `PASSIVE_LEVEL`: ordinary threads; waiting and paging are allowed.
    pub const PASSIVE_LEVEL: Self = Self(0);
    /// `APC_LEVEL`: asynchronous procedure calls are held back.
    pub const APC_LEVEL: Self = Self(1);
    /// `DISPATCH_LEVEL`: the scheduler is held back; no wait, no paging, no NETIO.
    pub const DISPATCH_LEVEL: Self = Self(2);
}

/// Proof that the current thread runs at `PASSIVE_LEVEL` for as long as `'scope` lasts.
///
/// It has no size, can be copied, and cannot be sent to another thread: there it would prove nothing.
#[derive(Clone, Copy, Debug)]
pub struct PassiveLevel<'scope> {
    scope: PhantomData<&'scope ()>,
    thread: PhantomData<*const ()>,
}

impl PassiveLevel<'_> {
    /// Takes the caller's word for it.
    ///
    /// # Safety
    /// The current thread runs at `PASSIVE_LEVEL`, and nothing raises the level while the token lives, but for code
    /// that the token cannot get into: a closure that is `Send`.
    #[must_use]
    pub const unsafe fn assume() -> Self {
        Self { scope: PhantomData, thread: PhantomData }
    }
}

/// Proof that the current thread runs at `DISPATCH_LEVEL` or below for as long as `'scope` lasts: there is no device
/// interrupt to be held back. Nothing that waits may be called with it.
///
/// Like [`PassiveLevel`] it has no size, can be copied, and stays on its thread.
#[derive(Clone, Copy, Debug)]
pub struct DispatchLevel<'scope> {
    scope: PhantomData<&'scope ()>,
    thread: PhantomData<*const ()>,
}

impl DispatchLevel<'_> {
    /// Takes the caller's word for it.
    ///
    /// # Safety
    /// The current thread runs at `DISPATCH_LEVEL` or below, and nothing raises the level further while the token
    /// lives.
    #[must_use]
    pub const unsafe fn assume() -> Self {
        Self { scope: PhantomData, thread: PhantomData }
    }
}

impl<'scope> From<PassiveLevel<'scope>> for DispatchLevel<'scope> {
    fn from(_: PassiveLevel<'scope>) -> Self {
        Self { scope: PhantomData, thread: PhantomData }
    }
}

/// Runs `body` with a proof of `PASSIVE_LEVEL`: code in a process always runs there. For tests on a development host; a
/// driver must not ask for it (feature `process`, on Windows), because the same code may run at any level there.
#[cfg(any(not(windows), feature = "process"))]
pub fn in_process<R>(body: impl FnOnce(PassiveLevel<'_>) -> R) -> R {
    // SAFETY: a process has no raised IRQL.
    body(unsafe { PassiveLevel::assume() })
}

#[cfg(all(test, any(not(windows), feature = "process")))]
mod tests {
    use super::{DispatchLevel, Irql, PassiveLevel, in_process};

    #[test]
    fn tokens_have_no_size() {
        assert_eq!(size_of::<PassiveLevel<'_>>(), 0);
        assert_eq!(size_of::<DispatchLevel<'_>>(), 0);
    }

    #[test]
    fn the_token_reaches_the_body() {
        assert_eq!(
            in_process(|at| {
                let _: PassiveLevel<'_> = at;
                7
            }),
            7
        );
    }

    #[test]
    fn passive_level_is_below_dispatch_level() {
        in_process(|at| {
            let _: DispatchLevel<'_> = at.into();
        });
        assert!(Irql::PASSIVE_LEVEL < Irql::DISPATCH_LEVEL);
    }

    #[test]
    fn levels_are_ordered() {
        assert!(Irql::PASSIVE_LEVEL < Irql::APC_LEVEL && Irql::APC_LEVEL < Irql::DISPATCH_LEVEL);
    }
}
