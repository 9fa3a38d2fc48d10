//! Allocator, memory functions and panic handler, all imported as a driver's are.

use core::alloc::{GlobalAlloc, Layout};
use core::ffi::c_void;

struct Pool;

#[global_allocator]
static POOL: Pool = Pool;

const NON_PAGED: u64 = 0x40;
const TAG: u32 = u32::from_le_bytes(*b"Prob");

#[link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "system" {
    pub fn ExAllocatePool2(flags: u64, size: usize, tag: u32) -> *mut c_void;
    pub fn ExFreePoolWithTag(block: *mut c_void, tag: u32);
    pub fn KeGetCurrentIrql() -> u8;
    pub fn KfRaiseIrql(level: u8) -> u8;
    pub fn KeLowerIrql(level: u8);
    pub fn SeQueryAuthenticationIdToken(token: *const c_void, session: *mut u64) -> i32;
    fn KeDelayExecutionThread(mode: i8, alertable: u8, interval: *const i64) -> i32;
    fn KeBugCheckEx(code: u32, p1: usize, p2: usize, p3: usize, p4: usize) -> !;
}

// SAFETY: the pool hands out unique blocks of the size asked for, aligned to sixteen.
unsafe impl GlobalAlloc for Pool {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: has no preconditions beyond a size.
        unsafe { ExAllocatePool2(NON_PAGED, layout.size(), TAG) }.cast()
    }

    unsafe fn dealloc(&self, block: *mut u8, _layout: Layout) {
        // SAFETY: the block came from `alloc`.
        unsafe { ExFreePoolWithTag(block.cast(), TAG) };
    }
}

image_runtime::compiler_runtime!("ntoskrnl.exe");

#[panic_handler]
fn panic(_info: &core::panic::PanicInfo<'_>) -> ! {
    // SAFETY: has no preconditions.
    unsafe { KeBugCheckEx(0xDEAD, 0, 0, 0, 0) }
}

/// The IRQL of the calling thread.
pub fn irql() -> u8 {
    // SAFETY: has no preconditions.
    unsafe { KeGetCurrentIrql() }
}

/// Runs at `DISPATCH_LEVEL`.
pub fn at_dispatch<R>(then: impl FnOnce() -> R) -> R {
    // SAFETY: raising to the same or a higher level is always allowed.
    let old = unsafe { KfRaiseIrql(2) };
    let result = then();
    // SAFETY: back to the level before.
    unsafe { KeLowerIrql(old) };
    result
}

/// Sleeps for that many milliseconds.
pub fn sleep(milliseconds: i64) {
    let interval = milliseconds.saturating_mul(-10_000);
    // SAFETY: the interval is a local; probes run at PASSIVE_LEVEL.
    unsafe { KeDelayExecutionThread(0, 0, &raw const interval) };
}
