//! Hashes and keys by their object identifiers.

use const_oid::db::{DB, rfc5912};
use der::asn1::ObjectIdentifier;
use der::referenced::OwnedToRef;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_verify::{Message, Signature, VerifyInfo, VerifyingKey};

use super::error::SignatureError;

/// The name of an algorithm, or its number.
pub(super) fn name(oid: &ObjectIdentifier) -> String {
    DB.by_oid(oid).map_or_else(|| oid.to_string(), str::to_owned)
}

/// Hashes `bytes`.
pub(super) fn hash(algorithm: &ObjectIdentifier, bytes: &[u8]) -> Result<Vec<u8>, SignatureError> {
    Ok(match *algorithm {
        rfc5912::ID_SHA_1 => Sha1::digest(bytes).to_vec(),
        rfc5912::ID_SHA_256 => Sha256::digest(bytes).to_vec(),
        rfc5912::ID_SHA_384 => Sha384::digest(bytes).to_vec(),
        rfc5912::ID_SHA_512 => Sha512::digest(bytes).to_vec(),
        _ => return Err(SignatureError::Unsupported(name(algorithm))),
    })
}

/// The algorithm of a signature together with its hash. PKCS#7 names the two apart: `rsaEncryption` and the hash.
pub(super) fn with_hash(
    algorithm: &AlgorithmIdentifierOwned,
    hash: &ObjectIdentifier,
) -> Result<AlgorithmIdentifierOwned, SignatureError> {
    let oid = match (algorithm.oid, *hash) {
        (rfc5912::RSA_ENCRYPTION, rfc5912::ID_SHA_1) => rfc5912::SHA_1_WITH_RSA_ENCRYPTION,
        (rfc5912::RSA_ENCRYPTION, rfc5912::ID_SHA_256) => rfc5912::SHA_256_WITH_RSA_ENCRYPTION,
        (rfc5912::RSA_ENCRYPTION, rfc5912::ID_SHA_384) => rfc5912::SHA_384_WITH_RSA_ENCRYPTION,
        (rfc5912::RSA_ENCRYPTION, rfc5912::ID_SHA_512) => rfc5912::SHA_512_WITH_RSA_ENCRYPTION,
        (rfc5912::ID_EC_PUBLIC_KEY, rfc5912::ID_SHA_256) => rfc5912::ECDSA_WITH_SHA_256,
        (rfc5912::ID_EC_PUBLIC_KEY, rfc5912::ID_SHA_384) => rfc5912::ECDSA_WITH_SHA_384,
        (rfc5912::ID_EC_PUBLIC_KEY, rfc5912::ID_SHA_512) => rfc5912::ECDSA_WITH_SHA_512,
        (rfc5912::RSA_ENCRYPTION | rfc5912::ID_EC_PUBLIC_KEY, _) => {
            return Err(SignatureError::Unsupported(name(hash)));
        }
        _ => return Ok(algorithm.clone()),
    };
    Ok(AlgorithmIdentifierOwned { oid, parameters: None })
}

/// Whether `key` made `signature` of `message`; the error says what is not supported, if that is the reason.
pub(super) fn verify(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: &AlgorithmIdentifierOwned,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, SignatureError> {
    let unsupported = |error| match error {
        x509_verify::Error::UnknownOid(oid) => SignatureError::Unsupported(name(&oid)),
        _ => SignatureError::Unsupported(format!("such a key ({})", name(&key.algorithm.oid))),
    };
    let verifier = VerifyingKey::new(key.owned_to_ref()).map_err(unsupported)?;
    let info = VerifyInfo::new(Message::new(message), Signature::new(algorithm, signature));
    match verifier.verify(info) {
        Ok(()) => Ok(true),
        Err(error @ x509_verify::Error::UnknownOid(_)) => Err(unsupported(error)),
        Err(_) => Ok(false),
    }
}
