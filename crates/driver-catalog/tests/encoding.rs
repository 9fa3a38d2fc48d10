//! What is written is read again, and nothing makes the reader panic.
#![forbid(unsafe_code)]

mod common;
#[path = "common/any.rs"]
mod generate;

use std::fs;
use std::sync::LazyLock;

use driver_catalog::create::Options;
use driver_catalog::digest::FileDigest;
use driver_catalog::show::View;
use driver_catalog::{Catalog, ReadError, Version};
use proptest::prelude::*;
use proptest::sample::Index;

use common::{Package, Signer, has, image, options};

/// The reader's answer to bytes of which nothing is known: an error that names a field, or a catalog that writes.
fn survives(bytes: &[u8]) -> Result<(), TestCaseError> {
    match Catalog::from_der(bytes) {
        Ok(catalog) => {
            prop_assert!(!View::new(&catalog).to_string().is_empty());
            // What no set may hold twice can be read, but not written.
            if let Ok(written) = catalog.to_der() {
                let again = Catalog::from_der(&written);
                prop_assert_eq!(again.map(|again| again.to_der().unwrap()), Ok(written));
            }
        }
        Err(error) => prop_assert!(names_a_field(&error), "{error}"),
    }
    Ok(())
}

fn names_a_field(error: &ReadError) -> bool {
    error.field().starts_with("catalog: ") && !error.reason().is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn round_trip(catalog in generate::catalog()) {
        let bytes = catalog.to_der().unwrap();
        let read = Catalog::from_der(&bytes).unwrap();
        prop_assert_eq!(&read, &catalog);
        prop_assert_eq!(read.to_der().unwrap(), bytes);
    }

    #[test]
    fn truncated(catalog in generate::catalog(), end in any::<Index>()) {
        let bytes = catalog.to_der().unwrap();
        let error = Catalog::from_der(&bytes[..end.index(bytes.len())]).unwrap_err();
        prop_assert!(names_a_field(&error), "{}", error);
    }

    #[test]
    fn longer(catalog in generate::catalog(), more in 1_usize..99) {
        let mut bytes = catalog.to_der().unwrap();
        bytes.resize(bytes.len() + more, 0);
        prop_assert_eq!(Catalog::from_der(&bytes).unwrap_err().field(), "catalog: end of file");
    }
}

/// One way to damage a file.
#[derive(Debug, Clone)]
enum Damage {
    Set(Index, u8),
    Remove(Index, usize),
    Insert(Index, Vec<u8>),
    Repeat(Index, usize),
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let range = |at: &Index, length: usize| {
            let start = at.index(bytes.len());
            start..bytes.len().min(start + length)
        };
        match self {
            Self::Set(at, value) => {
                let at = at.index(bytes.len());
                bytes[at] = *value;
            }
            Self::Remove(at, length) => {
                bytes.drain(range(at, *length));
            }
            Self::Insert(at, more) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, more.iter().copied());
            }
            Self::Repeat(at, length) => {
                let range = range(at, *length);
                let copy = bytes[range.clone()].to_vec();
                bytes.splice(range.start..range.start, copy);
            }
        }
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    // Tags and lengths do more harm than other bytes.
    let byte = prop_oneof![
        any::<u8>(),
        prop::sample::select(&[0, 1, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xa0, 0xa2, 0xbf, 0xff][..]),
    ];
    prop_oneof![
        6 => (any::<Index>(), byte).prop_map(|(at, byte)| Damage::Set(at, byte)),
        1 => (any::<Index>(), 1_usize..40).prop_map(|(at, length)| Damage::Remove(at, length)),
        1 => (any::<Index>(), prop::collection::vec(any::<u8>(), 1..9)).prop_map(|(at, more)| Damage::Insert(at, more)),
        1 => (any::<Index>(), 1_usize..200).prop_map(|(at, length)| Damage::Repeat(at, length)),
    ]
}

/// How long to fuzz: `FUZZ_CASES` tries of each kind.
fn fuzz() -> ProptestConfig {
    let cases = std::env::var("FUZZ_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig::with_cases(cases.unwrap_or(5_000))
}

/// Good files to damage: catalogs and an image, not signed and, if there is osslsigncode, signed.
fn good_files() -> Vec<Vec<u8>> {
    let package = Package::new();
    let mut files: Vec<_> = [Version::V1, Version::V2]
        .map(|version| package.catalog_with(&Options { version, ..options() }).catalog.to_der().unwrap())
        .into();
    files.push(image(0));
    if has("osslsigncode") && has("openssl") {
        let signer = Signer::new();
        for path in [package.write_catalog(), package.file("sample.sys")] {
            signer.sign(&path, &[]);
            files.push(fs::read(path).unwrap());
        }
    }
    files
}

proptest! {
    #![proptest_config(fuzz())]

    #[test]
    fn damaged(file in any::<Index>(), damages in prop::collection::vec(damage(), 1..6)) {
        static GOOD: LazyLock<Vec<Vec<u8>>> = LazyLock::new(good_files);
        let mut bytes = file.get(&GOOD).clone();
        for damage in damages {
            damage.apply(&mut bytes);
        }
        survives(&bytes)?;
        let _ = FileDigest::of(&bytes);
    }

    #[test]
    fn noise(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        survives(&bytes)?;
        let _ = FileDigest::of(&bytes);
    }
}

#[test]
fn every_truncation_of_a_driver_catalog_is_an_error() {
    let bytes = Package::new().catalog().catalog.to_der().unwrap();
    for end in 0..bytes.len() {
        let error = Catalog::from_der(&bytes[..end]).unwrap_err();
        assert!(names_a_field(&error), "{end}: {error}");
    }
}

#[test]
fn every_byte_changed_is_survived() {
    let good = Package::new().catalog().catalog.to_der().unwrap();
    for at in 0..good.len() {
        for value in [0, 0x30, 0x80, 0xff] {
            let mut bytes = good.clone();
            bytes[at] = value;
            survives(&bytes).unwrap_or_else(|error| panic!("byte {at} = {value:#x}: {error}"));
        }
    }
}
