//! Errors name the field that is wrong.
#![forbid(unsafe_code)]

mod common;

use common::Package;
use driver_catalog::Catalog;

/// Replaces the first `from` behind the first `after` in the catalog of the sample package, and reads the result.
fn error(after: &[u8], from: &[u8], to: &[u8]) -> String {
    let mut bytes = Package::new().catalog().catalog.to_der().unwrap();
    let find = |bytes: &[u8], what: &[u8]| (0..bytes.len()).position(|at| bytes[at..].starts_with(what));
    let start = find(&bytes, after).unwrap();
    let at = start + find(&bytes[start..], from).unwrap();
    bytes.splice(at..at + from.len(), to.iter().copied());
    Catalog::from_der(&bytes).unwrap_err().to_string()
}

/// Tag, length and content of the identifier 1.3.6.1.4.1.311 followed by `rest`.
fn oid(rest: &[u8]) -> Vec<u8> {
    let content = [&[0x2b, 6, 1, 4, 1, 0x82, 0x37], rest].concat();
    [&[6, u8::try_from(content.len()).unwrap()], content.as_slice()].concat()
}

#[test]
fn signed_data() {
    let pkcs7 = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
    let data = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    let wrong = error(&[], &pkcs7, &data);
    assert_eq!(wrong, "catalog: content type: expected 1.2.840.113549.1.7.2, got 1.2.840.113549.1.7.1");
    assert_eq!(error(&pkcs7, &[2, 1, 1], &[2, 1, 3]), "catalog: signed data: version: expected 1, got 3");
    assert!(error(&pkcs7, &[0x31, 0], &[0x30, 0]).starts_with("catalog: signed data: digest algorithms: expected SET"));
    assert!(
        error(&[], &oid(&[10, 1]), &oid(&[10, 2])).starts_with("catalog: content type: expected 1.3.6.1.4.1.311.10.1")
    );
}

#[test]
fn list() {
    let usage = oid(&[12, 1, 1]);
    let starts = |after: &[u8], from: &[u8], to: &[u8], with: &str| {
        let message = error(after, from, to);
        assert!(message.starts_with(with), "{message}");
    };
    starts(&usage, &usage, &oid(&[12, 1, 9]), "catalog: list: subject usage: not that of a catalog");
    starts(&usage, &[4, 16], &[5, 16], "catalog: list: list identifier: ");
    starts(&usage, &[0x17, 13], &[0x18, 13], "catalog: list: this update: ");
    starts(&usage, &oid(&[12, 1, 3]), &oid(&[12, 1, 4]), "catalog: list: subject algorithm: 1.3.6.1.4.1.311.12.1.4 is");
}

#[test]
fn members() {
    let members = oid(&[12, 1, 3]);
    let member = |from: &[u8], to: &[u8]| error(&members, from, to);
    assert!(member(&[4, 20], &[3, 20]).starts_with("catalog: list: member 1: identifier: "));
    assert!(member(&[2, 4, 0x10, 1, 0, 1], &[4, 4, 0x10, 1, 0, 1]).contains(": name and value: flags: "));
    assert!(member(&[0x1e], &[0x16]).contains(": name and value: name: "));
    let indirect = |from: &[u8], to: &[u8]| error(&oid(&[2, 1, 4]), from, to);
    assert!(indirect(&[4, 32], &[3, 32]).contains(": indirect data: digest: "));
    assert!(indirect(&[4, 32], &[4, 33]).starts_with("catalog: list: "));
    let sha256 = [6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
    assert!(indirect(&sha256, &[&[5], &sha256[1..]].concat()).contains(": indirect data: digest algorithm: "));
}

#[test]
fn extensions() {
    // The name PE = TRUSTED is in the first extension.
    let trusted: Vec<u8> = "TRUSTED".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let name = [0x1e, 4, 0, b'P', 0, b'E'];
    assert!(error(&name, &trusted, &trusted[2..]).starts_with("catalog: "));
    let message = error(&name, &name, &[0x1f, 4, 0, b'P', 0, b'E']);
    assert!(message.starts_with("catalog: list: extension 1: name and value: name: "), "{message}");
}

#[test]
fn a_length_that_is_longer_than_the_file() {
    for bytes in
        [&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff][..], &[0x30, 0x83, 0x0f, 0xff, 0xff, 6], &[0x30, 0x80, 0, 0], &[]]
    {
        assert_eq!(Catalog::from_der(bytes).unwrap_err().field(), "catalog: signed data");
    }
}
