//! Authenticode signatures: made by osslsigncode, checked by the catalog tool.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;
use std::{env, fs};

use anyhow::{Context, Result, ensure};
use clap::Args;
use driver_catalog::signature::{self, Authorities};
use tempfile::TempDir;
use x509_cert::Certificate;

use super::certificate::KeyPair;
use crate::report::{note, read};

/// What a package is signed with.
#[derive(Args, Clone, Debug, Default)]
pub struct Options {
    /// Folder of the self-made test certificate and its key, made when missing [default: one with the
    /// driver's name in the user's folder for data]
    #[arg(long, value_name = "DIR", conflicts_with_all = ["certificate", "pfx"])]
    pub key_dir: Option<PathBuf>,
    /// A certificate of your own (PEM), with those of its issuers after it
    #[arg(long, value_name = "PEM", requires = "key")]
    pub certificate: Option<PathBuf>,
    /// The private key of that certificate (PEM)
    #[arg(long, value_name = "PEM", requires = "certificate")]
    pub key: Option<PathBuf>,
    /// A certificate of your own and its key (PKCS #12)
    #[arg(long, value_name = "PFX", conflicts_with = "certificate")]
    pub pfx: Option<PathBuf>,
    /// File with the password of the key, or `-` for the standard input
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Timestamp server (RFC 3161), so that signatures outlive the certificate
    #[arg(long, value_name = "URL")]
    pub timestamp: Option<String>,
}

/// Signs files.
pub struct Signer {
    /// Arguments of osslsigncode.
    arguments: Vec<PathBuf>,
    /// What signatures say that they are of.
    name: String,
    /// Holds a key that lasts no longer than this.
    _folder: Option<TempDir>,
}

impl Signer {
    /// The signer that the user asks for, for the driver of this name. No private key is kept in `root`, the folder of
    /// the sources.
    ///
    /// # Errors
    ///
    /// No certificate can be made, or it would lie among the sources.
    pub fn new(options: &Options, root: &Path, name: &str) -> Result<Self> {
        let flag = |name: &str, value: &Path| [PathBuf::from(name), value.to_owned()];
        let mut arguments = Vec::new();
        match (&options.certificate, &options.key, &options.pfx) {
            (Some(certificate), Some(key), None) => {
                arguments.extend(flag("-certs", certificate).into_iter().chain(flag("-key", key)));
            }
            (None, None, Some(pfx)) => arguments.extend(flag("-pkcs12", pfx)),
            _ => arguments.extend(own(&key_folder(options, root, name)?, name)?),
        }
        if let Some(file) = &options.password_file {
            arguments.extend(flag("-readpass", file));
        }
        if let Some(url) = &options.timestamp {
            arguments.extend(flag("-ts", Path::new(url)));
        }
        Ok(Self { arguments, name: name.to_owned(), _folder: None })
    }

    /// A signer whose key is forgotten afterwards, for the sandbox.
    ///
    /// # Errors
    ///
    /// No certificate can be made.
    pub fn fleeting(name: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let arguments = own(folder.path(), name)?.into();
        Ok(Self { arguments, name: name.to_owned(), _folder: Some(folder) })
    }

    /// Signs `from` into `to`, which must be another file.
    ///
    /// # Errors
    ///
    /// osslsigncode fails; the error has its words.
    pub fn sign(&self, from: &Path, to: &Path) -> Result<()> {
        let mut command = Command::new("osslsigncode");
        command.args(["sign", "-h", "sha256", "-n", &self.name]).args(&self.arguments);
        read(command.arg("-in").arg(from).arg("-out").arg(to))
            .with_context(|| format!("cannot sign {}", from.display()))
            .map(drop)
    }
}

fn own(folder: &Path, name: &str) -> Result<[PathBuf; 4]> {
    let pair = KeyPair::find_or_make(folder, name)?;
    Ok(["-certs".into(), pair.certificate, "-key".into(), pair.key])
}

fn key_folder(options: &Options, root: &Path, name: &str) -> Result<PathBuf> {
    let folder = match &options.key_dir {
        Some(folder) => env::current_dir()?.join(folder),
        None => dirs::data_dir().context("there is no folder for data: give --key-dir")?.join(name),
    };
    let mut above = folder.ancestors().filter_map(|folder| folder.canonicalize().ok());
    let inside = above.next().is_some_and(|folder| folder.starts_with(root));
    ensure!(!inside, "{} lies among the sources: keep the private key elsewhere", folder.display());
    note(&format!("    signing with the test certificate in {}", folder.display()));
    Ok(folder)
}

/// The certificates (PEM) of those who may vouch for signers.
pub fn read_issuers(path: &Path) -> Result<Authorities> {
    let pem = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Authorities::from_pem(&pem).with_context(|| format!("{}: no certificates (PEM)", path.display()))
}

/// Checks a signature (PKCS#7) and its timestamps: made by the key of `certificate` alone and, if `issuers` are given,
/// one of them vouches for it.
pub fn check(signature: &[u8], certificate: &Certificate, issuers: Option<&Authorities>) -> Result<()> {
    let signers = signature::check(signature).context("its signature is not good")?;
    ensure!(!signers.is_empty(), "nobody signed it");
    for signed in &signers {
        let subject = &signed.certificate.tbs_certificate.subject;
        ensure!(signed.certificate == *certificate, "signed by {subject}, not by the certificate of the package");
        let Some(issuers) = issuers else { continue };
        let judgement = issuers.judge(signed, issuers, SystemTime::now());
        for (stamp, trust) in signed.timestamps.iter().zip(judgement.timestamps) {
            if let Err(reason) = trust {
                note(&format!("    the timestamp of {} does not count: {reason}", stamp.time));
            }
        }
        judgement.signer.context("its signer is not trusted")?;
    }
    Ok(())
}
