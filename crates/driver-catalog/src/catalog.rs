//! The catalog as a value: what is in it, apart from its encoding.

use std::collections::BTreeMap;

use der::asn1::{Any, ObjectIdentifier};
use x509_cert::Certificate;
use x509_cert::time::Time;

use crate::error::ReadError;
use crate::member::{Member, NameValue};
use crate::version::Version;

/// A catalog.
///
/// What [`to_der`](Self::to_der) writes, [`from_der`](Self::from_der) reads and writes again as the same bytes, signed
/// or not. A catalog that was read has the attributes of each member in the order that DER prescribes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    /// The layout.
    pub version: Version,
    /// What names this catalog: 16 bytes. Windows refuses a catalog without.
    pub list_identifier: Vec<u8>,
    /// When it was made.
    pub this_update: Time,
    /// Its files; in a catalog of version 2 one member for each hash of a file.
    pub members: Vec<Member>,
    /// What it says about itself, such as the hardware ids that it is for.
    pub extensions: Vec<Extension>,
    /// What a signer added. Empty in a catalog that is not signed.
    pub signature: Signature,
}

impl Catalog {
    fn names_and_values(&self) -> impl Iterator<Item = &NameValue> {
        self.extensions.iter().filter_map(|extension| match extension {
            Extension::NameValue(pair) => Some(pair),
            Extension::Other { .. } => None,
        })
    }

    /// The value of the extension `name`; names do not mind case.
    #[must_use]
    pub fn extension(&self, name: &str) -> Option<&NameValue> {
        self.names_and_values().find(|pair| pair.name.eq_ignore_ascii_case(name))
    }

    /// The hardware ids (`HWID1`, `HWID2` and so on), in the order of the INF.
    #[must_use]
    pub fn hardware_ids(&self) -> Vec<String> {
        let number = |pair: &NameValue| pair.name.strip_prefix("HWID")?.parse::<u32>().ok();
        let numbered = self.names_and_values().filter_map(|pair| Some((number(pair)?, pair.value.to_string())));
        numbered.collect::<BTreeMap<_, _>>().into_values().collect()
    }

    /// Whether it has a signature. [`crate::signature`] says whether the signature is right.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        !self.signature.signers.is_empty()
    }
}

/// A field of the catalog as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extension {
    /// A name and a value, such as `OS` = `_v100_X64`.
    NameValue(NameValue),
    /// Something else.
    Other {
        /// What it is.
        oid: ObjectIdentifier,
        /// Whether a reader that does not know it must give up.
        critical: bool,
        /// Its encoding.
        value: Vec<u8>,
    },
}

/// What a signer added, as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signature {
    /// The hashes that the signers use: `AlgorithmIdentifier`.
    pub digest_algorithms: Vec<Any>,
    /// Certificate of PKCS#7; `None` when the field is absent.
    pub certificates: Option<Vec<Any>>,
    /// Revocation lists; `None` when the field is absent.
    pub crls: Option<Vec<Any>>,
    /// SignerInfo of PKCS#7.
    pub signers: Vec<Any>,
}

impl Signature {
    /// The certificates that came with the signature, each read or with the reason why it cannot be.
    pub fn certificates(&self) -> impl Iterator<Item = Result<Certificate, ReadError>> {
        self.certificates.iter().flatten().enumerate().map(|(index, any)| {
            any.decode_as().map_err(|error| ReadError::new(format!("certificate {}", index + 1), error.to_string()))
        })
    }

    /// The signers, each read or with the reason why it cannot be.
    pub fn signers(&self) -> impl Iterator<Item = Result<cms::signed_data::SignerInfo, ReadError>> {
        self.signers.iter().enumerate().map(|(index, any)| {
            any.decode_as().map_err(|error| ReadError::new(format!("signer {}", index + 1), error.to_string()))
        })
    }
}
