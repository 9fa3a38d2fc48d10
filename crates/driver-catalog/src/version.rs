//! The layouts of a catalog.

use der::asn1::ObjectIdentifier;

use crate::oid;

/// The two layouts of a catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// Members are known by the text of their SHA-1 hash. Every Windows reads it.
    V1,
    /// Members are known by their hash; what Inf2Cat writes for Windows 10 and later.
    V2,
}

impl Version {
    /// 1 or 2.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::V1 => 1,
            Self::V2 => 2,
        }
    }

    /// The identifier that tells the layouts apart: the algorithm of the list.
    #[must_use]
    pub const fn subject_algorithm(self) -> ObjectIdentifier {
        match self {
            Self::V1 => oid::CATALOG_MEMBER,
            Self::V2 => oid::CATALOG_MEMBER_2,
        }
    }

    pub(crate) fn from_subject_algorithm(algorithm: &ObjectIdentifier) -> Option<Self> {
        [Self::V1, Self::V2].into_iter().find(|version| version.subject_algorithm() == *algorithm)
    }
}
