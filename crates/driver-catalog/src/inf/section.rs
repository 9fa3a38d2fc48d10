//! Sections of an INF and their lines.

/// A section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its name, as it stands where it begins first.
    pub name: String,
    /// Its lines.
    pub entries: Vec<Entry>,
}

/// A line of a section, continuation lines included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// Number of the line it begins on, from 1.
    pub line: usize,
    /// What stands before `=`.
    pub key: Option<String>,
    /// What stands behind, or the whole line, split at commas. `%strings%` are not replaced.
    pub values: Vec<String>,
}

impl Entry {
    /// The field `index`; `None` if it is missing or empty.
    #[must_use]
    pub fn value(&self, index: usize) -> Option<&str> {
        self.values.get(index).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether the key is `key`; keys do not mind case.
    #[must_use]
    pub fn has_key(&self, key: &str) -> bool {
        self.key.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(key))
    }
}
