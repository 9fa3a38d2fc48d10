//! The hashes by which Windows finds a file in a catalog.
//!
//! A PE image is hashed without its checksum and its signature (Authenticode), so that it keeps its hash when it is
//! signed. All other files are hashed as they are.

use std::fmt;

use authenticode::{AttributeCertificateIterator, PeTrait, authenticode_digest};
use der::asn1::{Any, AnyRef, BitString, BmpString};
use der::{Decode, Encode, Reader, SliceReader};
use object::FileKind;
use object::read::pe::{PeFile32, PeFile64};
use sha1::Sha1;
use sha2::Sha256;
use sha2::digest::{Digest, Update};

use crate::error::ReadError;
use crate::member::IndirectData;
use crate::read::{Envelope, read_indirect_data};
use crate::version::Version;
use crate::write::with_null;
use crate::{oid, schema};

/// The hashes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDigest {
    /// How they are taken.
    pub kind: Kind,
    /// 20 bytes.
    pub sha1: Vec<u8>,
    /// 32 bytes.
    pub sha256: Vec<u8>,
    /// What the signature inside an image says about its SHA-256 hash, if there is one.
    pub embedded: Option<IndirectData>,
}

/// How the hash of a file is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As a PE image.
    PeImage,
    /// Byte for byte.
    Flat,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PeImage => "PE image",
            Self::Flat => "flat file",
        })
    }
}

/// Why a PE image cannot be hashed.
#[derive(Debug, thiserror::Error)]
pub enum DigestError {
    /// Its headers cannot be read.
    #[error("damaged PE image: {0}")]
    Headers(object::read::Error),
    /// Its headers point out of it.
    #[error("damaged PE image: a section or a header lies outside of the file")]
    Offsets,
    /// Its certificate table cannot be read.
    #[error("damaged PE image: certificate table: {0}")]
    Certificates(authenticode::AttributeCertificateError),
    /// Its signature cannot be read.
    #[error("the image's own signature: {0}")]
    Signature(ReadError),
    /// It was changed after it had been signed.
    #[error("the image's own signature is not for this image: it says the hash {signed}, the image has {actual}")]
    Changed {
        /// The hash that was signed.
        signed: String,
        /// The hash that it has.
        actual: String,
    },
}

// Not `#[from]`: the texts are whole, a source would say the same again.
impl From<object::read::Error> for DigestError {
    fn from(error: object::read::Error) -> Self {
        Self::Headers(error)
    }
}

impl From<authenticode::AttributeCertificateError> for DigestError {
    fn from(error: authenticode::AttributeCertificateError) -> Self {
        Self::Certificates(error)
    }
}

impl From<ReadError> for DigestError {
    fn from(error: ReadError) -> Self {
        Self::Signature(error)
    }
}

impl FileDigest {
    /// Hashes a file.
    ///
    /// # Errors
    ///
    /// It is a PE image with damaged headers or a signature that does not fit. A file that is no PE image never fails.
    pub fn of(bytes: &[u8]) -> Result<Self, DigestError> {
        match FileKind::parse(bytes) {
            Ok(FileKind::Pe32) => Self::of_image(&PeFile32::parse(bytes)?),
            Ok(FileKind::Pe64) => Self::of_image(&PeFile64::parse(bytes)?),
            _ => Ok(Self::flat(bytes)),
        }
    }

    /// Hashes a file byte for byte, even if it is a PE image.
    #[must_use]
    pub fn flat(bytes: &[u8]) -> Self {
        let mut both = Both::default();
        both.update(bytes);
        both.finish(Kind::Flat)
    }

    fn of_image(image: &dyn PeTrait) -> Result<Self, DigestError> {
        let mut both = Both::default();
        authenticode_digest(image, &mut both).map_err(|_| DigestError::Offsets)?;
        let table = image.certificate_table_range().map_err(|_| DigestError::Offsets)?;
        if table.is_none_or(|range| range.is_empty()) {
            // Signing will pad the image so; its hash must stay the same.
            let padding = image.data().len().next_multiple_of(8) - image.data().len();
            both.update(&[0; 8][..padding]);
        }
        let digest = both.finish(Kind::PeImage);
        let mut embedded = None;
        for signed in signed_digests(image)? {
            let actual = match signed.algorithm.oid {
                oid::SHA1 => &digest.sha1,
                oid::SHA256 => &digest.sha256,
                _ => continue,
            };
            if signed.digest != *actual {
                let (signed, actual) = (hex::encode(&signed.digest), hex::encode(actual));
                return Err(DigestError::Changed { signed, actual });
            }
            embedded = embedded.or((signed.algorithm.oid == oid::SHA256).then_some(signed));
        }
        Ok(Self { embedded, ..digest })
    }

    /// `SPC_INDIRECT_DATA` for the member of a catalog of `version`. Version 1 has the SHA-1 hash, version 2 the
    /// SHA-256 hash and, if the image is signed, whatever its own signature says.
    pub(crate) fn indirect_data(&self, version: Version) -> der::Result<IndirectData> {
        if let (Version::V2, Some(embedded)) = (version, &self.embedded) {
            return Ok(embedded.clone());
        }
        let (algorithm, digest) = match version {
            Version::V1 => (oid::SHA1, &self.sha1),
            Version::V2 => (oid::SHA256, &self.sha256),
        };
        let (kind, data) = match self.kind {
            Kind::PeImage => (oid::PE_IMAGE_DATA, Any::encode_from(&image_data(version)?)?),
            Kind::Flat => (oid::LINK, Any::from_der(&no_file()?.to_der()?)?),
        };
        Ok(IndirectData { kind, data: Some(data), algorithm: with_null(algorithm), digest: digest.clone() })
    }
}

fn no_file() -> der::Result<schema::Link> {
    Ok(schema::Link::File(schema::Text::Unicode(BmpString::from_utf8("")?)))
}

/// Flags as the tools set them: none in version 1, resources and the import table in version 2.
fn image_data(version: Version) -> der::Result<schema::PeImageData> {
    let flags = match version {
        Version::V1 => BitString::new(0, [])?,
        Version::V2 => BitString::new(5, [0b1010_0000])?,
    };
    Ok(schema::PeImageData { flags, file: no_file()? })
}

/// The signatures inside an image, each PKCS#7 SignedData with padding behind it; none when it is not signed.
/// [`check`](crate::signature::check) says whether they are right, [`FileDigest::of`] whether they are for this image.
///
/// # Errors
///
/// It is no PE image, or a damaged one.
pub fn signatures(bytes: &[u8]) -> Result<Vec<Vec<u8>>, DigestError> {
    match FileKind::parse(bytes)? {
        FileKind::Pe32 => signatures_of(&PeFile32::parse(bytes)?),
        _ => signatures_of(&PeFile64::parse(bytes)?),
    }
}

fn signatures_of(image: &dyn PeTrait) -> Result<Vec<Vec<u8>>, DigestError> {
    let table = image.certificate_table_range().map_err(|_| DigestError::Offsets)?;
    if table.is_none_or(|range| range.is_empty()) {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    for certificate in AttributeCertificateIterator::new(image)?.into_iter().flatten() {
        let certificate = certificate?;
        if certificate.certificate_type == authenticode::WIN_CERT_TYPE_PKCS_SIGNED_DATA {
            all.push(certificate.data.to_vec());
        }
    }
    Ok(all)
}

/// What the image's signatures say about its hash.
fn signed_digests(image: &dyn PeTrait) -> Result<Vec<IndirectData>, DigestError> {
    let read = |signature: &Vec<u8>| {
        embedded_indirect_data(signature).map_err(|error| error.within("certificate table").into())
    };
    signatures_of(image)?.iter().map(read).collect()
}

fn embedded_indirect_data(bytes: &[u8]) -> Result<IndirectData, ReadError> {
    // Not to the end: the table pads its entries.
    let signed = SliceReader::new(bytes).and_then(|mut reader| reader.decode::<AnyRef<'_>>());
    let signed = signed.map_err(|error| ReadError::new("signed data", error.to_string()))?;
    let envelope = Envelope::read(signed, 1..=1)?;
    if envelope.content_type != oid::INDIRECT_DATA {
        return Err(ReadError::new("content type", format!("{} is not Authenticode", envelope.content_type)));
    }
    read_indirect_data(envelope.content).map_err(|error| error.within("indirect data"))
}

/// Takes both hashes at once.
#[derive(Default)]
struct Both {
    sha1: Sha1,
    sha256: Sha256,
}

impl Both {
    fn finish(self, kind: Kind) -> FileDigest {
        let (sha1, sha256) = (self.sha1.finalize().to_vec(), self.sha256.finalize().to_vec());
        FileDigest { kind, sha1, sha256, embedded: None }
    }
}

impl Update for Both {
    fn update(&mut self, data: &[u8]) {
        Update::update(&mut self.sha1, data);
        Update::update(&mut self.sha256, data);
    }
}
