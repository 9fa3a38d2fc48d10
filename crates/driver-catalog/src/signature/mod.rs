//! Whether a signature is right and, apart from that, whether its signer is to be trusted.
//!
//! [`check`] needs nothing but the signature: the signed hash must be that of the content, the signer's key must have
//! made the signature, and the same holds for each timestamp on it. Microsoft's catalogs come with their intermediate
//! certificates only, so whether somebody vouches for the signer is a second question. Its answer depends on the
//! authorities that the caller trusts: [`Authorities::judge`].
//!
//! Revocation is not looked at: that needs the network.

mod distrust;
mod error;
mod key;
mod path;
mod signed_by;
mod signer;
mod timestamp;
mod trust;

use der::asn1::AnyRef;
use der::{Decode, Encode, Reader, SliceReader};

use crate::error::ReadError;
use crate::read::Envelope;

pub use distrust::Distrust;
pub use error::SignatureError;
pub use signed_by::{Form, SignedBy, Timestamp};
use signer::{Certificates, Signer};
pub use trust::{Authorities, Judgement};

/// Checks a signature, PKCS#7 SignedData, with the key of each signer: that of a catalog, or one of the
/// [signatures inside an image](crate::digest::signatures).
///
/// Gives the signers; none if there is no signature. [`Authorities::judge`] says whether they are trusted.
///
/// # Errors
///
/// A signature or a timestamp on it is wrong, or of a kind that cannot be checked.
pub fn check(bytes: &[u8]) -> Result<Vec<SignedBy>, SignatureError> {
    // Not to the end: images pad their signatures.
    let signed = SliceReader::new(bytes).and_then(|mut reader| reader.decode::<AnyRef<'_>>());
    let signed = signed.map_err(|error| ReadError::new("signed data", error.to_string()))?;
    let envelope = Envelope::read(signed, 1..=1)?;
    let certificates = Certificates::of(&envelope)?;
    let signers = envelope.signature.signers.iter().map(Encode::to_der);
    signers
        .map(|der| {
            let der = der.map_err(|error| ReadError::new("signer", error.to_string()))?;
            let signer =
                Signer::read(AnyRef::from_der(&der).map_err(|error| ReadError::new("signer", error.to_string()))?)?;
            let certificate = signer.verify(envelope.content.value(), Some(&envelope.content_type), &certificates)?;
            let timestamps = timestamp::check_all(&signer, &certificates).map_err(SignatureError::of_timestamp)?;
            let (certificate, digest) = (certificate.clone(), signer.digest.oid);
            Ok(SignedBy { certificate, digest, timestamps, certificates: certificates.clone() })
        })
        .collect()
}
