//! Authenticode signatures, by osslsigncode.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use tempfile::TempDir;

use super::certificate::KeyPair;
use crate::tasks::report::{note, read};

/// What a package is signed with.
#[derive(Args, Clone, Debug, Default)]
pub struct Options {
    /// Folder of the self-made test certificate and its key, made when missing [default: netioctl in the user's folder
    /// for data]
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
    /// Holds a key that lasts no longer than this.
    _folder: Option<TempDir>,
}

impl Signer {
    /// The signer that the user asks for. No private key is kept in `root`, the folder of the sources.
    pub fn new(options: &Options, root: &Path) -> Result<Self> {
        let flag = |name: &str, value: &Path| [PathBuf::from(name), value.to_owned()];
        let mut arguments = Vec::new();
        match (&options.certificate, &options.key, &options.pfx) {
            (Some(certificate), Some(key), None) => {
                arguments.extend(flag("-certs", certificate).into_iter().chain(flag("-key", key)));
            }
            (None, None, Some(pfx)) => arguments.extend(flag("-pkcs12", pfx)),
            _ => arguments.extend(own(&key_folder(options, root)?)?),
        }
        if let Some(file) = &options.password_file {
            arguments.extend(flag("-readpass", file));
        }
        if let Some(url) = &options.timestamp {
            arguments.extend(flag("-ts", Path::new(url)));
        }
        Ok(Self { arguments, _folder: None })
    }

    /// A signer whose key is forgotten afterwards, for the sandbox.
    pub fn fleeting() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        Ok(Self { arguments: own(folder.path())?.into(), _folder: Some(folder) })
    }

    /// Signs `from` into `to`, which must be another file.
    pub fn sign(&self, from: &Path, to: &Path) -> Result<()> {
        let mut command = Command::new("osslsigncode");
        command.args(["sign", "-h", "sha256", "-n", "netioctl"]).args(&self.arguments);
        read(command.arg("-in").arg(from).arg("-out").arg(to))
            .with_context(|| format!("cannot sign {}", from.display()))
            .map(drop)
    }
}

fn own(folder: &Path) -> Result<[PathBuf; 4]> {
    let pair = KeyPair::find_or_make(folder)?;
    Ok(["-certs".into(), pair.certificate, "-key".into(), pair.key])
}

fn key_folder(options: &Options, root: &Path) -> Result<PathBuf> {
    let folder = match &options.key_dir {
        Some(folder) => env::current_dir()?.join(folder),
        None => dirs::data_dir().context("there is no folder for data: give --key-dir")?.join("netioctl"),
    };
    let mut above = folder.ancestors().filter_map(|folder| folder.canonicalize().ok());
    let inside = above.next().is_some_and(|folder| folder.starts_with(root));
    ensure!(!inside, "{} lies among the sources: keep the private key elsewhere", folder.display());
    note(&format!("    signing with the test certificate in {}", folder.display()));
    Ok(folder)
}

/// What a signature must fit.
pub struct Trust<'a> {
    /// Certificates (PEM) that the signer's comes from.
    pub certificates: &'a Path,
    /// The SHA-256 hash of the signer's certificate.
    pub signer: String,
}

impl Trust<'_> {
    /// Verifies the signature of a file; for an image also through `catalog`, instead of its own.
    pub fn verify(&self, file: &Path, catalog: Option<&Path>) -> Result<()> {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let mut command = driver_catalog::signature::verifier();
        command.arg("-CAfile").arg(self.certificates);
        command.arg("-TSA-CAfile").arg(self.certificates);
        command.args(["-require-leaf-hash", &format!("sha256:{}", self.signer)]);
        if let Some(catalog) = catalog {
            command.arg("-catalog").arg(catalog);
        }
        let output = command.arg("-in").arg(file).output().context("cannot run osslsigncode")?;
        if !output.status.success() {
            let through = if catalog.is_some() { ", looked up in the catalog" } else { "" };
            let said = String::from_utf8_lossy(&output.stdout);
            bail!("{name}: its signature{through} is not good; osslsigncode says:\n{}", said.trim());
        }
        Ok(())
    }
}
