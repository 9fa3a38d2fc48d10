//! What can be wrong with a catalog.

use std::borrow::Cow;
use std::fmt;

/// Why bytes are no catalog: which field is wrong, and in what way.
///
/// ```
/// let error = driver_catalog::Catalog::from_der(b"0\x03\x06\x01").unwrap_err();
/// assert_eq!(error.field(), "catalog: signed data");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// From the inside out.
    path: Vec<Cow<'static, str>>,
    reason: Cow<'static, str>,
}

impl ReadError {
    pub(crate) fn new(field: impl Into<Cow<'static, str>>, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { path: vec![field.into()], reason: reason.into() }
    }

    /// The same error, seen from the structure `outer` that holds the field.
    #[must_use]
    pub(crate) fn within(mut self, outer: impl Into<Cow<'static, str>>) -> Self {
        self.path.push(outer.into());
        self
    }

    /// The field, from the outside in, such as `catalog: list: member 3: identifier`.
    #[must_use]
    pub fn field(&self) -> String {
        let names: Vec<_> = self.path.iter().rev().map(AsRef::as_ref).collect();
        names.join(": ")
    }

    /// What is wrong with it.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field(), self.reason)
    }
}

impl std::error::Error for ReadError {}
