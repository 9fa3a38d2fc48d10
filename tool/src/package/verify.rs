//! Whether a package is whole, and good for a Windows machine.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use driver_catalog::{Catalog, digest, package, sums, verify};
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode};

use super::contents::Contents;
use super::{certificate, inf, program, sign};
use crate::kernel::{KernelImage, image};

/// Checks everything about a package; the error names the file that is wrong. If `issuers` (PEM) are given, one of them
/// must vouch for the signer.
///
/// # Errors
///
/// A file is missing, or not as it should be.
pub fn check(contents: &Contents<'_>, folder: &Path, issuers: Option<&Path>) -> Result<()> {
    // What an installer asks too: nothing is changed, and the catalog is signed and for these files.
    let whole = package::check(&folder.join(contents.inf()), contents.architecture)?;
    let unlisted = whole.unlisted.with_context(|| format!("{}: not in the package", sums::NAME))?;
    ensure!(unlisted.is_empty(), "{unlisted:?}: not listed in {}", sums::NAME);
    let files = contents.files();
    for name in &files {
        ensure!(folder.join(name).is_file(), "{name}: not in the package");
    }
    if let Some(requirements) = &contents.requirements {
        inf::check(&folder.join(contents.inf()))?;
        let image = KernelImage { sys: folder.join(contents.image()), pdb: folder.join(contents.symbols()) };
        image::check(&image, contents.model, Some(requirements)).with_context(|| contents.image())?;
    }
    for name in files.iter().filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "exe")) {
        program::check(&folder.join(name)).context(name.clone())?;
    }
    signatures(contents, folder, issuers)
}

/// What Windows looks at is signed by the certificate of the package, and each signature and each timestamp is right.
fn signatures(contents: &Contents<'_>, folder: &Path, issuers: Option<&Path>) -> Result<()> {
    let (catalog_name, certificate_name) = (contents.catalog(), contents.certificate());
    let path = folder.join(&catalog_name);
    let bytes = fs::read(&path)?;
    let catalog = Catalog::from_der(&bytes).with_context(|| catalog_name.clone())?;
    let der = fs::read(folder.join(&certificate_name))?;
    let certificate = Certificate::from_der(&der).with_context(|| certificate_name.clone())?;
    certificate::check(&certificate).with_context(|| certificate_name.clone())?;
    let signed_by = signer(&catalog).with_context(|| catalog_name.clone())?;
    ensure!(signed_by == der, "{certificate_name}: not the certificate that {catalog_name} was signed with");
    let issuers = issuers.map(sign::read_issuers).transpose()?;
    sign::check(&bytes, &certificate, issuers.as_ref()).with_context(|| catalog_name.clone())?;
    let image = contents.image();
    let embedded = digest::signatures(&fs::read(folder.join(&image))?).with_context(|| image.clone())?;
    ensure!(!embedded.is_empty(), "{image}: it is not signed");
    for signature in embedded {
        sign::check(&signature, &certificate, issuers.as_ref()).with_context(|| image.clone())?;
    }
    members(contents, &catalog, folder)
}

/// The catalog has the image and the INF, and nothing else.
fn members(contents: &Contents<'_>, catalog: &Catalog, folder: &Path) -> Result<()> {
    let (name, image, inf) = (contents.catalog(), contents.image(), contents.inf());
    let report = verify::folder(catalog, &name, folder)?;
    let problems: Vec<_> = report.problems.iter().map(ToString::to_string).collect();
    ensure!(problems.is_empty(), "{name}: {}", problems.join("\n"));
    let good: BTreeSet<_> = report.good.iter().filter_map(|path| path.file_name()?.to_str()).collect();
    ensure!(good == BTreeSet::from([&*image, &*inf]), "{name}: it has {good:?}");
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
