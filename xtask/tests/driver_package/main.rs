//! The driver package as it was built: what breaks it is noticed, by the project's own check and by other programs.
//!
//! `cargo xtask test` runs these; by hand: `NETIOCTL_PACKAGE=target/package cargo test -p xtask --test driver_package --
//! --include-ignored`.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

mod copy;
mod image;
mod others;
mod signer;

use std::fs;

use cms::signed_data::SignerInfo;
use driver_catalog::Catalog;
use x509_cert::attr::Attribute;
use x509_cert::der::asn1::{Any, SetOfVec};
use x509_cert::der::oid::db::rfc5911::ID_COUNTERSIGNATURE;

use copy::{Package, flip};

#[test]
#[ignore = "needs a package"]
fn one_changed_byte_in_any_file_is_noticed() {
    let package = Package::new();
    assert_eq!(package.refusal(), None);
    let names = package.names();
    assert_eq!(names.len(), 15, "{names:?}");
    for name in names {
        let good = package.read(&name);
        for position in [0, good.len() / 2, good.len() - 1] {
            fs::write(package.file(&name), flip(good.clone(), position)).unwrap();
            let refusal = package.refusal().unwrap_or_else(|| panic!("{name}, byte {position}: good"));
            assert!(refusal.contains(&name), "{name}, byte {position}: {refusal}");
        }
        fs::write(package.file(&name), good).unwrap();
    }
    assert_eq!(package.refusal(), None);
}

#[test]
#[ignore = "needs a package"]
fn a_file_too_much_or_too_little_is_noticed() {
    let package = Package::new();
    fs::write(package.file("more.dll"), "").unwrap();
    assert!(package.refusal().unwrap().contains("more.dll"));
    fs::remove_file(package.file("more.dll")).unwrap();
    for name in package.names() {
        let contents = package.read(&name);
        fs::remove_file(package.file(&name)).unwrap();
        assert!(package.refusal().unwrap().contains(&name), "{name}");
        fs::write(package.file(&name), contents).unwrap();
    }
}

/// Without the help of SHA256SUMS: what Windows looks at is signed.
#[test]
#[ignore = "needs a package"]
fn what_is_signed_cannot_be_changed_on_purpose() {
    let package = Package::new();
    for name in ["netioctl.sys", "netioctl.inf", "netioctl.cat", "netioctl-test.cer"] {
        let good = package.read(name);
        for step in 1..8 {
            let position = good.len() * step / 8;
            fs::write(package.file(name), flip(good.clone(), position)).unwrap();
            package.list_anew();
            let refusal = package.refusal().unwrap_or_else(|| panic!("{name}, byte {position}: good"));
            assert!(refusal.contains(name), "{name}, byte {position}: {refusal}");
        }
        fs::write(package.file(name), good).unwrap();
    }
    package.list_anew();
    assert_eq!(package.refusal(), None);
}

/// A timestamp of something else on a signature that is right.
#[test]
#[ignore = "needs a package"]
fn a_bad_timestamp_is_noticed() {
    let package = Package::new();
    let mut catalog = Catalog::from_der(&package.read("netioctl.cat")).unwrap();
    let signer = &mut catalog.signature.signers[0];
    let mut info: SignerInfo = signer.decode_as().unwrap();
    // A countersignature is a signer too, but of the signature, not of the catalog.
    let values = SetOfVec::try_from([signer.clone()]).unwrap();
    info.unsigned_attrs = Some(SetOfVec::try_from([Attribute { oid: ID_COUNTERSIGNATURE, values }]).unwrap());
    *signer = Any::encode_from(&info).unwrap();
    fs::write(package.file("netioctl.cat"), catalog.to_der().unwrap()).unwrap();
    package.list_anew();
    let refusal = package.refusal().expect("a bad timestamp passes");
    assert!(refusal.contains("netioctl.cat") && refusal.contains("timestamp"), "{refusal}");
}
