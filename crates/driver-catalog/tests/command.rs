//! The command.
#![forbid(unsafe_code)]

mod common;

use std::fs;
use std::process::{Command, Output};

use common::{Package, Signer, has, printed};

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driver-catalog"));
    command.env("SOURCE_DATE_EPOCH", "1735689600").args(arguments).output().unwrap()
}

fn good(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", printed(&output));
    printed(&output)
}

fn bad(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(!output.status.success(), "{arguments:?}: {}", printed(&output));
    printed(&output)
}

#[test]
fn create_show_verify() {
    let package = Package::new();
    let (dir, catalog) = (package.path().to_str().unwrap(), package.file("sample.cat"));
    let catalog = catalog.to_str().unwrap();
    assert!(good(&["create", dir]).contains("3 files, 6 members"));
    let verified = good(&["verify", catalog, dir]);
    assert!(verified.contains("sample.sys") && verified.contains("signature: none"), "{verified}");
    assert!(bad(&["verify", catalog, dir, "--require-signature"]).contains("signature: none"));

    let shown = good(&["show", catalog]);
    assert!(shown.contains("HWID1 = root\\sample") && shown.contains("made 2025-01-01T00:00:00Z"), "{shown}");
    let json: serde_json::Value = serde_json::from_str(&good(&["show", catalog, "--json"])).unwrap();
    assert_eq!(json["version"], 2);
    assert_eq!(json["extensions"][0]["name"], "PE");
    assert_eq!(json["members"].as_array().unwrap().len(), 6);
    assert_eq!(json["members"][0]["identifier"], json["members"][0]["hash"]);
    assert_eq!(json["signers"].as_array().unwrap().len(), 0);

    package.write("sample.sys", b"something else");
    let wrong = bad(&["verify", catalog, dir]);
    assert!(wrong.contains("WRONG") && wrong.contains("sample.sys: changed"), "{wrong}");
}

#[test]
fn options_of_create() {
    let package = Package::new();
    let dir = package.path().to_str().unwrap();
    let output = package.file("x64");
    let arguments = ["--catalog-version", "1", "--os", "7X64", "--os-attr", "2:6.1", "-o", output.to_str().unwrap()];
    good(&[&["create", dir], &arguments[..]].concat());
    let catalog = output.join("sample.cat");
    let shown = good(&["show", catalog.to_str().unwrap()]);
    assert!(shown.contains("catalog version 1") && shown.contains("OS = 7X64") && shown.contains("OSAttr = 2:6.1"));
    assert!(bad(&["create", dir, "--catalog-version", "3"]).contains('3'));
    assert!(bad(&["create", output.to_str().unwrap()]).contains("no INF"));
}

#[test]
fn a_damaged_catalog_is_an_error_with_a_field() {
    let package = Package::new();
    let catalog = package.write_catalog();
    let bytes = fs::read(&catalog).unwrap();
    fs::write(&catalog, &bytes[..bytes.len() - 1]).unwrap();
    let message = bad(&["show", catalog.to_str().unwrap()]);
    assert!(message.contains("sample.cat") && message.contains("catalog: signed data"), "{message}");
}

/// An error says its cause once.
#[test]
fn a_cause_is_not_said_twice() {
    let package = Package::new();
    let dir = package.path().to_str().unwrap();
    let once = |said: &str, part: &str| assert_eq!(said.matches(part).count(), 1, "{said}");
    once(&bad(&["create", package.file("none").to_str().unwrap()]), "not a folder");
    let good_inf = fs::read(package.file("sample.inf")).unwrap();
    package.write("sample.inf", b"[Version]\na = \"b");
    once(&bad(&["create", dir]), "a quote is not closed");
    package.write("sample.inf", &good_inf);
    package.write("sample.sys", &common::image(0)[..300]);
    once(&bad(&["create", dir]), "damaged PE image");
    package.write("sample.sys", &common::image(0));
    let catalog = package.write_catalog();
    fs::remove_file(package.file("sample.sys")).unwrap();
    once(&bad(&["verify", catalog.to_str().unwrap(), dir]), "sample.sys");
}

/// The name of a file in Japanese, as a machine set to Japanese writes it.
#[test]
fn code_page() {
    let package = Package::new();
    let dir = package.path().to_str().unwrap();
    let (encoded, _, _) = encoding_rs::SHIFT_JIS.encode("ドラ.bin");
    let inf: Vec<u8> = common::INF.split("data_x64.bin").map(str::as_bytes).collect::<Vec<_>>().join(&encoded[..]);
    package.write("sample.inf", &inf);
    package.write("x64/ドラ.bin", b"data");
    assert!(bad(&["create", dir]).contains("not in the package"));
    assert!(good(&["create", dir, "--code-page", "932"]).contains("3 files"));
    let catalog = package.file("sample.cat");
    let catalog = catalog.to_str().unwrap();
    assert!(good(&["verify", catalog, dir, "--code-page", "932"]).contains("ドラ.bin"));
    assert!(bad(&["verify", catalog, dir, "--code-page", "7"]).contains("no code page"));
}

#[test]
fn a_signed_catalog() {
    if !has("osslsigncode") || !has("openssl") {
        return;
    }
    let (package, signer) = (Package::new(), Signer::new());
    let catalog = package.write_catalog();
    signer.sign(&catalog, &[]);
    let (catalog, dir) = (catalog.to_str().unwrap(), package.path().to_str().unwrap());
    let ca = signer.certificate();
    let verified = good(&["verify", catalog, dir, "--require-signature", "--ca", ca.to_str().unwrap()]);
    assert!(verified.contains("signature: good, by CN=driver-catalog test"), "{verified}");
    assert!(verified.contains("trust: CN=driver-catalog test vouches for the signer"), "{verified}");
    assert!(good(&["verify", catalog, dir]).contains("trust: not asked"));
    let stranger = Signer::new();
    let distrusted = bad(&["verify", catalog, dir, "--ca", stranger.certificate().to_str().unwrap()]);
    assert!(distrusted.contains("signature: good") && distrusted.contains("trust: NO"), "{distrusted}");
    let json: serde_json::Value = serde_json::from_str(&good(&["show", catalog, "--json"])).unwrap();
    assert_eq!(json["certificates"][0]["subject"], "CN=driver-catalog test");
    assert_eq!(json["signers"][0]["digest"], "sha256");

    let mut bytes = fs::read(catalog).unwrap();
    // A member's name: still a catalog, but not the one that was signed.
    let name: Vec<u8> = "sample.sys".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let at = bytes.windows(name.len()).position(|window| window == name).unwrap();
    bytes[at] ^= 1;
    fs::write(catalog, bytes).unwrap();
    assert!(bad(&["verify", catalog, dir]).contains("signature: WRONG"));
}
