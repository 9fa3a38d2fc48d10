//! The verifier's log: one JSON object a line, appended and written through, so that a crash loses nothing.

use crate::disk::{self, Access};
use crate::lock::Mutex;
use crate::nt;
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

/// Opens the log, creating it if it is not there.
pub fn open() {
    let mut file = FILE.lock();
    if *file == 0 {
        *file = disk::open(LOG_PATH, Access::APPEND);
    }
}

#[derive(Serialize)]
struct Event<'a> {
    event: &'a str,
    driver: &'a str,
}

/// Appends something that is no violation.
pub fn event(event: &str, driver: &str) {
    if let Ok(mut text) = serde_json::to_vec(&Event { event, driver }) {
        text.push(b'\n');
        open();
        disk::append(*FILE.lock(), &text);
    }
}

/// Appends a violation that ends the process, whatever its threads are doing.
pub fn violation_at_last(violation: Violation, function: &str, caller: &str, detail: &str) {
    let line = Line { violation: violation.name(), function, caller, detail };
    if let Ok(mut text) = serde_json::to_vec(&line) {
        text.push(b'\n');
        append_at_last(&text);
    }
}

/// How often a dying thread tries to lock the log, and how long it waits between two tries.
const TRIES: u32 = 100;
static PAUSE: i64 = -100_000;

/// Appends a text even if the thread that has the lock does not give it back, having died with it.
pub fn append_at_last(text: &[u8]) {
    for _ in 0..TRIES {
        if let Some(file) = FILE.try_lock() {
            return disk::append(*file, text);
        }
        // SAFETY: the interval is a constant.
        unsafe { nt::NtDelayExecution(0, &raw const PAUSE) };
    }
    // SAFETY: the log was opened when the first driver was bound, and stays open and where it is.
    disk::append(unsafe { *FILE.data_ptr() }, text);
}

/// Appends a violation.
pub fn violation(violation: Violation, function: &str, caller: &str, detail: &str) {
    let line = Line { violation: violation.name(), function, caller, detail };
    if let Ok(mut text) = serde_json::to_vec(&line) {
        text.push(b'\n');
        open();
        disk::append(*FILE.lock(), &text);
    }
}
