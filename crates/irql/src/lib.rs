//! Proof tokens of the interrupt request level (IRQL).
//!
//! Every function of `netioapi.h` that this project calls is annotated `_IRQL_requires_max_(PASSIVE_LEVEL)`. The safe
//! wrappers ask for a [`PassiveLevel`], so a call at another level does not compile: the only ways to a token are a
//! check of the current level (`at_passive_level`, made once for each request) and, in an ordinary process,
//! [`in_process`].
#![no_std]

#[cfg(all(windows, feature = "kernel"))]
mod current;

#[cfg(all(windows, feature = "kernel"))]
pub use current::{at_passive_level, current};

use core::marker::PhantomData;

/// An interrupt request level, 0 (PASSIVE_LEVEL) to 31, as `KeGetCurrentIrql` gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Irql(pub u8);

impl Irql {
    /// PASSIVE_LEVEL: ordinary threads; waiting and paging are allowed.
    pub const PASSIVE_LEVEL: Self = Self(0);
    /// APC_LEVEL: asynchronous procedure calls are held back.
    pub const APC_LEVEL: Self = Self(1);
    /// DISPATCH_LEVEL: the scheduler is held back; no wait, no paging, no NETIO.
    pub const DISPATCH_LEVEL: Self = Self(2);
}

/// Proof that the current thread runs at PASSIVE_LEVEL for as long as `'scope` lasts.
///
/// It has no size, can be copied, and cannot be sent to another thread: there it would prove nothing.
#[derive(Clone, Copy, Debug)]
pub struct PassiveLevel<'scope> {
    scope: PhantomData<fn(&'scope ()) -> &'scope ()>,
    thread: PhantomData<*const ()>,
}

impl PassiveLevel<'_> {
    /// Takes the caller's word for it.
    ///
    /// # Safety
    /// The current thread runs at PASSIVE_LEVEL, and nothing raises the level while the token lives.
    #[must_use]
    pub const unsafe fn assume() -> Self {
        Self { scope: PhantomData, thread: PhantomData }
    }
}

/// Runs `body` with a proof of PASSIVE_LEVEL: code in a process always runs there. For tests on a development host; a
/// driver must not ask for it (feature `process`, on Windows), because the same code may run at any level there.
#[cfg(any(not(windows), feature = "process"))]
pub fn in_process<R>(body: impl FnOnce(PassiveLevel<'_>) -> R) -> R {
    // SAFETY: a process has no raised IRQL.
    body(unsafe { PassiveLevel::assume() })
}

#[cfg(all(test, any(not(windows), feature = "process")))]
mod tests {
    use super::{Irql, PassiveLevel, in_process};

    #[test]
    fn a_token_has_no_size() {
        assert_eq!(size_of::<PassiveLevel<'_>>(), 0);
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
    fn levels_are_ordered() {
        assert!(Irql::PASSIVE_LEVEL < Irql::APC_LEVEL && Irql::APC_LEVEL < Irql::DISPATCH_LEVEL);
    }
}
