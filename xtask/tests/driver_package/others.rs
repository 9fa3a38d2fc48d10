//! What programs of others say about the package.

use std::fs;
use std::path::Path;
use std::process::Command;

use object::LittleEndian as LE;
use object::read::pe::PeFile64;

use crate::copy::{Package, find, flip, refusal, run, utf16};

/// The image by its own signature, and by the catalog's; the catalog by its signature.
#[test]
#[ignore = "needs a package"]
fn osslsigncode_accepts_the_package_and_nothing_else() {
    let package = Package::new();
    let (authority, image, catalog) = (package.authority(), package.file("netioctl.sys"), package.file("netioctl.cat"));
    let verify = |more: &[&Path], file: &Path| {
        let mut command = Command::new("osslsigncode");
        command.arg("verify").arg("-CAfile").arg(authority.path()).args(more).arg("-in").arg(file);
        refusal(&mut command)
    };
    let through_catalog = [Path::new("-catalog"), &catalog];
    assert_eq!(verify(&[], &image), None);
    assert_eq!(verify(&[], &catalog), None);
    assert_eq!(verify(&through_catalog, &image), None);

    let good = package.read("netioctl.sys");
    let code = PeFile64::parse(&*good).unwrap().section_table().iter().next().unwrap().pointer_to_raw_data.get(LE);
    fs::write(&image, flip(good.clone(), code as usize)).unwrap();
    assert!(verify(&[], &image).is_some());
    assert!(verify(&through_catalog, &image).is_some());
    fs::write(&image, good).unwrap();

    let changed = package.read("netioctl.cat");
    let position = find(&changed, &utf16("netioctl.inf"));
    fs::write(&catalog, flip(changed, position)).unwrap();
    assert!(verify(&[], &catalog).is_some());
}

/// openssl, which knows nothing of catalogs, finds the hashes of the INF in the signed contents.
#[test]
#[ignore = "needs a package"]
fn openssl_finds_the_inf_in_the_catalog() {
    let package = Package::new();
    let catalog = package.file("netioctl.cat");
    let tree = run(Command::new("openssl").args(["asn1parse", "-inform", "DER", "-in"]).arg(&catalog));
    for algorithm in ["-sha1", "-sha256"] {
        let digest = run(Command::new("openssl").args(["dgst", "-r", algorithm]).arg(package.file("netioctl.inf")));
        let hash = digest.split_whitespace().next().unwrap().to_uppercase();
        assert!(tree.contains(&format!("OCTET STRING      [HEX DUMP]:{hash}")), "{algorithm} {hash} is not in\n{tree}");
    }
    let signer = ["pkcs7", "-inform", "DER", "-print_certs", "-in"];
    let signer = run(Command::new("openssl").args(signer).arg(&catalog));
    let certificate = fs::read_to_string(package.authority()).unwrap();
    assert!(signer.contains(certificate.trim()), "{signer}");
}
