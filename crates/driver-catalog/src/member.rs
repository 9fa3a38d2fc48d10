//! A member of a catalog: one hash of one file, and what is said about it.

use std::fmt;

use der::asn1::{Any, ObjectIdentifier};
use spki::AlgorithmIdentifierOwned;

use crate::oid;
use crate::text;
use crate::version::Version;

/// A member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// What Windows looks the file up by.
    pub identifier: Identifier,
    /// What is said about the file. The order here does not matter: DER prescribes the order in the file.
    pub attributes: Vec<Attribute>,
}

impl Member {
    /// The value of the attribute `name`; names do not mind case.
    #[must_use]
    pub fn name_value(&self, name: &str) -> Option<&NameValue> {
        self.attributes.iter().find_map(|attribute| match attribute {
            Attribute::NameValue(pair) if pair.name.eq_ignore_ascii_case(name) => Some(pair),
            _ => None,
        })
    }

    /// The name of the file, if the catalog tells.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        match &self.name_value("File")?.value {
            Value::Text(name) => Some(name),
            Value::Bytes(_) => None,
        }
    }

    /// The hash and how it is taken.
    #[must_use]
    pub fn indirect_data(&self) -> Option<&IndirectData> {
        self.attributes.iter().find_map(|attribute| match attribute {
            Attribute::IndirectData(data) => Some(data),
            _ => None,
        })
    }
}

/// The subject identifier of a member.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier(pub Vec<u8>);

impl Identifier {
    /// The identifier that a catalog of `version` has for a file with this hash.
    #[must_use]
    pub fn from_hash(version: Version, hash: &[u8]) -> Self {
        match version {
            Version::V1 => Self(text::to_utf16(&hex::encode_upper(hash))),
            Version::V2 => Self(hash.to_vec()),
        }
    }

    /// The hash: the bytes themselves or, in version 1, what their text says.
    #[must_use]
    pub fn hash(&self) -> Option<Vec<u8>> {
        match self.0.len() {
            20 | 32 => Some(self.0.clone()),
            _ => hex::decode(text::from_utf16(&self.0)?).ok(),
        }
    }
}

/// One thing that is said about a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribute {
    /// A name and a value, such as `File` = `driver.sys`.
    NameValue(NameValue),
    /// The kind of file, as version 1 has it.
    MemberInfo {
        /// GUID of what takes the hash of such files, see [`PE_IMAGE`] and [`FLAT_FILE`].
        subject_type: String,
        /// 0x0200 in every catalog seen.
        certificate_version: i32,
    },
    /// The kind of file, as version 2 has it: in catalogs of Inf2Cat an empty element `[2]` for every kind.
    MemberInfo2(Any),
    /// The hash.
    IndirectData(IndirectData),
    /// Something else.
    Other {
        /// What it is.
        oid: ObjectIdentifier,
        /// Its values.
        values: Vec<Any>,
    },
}

/// In a member of version 1: hashed as a PE image.
pub const PE_IMAGE: &str = "{C689AAB8-8E78-11D0-8C47-00C04FC295EE}";
/// In a member of version 1: hashed as a flat file.
pub const FLAT_FILE: &str = "{DE351A42-8E59-11D0-8C47-00C04FC295EE}";

/// A name and a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameValue {
    /// The name.
    pub name: String,
    /// `CRYPTCAT_ATTR`_*: how the value is kept.
    pub flags: u32,
    /// The value.
    pub value: Value,
}

impl NameValue {
    /// Signed along with the catalog; name and value are text.
    pub const AUTHENTICATED_TEXT: u32 = 0x1001_0001;
    /// Value is text. Microsoft's own catalogs use it throughout.
    pub const TEXT: u32 = 0x0001_0001;

    /// A text value.
    #[must_use]
    pub fn text(name: impl Into<String>, flags: u32, value: impl Into<String>) -> Self {
        Self { name: name.into(), flags, value: Value::Text(value.into()) }
    }
}

/// The value that belongs to a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// UTF-16 with a terminator in the file. Must not hold a NUL itself.
    Text(String),
    /// Anything else.
    Bytes(Vec<u8>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Bytes(bytes) => write!(f, "bytes {}", hex::encode(bytes)),
        }
    }
}

/// `SPC_INDIRECT_DATA`: a hash and how it is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndirectData {
    /// The kind of file: [`oid::PE_IMAGE_DATA`] or [`oid::LINK`].
    pub kind: ObjectIdentifier,
    /// More about the kind, such as the page hashes of an image.
    pub data: Option<Any>,
    /// The algorithm of the hash.
    pub algorithm: AlgorithmIdentifierOwned,
    /// The hash.
    pub digest: Vec<u8>,
}

impl IndirectData {
    /// Whether the hash is that of a PE image.
    #[must_use]
    pub fn is_pe_image(&self) -> bool {
        self.kind == oid::PE_IMAGE_DATA
    }
}
