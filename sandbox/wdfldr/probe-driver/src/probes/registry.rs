//! Keys of the registry and their values.

use super::report::Report;
use crate::objects::control_device;
use crate::wdf::{Pointer, counted, delete, wdf};
use alloc::vec::Vec;
use core::ptr::{null, null_mut};
use wdf_abi::{Handle, ObjectAttributes, UnicodeString};

type Attributes = *const ObjectAttributes;
type Name = *const UnicodeString;

/// `KEY_READ` and `KEY_WRITE`.
const READ_WRITE: u32 = 0x0002_0019 | 0x0002_0006;
const READ: u32 = 0x0002_0019;
const BINARY: u32 = 3;
/// What is in a place before the call.
const UNTOUCHED: u32 = 77;

fn name(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

/// All of it.
pub fn run(report: &mut Report) {
    let mut key: Handle = 0;
    let open = |access: u32, key: &mut Handle| {
        wdf!(WdfDriverOpenParametersRegistryKey(
            crate::driver() => Handle, access => u32, null() => Attributes,
            core::ptr::from_mut(key) => *mut Handle) -> i32)
    };
    report.status("reg.open_parameters", open(READ_WRITE, &mut key));
    numbers(report, key);
    strings(report, key);
    binary(report, key);
    keys(report, key);
    wdf!(WdfRegistryClose(key => Handle));
    let mut read_only: Handle = 0;
    open(READ, &mut read_only);
    report.status("reg.assign_on_read_only_key", assign_number(read_only, "Number", 1));
    wdf!(WdfRegistryClose(read_only => Handle));
    if let Ok(device) = control_device("WdfProbeD", (1, 1), None) {
        let status = wdf!(WdfDeviceOpenRegistryKey(
            device => Handle, 1 => u32, READ => u32, null() => Attributes, &raw mut key => *mut Handle) -> i32);
        report.status("dev.open_registry_key.control_device", status);
        let mut needed = 0;
        let status = wdf!(WdfDeviceQueryProperty(
            device => Handle, 0 => i32, 0 => u32, null_mut() => Pointer, &raw mut needed => *mut u32) -> i32);
        report.status("dev.query_property.control_device", status);
        delete(device);
    }
}

fn assign_number(key: Handle, value: &str, number: u32) -> i32 {
    let value = name(value);
    let value = counted(&value);
    wdf!(WdfRegistryAssignULong(key => Handle, &raw const value => Name, number => u32) -> i32)
}

fn query_number(key: Handle, value: &str) -> (i32, u32) {
    let value = name(value);
    let value = counted(&value);
    let mut number = UNTOUCHED;
    let status =
        wdf!(WdfRegistryQueryULong(key => Handle, &raw const value => Name, &raw mut number => *mut u32) -> i32);
    (status, number)
}

fn assign_text(key: Handle, value: &str, text: &str) -> i32 {
    let (value, text) = (name(value), name(text));
    let (value, text) = (counted(&value), counted(&text));
    wdf!(WdfRegistryAssignUnicodeString(key => Handle, &raw const value => Name, &raw const text => Name) -> i32)
}

fn numbers(report: &mut Report, key: Handle) {
    report.status("reg.assign_ulong", assign_number(key, "Number", 1234));
    report.status("reg.assign_unicode_string", assign_text(key, "Text", "hello"));
    for (id, value) in
        [("reg.query_ulong", "Number"), ("reg.query_ulong.missing", "None"), ("reg.query_ulong.wrong_type", "Text")]
    {
        let (status, number) = query_number(key, value);
        report.line(id, format_args!("{status:#010x} {number}"));
    }
}

fn strings(report: &mut Report, key: Handle) {
    let text = name("Text");
    let text = counted(&text);
    let mut query = |id: &str, room: u16| {
        let (mut place, mut needed) = ([0_u16; 16], 0_u16);
        let mut found = UnicodeString { length: 0, maximum_length: room, buffer: place.as_mut_ptr() };
        let status = wdf!(WdfRegistryQueryUnicodeString(
            key => Handle, &raw const text => Name, &raw mut needed => *mut u16,
            &raw mut found => *mut UnicodeString) -> i32);
        report.line(id, format_args!("{status:#010x} {needed} {}", found.length));
    };
    query("reg.query_unicode_string", 32);
    query("reg.query_unicode_string.exact_without_nul", 10);
    query("reg.query_unicode_string.short", 4);
    let mut string: Handle = 0;
    wdf!(WdfStringCreate(null() => Name, null() => Attributes, &raw mut string => *mut Handle) -> i32);
    let mut query = |id: &str, value: &str| {
        let value = name(value);
        let value = counted(&value);
        let status = wdf!(WdfRegistryQueryString(key => Handle, &raw const value => Name, string => Handle) -> i32);
        let mut view = counted(&[]);
        wdf!(WdfStringGetUnicodeString(string => Handle, &raw mut view => *mut UnicodeString));
        report.line(id, format_args!("{status:#010x} {}", view.length));
    };
    query("reg.query_string", "Text");
    query("reg.query_string.missing", "None");
    query("reg.query_string.wrong_type", "Number");
    delete(string);
}

fn binary(report: &mut Report, key: Handle) {
    let value = name("Bytes");
    let value = counted(&value);
    let mut bytes = [1_u8, 2, 3, 4, 5, 6, 7, 8];
    wdf!(WdfRegistryAssignValue(
        key => Handle, &raw const value => Name, BINARY => u32, 8 => u32,
        bytes.as_mut_ptr().cast() => Pointer) -> i32);
    for (id, room) in [("exact", 8_u32), ("short_buffer", 4), ("length0", 0)] {
        let (mut place, mut length, mut kind) = ([0_u8; 8], UNTOUCHED, UNTOUCHED);
        let status = wdf!(WdfRegistryQueryValue(
            key => Handle, &raw const value => Name, room => u32, place.as_mut_ptr().cast() => Pointer,
            &raw mut length => *mut u32, &raw mut kind => *mut u32) -> i32);
        let written = place.iter().filter(|byte| **byte != 0).count();
        let id = alloc::format!("reg.query_value.{id}");
        report.line(&id, format_args!("{status:#010x} {length} {kind} {written}"));
    }
    let mut memory: Handle = 0;
    let mut kind = UNTOUCHED;
    let status = wdf!(WdfRegistryQueryMemory(
        key => Handle, &raw const value => Name, 0 => i32, null() => Attributes, &raw mut memory => *mut Handle,
        &raw mut kind => *mut u32) -> i32);
    let mut size = 0_usize;
    wdf!(WdfMemoryGetBuffer(memory => Handle, &raw mut size => *mut usize) -> Pointer);
    report.line("reg.query_memory", format_args!("{status:#010x} {size} {kind}"));
    delete(memory);
    let remove = || wdf!(WdfRegistryRemoveValue(key => Handle, &raw const value => Name) -> i32);
    report.status("reg.remove_value", remove());
    report.status("reg.remove_value.missing", remove());
}

fn keys(report: &mut Report, key: Handle) {
    let sub = name("Sub");
    let sub = counted(&sub);
    let mut opened: Handle = 0;
    let status = wdf!(WdfRegistryOpenKey(
        key => Handle, &raw const sub => Name, READ => u32, null() => Attributes, &raw mut opened => *mut Handle) -> i32);
    report.status("reg.open_key.missing", status);
    let mut disposition = UNTOUCHED;
    let status = wdf!(WdfRegistryCreateKey(
        key => Handle, &raw const sub => Name, READ_WRITE => u32, 0 => u32, &raw mut disposition => *mut u32,
        null() => Attributes, &raw mut opened => *mut Handle) -> i32);
    report.line("reg.create_key.new", format_args!("{status:#010x} {disposition}"));
    report.status("reg.remove_key", wdf!(WdfRegistryRemoveKey(opened => Handle) -> i32));
    wdf!(WdfRegistryClose(opened => Handle));
}
