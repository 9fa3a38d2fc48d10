//! Whether an authority that the caller trusts vouches for a signer.

use std::time::SystemTime;

use const_oid::db::rfc5280::{ID_KP_CODE_SIGNING, ID_KP_TIME_STAMPING};
use der::DateTime;
use x509_cert::Certificate;

use super::distrust::Distrust;
use super::path::{self, Asked};
use super::signed_by::{SignedBy, Timestamp};

/// Certificates whose owners are trusted: roots or, for those who want it narrower, intermediates or single signers.
#[derive(Debug, Clone, Default)]
pub struct Authorities(Vec<Certificate>);

/// What trusting comes to, for one signer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The name of the authority that vouches for the signer, or why none does.
    pub signer: Result<String, Distrust>,
    /// The same for each of its timestamps, in their order.
    pub timestamps: Vec<Result<String, Distrust>>,
    /// What the certificates of the signer were held against: the earliest trusted timestamp, or now.
    pub at: DateTime,
}

impl Authorities {
    /// The certificates of a PEM file.
    ///
    /// # Errors
    ///
    /// The certificates cannot be read, or the file has none.
    pub fn from_pem(pem: &[u8]) -> der::Result<Self> {
        let all = Certificate::load_pem_chain(pem)?;
        if all.is_empty() { Err(der::ErrorKind::Failed.into()) } else { Ok(Self(all)) }
    }

    /// Judges a signer at the time `now`, with `timestampers` for who made its timestamps.
    ///
    /// A signature with a timestamp that is trusted is judged at the time of the timestamp, so that it outlives its
    /// certificate. As on Windows, a timestamp by a stranger counts for nothing, and does no harm either.
    #[must_use]
    pub fn judge(&self, signed: &SignedBy, timestampers: &Self, now: SystemTime) -> Judgement {
        let now = DateTime::from_system_time(now).unwrap_or(DateTime::INFINITY);
        let stamps = signed.timestamps.iter();
        let timestamps: Vec<_> = stamps.clone().map(|stamp| timestampers.vouch_for(stamp)).collect();
        let trusted = stamps.zip(&timestamps).filter(|(_, trust)| trust.is_ok());
        let at = trusted.map(|(stamp, _)| stamp.time).min().unwrap_or(now);
        let asked = Asked { beside: &signed.certificates, trusted: &self.0, at, purpose: ID_KP_CODE_SIGNING };
        Judgement { signer: path::find(&signed.certificate, &asked), timestamps, at }
    }

    fn vouch_for(&self, stamp: &Timestamp) -> Result<String, Distrust> {
        let (beside, at) = (&stamp.certificates, stamp.time);
        path::find(&stamp.certificate, &Asked { beside, trusted: &self.0, at, purpose: ID_KP_TIME_STAMPING })
    }
}
