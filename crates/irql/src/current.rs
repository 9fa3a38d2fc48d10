//! The check that yields proof of `PASSIVE_LEVEL`.

use crate::{Irql, PassiveLevel};

// The headers make this function inline on some architectures, so the bindings do not have it; the kernel exports it.
#[cfg_attr(windows, link(name = "ntoskrnl"))]
unsafe extern "system" {
    safe fn KeGetCurrentIrql() -> u8;
}

/// The IRQL of the calling thread ([KeGetCurrentIrql]).
///
/// # IRQL
/// Any.
///
/// [KeGetCurrentIrql]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kegetcurrentirql
#[must_use]
pub fn current() -> Irql {
    Irql(KeGetCurrentIrql())
}

/// Runs `body` with proof of `PASSIVE_LEVEL`, if the thread runs there. The proof ends with the body, and safe code
/// cannot raise the level in between.
///
/// # IRQL
/// Any; `body` runs at `PASSIVE_LEVEL` only.
///
/// # Errors
/// The IRQL that was found instead; `body` has not run.
pub fn at_passive_level<R>(body: impl FnOnce(PassiveLevel<'_>) -> R) -> Result<R, Irql> {
    match current() {
        // SAFETY: the level has just been read.
        Irql::PASSIVE_LEVEL => Ok(body(unsafe { PassiveLevel::assume() })),
        raised => Err(raised),
    }
}
