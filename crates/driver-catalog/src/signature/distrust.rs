//! Why a signer is not trusted.

use der::DateTime;

/// Why a signer is not trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// The certificates end before they reach an authority.
    #[error("no trusted certificate leads to it: that of {0} is missing")]
    UnknownIssuer(String),
    /// A certificate was over by then, or not valid yet.
    #[error("the certificate of {subject} is valid from {from} to {to}")]
    Validity {
        /// Whose it is.
        subject: String,
        /// The beginning.
        from: DateTime,
        /// The end.
        to: DateTime,
    },
    /// The signer is an authority itself, which Windows refuses.
    #[error("{0} is an authority, which may not sign itself")]
    Authority(String),
    /// A certificate that is for something else.
    #[error("the certificate of {subject} is not for {purpose}")]
    Purpose {
        /// Whose it is.
        subject: String,
        /// What it should be for.
        purpose: &'static str,
    },
    /// A certificate says something that must be understood, and is not.
    #[error("the certificate of {subject} has a critical extension that is not known here: {extension}")]
    Extension {
        /// Whose it is.
        subject: String,
        /// The extension.
        extension: String,
    },
}
