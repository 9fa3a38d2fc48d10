//! The way from a signer's certificate to one that is trusted (RFC 5280, section 6).
//!
//! The crate `webpki` does not serve here. It is made for web servers, and refuses both the critical certificate policies
//! of Microsoft's own authority for timestamps and signatures with SHA-1. Names must be the same byte for byte, which
//! holds for all authorities of Windows. Any certificate policy is accepted.

use const_oid::AssociatedOid;
use const_oid::db::rfc5280::{ANY_EXTENDED_KEY_USAGE, ID_KP_TIME_STAMPING};
use der::asn1::ObjectIdentifier;
use der::{DateTime, Decode, Encode};
use x509_cert::Certificate;
use x509_cert::certificate::TbsCertificate;
use x509_cert::ext::pkix::{BasicConstraints, CertificatePolicies, ExtendedKeyUsage, KeyUsage};

use super::distrust::Distrust;
use super::key;
use super::signer::Certificates;

/// More certificates than any authority puts between its root and a signer.
const LONGEST: usize = 8;

/// What is asked about a certificate.
pub(super) struct Asked<'a> {
    /// The certificates that came along.
    pub beside: &'a Certificates,
    /// Where the way may end.
    pub trusted: &'a [Certificate],
    /// When everything must be valid.
    pub at: DateTime,
    /// What the key must be good for.
    pub purpose: ObjectIdentifier,
}

/// The name of the trusted certificate that the way from `leaf` leads to.
pub(super) fn find(leaf: &Certificate, asked: &Asked<'_>) -> Result<String, Distrust> {
    let body = &leaf.tbs_certificate;
    asked.check(body)?;
    if extension::<BasicConstraints>(body).is_some_and(|constraints| constraints.ca) {
        return Err(Distrust::Authority(body.subject.to_string()));
    }
    let may_sign = extension::<KeyUsage>(body).is_none_or(|usage| usage.digital_signature());
    if !may_sign || extension::<ExtendedKeyUsage>(body).is_none() {
        return Err(asked.wrong_purpose(body));
    }
    asked.climb(leaf, 0)
}

impl Asked<'_> {
    /// Goes on from `certificate`, which has `below` issuers under it, and is all right itself.
    fn climb(&self, certificate: &Certificate, below: usize) -> Result<String, Distrust> {
        let trusted = |one: &&Certificate| *one == certificate || (may_issue(one, 0) && issued(one, certificate));
        if let Some(found) = self.trusted.iter().find(trusted) {
            return Ok(found.tbs_certificate.subject.to_string());
        }
        let issuer = &certificate.tbs_certificate.issuer;
        let mut reason = Distrust::UnknownIssuer(issuer.to_string());
        if below == LONGEST || certificate.tbs_certificate.subject == *issuer {
            return Err(reason);
        }
        for above in self.beside.iter().filter(|above| may_issue(above, below) && issued(above, certificate)) {
            match self.check(&above.tbs_certificate).and_then(|()| self.climb(above, below + 1)) {
                Ok(found) => return Ok(found),
                Err(error) => reason = error,
            }
        }
        Err(reason)
    }

    /// What must hold for every certificate on the way.
    fn check(&self, body: &TbsCertificate) -> Result<(), Distrust> {
        let subject = || body.subject.to_string();
        let (from, to) = (body.validity.not_before.to_date_time(), body.validity.not_after.to_date_time());
        if !(from..=to).contains(&self.at) {
            return Err(Distrust::Validity { subject: subject(), from, to });
        }
        let good =
            |usage: ExtendedKeyUsage| usage.0.contains(&self.purpose) || usage.0.contains(&ANY_EXTENDED_KEY_USAGE);
        if !extension::<ExtendedKeyUsage>(body).is_none_or(good) {
            return Err(self.wrong_purpose(body));
        }
        let known = [BasicConstraints::OID, KeyUsage::OID, ExtendedKeyUsage::OID, CertificatePolicies::OID];
        let extensions = body.extensions.iter().flatten();
        match extensions.filter(|one| one.critical).find(|one| !known.contains(&one.extn_id)) {
            Some(one) => Err(Distrust::Extension { subject: subject(), extension: key::name(&one.extn_id) }),
            None => Ok(()),
        }
    }

    fn wrong_purpose(&self, body: &TbsCertificate) -> Distrust {
        let purpose = if self.purpose == ID_KP_TIME_STAMPING { "timestamps" } else { "signing code" };
        Distrust::Purpose { subject: body.subject.to_string(), purpose }
    }
}

/// Whether a certificate may vouch for others, with `below` issuers between it and the last. Those before version 3 had
/// no way to say so.
fn may_issue(certificate: &Certificate, below: usize) -> bool {
    let body = &certificate.tbs_certificate;
    let may = match extension::<BasicConstraints>(body) {
        Some(constraints) => {
            constraints.ca && constraints.path_len_constraint.is_none_or(|most| below <= usize::from(most))
        }
        None => body.extensions.is_none(),
    };
    may && extension::<KeyUsage>(body).is_none_or(|usage| usage.key_cert_sign())
}

/// Whether the key of `issuer` made `certificate`.
fn issued(issuer: &Certificate, certificate: &Certificate) -> bool {
    let (above, body) = (&issuer.tbs_certificate, &certificate.tbs_certificate);
    let Some(signature) = certificate.signature.as_bytes() else { return false };
    let right = |message: Vec<u8>| {
        key::verify(&above.subject_public_key_info, &certificate.signature_algorithm, &message, signature)
    };
    above.subject == body.issuer && body.to_der().is_ok_and(|message| right(message).unwrap_or(false))
}

/// An extension; `None` if it is missing or cannot be read.
fn extension<'a, T: AssociatedOid + Decode<'a>>(body: &'a TbsCertificate) -> Option<T> {
    body.get::<T>().ok().flatten().map(|(_, value)| value)
}
