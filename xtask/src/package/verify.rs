//! Whether a package is whole, and good for a Windows machine.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use driver_catalog::inf::Architecture;
use driver_catalog::{Catalog, digest, package, sums, verify};
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode};

use super::contents::{CATALOG, CERTIFICATE, FILES, IMAGE, INF, SYMBOLS};
use super::{certificate, inf, program, sign};
use crate::kernel::{KernelImage, image};

/// Checks everything about a package; the error names the file that is wrong. If `issuers` (PEM) are given, one of them
/// must vouch for the signer.
pub fn check(folder: &Path, issuers: Option<&Path>) -> Result<()> {
    // What `netioctl driver install` asks too: nothing is changed, and the catalog is signed and for these files.
    let whole = package::check(&folder.join(INF), Architecture::Amd64)?;
    let unlisted = whole.unlisted.with_context(|| format!("{}: not in the package", sums::NAME))?;
    ensure!(unlisted.is_empty(), "{unlisted:?}: not listed in {}", sums::NAME);
    for name in FILES {
        ensure!(folder.join(name).is_file(), "{name}: not in the package");
    }
    inf::check(&folder.join(INF))?;
    image::check(&KernelImage { sys: folder.join(IMAGE), pdb: folder.join(SYMBOLS) }).context(IMAGE)?;
    for name in FILES.iter().filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "exe")) {
        program::check(&folder.join(name)).context(*name)?;
    }
    signatures(folder, issuers)
}

/// What Windows looks at is signed by the certificate of the package, and each signature and each timestamp is right.
fn signatures(folder: &Path, issuers: Option<&Path>) -> Result<()> {
    let path = folder.join(CATALOG);
    let bytes = fs::read(&path)?;
    let catalog = Catalog::from_der(&bytes).context(CATALOG)?;
    let der = fs::read(folder.join(CERTIFICATE))?;
    let certificate = Certificate::from_der(&der).context(CERTIFICATE)?;
    certificate::check(&certificate).context(CERTIFICATE)?;
    let signed_by = signer(&catalog).context(CATALOG)?;
    ensure!(signed_by == der, "{CERTIFICATE}: not the certificate that {CATALOG} was signed with");
    let issuers = issuers.map(sign::read_issuers).transpose()?;
    sign::check(&bytes, &certificate, issuers.as_ref()).context(CATALOG)?;
    let image = folder.join(IMAGE);
    let embedded = digest::signatures(&fs::read(&image)?).context(IMAGE)?;
    ensure!(!embedded.is_empty(), "{IMAGE}: it is not signed");
    for signature in embedded {
        sign::check(&signature, &certificate, issuers.as_ref()).context(IMAGE)?;
    }
    members(&catalog, folder)
}

/// The catalog has the image and the INF, and nothing else.
fn members(catalog: &Catalog, folder: &Path) -> Result<()> {
    let report = verify::folder(catalog, CATALOG, folder)?;
    let problems: Vec<_> = report.problems.iter().map(ToString::to_string).collect();
    ensure!(problems.is_empty(), "{CATALOG}: {}", problems.join("\n"));
    let good: BTreeSet<_> = report.good.iter().filter_map(|path| path.file_name()?.to_str()).collect();
    ensure!(good == BTreeSet::from([IMAGE, INF]), "{CATALOG}: it has {good:?}");
    Ok(())
}

/// The certificate of who signed the catalog, as DER.
pub fn signer(catalog: &Catalog) -> Result<Vec<u8>> {
    let signer = catalog.signature.signers().next().context("nobody signed it")??;
    let cms::signed_data::SignerIdentifier::IssuerAndSerialNumber(id) = signer.sid else {
        anyhow::bail!("the signer is not named by issuer and serial number");
    };
    for certificate in catalog.signature.certificates() {
        let certificate = certificate?;
        let body = &certificate.tbs_certificate;
        if body.issuer == id.issuer && body.serial_number == id.serial_number {
            return Ok(certificate.to_der()?);
        }
    }
    anyhow::bail!("the certificate of the signer is not in it")
}
