//! The code pages of Windows, for text without a byte order mark.

use std::str::FromStr;

use encoding_rs::{Encoding, WINDOWS_1252};

/// A code page that a Windows machine may be set to ("ANSI"), by its number. That of western Europe and America, 1252,
/// if nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodePage(&'static Encoding);

impl CodePage {
    /// The code page with a number, such as 932 for Japanese.
    #[must_use]
    pub fn new(number: u16) -> Option<Self> {
        codepage::to_encoding_no_replacement(number).map(Self)
    }

    pub(super) const fn encoding(self) -> &'static Encoding {
        self.0
    }
}

impl Default for CodePage {
    fn default() -> Self {
        Self(WINDOWS_1252)
    }
}

impl FromStr for CodePage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.parse().ok().and_then(Self::new);
        number.ok_or_else(|| format!("{text} is no code page of Windows, such as 1252, 932 or 65001"))
    }
}
