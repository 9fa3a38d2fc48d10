//! Before a package is installed: a good one is good, and every damage is named.
#![forbid(unsafe_code)]

mod common;
#[path = "common/pki.rs"]
mod pki;

use std::fs;
use std::ops::Range;
use std::path::Path;

use common::Package;
use driver_catalog::inf::Architecture;
use driver_catalog::{Catalog, oid, package, sums};
use pki::{Identity, Wish, content, sign, with_signature};

const MACHINE: usize = 4;
const SUBSYSTEM: usize = 0x5c;

/// A package with a signed catalog.
struct Signed {
    package: Package,
    by: Identity,
}

impl Signed {
    fn new() -> Self {
        let signed = Self { package: Package::new(), by: Wish::code().make(None) };
        signed.sign();
        signed
    }

    /// The catalog of the files as they are, signed.
    fn sign(&self) {
        let catalog = self.package.catalog().catalog;
        let signer = sign(&self.by, oid::CTL, &content(&catalog), Vec::new());
        let catalog = with_signature(&catalog, &[signer], &[&self.by]);
        self.package.write("sample.cat", &catalog.to_der().unwrap());
    }

    /// Where in the catalog its list is. Around that are certificates, which another signer may need.
    fn content(&self) -> Range<usize> {
        let bytes = self.read("sample.cat");
        let content = content(&Catalog::from_der(&bytes).unwrap());
        let start = bytes.windows(content.len()).position(|window| window == content).unwrap();
        start..start + content.len()
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.package.file(name)).unwrap()
    }

    fn check(&self) -> Result<(), String> {
        let checked = package::check(&self.package.file("sample.inf"), Architecture::Amd64);
        checked.map(drop).map_err(|error| error.to_string())
    }

    /// What is said of the package with other contents of a file, which then gets its own back.
    fn said_of(&self, name: &str, damaged: &[u8]) -> String {
        let good = self.read(name);
        self.package.write(name, damaged);
        let said = self.check().expect_err("a damaged package is good");
        self.package.write(name, &good);
        assert!(said.contains(name), "{said:?} does not name {name}");
        said
    }

    /// The same of an image for which the catalog was made.
    fn said_of_image(&self, image: &[u8]) -> String {
        let good = self.read("sample.sys");
        self.package.write("sample.sys", image);
        self.sign();
        let said = self.check().expect_err("an image that is no driver is good");
        self.package.write("sample.sys", &good);
        self.sign();
        assert!(said.contains("sample.sys"), "{said}");
        said
    }
}

/// No part of what is signed: an image's checksum, and where its certificates are.
fn is_exempt(name: &str, file: &[u8], position: usize) -> bool {
    let start = |offset| if name == "sample.sys" { headers(file) + offset } else { usize::MAX - 8 };
    (start(0x58)..start(0x58) + 4).contains(&position) || (start(0xa8)..start(0xa8) + 8).contains(&position)
}

/// Where the PE signature is.
fn headers(image: &[u8]) -> usize {
    u32::from_le_bytes(image[0x3c..0x40].try_into().unwrap()) as usize
}

/// The image with another 16-bit field, counted from the PE signature.
fn with_field(mut image: Vec<u8>, offset: usize, value: u16) -> Vec<u8> {
    let at = headers(&image) + offset;
    image[at..][..2].copy_from_slice(&value.to_le_bytes());
    image
}

#[test]
fn a_good_package_is_good() {
    let signed = Signed::new();
    assert_eq!(signed.check(), Ok(()));
}

#[test]
fn checksums_count_where_they_are() {
    let signed = Signed::new();
    let list = |names: &[&str]| {
        let other = tempfile::tempdir().unwrap();
        for name in names {
            fs::copy(signed.package.file(name), other.path().join(name)).unwrap();
        }
        sums::write(other.path()).unwrap();
        fs::copy(other.path().join(sums::NAME), signed.package.file(sums::NAME)).unwrap();
    };
    list(&["sample.inf", "sample.sys", "sample.cat", "readme.txt"]);
    assert_eq!(signed.check(), Ok(()));
    assert_eq!(signed.said_of("readme.txt", b"other"), "readme.txt: not what SHA256SUMS lists");
    fs::remove_file(signed.package.file("readme.txt")).unwrap();
    assert!(signed.check().unwrap_err().contains("readme.txt: listed in SHA256SUMS, but not in the package"));
}

#[test]
fn one_flipped_bit_anywhere_in_what_is_signed_is_noticed() {
    let signed = Signed::new();
    for name in ["sample.sys", "sample.inf", "sample.cat", "x64/data_x64.bin"] {
        let good = signed.read(name);
        let range = if name == "sample.cat" { signed.content() } else { 0..good.len() };
        for position in range.clone().step_by(range.len().div_ceil(60)) {
            let mut bad = good.clone();
            bad[position] ^= 0x10;
            signed.package.write(name, &bad);
            assert!(signed.check().is_err() || is_exempt(name, &good, position), "{name}: byte {position}");
        }
        signed.package.write(name, &good);
    }
    assert_eq!(signed.check(), Ok(()));
}

#[test]
fn an_image_that_is_no_driver_is_named_even_if_it_is_signed() {
    let signed = Signed::new();
    let image = signed.read("sample.sys");
    assert!(signed.said_of_image(b"MZ, but nothing else").contains("no driver image"));
    assert!(signed.said_of_image(b"").contains("no driver image"));
    assert!(signed.said_of_image(b"\x7fELF, which is of another kind").contains("no driver image"));
    let said = signed.said_of_image(&with_field(image.clone(), MACHINE, 0xaa64));
    assert!(said.contains("built for arm64, and the machine has amd64"), "{said}");
    let said = signed.said_of_image(&with_field(image.clone(), MACHINE, 0x5064));
    assert!(said.contains("another machine") && said.contains("0x5064"), "{said}");
    let said = signed.said_of_image(&with_field(image, SUBSYSTEM, 3));
    assert!(said.contains("a program or a library"), "{said}");
}

#[test]
fn what_is_cut_off_is_noticed() {
    let signed = Signed::new();
    let image = signed.read("sample.sys");
    let said = signed.said_of("sample.sys", &image[..image.len() - 1]);
    assert!(said.contains("it is cut off: section .text ends at byte"), "{said}");
    let catalog = signed.read("sample.cat");
    signed.said_of("sample.cat", &catalog[..catalog.len() / 2]);
    let inf = signed.read("sample.inf");
    signed.said_of("sample.inf", &inf[..inf.len() / 2]);
}

#[test]
fn a_catalog_that_nobody_signed_or_that_is_not_there_is_named() {
    let signed = Signed::new();
    signed.package.write_catalog();
    assert!(signed.check().unwrap_err().ends_with("sample.cat: it is not signed"));
    fs::remove_file(signed.package.file("sample.cat")).unwrap();
    assert!(signed.check().unwrap_err().contains("sample.cat"));
}

#[test]
fn an_inf_that_lacks_something_is_named() {
    let signed = Signed::new();
    let without = |line: &str| common::INF.replace(line, "");
    let said = signed.said_of("sample.inf", without("[Files]\n").as_bytes());
    assert!(said.contains("no section [Files]"), "{said}");
    let said = signed.said_of("sample.inf", without("CatalogFile = sample.cat ; made, not written\n").as_bytes());
    assert!(said.contains("no driver with a catalog for amd64"), "{said}");
    fs::remove_file(signed.package.file("x64/data_x64.bin")).unwrap();
    assert!(signed.check().unwrap_err().contains("data_x64.bin"));
}

#[test]
fn a_package_for_other_machines_is_named() {
    let signed = Signed::new();
    let inf = signed.package.file("sample.inf");
    let said = package::check(&inf, Architecture::Arm64).unwrap_err().to_string();
    assert!(said.contains("sample.inf: no driver with a catalog for arm64"), "{said}");
    assert!(package::check(Path::new("nowhere.inf"), Architecture::Amd64).is_err());
}
