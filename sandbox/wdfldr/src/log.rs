//! The verifier's log: one JSON object a line, appended and written through, so that a crash loses nothing.

use crate::lock::Mutex;
use crate::nt::{self, IoStatusBlock, NtObjectAttributes, Pointer};
use alloc::vec::Vec;
use core::mem::size_of;
use core::ptr::{from_ref, null, null_mut};
use serde::Serialize;
use verifier_abi::{LOG_PATH, Violation};

/// The open file. Zero: not open.
static FILE: Mutex<usize> = Mutex::new(0);

#[derive(Serialize)]
struct Line<'a> {
    violation: &'a str,
    function: &'a str,
    caller: &'a str,
    detail: &'a str,
}

const FILE_APPEND_DATA: u32 = 0x0004;
const SYNCHRONIZE: u32 = 0x0010_0000;
const FILE_ATTRIBUTE_NORMAL: u32 = 0x80;
const SHARE_ALL: u32 = 7;
const FILE_OPEN_IF: u32 = 3;
const FILE_SYNCHRONOUS_IO_NONALERT: u32 = 0x20;
const OBJ_CASE_INSENSITIVE: u32 = 0x40;

/// Opens the log, creating it if it is not there.
pub fn open() {
    let mut file = FILE.lock();
    if *file == 0 {
        *file = create();
    }
}

fn create() -> usize {
    let path: Vec<u16> = r"\??\".encode_utf16().chain(LOG_PATH.encode_utf16()).collect();
    let name = nt::counted(&path);
    let attributes = NtObjectAttributes {
        length: size_of::<NtObjectAttributes>() as u32,
        root: null_mut(),
        name: from_ref(&name),
        attributes: OBJ_CASE_INSENSITIVE,
        security: null_mut(),
        quality: null_mut(),
    };
    let mut handle = null_mut();
    let mut outcome = IoStatusBlock::default();
    // SAFETY: all pointers are to locals that live through the call.
    let status = unsafe {
        nt::NtCreateFile(
            &raw mut handle,
            FILE_APPEND_DATA | SYNCHRONIZE,
            &raw const attributes,
            &raw mut outcome,
            null(),
            FILE_ATTRIBUTE_NORMAL,
            SHARE_ALL,
            FILE_OPEN_IF,
            FILE_SYNCHRONOUS_IO_NONALERT,
            null_mut(),
            0,
        )
    };
    if status < 0 { 0 } else { handle.expose_provenance() }
}

/// Appends a violation.
pub fn violation(violation: Violation, function: &str, caller: &str, detail: &str) {
    let line = Line { violation: violation.name(), function, caller, detail };
    if let Ok(mut text) = serde_json::to_vec(&line) {
        text.push(b'\n');
        open();
        append(&text);
    }
}

fn append(text: &[u8]) {
    let file = FILE.lock();
    let handle: Pointer = core::ptr::with_exposed_provenance_mut(*file);
    let mut outcome = IoStatusBlock::default();
    let length = u32::try_from(text.len()).unwrap_or(0);
    // SAFETY: the handle is that of the log or zero, which is refused; the text and the outcome outlive the call.
    unsafe {
        nt::NtWriteFile(
            handle,
            null_mut(),
            null_mut(),
            null_mut(),
            &raw mut outcome,
            text.as_ptr().cast(),
            length,
            null(),
            null(),
        )
    };
}
