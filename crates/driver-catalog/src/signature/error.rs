//! Why a signature is not right.

use der::asn1::ObjectIdentifier;

use crate::error::ReadError;

/// Why a signature, or a timestamp on it, is not right or cannot be checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// It is damaged.
    #[error("{0}")]
    Read(ReadError),
    /// Somebody changed what was signed.
    #[error("what was signed has been changed since: its {digest} hash is another")]
    Changed {
        /// The name of the hash.
        digest: String,
    },
    /// The hash is the right one, but the key of the certificate did not sign it.
    #[error("the key of {0} did not make it")]
    Forged(String),
    /// What a signature needs is not there.
    #[error("{0}")]
    Missing(String),
    /// It says that something else was signed.
    #[error("it is for {0}, which is something else")]
    Content(ObjectIdentifier),
    /// An algorithm, or a key, that is not known here.
    #[error("it cannot be checked: {0} is not supported")]
    Unsupported(String),
    /// The certificate of a timestamp is not one for timestamps.
    #[error("{0} may not make timestamps")]
    NoTimestamper(String),
    /// A timestamp of another signature.
    #[error("it is for another signature")]
    OtherSignature,
    /// A timestamp is not right. The signature that it is on is.
    #[error("timestamp: {0}")]
    Timestamp(Box<SignatureError>),
}

impl SignatureError {
    pub(super) fn of_timestamp(self) -> Self {
        Self::Timestamp(Box::new(self))
    }
}

// Not `#[from]`: the text is all there, a source would say it again.
impl From<ReadError> for SignatureError {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}
