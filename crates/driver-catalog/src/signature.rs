//! Whether the signature of a catalog is right, by osslsigncode.

use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Output};

use der::EncodePem;
use der::pem::LineEnding;
use tempfile::NamedTempFile;

use crate::catalog::Catalog;

/// What is known about a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody signed the catalog.
    Unsigned,
    /// Signed by somebody that the given certificates vouch for.
    Trusted,
    /// Signed and not changed since. Whether to trust who signed it was not asked: the catalog's own certificates were
    /// taken as trusted.
    Intact,
    /// Wrong; what osslsigncode said.
    Bad(String),
    /// osslsigncode is not installed.
    NoTool,
}

impl Verdict {
    /// Whether the signature was looked at and found right.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        matches!(self, Self::Trusted | Self::Intact)
    }
}

/// Has osslsigncode verify the signature of `catalog`, which is in the file `path`.
///
/// `trusted` is a file of certificates (PEM) that the signer's must come from. Without, only the signature itself
/// counts.
///
/// # Errors
///
/// A program or a file cannot be used.
pub fn verify(catalog: &Catalog, path: &Path, trusted: Option<&Path>) -> io::Result<Verdict> {
    if !catalog.is_signed() {
        return Ok(Verdict::Unsigned);
    }
    let own = own_certificates(catalog)?;
    let mut command = verifier();
    command.arg("-CAfile").arg(trusted.unwrap_or(own.path()));
    if trusted.is_none() {
        command.arg("-TSA-CAfile").arg(own.path());
    }
    match command.arg("-in").arg(path).output() {
        Ok(output) if output.status.success() && trusted.is_some() => Ok(Verdict::Trusted),
        Ok(output) if output.status.success() => Ok(Verdict::Intact),
        Ok(output) => Ok(Verdict::Bad(said(&output))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Verdict::NoTool),
        Err(error) => Err(error),
    }
}

/// `osslsigncode verify`, without asking the network for revocation lists, which is for those who trust the signer.
/// Older versions do not know the option.
#[must_use]
pub fn verifier() -> Command {
    const QUIET: &str = "-ignore-cdp";
    let mut command = Command::new("osslsigncode");
    command.arg("verify");
    let help = Command::new("osslsigncode").args(["verify", "--help"]).output();
    let knows = |text: &[u8]| String::from_utf8_lossy(text).contains(QUIET);
    if help.is_ok_and(|help| knows(&help.stdout) || knows(&help.stderr)) {
        command.arg(QUIET);
    }
    command
}

fn own_certificates(catalog: &Catalog) -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::with_suffix(".pem")?;
    for certificate in catalog.signature.certificates().flatten() {
        let pem = certificate.to_pem(LineEnding::LF).map_err(io::Error::other)?;
        file.write_all(pem.as_bytes())?;
    }
    file.flush()?;
    Ok(file)
}

fn said(output: &Output) -> String {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8_lossy(&text).trim().to_owned()
}
