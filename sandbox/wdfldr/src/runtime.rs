//! What a library without a runtime needs: an allocator, the memory functions, the panic handler.

use crate::call::BUG_CHECK;
use crate::{death, nt};
use core::alloc::{GlobalAlloc, Layout};
use core::ffi::c_void;

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

// The compiler's memory functions and its stack probe are those of ntdll.
#[link(name = "ntdll", kind = "raw-dylib")]
unsafe extern "C" {
    fn memcpy(to: *mut c_void, from: *const c_void, count: usize) -> *mut c_void;
    fn memmove(to: *mut c_void, from: *const c_void, count: usize) -> *mut c_void;
    fn memset(to: *mut c_void, byte: i32, count: usize) -> *mut c_void;
    fn memcmp(one: *const c_void, other: *const c_void, count: usize) -> i32;
    fn strlen(text: *const c_void) -> usize;
    fn __chkstk();
}

type Move = unsafe extern "C" fn(*mut c_void, *const c_void, usize) -> *mut c_void;
type Fill = unsafe extern "C" fn(*mut c_void, i32, usize) -> *mut c_void;
type Compare = unsafe extern "C" fn(*const c_void, *const c_void, usize) -> i32;
type Length = unsafe extern "C" fn(*const c_void) -> usize;

/// Keeps the imports above in the image, for calls that only the compiler makes.
#[used]
static KEEP: (Move, Move, Fill, Compare, Length, unsafe extern "C" fn()) =
    (memcpy, memmove, memset, memcmp, strlen, __chkstk);

/// Tells the linker that floating point is in use, as every image of this target must.
#[unsafe(no_mangle)]
static _fltused: i32 = 0;

/// The prebuilt core library refers to the unwinder's handler; nothing here unwinds.
#[unsafe(no_mangle)]
extern "system" fn __CxxFrameHandler3() -> i32 {
    0
}

#[panic_handler]
fn panic(_info: &core::panic::PanicInfo<'_>) -> ! {
    death::bug_check(BUG_CHECK, usize::MAX, 0, 0, 0)
}
