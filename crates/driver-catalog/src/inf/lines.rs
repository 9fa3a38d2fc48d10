//! Lines and fields of an INF.

use std::iter::Peekable;
use std::str::Chars;

use super::error::InfError;
use super::section::Entry;

/// A line that says something.
pub(super) enum Line {
    Section(String),
    Entry(Entry),
}

/// The text, read line by line.
pub(super) struct Lines<'a> {
    chars: Peekable<Chars<'a>>,
    line: usize,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { chars: text.chars().peekable(), line: 1 }
    }

    /// Passes over what stands before the first section.
    pub fn skip_to_section(&mut self) {
        loop {
            while self.chars.next_if(|c| c.is_whitespace() && *c != '\n').is_some() {}
            match self.chars.peek() {
                None | Some('[') => return,
                Some(_) => self.rest_of_line(),
            };
        }
    }

    /// The next line that is neither empty nor a comment alone.
    pub fn next_line(&mut self) -> Result<Option<Line>, InfError> {
        loop {
            while self.chars.next_if(|c| c.is_whitespace() && *c != '\n').is_some() {}
            match self.chars.peek() {
                None => return Ok(None),
                Some('[') => return self.section().map(Some),
                Some(_) => {}
            }
            let entry = self.entry()?;
            if entry.key.is_some() || entry.values.iter().any(|value| !value.is_empty()) {
                return Ok(Some(Line::Entry(entry)));
            }
        }
    }

    fn section(&mut self) -> Result<Line, InfError> {
        let line = self.line;
        let text = self.rest_of_line();
        let name = text.get(1..).and_then(|text| text.split_once(']')).map(|(name, _)| name.trim());
        match name {
            Some(name) if !name.is_empty() => Ok(Line::Section(name.to_owned())),
            _ => Err(InfError::Syntax { line, reason: "a section needs a name in brackets" }),
        }
    }

    /// Takes the rest of the line and its end.
    fn rest_of_line(&mut self) -> String {
        let text = self.chars.by_ref().take_while(|c| *c != '\n').collect();
        self.line += 1;
        text
    }

    fn entry(&mut self) -> Result<Entry, InfError> {
        let mut entry = Entry { line: self.line, ..Entry::default() };
        let mut field = Field::default();
        loop {
            match self.chars.next() {
                None => break,
                Some('\n') => {
                    self.line += 1;
                    break;
                }
                Some(';') => {
                    self.rest_of_line();
                    break;
                }
                Some('"') => self.quoted(&mut field)?,
                Some('\\') if self.at_end_of_line() => {
                    self.rest_of_line();
                }
                Some(',') => entry.values.push(field.take()),
                Some('=') if entry.key.is_none() && entry.values.is_empty() => entry.key = Some(field.take()),
                Some(other) => field.push(other),
            }
        }
        entry.values.push(field.take());
        Ok(entry)
    }

    fn quoted(&mut self, field: &mut Field) -> Result<(), InfError> {
        loop {
            match self.chars.next() {
                None | Some('\n') => {
                    return Err(InfError::Syntax { line: self.line, reason: "a quote is not closed on its line" });
                }
                Some('"') if self.chars.next_if_eq(&'"').is_none() => return Ok(()),
                Some(other) => field.push_quoted(other),
            }
        }
    }

    /// Whether only spaces and a comment are left of the line.
    fn at_end_of_line(&self) -> bool {
        let mut ahead = self.chars.clone().skip_while(|c| c.is_whitespace() && *c != '\n');
        matches!(ahead.next(), None | Some('\n' | ';'))
    }
}

/// A field while it is read. Spaces around it do not count, unless they are quoted.
#[derive(Default)]
struct Field {
    text: String,
    /// The length that must stay.
    quoted: usize,
}

impl Field {
    fn push(&mut self, c: char) {
        if !(self.text.is_empty() && c.is_whitespace()) {
            self.text.push(c);
        }
    }

    fn push_quoted(&mut self, c: char) {
        self.text.push(c);
        self.quoted = self.text.len();
    }

    fn take(&mut self) -> String {
        let Self { mut text, quoted } = std::mem::take(self);
        let end = text.trim_end().len().max(quoted);
        text.truncate(end);
        text
    }
}
