//! Timestamps on a signature: each is a signature of its own, on the bytes of the first.

use const_oid::db::{rfc5280, rfc5911};
use der::asn1::{AnyRef, GeneralizedTime, ObjectIdentifier, OctetStringRef};
use der::{DateTime, Decode, Encode, Tag};
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::ext::pkix::ExtendedKeyUsage;
use x509_cert::time::Time;

use super::error::SignatureError;
use super::key;
use super::signed_by::{Form, Timestamp};
use super::signer::{Certificates, Signer, only};
use crate::error::ReadError;
use crate::fields::Fields;
use crate::oid;
use crate::read::Envelope;

/// Every timestamp on the signature of `signer`; the error is about the first that is not right.
pub(super) fn check_all(signer: &Signer<'_>, beside: &Certificates) -> Result<Vec<Timestamp>, SignatureError> {
    let mut all = Vec::new();
    for attribute in &signer.unsigned {
        let check = match attribute.oid {
            rfc5911::ID_COUNTERSIGNATURE => countersignature,
            oid::TIMESTAMP_TOKEN | oid::TIMESTAMP_TOKEN_CMS => token,
            _ => continue,
        };
        for value in attribute.values.iter() {
            let der = value.to_der().map_err(|error| ReadError::new("encoding", error.to_string()))?;
            let any = AnyRef::from_der(&der).map_err(|error| ReadError::new("encoding", error.to_string()))?;
            all.push(check(any, signer, beside)?);
        }
    }
    Ok(all)
}

/// PKCS #9: a second signer, who signed the bytes of the first signature. Both find their certificates in the same place.
fn countersignature(any: AnyRef<'_>, of: &Signer<'_>, beside: &Certificates) -> Result<Timestamp, SignatureError> {
    let signer = Signer::read(any)?;
    let certificate = signer.verify(of.signature, None, beside)?;
    let time = signing_time(&signer.signed_attributes()?)?;
    let certificate = timestamper(certificate)?;
    Ok(Timestamp { form: Form::Countersignature, time, certificate, certificates: beside.clone() })
}

fn signing_time(attributes: &[Attribute]) -> Result<DateTime, SignatureError> {
    let time = only::<Time>(attributes, &rfc5911::ID_SIGNING_TIME)?;
    time.map(|time| time.to_date_time()).ok_or_else(|| SignatureError::Missing("it says no time".into()))
}

/// RFC 3161: SignedData around the time and the hash of the bytes of the first signature.
fn token(any: AnyRef<'_>, of: &Signer<'_>, beside: &Certificates) -> Result<Timestamp, SignatureError> {
    let envelope = Envelope::read(any, 1..=5)?;
    if envelope.content_type != oid::TIMESTAMP_INFO {
        return Err(SignatureError::Content(envelope.content_type));
    }
    let content = envelope.content.decode_as::<OctetStringRef<'_>>();
    let content = content.map_err(|error| ReadError::new("time", error.to_string()))?.as_bytes();
    let info = Info::read(content).map_err(|error| error.within("time"))?;
    if info.hash != key::hash(&info.algorithm.oid, of.signature)? {
        return Err(SignatureError::OtherSignature);
    }
    let certificates = Certificates::of(&envelope)?.with(beside);
    let [signer] = &envelope.signature.signers[..] else {
        return Err(SignatureError::Missing("it has not exactly one signer".into()));
    };
    let der = signer.to_der().map_err(|error| ReadError::new("signer", error.to_string()))?;
    let signer = Signer::read(AnyRef::from_der(&der).map_err(|error| ReadError::new("signer", error.to_string()))?)?;
    let certificate = timestamper(signer.verify(content, Some(&envelope.content_type), &certificates)?)?;
    Ok(Timestamp { form: Form::Rfc3161, time: info.time, certificate, certificates })
}

/// `TSTInfo`, as far as it is needed.
struct Info<'a> {
    algorithm: AlgorithmIdentifierOwned,
    hash: &'a [u8],
    time: DateTime,
}

impl<'a> Info<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let mut content = Fields::of_bytes(bytes, "encoding")?;
        let mut info = content.sequence("encoding")?;
        content.finish("end")?;
        let _version: u8 = info.next("version")?;
        let _policy: ObjectIdentifier = info.next("policy")?;
        let mut imprint = info.sequence("message imprint")?;
        let algorithm = imprint.next("hash algorithm")?;
        let hash = imprint.next::<OctetStringRef<'_>>("hash")?.as_bytes();
        imprint.finish("message imprint")?;
        let _serial: AnyRef<'_> = info.next("serial number")?;
        // Accuracy, nonce and name may follow; nothing here depends on them.
        Ok(Self { algorithm, hash, time: time(info.next("time")?)? })
    }
}

/// `GeneralizedTime` without its fraction of a second, which certificates may not have, but timestamps may.
fn time(any: AnyRef<'_>) -> Result<DateTime, ReadError> {
    let wrong = |error: der::Error| ReadError::new("time", error.to_string());
    let text = any.value();
    let whole = text.iter().position(|byte| *byte == b'.').map_or(text, |dot| text.get(..dot).unwrap_or_default());
    let whole = [whole.strip_suffix(b"Z").unwrap_or(whole), b"Z"].concat();
    if any.value().last() != Some(&b'Z') {
        return Err(ReadError::new("time", "not in UTC"));
    }
    let plain = AnyRef::new(Tag::GeneralizedTime, &whole).map_err(wrong)?;
    Ok(plain.decode_as::<GeneralizedTime>().map_err(wrong)?.to_date_time())
}

/// The certificate, if it is one for timestamps.
fn timestamper(certificate: &Certificate) -> Result<Certificate, SignatureError> {
    let body = &certificate.tbs_certificate;
    let purposes = body.get::<ExtendedKeyUsage>().ok().flatten();
    let may = purposes.is_some_and(|(_, purposes)| purposes.0.contains(&rfc5280::ID_KP_TIME_STAMPING));
    may.then(|| certificate.clone()).ok_or_else(|| SignatureError::NoTimestamper(body.subject.to_string()))
}
