//! Pool allocations of the driver: tracked, and filled with a pattern where the driver must not read.

use crate::nt::{self, Pointer};
use crate::{caller, verifier};
use core::ptr::null_mut;
use verifier_abi::{Resource, Violation};

const UNINITIALIZED: u64 = 0x02;
const RAISE_ON_FAILURE: u64 = 0x20;
const KNOWN_POOLS: u64 = 0x40 | 0x80 | 0x100;
const FRESH: u8 = 0xCD;
const FREED: u8 = 0xDD;

fn obtain(function: &str, size: usize, tag: u32, fill: u8) -> Pointer {
    // SAFETY: has no preconditions beyond a size.
    let block = unsafe { nt::ExAllocatePoolWithTag(0, size.max(1), tag) };
    if !block.is_null() {
        // SAFETY: the block has that many bytes and is not yet anybody's.
        unsafe { block.cast::<u8>().write_bytes(fill, size) };
        verifier::track(Resource::Pool, block.addr(), function, caller::caller());
        sizes::remember(block.addr(), size);
    }
    block
}

/// `ExAllocatePool2`: zeroed unless asked otherwise.
pub extern "system" fn allocate2(flags: u64, size: usize, tag: u32) -> Pointer {
    if tag == 0 || size == 0 || flags & KNOWN_POOLS == 0 {
        let detail = alloc::format!("flags {flags:#x}, {size} bytes, tag {tag:#x}");
        caller::report(Violation::BadArgument, "ExAllocatePool2", &detail);
        return null_mut();
    }
    let fill = if flags & UNINITIALIZED == 0 { 0 } else { FRESH };
    let block = obtain("ExAllocatePool2", size, tag, fill);
    if block.is_null() && flags & RAISE_ON_FAILURE != 0 {
        caller::report(Violation::BadArgument, "ExAllocatePool2", "out of memory, and the driver asked to raise");
    }
    block
}

/// `ExAllocatePoolWithTag`.
pub extern "system" fn allocate_with_tag(_kind: i32, size: usize, tag: u32) -> Pointer {
    obtain("ExAllocatePoolWithTag", size, tag, FRESH)
}

/// `ExAllocatePool`.
pub extern "system" fn allocate(_kind: i32, size: usize) -> Pointer {
    obtain("ExAllocatePool", size, 0, FRESH)
}

/// # Safety
/// The driver does not use the block any more, if it is one of its own.
unsafe fn give_back(function: &str, block: Pointer, tag: u32) {
    if !verifier::untrack(Resource::Pool, block.addr(), function, caller::caller()) {
        return;
    }
    let size = sizes::forget(block.addr());
    // SAFETY: the block is the driver's, has that many bytes, and is given back with this call.
    unsafe { block.cast::<u8>().write_bytes(FREED, size) };
    // SAFETY: the block came from the function above and is given back once.
    unsafe { nt::ExFreePoolWithTag(block, tag) };
}

/// `ExFreePoolWithTag`.
pub unsafe extern "system" fn free_with_tag(block: Pointer, tag: u32) {
    // SAFETY: the driver's promise.
    unsafe { give_back("ExFreePoolWithTag", block, tag) };
}

/// `ExFreePool`.
pub unsafe extern "system" fn free(block: Pointer) {
    // SAFETY: the driver's promise.
    unsafe { give_back("ExFreePool", block, 0) };
}

/// `ExFreePool2`.
pub unsafe extern "system" fn free2(block: Pointer, tag: u32, _parameters: Pointer, _count: u32) {
    // SAFETY: the driver's promise.
    unsafe { give_back("ExFreePool2", block, tag) };
}

mod sizes {
    //! Sizes of the blocks held.
    use crate::lock::Mutex;
    use alloc::collections::BTreeMap;

    static SIZES: Mutex<BTreeMap<usize, usize>> = Mutex::new(BTreeMap::new());

    pub fn remember(block: usize, size: usize) {
        SIZES.lock().insert(block, size);
    }

    pub fn forget(block: usize) -> usize {
        SIZES.lock().remove(&block).unwrap_or(0)
    }
}
