//! A signer of PKCS#7, and the certificates beside it.

use cms::signed_data::SignerIdentifier;
use const_oid::db::rfc5911;
use der::asn1::{Any, AnyRef, ObjectIdentifier, OctetString, OctetStringRef};
use der::{Decode, DecodeOwned, Encode, Tag, TagNumber, Tagged};
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use super::error::SignatureError;
use super::key;
use crate::error::ReadError;
use crate::fields::Fields;
use crate::read::Envelope;

/// The certificates that came with a signature.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Certificates(Vec<Certificate>);

impl Certificates {
    /// The certificates of a signature. Leaves out what is no X.509 certificate: nothing can be checked with it.
    pub fn of(envelope: &Envelope<'_>) -> Result<Self, ReadError> {
        let mut all = Vec::new();
        for any in envelope.signature.certificates.iter().flatten() {
            let der = any.to_der().map_err(|error| ReadError::new("certificate", error.to_string()))?;
            all.extend(Certificate::from_der(&der).ok());
        }
        Ok(Self(all))
    }

    /// These and the others.
    pub fn with(&self, others: &Self) -> Self {
        Self(self.0.iter().chain(&others.0).cloned().collect())
    }

    /// The certificates.
    pub fn iter(&self) -> impl Iterator<Item = &Certificate> {
        self.0.iter()
    }

    fn find(&self, id: &SignerIdentifier) -> Option<&Certificate> {
        self.iter().find(|certificate| {
            let body = &certificate.tbs_certificate;
            match id {
                SignerIdentifier::IssuerAndSerialNumber(id) => {
                    body.issuer == id.issuer && body.serial_number == id.serial_number
                }
                SignerIdentifier::SubjectKeyIdentifier(id) => {
                    body.get::<SubjectKeyIdentifier>().is_ok_and(|own| own.is_some_and(|(_, own)| own == *id))
                }
            }
        })
    }
}

/// SignerInfo. Unlike the type of the crate `cms` it keeps the encoding of the attributes as it was written, because that
/// encoding is what is signed.
pub(super) struct Signer<'a> {
    id: SignerIdentifier,
    pub digest: AlgorithmIdentifierOwned,
    signed: Option<AnyRef<'a>>,
    algorithm: AlgorithmIdentifierOwned,
    pub signature: &'a [u8],
    /// What others added: timestamps.
    pub unsigned: Vec<Attribute>,
}

impl<'a> Signer<'a> {
    pub fn read(any: AnyRef<'a>) -> Result<Self, ReadError> {
        Self::read_fields(any).map_err(|error| error.within("signer"))
    }

    fn read_fields(any: AnyRef<'a>) -> Result<Self, ReadError> {
        let mut fields = Fields::of(any, Tag::Sequence, "encoding")?;
        let _version: u8 = fields.next("version")?;
        let id = fields.next("identifier")?;
        let digest = fields.next("digest algorithm")?;
        let signed = fields.optional(context(TagNumber::N0), "signed attributes")?;
        let algorithm = fields.next("signature algorithm")?;
        let signature = fields.next::<OctetStringRef<'_>>("signature")?.as_bytes();
        let unsigned = fields.optional_context(TagNumber::N1, "unsigned attributes")?;
        fields.finish("end")?;
        let unsigned = unsigned.map(attributes).transpose()?.unwrap_or_default();
        Ok(Self { id, digest, signed, algorithm, signature, unsigned })
    }

    /// What the signer said along with the content.
    pub fn signed_attributes(&self) -> Result<Vec<Attribute>, SignatureError> {
        let none = || SignatureError::Missing("it has no signed attributes".into());
        let signed = self.signed.ok_or_else(none)?;
        Ok(attributes(Fields::of(signed, signed.tag(), "signed attributes")?)?)
    }

    /// Checks that the signer signed `content`, whose type is `content_type` if that must be said; gives the signer's
    /// certificate.
    pub fn verify<'c>(
        &self,
        content: &[u8],
        content_type: Option<&ObjectIdentifier>,
        certificates: &'c Certificates,
    ) -> Result<&'c Certificate, SignatureError> {
        let attributes = self.signed_attributes()?;
        let missing = |what: &str| SignatureError::Missing(format!("it does not say {what}"));
        match (only::<ObjectIdentifier>(&attributes, &rfc5911::ID_CONTENT_TYPE)?, content_type) {
            (Some(said), Some(actual)) if said != *actual => return Err(SignatureError::Content(said)),
            (None, Some(_)) => return Err(missing("what kind of content it is for")),
            _ => {}
        }
        let said = only::<OctetString>(&attributes, &rfc5911::ID_MESSAGE_DIGEST)?;
        let said = said.ok_or_else(|| missing("the hash of what was signed"))?;
        if said.as_bytes() != key::hash(&self.digest.oid, content)? {
            return Err(SignatureError::Changed { digest: key::name(&self.digest.oid) });
        }
        let certificate = certificates.find(&self.id);
        let none = || SignatureError::Missing(format!("the certificate of its signer ({}) is not in it", self.named()));
        let certificate = certificate.ok_or_else(none)?;
        let body = &certificate.tbs_certificate;
        let algorithm = key::with_hash(&self.algorithm, &self.digest.oid)?;
        let right = key::verify(&body.subject_public_key_info, &algorithm, &self.signed_encoding()?, self.signature)?;
        right.then_some(certificate).ok_or_else(|| SignatureError::Forged(body.subject.to_string()))
    }

    /// What the key signed: the attributes as the SET that they are, whose tag is implicit where they stand.
    fn signed_encoding(&self) -> Result<Vec<u8>, ReadError> {
        let signed = self.signed.map(AnyRef::value).unwrap_or_default();
        let set = Any::new(Tag::Set, signed).and_then(|set| set.to_der());
        set.map_err(|error| ReadError::new("signed attributes", error.to_string()))
    }

    fn named(&self) -> String {
        match &self.id {
            SignerIdentifier::IssuerAndSerialNumber(id) => {
                format!("serial {} of {}", hex::encode(id.serial_number.as_bytes()), id.issuer)
            }
            SignerIdentifier::SubjectKeyIdentifier(id) => format!("key {}", hex::encode(id.0.as_bytes())),
        }
    }
}

fn attributes(mut fields: Fields<'_>) -> Result<Vec<Attribute>, ReadError> {
    fields.each("attribute", |any| any.decode_as().map_err(|error| ReadError::new("encoding", error.to_string())))
}

/// The value of an attribute that may occur at most once, with one value.
pub(super) fn only<T: DecodeOwned>(
    attributes: &[Attribute],
    oid: &ObjectIdentifier,
) -> Result<Option<T>, SignatureError> {
    let mut values = attributes.iter().filter(|one| one.oid == *oid).flat_map(|one| one.values.iter());
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(ReadError::new(key::name(oid), "more than one").into());
    }
    let value = value.to_der().and_then(|der| T::from_der(&der));
    Ok(Some(value.map_err(|error| ReadError::new(key::name(oid), error.to_string()))?))
}

const fn context(number: TagNumber) -> Tag {
    Tag::ContextSpecific { constructed: true, number }
}
