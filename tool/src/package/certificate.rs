//! The certificate that a package is signed with: a self-made one, and what any must be like.

use std::fs::{self, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};
use rsa::RsaPrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::{EncodePrivateKey, EncodePublicKey};
use rsa::rand_core::{OsRng, RngCore};
use rsa::sha2::Sha256;
use x509_cert::Certificate;
use x509_cert::builder::{Builder, CertificateBuilder, Profile};
use x509_cert::der::asn1::GeneralizedTime;
use x509_cert::der::oid::AssociatedOid;
use x509_cert::der::oid::db::rfc5280::ID_KP_CODE_SIGNING;
use x509_cert::der::pem::LineEnding;
use x509_cert::der::{Decode, DecodePem, EncodePem};
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages};
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use x509_cert::time::{Time, Validity};

/// Windows takes elliptic curves for kernel code on its newest versions only.
const KEY_BITS: usize = 3072;

const DAY: Duration = Duration::from_hours(24);

/// Long enough for a test machine, short enough that a forgotten key ends.
const VALID: Duration = Duration::from_hours(3 * 365 * 24);

/// A certificate with less time than this is replaced.
const REPLACED_BEFORE: Duration = Duration::from_hours(30 * 24);

/// A private key and its certificate, both PEM files.
#[derive(Clone, Debug)]
pub struct KeyPair {
    /// The private key.
    pub key: PathBuf,
    /// The certificate.
    pub certificate: PathBuf,
}

impl KeyPair {
    /// The self-made pair of a folder, for the drivers of this name. A new one is made if there is none, or if its
    /// certificate ends soon.
    pub fn find_or_make(folder: &Path, name: &str) -> Result<Self> {
        let file = |extension| folder.join(format!("{name}-test.{extension}"));
        let pair = Self { key: file("key"), certificate: file("pem") };
        if pair.key.is_file() && pair.certificate.is_file() {
            let certificate = Certificate::from_pem(fs::read(&pair.certificate)?)
                .with_context(|| format!("cannot read {}", pair.certificate.display()))?;
            let end = certificate.tbs_certificate.validity.not_after.to_system_time();
            if SystemTime::now() + REPLACED_BEFORE < end {
                return Ok(pair);
            }
        }
        pair.make(folder, name).with_context(|| format!("cannot make a certificate in {}", folder.display()))?;
        Ok(pair)
    }

    fn make(&self, folder: &Path, name: &str) -> Result<()> {
        fs::create_dir_all(folder)?;
        fs::set_permissions(folder, Permissions::from_mode(0o700))?;
        let key = RsaPrivateKey::new(&mut OsRng, KEY_BITS)?;
        let certificate = self_signed(key.clone(), name, SystemTime::now())?;
        let _ = fs::remove_file(&self.key);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.key)?;
        file.write_all(key.to_pkcs8_pem(LineEnding::LF)?.as_bytes())?;
        Ok(fs::write(&self.certificate, certificate.to_pem(LineEnding::LF)?)?)
    }
}

/// An end-entity certificate for signing code, and nothing else. Its common name is what Windows shows.
fn self_signed(key: RsaPrivateKey, name: &str, now: SystemTime) -> Result<Certificate> {
    let mut serial = [0; 16];
    OsRng.fill_bytes(&mut serial);
    // A serial number is positive, and has no leading zeros.
    serial[0] = serial[0] & 0x7f | 0x40;
    // A day of grace for a machine whose clock is behind.
    let (from, to) = (now - DAY, now + VALID);
    let validity = Validity { not_before: time(from)?, not_after: time(to)? };
    let public = key.to_public_key().to_public_key_der()?;
    let signer = SigningKey::<Sha256>::new(key);
    let mut builder = CertificateBuilder::new(
        // Without an issuer of its own: self-signed.
        Profile::Manual { issuer: None },
        SerialNumber::new(&serial)?,
        validity,
        format!("CN={name} test,O={name}").parse()?,
        SubjectPublicKeyInfoOwned::from_der(public.as_bytes())?,
        &signer,
    )?;
    builder.add_extension(&BasicConstraints { ca: false, path_len_constraint: None })?;
    builder.add_extension(&KeyUsage(KeyUsages::DigitalSignature.into()))?;
    builder.add_extension(&ExtendedKeyUsage(vec![ID_KP_CODE_SIGNING]))?;
    Ok(builder.build::<rsa::pkcs1v15::Signature>()?)
}

fn time(time: SystemTime) -> Result<Time> {
    // UTCTime ends in 2049.
    Ok(Time::try_from(time).or_else(|_| GeneralizedTime::from_system_time(time).map(Time::GeneralTime))?)
}

/// Whether Windows takes signatures of this certificate: for code, not of an authority, and not yet over.
pub fn check(certificate: &Certificate) -> Result<()> {
    let now = SystemTime::now();
    let validity = &certificate.tbs_certificate.validity;
    ensure!(validity.not_before.to_system_time() <= now, "it begins only at {}", validity.not_before);
    ensure!(now < validity.not_after.to_system_time(), "it ended at {}", validity.not_after);
    let constraints: Option<BasicConstraints> = extension(certificate)?;
    ensure!(!constraints.is_some_and(|constraints| constraints.ca), "it is that of an authority");
    let usage: Option<KeyUsage> = extension(certificate)?;
    ensure!(usage.is_none_or(|usage| usage.digital_signature()), "its key may not sign");
    let purposes: Option<ExtendedKeyUsage> = extension(certificate)?;
    let code = purposes.is_some_and(|purposes| purposes.0.contains(&ID_KP_CODE_SIGNING));
    ensure!(code, "it is not for signing code");
    Ok(())
}

fn extension<'a, T: AssociatedOid + Decode<'a>>(certificate: &'a Certificate) -> Result<Option<T>> {
    let found = certificate.tbs_certificate.get::<T>().context("an extension of the certificate cannot be read")?;
    Ok(found.map(|(_, value)| value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pair_is_made_once_and_is_private() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let pair = KeyPair::find_or_make(folder.path(), "driver")?;
        assert_eq!(fs::metadata(&pair.key)?.permissions().mode() & 0o777, 0o600);
        let pem = fs::read(&pair.certificate)?;
        let certificate = Certificate::from_pem(&pem)?;
        check(&certificate)?;
        let body = &certificate.tbs_certificate;
        assert_eq!(body.issuer, body.subject);
        assert!(
            extension::<KeyUsage>(&certificate)?.is_some() && extension::<BasicConstraints>(&certificate)?.is_some()
        );
        KeyPair::find_or_make(folder.path(), "driver")?;
        assert_eq!(fs::read(&pair.certificate)?, pem);
        Ok(())
    }

    #[test]
    fn other_certificates_are_refused() -> Result<()> {
        let key = RsaPrivateKey::new(&mut OsRng, 2048)?;
        let refusal = |certificate: &Certificate| check(certificate).unwrap_err().to_string();
        let past = self_signed(key.clone(), "driver", SystemTime::now() - 2 * VALID)?;
        assert!(refusal(&past).contains("ended"), "{}", refusal(&past));
        let future = self_signed(key.clone(), "driver", SystemTime::now() + 2 * DAY)?;
        assert!(refusal(&future).contains("begins"), "{}", refusal(&future));
        let mut plain = self_signed(key, "driver", SystemTime::now())?;
        plain.tbs_certificate.extensions = None;
        assert!(refusal(&plain).contains("signing code"), "{}", refusal(&plain));
        Ok(())
    }
}
