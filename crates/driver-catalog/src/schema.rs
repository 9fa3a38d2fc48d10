//! The ASN.1 types of a catalog, as they are written.
#![expect(clippy::unnested_or_patterns, reason = "in the code that `Choice` derives")]

use cms::content_info::CmsVersion;
use cms::signed_data::EncapsulatedContentInfo;
use der::asn1::{Any, BitString, BmpString, Ia5String, ObjectIdentifier, OctetString, SetOfVec};
use der::{Choice, Sequence};
use spki::AlgorithmIdentifierOwned;
use x509_cert::attr::Attributes;
use x509_cert::time::Time;

/// PKCS#7 SignedData. The type of the crate `cms` would encode again what a signer added; here it stays byte for byte as
/// it was read.
#[derive(Sequence)]
pub(crate) struct SignedData {
    pub version: CmsVersion,
    pub digest_algorithms: SetOfVec<Any>,
    pub content: EncapsulatedContentInfo,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub certificates: Option<SetOfVec<Any>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub crls: Option<SetOfVec<Any>>,
    pub signer_infos: SetOfVec<Any>,
}

/// `CertificateTrustList`, with the fields that catalogs use.
#[derive(Sequence)]
pub(crate) struct TrustList {
    pub subject_usage: Vec<ObjectIdentifier>,
    pub list_identifier: OctetString,
    pub this_update: Time,
    pub subject_algorithm: AlgorithmIdentifierOwned,
    pub trusted_subjects: Vec<TrustedSubject>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub extensions: Option<Vec<x509_cert::ext::Extension>>,
}

/// `TrustedSubject`: a member.
#[derive(Sequence)]
pub(crate) struct TrustedSubject {
    pub identifier: OctetString,
    pub attributes: Attributes,
}

/// `CatalogNameValue`.
#[derive(Sequence)]
pub(crate) struct NameValue {
    pub name: BmpString,
    pub flags: u32,
    pub value: OctetString,
}

/// `CatalogMemberInfo` of version 1.
#[derive(Sequence)]
pub(crate) struct MemberInfo {
    pub subject_type: BmpString,
    pub certificate_version: i32,
}

/// `SpcIndirectDataContent`.
#[derive(Sequence)]
pub(crate) struct IndirectData {
    pub data: TypeAndValue,
    pub digest: DigestInfo,
}

/// `SpcAttributeTypeAndOptionalValue`.
#[derive(Sequence)]
pub(crate) struct TypeAndValue {
    pub kind: ObjectIdentifier,
    pub value: Option<Any>,
}

/// `DigestInfo` of PKCS#7.
#[derive(Sequence)]
pub(crate) struct DigestInfo {
    pub algorithm: AlgorithmIdentifierOwned,
    pub digest: OctetString,
}

/// `SpcPeImageData`.
#[derive(Sequence)]
pub(crate) struct PeImageData {
    pub flags: BitString,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub file: Link,
}

/// `SpcLink`, as far as catalogs use it.
#[derive(Choice)]
pub(crate) enum Link {
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", constructed = "true")]
    File(Text),
}

/// `SpcString`.
#[derive(Choice)]
pub(crate) enum Text {
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    Unicode(BmpString),
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT")]
    Ascii(Ia5String),
}
