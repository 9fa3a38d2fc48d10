//! Who signed, and when others saw the signature.

use der::DateTime;
use der::asn1::ObjectIdentifier;
use x509_cert::Certificate;

use super::signer::Certificates;

/// Somebody who signed, as the signature proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedBy {
    /// The certificate of the key that signed.
    pub certificate: Certificate,
    /// The algorithm of the hash that was signed.
    pub digest: ObjectIdentifier,
    /// When others say that they saw the signature.
    pub timestamps: Vec<Timestamp>,
    /// The certificates that came along.
    pub(super) certificates: Certificates,
}

/// A timestamp on a signature, which is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timestamp {
    /// In which form it is.
    pub form: Form,
    /// When the signature was there, in UTC. Fractions of a second are left out.
    pub time: DateTime,
    /// The certificate of the key that signed the timestamp.
    pub certificate: Certificate,
    /// The certificates that came along.
    pub(super) certificates: Certificates,
}

/// The two forms of timestamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A token of RFC 3161.
    Rfc3161,
    /// A countersignature of PKCS #9, the older form.
    Countersignature,
}
