//! The verifier's log: one JSON object a line, appended and written through, so that a crash loses nothing.

use crate::disk::{self, Access};
use crate::lock::Mutex;
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

/// Appends a violation.
pub fn violation(violation: Violation, function: &str, caller: &str, detail: &str) {
    let line = Line { violation: violation.name(), function, caller, detail };
    if let Ok(mut text) = serde_json::to_vec(&line) {
        text.push(b'\n');
        open();
        disk::append(*FILE.lock(), &text);
    }
}
