//! The report of a group of probes.

use alloc::string::String;
use core::fmt::{Display, Write};

/// The report under way.
#[derive(Default)]
pub struct Report(String);

impl Report {
    /// Adds a line.
    pub fn line(&mut self, id: &str, value: impl Display) {
        // Writing to a string does not fail.
        let _infallible = writeln!(self.0, "{id} {value}");
    }

    /// Adds a line with a status.
    pub fn status(&mut self, id: &str, status: i32) {
        self.line(id, format_args!("{status:#010x}"));
    }

    /// The text.
    pub fn text(self) -> String {
        self.0
    }
}
