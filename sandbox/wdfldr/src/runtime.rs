//! The parts of a runtime that the library brings along: an allocator, the memory functions, the panic handler.

use crate::call::BUG_CHECK;
use crate::{death, nt};
use core::alloc::{GlobalAlloc, Layout};

/// Memory from the kernel's pool, which Wine serves from the process heap, aligned to sixteen.
struct Pool;

#[global_allocator]
static POOL: Pool = Pool;

const TAG: u32 = u32::from_le_bytes(*b"Sbox");
const ALIGNMENT: usize = 16;

// SAFETY: the pool functions return unique blocks of the size asked for, aligned to sixteen; more is refused.
unsafe impl GlobalAlloc for Pool {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > ALIGNMENT {
            return core::ptr::null_mut();
        }
        // SAFETY: has no preconditions beyond a size.
        unsafe { nt::ExAllocatePoolWithTag(0, layout.size(), TAG) }.cast()
    }

    unsafe fn dealloc(&self, block: *mut u8, _layout: Layout) {
        // SAFETY: the block came from `alloc`.
        unsafe { nt::ExFreePoolWithTag(block.cast(), TAG) };
    }
}

image_runtime::compiler_runtime!("ntdll.dll");

#[panic_handler]
fn panic(_info: &core::panic::PanicInfo<'_>) -> ! {
    death::bug_check(BUG_CHECK, usize::MAX, 0, 0, 0)
}
