//! The processors of the machine.

use crate::framework::{Framework, framework};

/// The number of the processor that the calling thread runs on, from 0, through all groups of processors
/// ([KeGetCurrentProcessorNumberEx]). Below `DISPATCH_LEVEL` the thread may be on another one before this returns, so the
/// number may only choose, such as among counters that are added up, and must not stand for a lock.
///
/// # IRQL
/// Any.
///
/// [KeGetCurrentProcessorNumberEx]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kegetcurrentprocessornumberex
#[must_use]
pub fn current_processor() -> usize {
    framework().current_processor() as usize
}
