//! Reads the fields of an ASN.1 structure one by one, so that every error can name its field.
//!
//! Tags, lengths and values are read by the `der` crate; types derived with it would do the same in one go, but their
//! errors know no names.

use std::borrow::Cow;

use der::asn1::AnyRef;
use der::{Decode, Reader, SliceReader, Tag, TagNumber, Tagged};

use crate::error::ReadError;

type Result<T> = std::result::Result<T, ReadError>;

/// The fields of a SEQUENCE, the elements of a SET, or what a tag of its own encloses.
pub(crate) struct Fields<'a>(SliceReader<'a>);

impl<'a> Fields<'a> {
    /// What the bytes of a whole file hold.
    pub fn of_bytes(bytes: &'a [u8], name: &'static str) -> Result<Self> {
        SliceReader::new(bytes).map(Self).map_err(|error| ReadError::new(name, error.to_string()))
    }

    /// The content of `any`, whose tag must be `tag`.
    pub fn of(any: AnyRef<'a>, tag: Tag, name: impl Into<Cow<'static, str>>) -> Result<Self> {
        let name = name.into();
        if any.tag() != tag {
            return Err(ReadError::new(name, format!("expected {tag}, got {}", any.tag())));
        }
        SliceReader::new(any.value()).map(Self).map_err(|error| ReadError::new(name, error.to_string()))
    }

    /// The next field.
    pub fn next<T: Decode<'a>>(&mut self, name: &'static str) -> Result<T> {
        self.0.decode().map_err(|error| ReadError::new(name, error.to_string()))
    }

    /// The next field, opened as a structure.
    pub fn open(&mut self, tag: Tag, name: &'static str) -> Result<Self> {
        Self::of(self.next(name)?, tag, name)
    }

    /// The next field, opened as a SEQUENCE.
    pub fn sequence(&mut self, name: &'static str) -> Result<Self> {
        self.open(Tag::Sequence, name)
    }

    /// What `[number]` encloses, which is the next field.
    pub fn context(&mut self, number: TagNumber, name: &'static str) -> Result<Self> {
        self.open(context(number), name)
    }

    /// The next field, if there is one with the tag `tag`.
    pub fn optional<T: Decode<'a>>(&mut self, tag: Tag, name: &'static str) -> Result<Option<T>> {
        if self.0.is_finished() {
            return Ok(None);
        }
        let header = self.0.peek_header().map_err(|error| ReadError::new(name, error.to_string()))?;
        if header.tag == tag { self.next(name).map(Some) } else { Ok(None) }
    }

    /// What `[number]` encloses, if that is the next field.
    pub fn optional_context(&mut self, number: TagNumber, name: &'static str) -> Result<Option<Self>> {
        let any = self.optional(context(number), name)?;
        any.map(|any| Self::of(any, context(number), name)).transpose()
    }

    /// Nothing left.
    pub fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    /// Reads each of what is left with `read`. Errors number them, starting with 1.
    pub fn each<T>(&mut self, name: &str, read: impl Fn(AnyRef<'a>) -> Result<T>) -> Result<Vec<T>> {
        let mut all = Vec::new();
        while !self.is_finished() {
            let numbered = |error: ReadError| error.within(format!("{name} {}", all.len() + 1));
            let any = self.next("encoding").map_err(numbered)?;
            let one = read(any).map_err(numbered)?;
            all.push(one);
        }
        Ok(all)
    }

    /// There must be nothing left.
    pub fn finish(self, name: &'static str) -> Result<()> {
        match u32::from(self.0.remaining_len()) {
            0 => Ok(()),
            left => Err(ReadError::new(name, format!("{left} bytes more than expected"))),
        }
    }
}

const fn context(number: TagNumber) -> Tag {
    Tag::ContextSpecific { constructed: true, number }
}
