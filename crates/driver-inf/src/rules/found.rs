//! The rules of an INF, and what was found to break one.

use driver_catalog::inf::{Entry, Inf, Section};

/// The folder of the package in the driver store, which is where its files must stay.
pub(super) const DRIVER_STORE: &str = "13";

/// An INF, and what is wrong with it so far.
pub(super) struct Rules<'a> {
    pub inf: &'a Inf,
    pub problems: Vec<String>,
}

impl<'a> Rules<'a> {
    pub fn ensure(&mut self, holds: bool, problem: impl FnOnce() -> String) {
        if !holds {
            self.problems.push(problem());
        }
    }

    /// The first value of a key of a section, strings replaced; empty when there is none.
    pub fn value(&self, section: &str, key: &str) -> String {
        let entry = self.inf.entries(section).find(|entry| entry.has_key(key));
        let value = entry.and_then(|entry| Some((entry.line, entry.value(0)?)));
        value.and_then(|(line, text)| self.inf.expand(line, text).ok()).unwrap_or_default()
    }

    /// The section that an entry names, which must be there.
    pub fn referred(&mut self, entry: &Entry, name: &str) -> Option<&'a Section> {
        let found = self.inf.section(name);
        self.ensure(found.is_some(), || format!("line {}: there is no section [{name}]", entry.line));
        found
    }
}
