//! A cancellation that comes late. Wine's only dispatch thread is busy with one cancellation and another one waits
//! behind it. Meanwhile the request of the second is completed, and its memory is allocated again.

use crate::held::complete_held;
use crate::runtime::{ExAllocatePool2, ExFreePoolWithTag, sleep};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

#[link(name = "wdfldr.sys", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "system" {
    fn SandboxRetained() -> usize;
}

/// How many freed IRPs the stand-in keeps.
pub fn retained() -> usize {
    // SAFETY: has no preconditions.
    unsafe { SandboxRetained() }
}

const NON_PAGED_UNINITIALIZED: u64 = 0x42;
const TAG: u32 = u32::from_le_bytes(*b"Late");
/// Time for the client to cancel the second request, in milliseconds.
const BEHIND: i64 = 300;

/// The sizes of Wine's IRPs: of one stack location, and of up to eight.
const SIZES: [usize; 2] = [208 + 72, 208 + 8 * 72];

/// The request to complete in the next cancellation, or none.
static NEXT: AtomicUsize = AtomicUsize::new(NONE);
const NONE: usize = usize::MAX;
static BLOCKS: [AtomicPtr<core::ffi::c_void>; 128] = [const { AtomicPtr::new(null_mut()) }; 128];

/// The next cancellation is held up, and completes this request meanwhile.
pub fn prepare(id: usize) {
    NEXT.store(id, Ordering::Release);
}

/// What a cancellation does first.
pub fn hold_up() {
    let id = NEXT.swap(NONE, Ordering::AcqRel);
    if id == NONE {
        return;
    }
    sleep(BEHIND);
    complete_held(id);
    for (block, size) in BLOCKS.iter().zip(SIZES.into_iter().cycle()) {
        // SAFETY: has no preconditions beyond a size.
        let memory = unsafe { ExAllocatePool2(NON_PAGED_UNINITIALIZED, size, TAG) };
        block.store(memory, Ordering::Release);
    }
}

/// Gives the memory back.
pub fn end() {
    for block in &BLOCKS {
        let memory = block.swap(null_mut(), Ordering::AcqRel);
        if !memory.is_null() {
            // SAFETY: the block came from the pool and is given back once.
            unsafe { ExFreePoolWithTag(memory, TAG) };
        }
    }
}
