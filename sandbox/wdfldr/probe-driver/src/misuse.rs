//! Mistakes made on purpose, for the verifier to find: each breaks one rule once.

use crate::events;
use crate::runtime::{ExAllocatePool2, ExFreePoolWithTag, KfRaiseIrql, at_dispatch};
use crate::wdf::{Pointer, attributes, delete, wdf};
use alloc::format;
use alloc::string::String;
use core::ptr::{null, null_mut};
use wdf_abi::{Handle, ObjectAttributes, WorkItemConfig};

type Attributes = *const ObjectAttributes;

const NON_PAGED: u64 = 0x40;
const TAG: u32 = u32::from_le_bytes(*b"Lost");

/// Breaks a rule and answers what the call answered.
pub fn run(what: &str, device: Handle) -> String {
    match what {
        "wrong_handle_type" => format!("{:?}", buffer_of(device)),
        "stale_handle" => stale_handle(),
        "irql_too_high" => irql_too_high(),
        "irql_changed" => irql_changed(device),
        "bad_lock" => bad_lock(),
        "missing_function" => missing_function(device),
        "missing_function_without_status" => missing_function_without_status(device),
        "pool_freed_twice" => pool_freed_twice(),
        "pool_leaked" => pool_leaked(),
        "handle_leaked" => handle_leaked(),
        "preallocated_without_handle" => preallocated_without_handle(),
        _ => String::from("unknown"),
    }
}

fn buffer_of(object: Handle) -> Pointer {
    wdf!(WdfMemoryGetBuffer(object => Handle, null_mut() => *mut usize) -> Pointer)
}

fn stale_handle() -> String {
    let mut lock: Handle = 0;
    let _status = wdf!(WdfWaitLockCreate(null() => Attributes, &raw mut lock => *mut Handle) -> i32);
    delete(lock);
    let status = wdf!(WdfWaitLockAcquire(lock => Handle, null() => *const i64) -> i32);
    format!("{status:#010x}")
}

fn irql_too_high() -> String {
    let mut lock: Handle = 0;
    let _status = wdf!(WdfWaitLockCreate(null() => Attributes, &raw mut lock => *mut Handle) -> i32);
    let status = at_dispatch(|| wdf!(WdfWaitLockAcquire(lock => Handle, null() => *const i64) -> i32));
    wdf!(WdfWaitLockRelease(lock => Handle));
    delete(lock);
    format!("{status:#010x}")
}

unsafe extern "system" fn raise_and_stay(_item: Handle) {
    // SAFETY: the level is above PASSIVE_LEVEL; staying there is the mistake.
    unsafe { KfRaiseIrql(2) };
}

fn irql_changed(device: Handle) -> String {
    let config = WorkItemConfig {
        size: wdf_abi::size::<WorkItemConfig>(),
        function: Some(raise_and_stay),
        automatic_serialization: 0,
    };
    let mut chosen = attributes();
    chosen.parent = device;
    let mut item: Handle = 0;
    let status = wdf!(WdfWorkItemCreate(
        &raw const config => *const WorkItemConfig, &raw const chosen => Attributes,
        &raw mut item => *mut Handle) -> i32);
    wdf!(WdfWorkItemEnqueue(item => Handle));
    wdf!(WdfWorkItemFlush(item => Handle));
    delete(item);
    format!("{status:#010x}")
}

fn bad_lock() -> String {
    let mut lock: Handle = 0;
    let _status = wdf!(WdfSpinLockCreate(null() => Attributes, &raw mut lock => *mut Handle) -> i32);
    wdf!(WdfSpinLockRelease(lock => Handle));
    delete(lock);
    String::from("returned")
}

fn missing_function(device: Handle) -> String {
    let status = wdf!(WdfDeviceAddRemovalRelationsPhysicalDevice(device => Handle, null_mut() => Pointer) -> i32);
    format!("{status:#010x}")
}

/// One that answers nothing, and one that answers whether a pipe is for reading.
fn missing_function_without_status(device: Handle) -> String {
    wdf!(WdfUsbTargetPipeSetNoMaximumPacketSizeCheck(device => Handle));
    let answer = wdf!(WdfUsbTargetPipeIsInEndpoint(device => Handle) -> u8);
    format!("{answer}")
}

fn obtain() -> Pointer {
    // SAFETY: has no preconditions beyond a size.
    unsafe { ExAllocatePool2(NON_PAGED, 32, TAG) }
}

fn pool_freed_twice() -> String {
    let block = obtain();
    for _ in 0..2 {
        // SAFETY: the second time is the mistake; the verifier leaves the block alone then.
        unsafe { ExFreePoolWithTag(block, TAG) };
    }
    String::from("returned")
}

fn pool_leaked() -> String {
    format!("{}", u8::from(!obtain().is_null()))
}

fn preallocated_without_handle() -> String {
    let mut place = [0_u8; 8];
    let status = wdf!(WdfMemoryCreatePreallocated(
        null() => Attributes, place.as_mut_ptr().cast() => Pointer, 8 => usize, null_mut() => *mut Handle) -> i32);
    format!("{status:#010x}")
}

fn handle_leaked() -> String {
    let mut object: Handle = 0;
    let status = wdf!(WdfObjectCreate(null() => Attributes, &raw mut object => *mut Handle) -> i32);
    wdf!(WdfObjectReferenceActual(
        object => Handle, null_mut() => Pointer, 0 => i32, null() => *const u8));
    events::add(String::from("an object keeps a reference"));
    format!("{status:#010x}")
}
