//! The command.

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
    assert!(bad(&["create", dir, "--catalog-version", "3"]).contains("3"));
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
    assert!(verified.contains("by a trusted signer"), "{verified}");
    let json: serde_json::Value = serde_json::from_str(&good(&["show", catalog, "--json"])).unwrap();
    assert_eq!(json["certificates"][0]["subject"], "CN=driver-catalog test");
    assert_eq!(json["signers"][0]["digest"], "sha256");

    // Without osslsigncode in reach it says so.
    let mut command = Command::new(env!("CARGO_BIN_EXE_driver-catalog"));
    let output = command.env("PATH", "/nonexistent").args(["verify", catalog, dir]).output().unwrap();
    assert!(
        output.status.success() && printed(&output).contains("osslsigncode is not installed"),
        "{}",
        printed(&output)
    );
}
