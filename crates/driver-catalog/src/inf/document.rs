//! An INF as a value: its sections and its strings.

use std::borrow::Cow;
use std::collections::HashMap;

use encoding_rs::Encoding;

use super::code_page::CodePage;
use super::error::InfError;
use super::lines::{Line, Lines};
use super::section::{Entry, Section};

/// An INF: its sections in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inf {
    sections: Vec<Section>,
    /// Where they are, by their names in lower case.
    by_name: HashMap<String, usize>,
    /// What `%name%` stands for, by the name in lower case.
    strings: HashMap<String, String>,
}

/// The text of an INF or INX file, in any of the encodings that [`Inf::from_bytes_in`] knows.
///
/// # Errors
///
/// It is no text.
pub fn decode(bytes: &[u8], code_page: CodePage) -> Result<Cow<'_, str>, InfError> {
    let (encoding, text) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding, bytes.get(mark..).unwrap_or_default()),
        None if std::str::from_utf8(bytes).is_ok() => (encoding_rs::UTF_8, bytes),
        None => (code_page.encoding(), bytes),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(text);
    text.ok_or_else(|| InfError::Encoding(encoding.name()))
}

impl Inf {
    /// Reads an INF file as [`from_bytes_in`](Self::from_bytes_in) does, with code page 1252 for what has no mark.
    ///
    /// # Errors
    ///
    /// It is no text, or has lines that are not INF.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InfError> {
        Self::from_bytes_in(bytes, CodePage::default())
    }

    /// Reads an INF file: UTF-16 or UTF-8 with a byte order mark, UTF-8 that needs none, or text in the code page of the
    /// machine that it was written for, as Windows reads all text without a mark.
    ///
    /// # Errors
    ///
    /// It is no text, or has lines that are not INF.
    pub fn from_bytes_in(bytes: &[u8], code_page: CodePage) -> Result<Self, InfError> {
        Self::from_text(&decode(bytes, code_page)?)
    }

    /// Reads the text of an INF. What stands before the first section is no INF, and Windows does not read it either:
    /// many have a comment there that is not marked as one.
    ///
    /// # Errors
    ///
    /// It has lines that are not INF.
    pub fn from_text(text: &str) -> Result<Self, InfError> {
        let mut inf = Self::default();
        let mut lines = Lines::new(text);
        lines.skip_to_section();
        let mut current = None;
        while let Some(line) = lines.next_line()? {
            match line {
                Line::Section(name) => current = Some(inf.index_or_add(name)),
                Line::Entry(entry) => {
                    if let Some(section) = current.and_then(|index: usize| inf.sections.get_mut(index)) {
                        section.entries.push(entry);
                    }
                }
            }
        }
        inf.strings = inf.read_strings();
        Ok(inf)
    }

    fn index_or_add(&mut self, name: String) -> usize {
        *self.by_name.entry(name.to_ascii_lowercase()).or_insert_with(|| {
            self.sections.push(Section { name, entries: Vec::new() });
            self.sections.len() - 1
        })
    }

    /// `[Strings]` and, for what is not there, `[Strings.0409]` and so on, which hold the same for one language.
    fn read_strings(&self) -> HashMap<String, String> {
        let languages = self.sections.iter().filter(|section| is_strings(&section.name));
        let mut strings = HashMap::new();
        for entry in self.entries("Strings").chain(languages.flat_map(|section| &section.entries)) {
            let Some(key) = &entry.key else { continue };
            strings.entry(key.to_ascii_lowercase()).or_insert_with(|| entry.values.join(","));
        }
        strings
    }

    /// The sections. Sections with the same name are merged into one.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The section `name`; names do not mind case.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.get(*self.by_name.get(&name.to_ascii_lowercase())?)
    }

    /// The entries of the section `name`, none if there is no such section.
    pub fn entries(&self, name: &str) -> impl Iterator<Item = &Entry> {
        self.section(name).into_iter().flat_map(|section| &section.entries)
    }

    /// Replaces `%name%` by its string and `%%` by a percent sign. A number between them is a folder of Windows and
    /// stays.
    ///
    /// # Errors
    ///
    /// There is no such string.
    pub fn expand(&self, line: usize, text: &str) -> Result<String, InfError> {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('%') {
            expanded.push_str(before);
            let Some((name, after)) = after.split_once('%') else {
                expanded.push('%');
                rest = after;
                continue;
            };
            expanded.push_str(&self.token(line, name)?);
            rest = after;
        }
        expanded.push_str(rest);
        Ok(expanded)
    }

    fn token(&self, line: usize, name: &str) -> Result<String, InfError> {
        if name.is_empty() {
            return Ok("%".to_owned());
        }
        if name.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(format!("%{name}%"));
        }
        let found = self.strings.get(&name.to_ascii_lowercase()).cloned();
        found.ok_or_else(|| InfError::NoString { line, name: name.to_owned() })
    }
}

fn is_strings(name: &str) -> bool {
    name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("Strings."))
}
