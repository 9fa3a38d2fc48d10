//! Locks, memory, strings and collections.

use super::notes::{cleanup_child, destroy_child};
use super::report::Report;
use crate::events;
use crate::objects::general;
use crate::runtime::{at_dispatch, irql};
use crate::wdf::{Pointer, counted, delete, wdf};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ptr::{null, null_mut};
use wdf_abi::{Handle, ObjectAttributes, UnicodeString};

type Attributes = *const ObjectAttributes;

pub fn locks(report: &mut Report) {
    let mut lock: Handle = 0;
    let status = wdf!(WdfSpinLockCreate(null() => Attributes, &raw mut lock => *mut Handle) -> i32);
    report.status("lock.spin.create_no_parent", status);
    let before = irql();
    wdf!(WdfSpinLockAcquire(lock => Handle));
    let held = irql();
    wdf!(WdfSpinLockRelease(lock => Handle));
    report.line("lock.spin.irql", format_args!("{before} {held} {}", irql()));
    let after = at_dispatch(|| {
        wdf!(WdfSpinLockAcquire(lock => Handle));
        wdf!(WdfSpinLockRelease(lock => Handle));
        irql()
    });
    report.line("lock.spin.irql_from_dispatch", after);
    delete(lock);
    let status = wdf!(WdfWaitLockCreate(null() => Attributes, &raw mut lock => *mut Handle) -> i32);
    report.status("lock.wait.create_no_parent", status);
    let status = wdf!(WdfWaitLockAcquire(lock => Handle, null() => *const i64) -> i32);
    report.line("lock.wait.acquire_infinite", format_args!("{status:#010x} {}", irql()));
    wdf!(WdfWaitLockRelease(lock => Handle));
    let zero = 0_i64;
    let status = wdf!(WdfWaitLockAcquire(lock => Handle, &raw const zero => *const i64) -> i32);
    report.status("lock.wait.acquire_timeout0_free", status);
    wdf!(WdfWaitLockRelease(lock => Handle));
    delete(lock);
}

pub fn memory(report: &mut Report) {
    let create = |size: usize| {
        let (mut memory, mut buffer): (Handle, Pointer) = (0, null_mut());
        let status = wdf!(WdfMemoryCreate(
            null() => Attributes, 0 => i32, 0 => u32, size => usize,
            &raw mut memory => *mut Handle, &raw mut buffer => *mut Pointer) -> i32);
        (status, memory, buffer)
    };
    report.status("mem.create.size0", create(0).0);
    report.status("mem.create.huge", create(1 << 50).0);
    let (status, memory, buffer) = create(10);
    let mut size = 0_usize;
    let same = wdf!(WdfMemoryGetBuffer(memory => Handle, &raw mut size => *mut usize) -> Pointer) == buffer;
    report.line("mem.create.tag0", format_args!("{status:#010x} {} {size}", u8::from(same)));
    delete(memory);
    let mut place = [0_u8; 8];
    let at: Pointer = place.as_mut_ptr().cast();
    let mut memory: Handle = 0;
    let wrap = |size: usize, out: *mut Handle| wdf!(WdfMemoryCreatePreallocated(null() => Attributes, at => Pointer, size => usize, out => *mut Handle) -> i32);
    report.status("mem.preallocated.size0", wrap(0, &raw mut memory));
    report.status("mem.preallocated.ok", wrap(8, &raw mut memory));
    let status = wdf!(WdfMemoryAssignBuffer(memory => Handle, at => Pointer, 0 => usize) -> i32);
    report.status("mem.assign_buffer.size0", status);
    delete(memory);
}

pub fn strings(report: &mut Report) {
    let text: Vec<u16> = "hello".encode_utf16().collect();
    let mut source = counted(&text);
    let mut string: Handle = 0;
    let create = |source: *const UnicodeString, string: &mut Handle| {
        wdf!(WdfStringCreate(
            source => *const UnicodeString, null() => Attributes, core::ptr::from_mut(string) => *mut Handle) -> i32)
    };
    let view = |string: Handle| {
        let mut view = counted(&[]);
        wdf!(WdfStringGetUnicodeString(string => Handle, &raw mut view => *mut UnicodeString));
        view
    };
    let status = create(&raw const source, &mut string);
    let found = view(string);
    let numbers = (found.length, found.maximum_length);
    report.line("str.create_copy", format_args!("{status:#010x} {} {}", numbers.0, numbers.1));
    delete(string);
    let status = create(null(), &mut string);
    let found = view(string);
    report.line("str.create_null", format_args!("{status:#010x} {} {}", found.length, found.maximum_length));
    delete(string);
    source.length = 7;
    report.status("str.create_odd_length", create(&raw const source, &mut string));
    source.length = 12;
    report.status("str.create_length_over_maximum", create(&raw const source, &mut string));
}

pub fn collections(report: &mut Report) {
    let mut collection: Handle = 0;
    let status = wdf!(WdfCollectionCreate(null() => Attributes, &raw mut collection => *mut Handle) -> i32);
    report.status("col.create", status);
    let (_, a) = general(0, None, None, 1);
    let (_, b) = general(0, Some(cleanup_child), Some(destroy_child), 1);
    let add = |item: Handle| wdf!(WdfCollectionAdd(collection => Handle, item => Handle) -> i32);
    let status = add(a) | add(b);
    let count = || wdf!(WdfCollectionGetCount(collection => Handle) -> u32);
    let first = wdf!(WdfCollectionGetFirstItem(collection => Handle) -> Handle) == a;
    let last = wdf!(WdfCollectionGetLastItem(collection => Handle) -> Handle) == b;
    let facts = format!("{status:#010x} {} {} {}", count(), u8::from(first), u8::from(last));
    report.line("col.add", facts);
    wdf!(WdfCollectionRemove(collection => Handle, a => Handle));
    delete(b);
    events::add(format!("object_deleted count {}", count()));
    wdf!(WdfCollectionRemoveItem(collection => Handle, 0 => u32));
    events::add(String::from("removed"));
    report.line("col.holds_reference", events::take().join(", "));
    delete(a);
    delete(collection);
}
