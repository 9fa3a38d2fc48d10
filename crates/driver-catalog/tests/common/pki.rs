//! Certificates, signatures and timestamps, made as a test wants them: good ones and others.
#![allow(dead_code, reason = "each test file uses a part")]

use std::time::{Duration, SystemTime};

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use const_oid::AssociatedOid;
use const_oid::db::{rfc5280, rfc5911, rfc5912};
use der::asn1::{Any, GeneralizedTime, ObjectIdentifier, OctetString, SetOfVec, UtcTime};
use der::{Decode, Encode, EncodePem, Sequence, Tag};
use driver_catalog::{Catalog, Signature, oid};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::EncodePublicKey;
use sha2::{Digest, Sha256};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::builder::{Builder, CertificateBuilder, Profile};
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages};
use x509_cert::ext::{AsExtension, Extension};
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};

/// 2025-01-01, the day on which everything here is signed.
pub const DAY: u64 = 1_735_689_600;

/// A moment some days after [`DAY`].
pub fn day(days: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(DAY.checked_add_signed(days * 86_400).unwrap())
}

/// A key and its certificate.
#[derive(Clone)]
pub struct Identity {
    pub certificate: Certificate,
    pub key: SigningKey,
}

/// What a certificate says.
#[derive(Clone)]
pub struct Wish {
    pub subject: &'static str,
    pub serial: u8,
    pub days: (i64, i64),
    /// What it may issue; `None` for a leaf.
    pub authority: Option<Issues>,
    pub purpose: Option<ObjectIdentifier>,
    pub more: Option<Unknown>,
}

/// The certificates that an authority may issue.
#[derive(Clone, Copy)]
pub enum Issues {
    Any,
    /// With at most so many authorities below it.
    Below(u8),
}

/// A critical extension that no program knows.
#[derive(Clone, Sequence)]
pub struct Unknown {
    pub value: u8,
}

impl AssociatedOid for Unknown {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.7");
}

impl AsExtension for Unknown {
    fn critical(&self, _: &x509_cert::name::Name, _: &[Extension]) -> bool {
        true
    }
}

impl Wish {
    pub fn authority(subject: &'static str) -> Self {
        Self { subject, serial: 1, days: (-1000, 3000), authority: Some(Issues::Any), purpose: None, more: None }
    }

    pub fn code() -> Self {
        Self::leaf("CN=Code", rfc5280::ID_KP_CODE_SIGNING)
    }

    pub fn timestamps() -> Self {
        Self { serial: 3, ..Self::leaf("CN=Timestamps", rfc5280::ID_KP_TIME_STAMPING) }
    }

    fn leaf(subject: &'static str, purpose: ObjectIdentifier) -> Self {
        Self { subject, serial: 2, days: (-30, 30), authority: None, purpose: Some(purpose), more: None }
    }

    /// Makes the key and the certificate, by its issuer or by itself.
    pub fn make(&self, issuer: Option<&Identity>) -> Identity {
        // Always the same key for the same name: tests can be repeated.
        let key = SigningKey::from_slice(&Sha256::digest(format!("{}{}", self.subject, self.serial))).unwrap();
        let public = key.verifying_key().to_public_key_der().unwrap();
        let time = |days| Time::UtcTime(UtcTime::from_system_time(day(days)).unwrap());
        let mut builder = CertificateBuilder::new(
            Profile::Manual { issuer: issuer.map(|issuer| issuer.certificate.tbs_certificate.subject.clone()) },
            SerialNumber::new(&[self.serial]).unwrap(),
            Validity { not_before: time(self.days.0), not_after: time(self.days.1) },
            self.subject.parse().unwrap(),
            SubjectPublicKeyInfoOwned::from_der(public.as_bytes()).unwrap(),
            issuer.map_or(&key, |issuer| &issuer.key),
        )
        .unwrap();
        let ca = self.authority.is_some();
        let path_len_constraint = match self.authority {
            Some(Issues::Below(most)) => Some(most),
            Some(Issues::Any) | None => None,
        };
        builder.add_extension(&BasicConstraints { ca, path_len_constraint }).unwrap();
        let usage = if ca { KeyUsages::KeyCertSign } else { KeyUsages::DigitalSignature };
        builder.add_extension(&KeyUsage(usage.into())).unwrap();
        if let Some(purpose) = self.purpose {
            builder.add_extension(&Critical(ExtendedKeyUsage(vec![purpose]))).unwrap();
        }
        if let Some(more) = &self.more {
            builder.add_extension(more).unwrap();
        }
        Identity { certificate: builder.build::<DerSignature>().unwrap(), key }
    }
}

/// RFC 3161 wants the purpose of timestamps critical.
struct Critical(ExtendedKeyUsage);

impl AssociatedOid for Critical {
    const OID: ObjectIdentifier = ExtendedKeyUsage::OID;
}

impl der::Encode for Critical {
    fn encoded_len(&self) -> der::Result<der::Length> {
        self.0.encoded_len()
    }

    fn encode(&self, encoder: &mut impl der::Writer) -> der::Result<()> {
        self.0.encode(encoder)
    }
}

impl AsExtension for Critical {
    fn critical(&self, _: &x509_cert::name::Name, _: &[Extension]) -> bool {
        true
    }
}

impl Identity {
    pub fn pem(&self) -> String {
        self.certificate.to_pem(der::pem::LineEnding::LF).unwrap()
    }
}

fn sha256() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid: rfc5912::ID_SHA_256, parameters: Some(Any::null()) }
}

pub fn any(value: &impl Encode) -> Any {
    Any::from_der(&value.to_der().unwrap()).unwrap()
}

fn attribute(oid: ObjectIdentifier, value: Any) -> Attribute {
    Attribute { oid, values: SetOfVec::try_from([value]).unwrap() }
}

/// SignerInfo over `content`.
pub fn sign(by: &Identity, content_type: ObjectIdentifier, content: &[u8], more: Vec<Attribute>) -> SignerInfo {
    let mut attributes = vec![
        attribute(rfc5911::ID_CONTENT_TYPE, any(&content_type)),
        attribute(rfc5911::ID_MESSAGE_DIGEST, any(&OctetString::new(Sha256::digest(content).to_vec()).unwrap())),
    ];
    attributes.extend(more);
    let attributes = SetOfVec::try_from(attributes).unwrap();
    let signature: DerSignature = by.key.sign(&attributes.to_der().unwrap());
    let body = &by.certificate.tbs_certificate;
    let id = IssuerAndSerialNumber { issuer: body.issuer.clone(), serial_number: body.serial_number.clone() };
    SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(id),
        digest_alg: sha256(),
        signed_attrs: Some(attributes),
        signature_algorithm: AlgorithmIdentifierOwned { oid: rfc5912::ECDSA_WITH_SHA_256, parameters: None },
        signature: OctetString::new(signature.as_bytes()).unwrap(),
        unsigned_attrs: None,
    }
}

/// What a signature of a catalog covers.
pub fn content(catalog: &Catalog) -> Vec<u8> {
    let info = ContentInfo::from_der(&catalog.to_der().unwrap()).unwrap();
    let signed: SignedData = info.content.decode_as().unwrap();
    signed.encap_content_info.econtent.unwrap().value().to_vec()
}

/// The catalog with these signers and certificates.
pub fn with_signature(catalog: &Catalog, signers: &[SignerInfo], certificates: &[&Identity]) -> Catalog {
    let certificates = certificates.iter().map(|one| any(&one.certificate)).collect();
    let signature = Signature {
        digest_algorithms: vec![any(&sha256())],
        certificates: Some(certificates),
        crls: None,
        signers: signers.iter().map(any).collect(),
    };
    Catalog { signature, ..catalog.clone() }
}

#[derive(Sequence)]
struct Imprint {
    algorithm: AlgorithmIdentifierOwned,
    hash: OctetString,
}

#[derive(Sequence)]
struct TimestampInfo {
    version: u8,
    policy: ObjectIdentifier,
    imprint: Imprint,
    serial: u8,
    time: Any,
}

/// A timestamp token (RFC 3161) on `signature`, with a fraction of a second as Microsoft's have; the second value is
/// what it signs.
pub fn token(by: &Identity, signature: &[u8], certificates: &[&Identity]) -> SignedData {
    let time = Any::new(Tag::GeneralizedTime, *b"20250102030405.678Z").unwrap();
    let imprint = Imprint { algorithm: sha256(), hash: OctetString::new(Sha256::digest(signature).to_vec()).unwrap() };
    let policy = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.2");
    let info = TimestampInfo { version: 1, policy, imprint, serial: 7, time }.to_der().unwrap();
    let signer = sign(by, oid::TIMESTAMP_INFO, &info, vec![signing_certificate(by)]);
    let certificates = certificates.iter().map(|one| CertificateChoices::Certificate(one.certificate.clone()));
    SignedData {
        version: CmsVersion::V3,
        digest_algorithms: SetOfVec::try_from([sha256()]).unwrap(),
        encap_content_info: EncapsulatedContentInfo {
            econtent_type: oid::TIMESTAMP_INFO,
            econtent: Some(any(&OctetString::new(info).unwrap())),
        },
        certificates: Some(CertificateSet(SetOfVec::try_from(certificates.collect::<Vec<_>>()).unwrap())),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::try_from([signer]).unwrap()),
    }
}

/// ESS signingCertificateV2 (RFC 5035), which RFC 3161 asks for: the hash of the certificate.
fn signing_certificate(by: &Identity) -> Attribute {
    let hash = OctetString::new(Sha256::digest(by.certificate.to_der().unwrap()).to_vec()).unwrap();
    let id = vec![hash];
    let value = vec![vec![id]];
    attribute(ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47"), any(&value))
}

pub fn with_token(mut signer: SignerInfo, token: &SignedData) -> SignerInfo {
    let info = ContentInfo { content_type: oid::SIGNED_DATA, content: any(token) };
    let attributes = SetOfVec::try_from([attribute(oid::TIMESTAMP_TOKEN, any(&info))]).unwrap();
    signer.unsigned_attrs = Some(attributes);
    signer
}

/// A countersignature (PKCS #9) on `signature`, which says a time.
pub fn countersignature(by: &Identity, signature: &[u8]) -> SignerInfo {
    let time = GeneralizedTime::from_system_time(day(1)).unwrap().to_date_time();
    let time = Time::UtcTime(UtcTime::from_date_time(time).unwrap());
    sign(by, rfc5911::ID_DATA, signature, vec![attribute(rfc5911::ID_SIGNING_TIME, any(&time))])
}

pub fn with_countersignature(mut signer: SignerInfo, counter: &SignerInfo) -> SignerInfo {
    let attributes = SetOfVec::try_from([attribute(rfc5911::ID_COUNTERSIGNATURE, any(counter))]).unwrap();
    signer.unsigned_attrs = Some(attributes);
    signer
}
