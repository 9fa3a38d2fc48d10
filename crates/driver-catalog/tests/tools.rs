//! Other programs read and sign what is made here: openssl and osslsigncode.
#![forbid(unsafe_code)]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use common::{Package, Signer, has, image, options, printed, run};
use driver_catalog::create::Options;
use driver_catalog::digest::FileDigest;
use driver_catalog::signature::{Authorities, Distrust, SignatureError, check};
use driver_catalog::{Catalog, Version};

fn read(path: &Path) -> Catalog {
    Catalog::from_der(&fs::read(path).unwrap()).unwrap()
}

/// openssl's parser sees SignedData and every member in it.
#[test]
fn openssl_reads_the_members() {
    if !has("openssl") {
        return;
    }
    for version in [Version::V1, Version::V2] {
        let package = Package::new();
        let catalog = package.catalog_with(&Options { version, ..options() }).catalog;
        let path = package.file("x.cat");
        fs::write(&path, catalog.to_der().unwrap()).unwrap();
        let openssl =
            |command: &[&str]| run(Command::new("openssl").args(command).args(["-inform", "DER", "-in"]).arg(&path));
        let tree = openssl(&["asn1parse"]);
        for member in &catalog.members {
            let hex = hex::encode_upper(&member.identifier.0);
            assert!(tree.contains(&format!("[HEX DUMP]:{hex}")), "{hex}");
        }
        // Members lie five levels deep, each a SEQUENCE of its own.
        assert_eq!(tree.matches(":d=7  ").count() - 3, catalog.members.len() + 1, "{tree}");
        let envelope = openssl(&["pkcs7", "-print", "-noout"]);
        assert!(envelope.contains("pkcs7-signedData") && envelope.contains("1.3.6.1.4.1.311.10.1"), "{envelope}");
    }
}

#[test]
fn osslsigncode_signs_and_verifies() {
    if !has("osslsigncode") || !has("openssl") {
        return;
    }
    let (package, signer) = (Package::new(), Signer::new());
    let path = package.write_catalog();
    let unsigned = read(&path);

    signer.sign(&path, &[]);
    let signed = read(&path);
    assert_eq!((&signed.members, &signed.extensions), (&unsigned.members, &unsigned.extensions));
    assert_eq!(signed.list_identifier, unsigned.list_identifier);
    assert_eq!(signed.to_der().unwrap(), fs::read(&path).unwrap(), "what a signer wrote is written as it was read");
    let issuers: Vec<_> =
        signed.signature.certificates().map(|one| one.unwrap().tbs_certificate.issuer.to_string()).collect();
    assert_eq!(issuers, ["CN=driver-catalog test"]);
    assert!(signed.signature.signers().all(|signer| signer.is_ok()));

    // Another program's RSA signature, and the key of a stranger.
    let [by] = &check(&fs::read(&path).unwrap()).unwrap()[..] else { panic!("one signer") };
    let judge = |signer: &Signer| {
        let authorities = Authorities::from_pem(&fs::read(signer.certificate()).unwrap()).unwrap();
        authorities.judge(by, &authorities, SystemTime::now()).signer
    };
    assert_eq!(judge(&signer), Ok("CN=driver-catalog test".into()));
    assert!(matches!(judge(&Signer::new()), Err(Distrust::UnknownIssuer(_))));

    // Another list under the same signature.
    let mut forged = signed.clone();
    forged.extensions.pop();
    let error = check(&forged.to_der().unwrap()).unwrap_err();
    assert!(matches!(error, SignatureError::Changed { .. }), "{error}");
}

/// The image is found in the catalog by another program's Authenticode hash.
#[test]
fn osslsigncode_finds_the_image_in_the_catalog() {
    if !has("osslsigncode") || !has("openssl") {
        return;
    }
    let signer = Signer::new();
    // Not a multiple of 8 as well: both must pad it alike.
    for more in [0, 8, 13] {
        let package = Package::new();
        package.write("sample.sys", &image(more));
        let path = package.write_catalog();
        signer.sign(&path, &[]);
        let through_catalog = || {
            let mut command = Command::new("osslsigncode");
            command.args(["verify", "-CAfile"]).arg(signer.certificate()).arg("-catalog").arg(&path);
            command.arg("-in").arg(package.file("sample.sys")).output().unwrap()
        };
        let found = through_catalog();
        assert!(found.status.success(), "{more}: {}", printed(&found));
        let mut bytes = image(more);
        *bytes.last_mut().unwrap() ^= 1;
        package.write("sample.sys", &bytes);
        let lost = through_catalog();
        assert!(!lost.status.success(), "{more}: {}", printed(&lost));
    }
}

/// A signed image keeps its hash, and the catalog repeats what its signature says, page hashes included.
#[test]
fn a_signed_image_speaks_for_itself() {
    if !has("osslsigncode") || !has("openssl") {
        return;
    }
    let (package, signer) = (Package::new(), Signer::new());
    let file = package.file("sample.sys");
    let digest = || FileDigest::of(&fs::read(&file).unwrap());
    let bare = digest().unwrap();
    assert_eq!(bare.embedded, None);

    for options in [&[][..], &["-ph"]] {
        package.write("sample.sys", &image(0));
        signer.sign(&file, options);
        let signed = digest().unwrap();
        assert_eq!((&signed.sha1, &signed.sha256), (&bare.sha1, &bare.sha256));
        let embedded = signed.embedded.unwrap();
        let length = embedded.data.as_ref().unwrap().value().len();
        assert_eq!(length > 100, !options.is_empty(), "page hashes make it long: {length}");

        let catalog = package.catalog().catalog;
        let member = catalog.members.iter().find(|member| member.identifier.0 == bare.sha256).unwrap();
        assert_eq!(member.indirect_data(), Some(&embedded));
        assert!(driver_catalog::verify::folder(&catalog, "sample.cat", package.path()).unwrap().is_good());
    }

    let mut bytes = fs::read(&file).unwrap();
    bytes[0x200] ^= 1;
    package.write("sample.sys", &bytes);
    assert!(digest().unwrap_err().to_string().contains("not for this image"));
}
