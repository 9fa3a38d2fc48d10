//! Pool allocations of the driver: tracked, filled with a pattern where the driver must not read, and each on pages of its own
//! that are taken away with it.

mod pages;

use crate::nt::Pointer;
use crate::{caller, verifier};
use alloc::string::String;
use core::ptr::null_mut;
use verifier_abi::{Resource, Violation};

const UNINITIALIZED: u64 = 0x02;
const RAISE_ON_FAILURE: u64 = 0x20;
const KNOWN_POOLS: u64 = 0x40 | 0x80 | 0x100;
const FRESH: u8 = 0xCD;

fn obtain(function: &str, size: usize, fill: u8) -> Pointer {
    let Some(block) = pages::obtain(size.max(1)) else { return null_mut() };
    // SAFETY: the block has that many bytes and is not yet anybody's.
    unsafe { block.cast::<u8>().write_bytes(fill, size) };
    verifier::track(Resource::Pool, block.addr(), function, caller::caller());
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
    let block = obtain("ExAllocatePool2", size, fill);
    if block.is_null() && flags & RAISE_ON_FAILURE != 0 {
        caller::report(Violation::BadArgument, "ExAllocatePool2", "out of memory, and the driver asked to raise");
    }
    block
}

/// `ExAllocatePoolWithTag`.
pub extern "system" fn allocate_with_tag(_kind: i32, size: usize, _tag: u32) -> Pointer {
    obtain("ExAllocatePoolWithTag", size, FRESH)
}

/// `ExAllocatePool`.
pub extern "system" fn allocate(_kind: i32, size: usize) -> Pointer {
    obtain("ExAllocatePool", size, FRESH)
}

fn give_back(function: &str, block: Pointer) {
    let freer = caller::caller();
    if verifier::untrack(Resource::Pool, block.addr(), function, freer)
        && let Some((at, size)) = pages::give_back(block.addr(), freer)
    {
        let detail = alloc::format!("byte {at} of {size} at {:#x} was written", block.addr());
        caller::report(Violation::PoolOverrun, function, &detail);
    }
}

/// Wine's kernel frees a block that a driver has left to it. False: it is none of a driver's.
pub fn left_to_system(block: Pointer) -> bool {
    let known = pages::is_held(block.addr());
    if known {
        give_back("ExFreePool", block);
    }
    known
}

/// What lies at an address, if that is in a block or was in one lately: for the description of page faults.
pub fn describe(address: usize) -> Option<String> {
    pages::describe(address)
}

/// `ExFreePoolWithTag`.
pub extern "system" fn free_with_tag(block: Pointer, _tag: u32) {
    give_back("ExFreePoolWithTag", block);
}

/// `ExFreePool`.
pub extern "system" fn free(block: Pointer) {
    give_back("ExFreePool", block);
}

/// `ExFreePool2`.
pub extern "system" fn free2(block: Pointer, _tag: u32, _parameters: Pointer, _count: u32) {
    give_back("ExFreePool2", block);
}
